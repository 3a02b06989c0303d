"""`mockai check`: exact outputs and exit codes."""

import json

import pytest

CLEAN = "name: greetings\nrules:\n  - when: {user: hello}\n    reply: Hi\n"
SHADOWED = "rules:\n  - reply: first\n  - reply: second\n"
BROKEN = "rules:\n  - when: {usr: hello}\n    reply: Hi\n  - repl: Hi\n"

SHADOW = (
    "rule a.yaml#2 can never fire: rule a.yaml#1 (a.yaml:2:5) stands above it and takes every request",
    "Move it up, narrow the rule above, or give that rule `then: fall_through`.",
)


@pytest.mark.parametrize(
    ("text", "words", "code", "stdout"),
    [
        (CLEAN, [], 0, "ok  1 file, 1 rule\n"),
        (CLEAN, ["--strict"], 0, "ok  1 file, 1 rule\n"),
        (SHADOWED, [], 0, f"warning  a.yaml:3:5: {SHADOW[0]}\n    {SHADOW[1]}\n1 warning  1 file, 2 rules\n"),
        (SHADOWED, ["--strict"], 1, f"warning  a.yaml:3:5: {SHADOW[0]}\n    {SHADOW[1]}\n1 warning  1 file, 2 rules\n"),
    ],
    ids=["clean", "clean, strict", "warning", "warning, strict"],
)
def test_a_file_is_judged(mockai, write, text, words, code, stdout):
    write("a.yaml", text)
    result = mockai("check", "a.yaml", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (code, stdout, "")


def test_every_error_has_a_line_of_its_own(mockai, write):
    write("a.yaml", BROKEN)
    result = mockai("check", "a.yaml")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert [line.split(": ")[0] for line in lines if line.startswith("error")] == [
        "error  a.yaml:2:12",
        "error  a.yaml:4:5",
        "error  a.yaml:4:5",
    ]
    assert lines[-1] == "3 errors"


@pytest.mark.parametrize(
    ("text", "words", "code", "expected"),
    [
        (CLEAN, [], 0, {"ok": True, "files": 1, "rules": 1, "problems": []}),
        (
            SHADOWED,
            ["--strict"],
            1,
            {
                "ok": False,
                "files": 1,
                "rules": 2,
                "problems": [{"level": "warning", "where": "a.yaml:3:5", "message": SHADOW[0], "hint": SHADOW[1]}],
            },
        ),
    ],
    ids=["clean", "warning"],
)
def test_machines_get_json(mockai, write, text, words, code, expected):
    write("a.yaml", text)
    result = mockai("check", "a.yaml", "--json", *words)
    assert (result.exit_code, json.loads(result.stdout)) == (code, expected)


def test_errors_are_in_the_json_too(mockai, write):
    write("a.yaml", BROKEN)
    result = mockai("check", "a.yaml", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"], len(found["problems"])) == (1, False, 3)
    assert found["problems"][0] == {
        "level": "error",
        "where": "a.yaml:2:12",
        "message": "`when` has no key `usr`",
        "hint": "Did you mean `user`?",
    }


def test_without_a_path_the_usual_folder_is_read(mockai, write):
    write("scenarios/a.yaml", CLEAN)
    write("scenarios/b.yaml", CLEAN.replace("hello", "bye"))
    assert mockai("check").stdout == "ok  2 files, 2 rules\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "No PATH was given and there is no folder scenarios/ here."),
        (["nowhere.yaml"], "Path 'nowhere.yaml' does not exist."),
    ],
    ids=["no path", "missing path"],
)
def test_a_wrong_call_exits_with_2(mockai, words, said):
    result = mockai("check", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
