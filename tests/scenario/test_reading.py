"""YAML to plain values that know where they stand."""

import pytest
import yaml

from mockai.scenario import reading
from mockai.scenario.reading import plain, read


def problems(text):
    return [str(problem) for problem in read(text, "f.yaml").problems]


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def loader(request, monkeypatch):
    """Every test runs with libyaml and without it."""
    monkeypatch.setattr(reading, "_LOADER", getattr(yaml, request.param))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None), ("~", None), ("null", None), ("NULL", None),
        ("true", True), ("True", True), ("FALSE", False),
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("nULL", "nULL"),
        ("0", 0), ("-7", -7), ("+7", 7), ("0x1F", 31), ("0o17", 15), ("0b11", "0b11"),
        ("007", "007"), ("1_000", "1_000"), ("12:30", "12:30"), ("12:30:45", "12:30:45"), ("1,5", "1,5"),
        ("1.10", 1.1), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-2.5E-1", -0.25), ("00.5", "00.5"),
        (".inf", ".inf"), (".nan", ".nan"), ("inf", "inf"), ("2024-01-31", "2024-01-31"), ("1.2.3", "1.2.3"),
    ],
)  # fmt: skip
def test_a_plain_scalar_means_what_yaml_1_2_says(written, value):
    found = plain(written)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# nothing but a comment\n", None),
        ("--- \na: 1\n...\n", {"a": 1}),
        ("a: 'no'\nb: \"1\"\nc: |\n  x\n  y\nd: >-\n  x\n  y\n", {"a": "no", "b": "1", "c": "x\ny\n", "d": "x y"}),
        ("on: 1\nno: 2\n", {"on": 1, "no": 2}),
        ("1: a\n0x10: b\n", {"1": "a", "16": "b"}),
        ("a: !!str 5\nb: !!int 5\nc: !!float 5\nd: !!bool true\ne: !!null ''\nf: ! 5\n",
         {"a": "5", "b": 5, "c": 5, "d": True, "e": None, "f": "5"}),
        ("a: !!seq [1]\nb: !!map {c: 1}\n", {"a": [1], "b": {"c": 1}}),
        ("a: &x {b: 1}\nc: *x\nd: [*x, *x]\n", {"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}, {"b": 1}]}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        ("a: &x {b: 1}\ne: &y {b: 2, c: 2}\nd:\n  <<: [*x, *y]\n",
         {"a": {"b": 1}, "e": {"b": 2, "c": 2}, "d": {"b": 1, "c": 2}}),
        ('{"a": [1, 2.5, null, true, "\\u00e9\\n"]}', {"a": [1, 2.5, None, True, "é\n"]}),
        ("'<<': 1\n", {"<<": 1}),
    ],
)  # fmt: skip
def test_a_document_becomes_plain_values(text, value):
    document = read(text)
    assert (document.value, document.problems) == (value, [])


def test_every_value_and_every_key_knows_its_line_and_column():
    document = read("a: é\nbb:\n  - x\n  -  y: [1, {z: 2}]\n", "f.yaml")
    values = {path: str(position) for path, position in document.values.items()}
    assert values == {
        (): "1:1", ("a",): "1:4", ("bb",): "3:3", ("bb", 0): "3:5", ("bb", 1): "4:6", ("bb", 1, "y"): "4:9",
        ("bb", 1, "y", 0): "4:10", ("bb", 1, "y", 1): "4:13", ("bb", 1, "y", 1, "z"): "4:17",
    }  # fmt: skip
    assert [document.key_at(path) for path in (("a",), ("bb", 1, "y"), ("bb", 1, "y", 1, "z"))] == [
        "f.yaml:1:1", "f.yaml:4:6", "f.yaml:4:14",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "at", "key_at"),
    [
        (("b",), "f.yaml:2:4", "f.yaml:2:1"),
        (("b", "x"), "f.yaml:1:11", "f.yaml:1:8"),
        (("c", "d", "x"), "f.yaml:1:11", "f.yaml:1:8"),
        (("e", "x"), "f.yaml:1:11", "f.yaml:1:8"),
        (("e", "y"), "f.yaml:4:16", "f.yaml:4:13"),
        (("e", "nowhere"), "f.yaml:4:4", "f.yaml:4:4"),
        (("a", "nowhere", 3), "f.yaml:1:4", "f.yaml:1:4"),
        (("nowhere",), "f.yaml:1:1", "f.yaml:1:1"),
    ],
)
def test_what_an_alias_brings_stands_where_it_was_written(path, at, key_at):
    document = read("a: &x {x: 1}\nb: *x\nc: {d: *x}\ne: {<<: *x, y: 2}\n", "f.yaml")
    assert (document.at(path), document.key_at(path)) == (at, key_at)


PLAIN = "\n    A scenario holds plain values only."
ESCAPE = '\n    Write it as an escape in double quotes, such as "\\x07".'
KEY = "a key must be text; seen"
MERGE = "`<<` takes a mapping or a list of mappings, such as `<<: *name`"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: the key `a` stands here a second time\n    The first is in line 1."),
        ("1: x\n'1': y\n", "f.yaml:2:1: the key `1` stands here a second time\n    The first is in line 1."),
        ("x: {a: 1, a: 2}\n", "f.yaml:1:11: the key `a` stands here a second time\n    The first is in line 1."),
        ("true: x\n", 'f.yaml:1:1: a key must be text; seen true\n    Quote it: "true".'),
        ("a:\n  ? \n  : x\n", 'f.yaml:2:4: a key must be text; seen nothing\n    Quote it: "".'),
        ("1.5: x\n", 'f.yaml:1:1: a key must be text; seen 1.5\n    Quote it: "1.5".'),
        ("[a]: x\n", "f.yaml:1:1: a key must be text; seen a list or a mapping"),
        (
            "a: {{ b }}\n",
            'f.yaml:1:5: a key must be text; seen a list or a mapping\n    A template must be quoted: "{{ name }}".',
        ),
        ("a: !!python/name:os.system x\n", "f.yaml:1:4: the tag !!python/name:os.system is refused" + PLAIN),
        ("a: !!binary aGk=\n", "f.yaml:1:4: the tag !!binary is refused" + PLAIN),
        ("a: !mine {}\n", "f.yaml:1:4: the tag !mine is refused" + PLAIN),
        ("a: !!set [1]\n", "f.yaml:1:4: the tag !!set is refused" + PLAIN),
        ("a: !!int x\n", "f.yaml:1:4: x is not what its tag !!int says"),
        ("a: 1e999\n", "f.yaml:1:4: 1e999: the number is too large"),
        ("a: *x\n", "f.yaml:1:4: nothing above is marked &x\n    An alias repeats a finished value."),
        ("a: &x [*x]\n", "f.yaml:1:8: nothing above is marked &x\n    An alias repeats a finished value."),
        ("a: {<<: 1}\n", "f.yaml:1:5: " + MERGE),
        ("a: {<<: [{}, 1]}\n", "f.yaml:1:5: " + MERGE),
        (
            "a: 1\n---\nb: 2\n",
            "f.yaml:2:1: a second document starts here\n    Put each scenario into a file of its own.",
        ),
        ("a: 'x\x07'\n", "f.yaml:1:6: the character U+0007 cannot stand in YAML" + ESCAPE),
        ("a: 1\nb: \ud800\n", "f.yaml:2:4: the character U+D800 cannot stand in YAML" + ESCAPE),
    ],
)
def test_what_is_refused_says_where_and_why(text, problem):
    assert problems(text) == [problem]


@pytest.mark.parametrize(
    ("text", "where", "hint"),
    [
        ("a: b: c\n", "f.yaml:1:5", "Text that holds `: ` must be quoted."),
        ("a: @b\n", "f.yaml:1:4", "Indent with spaces, not tabs; text that starts with @, ` or % must be quoted."),
        ("a:\n\tb: 1\n", "f.yaml:2:1", "Indent with spaces, not tabs; text that starts with @, ` or % must be quoted."),
        ("a: 'b\n", "f.yaml:2:1", "Is there a quote that is not closed?"),
    ],
)
def test_broken_yaml_says_where_and_what_may_be_meant(text, where, hint):
    (problem,) = read(text, "f.yaml").problems
    assert (problem.where, problem.hint, problem.message[:10]) == (where, hint, "not YAML: ")


def test_every_problem_is_found_not_only_the_first():
    assert [text.split(": ")[0] for text in problems("a: 1\na: 2\nb: !x 1\ntrue: 1\n")] == [
        "f.yaml:2:1", "f.yaml:3:4", "f.yaml:4:1",
    ]  # fmt: skip


def test_a_duplicate_keeps_its_first_value():
    assert read("a: 1\na: {b: 2}\n").value == {"a": 1}


def test_an_alias_bomb_is_refused_before_it_goes_off():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert problems("\n".join(lines)) == ["f.yaml:6:15: more than 300000 values once aliases are expanded"]


def test_a_hundred_levels_are_read_and_more_are_refused():
    assert problems("[" * 100 + "]" * 100) == []
    assert problems("[" * 102 + "]" * 102) == ["f.yaml:1:102: nested more than 100 levels deep"]


def test_endless_nesting_is_refused_without_being_read():
    (problem,) = problems("[" * 500_000)
    assert problem.startswith("f.yaml:1:")
    assert problem.endswith(": nested more than 100 levels deep")


def test_a_number_with_thousands_of_digits_is_a_problem_not_a_traceback():
    (problem,) = read(f"a: {'9' * 5000}\n", "f.yaml").problems
    assert (problem.where, problem.message[:42]) == ("f.yaml:1:4", f"{'9' * 37}...: ")
