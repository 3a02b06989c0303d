"""Files, text and data to rules."""

import json
import os
from pathlib import Path

import pytest

from mockai.errors import Problem, ScenarioError
from mockai.scenario.loading import Loaded, PlacedRule, load, load_data, load_rule, load_text
from mockai.scenario.positions import MAX_BYTES
from mockai.scenario.schema import Reply, Rule, Scenario, TextMatch, When

HELLO = "rules:\n  - reply: Hello\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Writes files into a folder that is the current one."""
    monkeypatch.chdir(tmp_path)

    def write(**files):
        for name, text in files.items():
            path = Path(name.replace("__", "/").replace("_yaml", ".yaml").replace("_json", ".json"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return write


def refused(call, *args):
    with pytest.raises(ScenarioError) as caught:
        call(*args)
    return [(problem.where, problem.message, problem.hint) for problem in caught.value.problems]


def texts(loaded):
    return [placed.rule.replies[0].text for placed in loaded.rules]


def test_the_shortest_text_loads():
    (placed,) = load_text(HELLO).rules
    assert placed == PlacedRule(Rule(replies=(Reply(text="Hello"),)), "<string>#1", "<string>:2:5", "<string>")


def test_an_empty_text_is_a_scenario_without_rules():
    assert load_text("# later\n").files[0].scenario == Scenario()


def test_a_rule_goes_by_its_name_where_no_other_has_it_else_by_file_and_number():
    rule = "  - {{name: {}, reply: x}}\n"
    text = "rules:\n" + "".join(map(rule.format, ["a", "b", "a", '"c#1"'])) + "  - reply: x\n"
    assert [placed.key for placed in load_text(text, "f.yaml").rules] == [
        "f.yaml#1",
        "b",
        "f.yaml#3",
        "f.yaml#4",
        "f.yaml#5",
    ]


def test_a_folder_is_read_in_sorted_order_with_what_is_below_and_without_what_is_hidden(folder):
    folder(s__b_yaml="rules: [reply: b]", s__a_yaml="rules: [reply: a]", s__c__d_json='{"rules": [{"reply": "cd"}]}')
    Path("s/bb.yml").write_text("rules: [reply: bb]")
    Path("s/notes.txt").write_text("not: [a scenario")
    Path("s/.hidden.yaml").write_text("not: [a scenario")
    Path("s/.git").mkdir()
    Path("s/.git/x.yaml").write_text("not: [a scenario")
    loaded = load("s")
    assert texts(loaded) == ["a", "b", "bb", "cd"]
    assert [(file.name, file.path) for file in loaded.files] == [
        (name, Path(name)) for name in ("s/a.yaml", "s/b.yaml", "s/bb.yml", "s/c/d.json")
    ]
    assert [placed.key for placed in loaded.rules] == ["a.yaml#1", "b.yaml#1", "bb.yml#1", "c/d.json#1"]
    assert (loaded.rules[0].where, loaded.rules[0].file) == ("s/a.yaml:1:9", "s/a.yaml")


def test_several_paths_load_in_the_order_given_and_each_file_once(folder):
    folder(x__a_yaml="rules: [reply: xa]", y__a_yaml="rules: [reply: ya]")
    loaded = load("y", Path("x/a.yaml"), "x", "y/a.yaml")
    assert texts(loaded) == ["ya", "xa"]
    assert [placed.key for placed in loaded.rules] == ["y/a.yaml#1", "x/a.yaml#1"]


def test_no_paths_load_nothing():
    assert (load(), load().rules) == (Loaded(), ())


def test_priority_goes_before_the_order_of_files_and_rules():
    rule = "  - {{reply: {0}, priority: {1}}}\n"
    text = "rules:\n" + "".join(rule.format(*pair) for pair in [("a", 0), ("b", 5), ("c", -1), ("d", 5)])
    assert texts(load_text(text)) == ["b", "d", "a", "c"]


def test_includes_follow_the_file_that_names_them(folder):
    folder(
        s__main_yaml="include: [more/one.yaml, more/two.yaml]\nrules: [reply: main]",
        s__more__one_yaml="include: three.yaml\nrules: [reply: one]",
        s__more__two_yaml="include: ../more/three.yaml\nrules: [reply: two]",
        s__more__three_yaml="defaults: {model: m3}\nrules: [reply: three]",
    )
    loaded = load("s/main.yaml")
    assert texts(loaded) == ["main", "one", "three", "two"]
    assert [file.name for file in loaded.files] == [
        "s/main.yaml",
        "s/more/one.yaml",
        "s/more/three.yaml",
        "s/more/two.yaml",
    ]
    assert [file.scenario.defaults.model for file in loaded.files] == [None, None, "m3", None]
    assert texts(load("s")) == ["main", "one", "three", "two"]


@pytest.mark.parametrize("name", ["../out.yaml", "/etc/hostname", "sub/../../out.yaml", "link.yaml"])
def test_an_include_cannot_leave_the_folder(folder, name):
    folder(s__main_yaml=f"rules: []\ninclude:\n  - {name}\n", out_yaml=HELLO, s__sub__x_yaml=HELLO)
    Path("s/link.yaml").symlink_to("../out.yaml")
    assert refused(load, "s/main.yaml") == [
        (
            "s/main.yaml:3:5",
            f"the include {name} leaves the folder s",
            "Only files in the folder that is loaded can be included.",
        )
    ]


def test_an_include_of_the_folder_by_its_full_path_stays_inside(folder):
    folder(s__main_yaml="", s__x_yaml=HELLO)
    Path("s/main.yaml").write_text(f"include: {Path('s/x.yaml').absolute()}\n")
    (placed,) = load("s/main.yaml").rules
    assert placed.key == f"{Path('s/x.yaml').absolute().as_posix()}#1"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("shard.yaml", "Did you mean s/shared.yaml?"), ("q", "Looked for s/q."), ("no/x.yaml", "Looked for s/no/x.yaml.")],
)
def test_an_include_that_is_not_there_says_what_is(folder, name, hint):
    folder(s__main_yaml=f"include: {name}", s__shared_yaml=HELLO)
    assert refused(load, "s/main.yaml") == [("s/main.yaml:1:10", f"the include {name} is not a file", hint)]


@pytest.mark.parametrize("names", ["b.yaml", "[b.yaml]", "[b.yaml, 5]"])
def test_the_mistakes_of_an_included_file_are_told_with_those_of_the_file_itself(folder, names):
    folder(a_yaml=f"include: {names}\nname: {{}}\n", b_yaml="nmae: b\n")
    wheres = [where for where, *_ in refused(load, "a.yaml")]
    assert [where for where in wheres if where != "a.yaml:1:19"] == ["a.yaml:2:7", "b.yaml:1:1"]


@pytest.mark.parametrize("text", ["[]", "5", "{include: {}, name: []}"])
def test_a_file_that_is_broken_throughout_includes_nothing(folder, text):
    folder(a_yaml=text)
    assert {where.split(":")[0] for where, *_ in refused(load, "a.yaml")} == {"a.yaml"}


def test_includes_in_a_circle_are_refused(folder):
    folder(a_yaml="include: b.yaml", b_yaml="include: [c.yaml]", c_yaml="include: b.yaml")
    assert refused(load, "a.yaml") == [
        (
            "c.yaml:1:10",
            "the include goes in a circle: b.yaml includes c.yaml includes b.yaml",
            "Leave one of them out.",
        )
    ]


def test_text_cannot_include():
    assert refused(load_text, "include: a.yaml") == [
        ("<string>:1:10", "only a file can include others", "Load it by its path.")
    ]


def test_every_problem_of_every_file_is_reported_in_order(folder):
    folder(
        a_yaml="rules:\n  - replie: x\nnmae: y\n",
        b_yaml="rules:\n  - {reply: '{{ x }}', when: {user: 5}}\n  - {reply: y, reply: z}\n",
        c_yaml="rules: [",
    )
    assert [where for where, _, _ in refused(load, ".", "missing.yaml")] == [
        "a.yaml:2:5", "a.yaml:2:5", "a.yaml:3:1", "b.yaml:2:13", "b.yaml:2:37", "b.yaml:3:16", "c.yaml:2:1",
        "missing.yaml",
    ]  # fmt: skip


def test_a_path_that_is_not_there_is_a_problem(folder):
    folder(greetings_yaml=HELLO)
    assert refused(load, "greeting.yaml", "no/such.yaml") == [
        ("greeting.yaml", "there is no such file or folder", "Did you mean greetings.yaml?"),
        ("no/such.yaml", "there is no such file or folder", ""),
    ]


def test_a_folder_without_scenarios_is_a_problem(folder):
    Path("s").mkdir()
    assert refused(load, "s") == [
        ("s", "the folder holds no scenario files", "Scenario files end in .yaml, .yml, .json.")
    ]


def test_a_file_that_is_not_utf_8_is_a_problem(folder):
    folder(a_yaml=b"rules:\n  - reply: caf" + b"\xe9\n")
    assert refused(load, "a.yaml") == [("a.yaml:2:15", "the file is not UTF-8", "Save it in the encoding UTF-8.")]


def test_a_byte_order_mark_is_no_problem(folder):
    folder(a_yaml=b"\xef\xbb\xbf" + HELLO.encode())
    assert texts(load("a.yaml")) == ["Hello"]


def test_a_file_over_the_size_is_refused(folder):
    folder(a_yaml=b"#" * MAX_BYTES, b_yaml=b"#" * (MAX_BYTES + 1))
    assert refused(load, "a.yaml", "b.yaml") == [
        ("b.yaml", "the file is larger than 1024 KiB", "Split it into several.")
    ]


def test_what_is_not_a_regular_file_is_not_read(folder):
    os.mkfifo("a.yaml")
    assert refused(load, "a.yaml") == [("a.yaml", "not a regular file", "")]


def test_a_file_that_cannot_be_read_is_a_problem(folder, monkeypatch):
    folder(a_yaml=HELLO)

    def fail(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", fail)
    assert refused(load, "a.yaml") == [("a.yaml", "cannot be read: Permission denied", "")]


def test_json_files_may_escape_characters_the_way_json_does(folder):
    reply = 'smile 😀, \\ud83d\\ude00 as text, "quotes", / and é'
    folder(a_json=json.dumps({"rules": [{"reply": reply}]}).replace("/", "\\/"))
    assert texts(load("a.json")) == [reply]


def test_data_loads_as_a_file_would():
    loaded = load_data({"name": "x", "rules": [{"when": {"user": "hi"}, "reply": "Hello"}]}, "scenario 1")
    assert loaded.files[0].scenario.name == "x"
    assert loaded.rules == (
        PlacedRule(
            Rule(when=When(user=TextMatch(contains="hi")), replies=(Reply(text="Hello"),)),
            "scenario 1#1", "scenario 1 at rules[0]", "scenario 1",
        ),
    )  # fmt: skip


def test_problems_in_data_say_where_they_are_in_it():
    data = {"rules": [{"reply": {"text": "{{ x", "latncy": 1}}], "nmae": 1}
    assert [where for where, _, _ in refused(load_data, data, "add()")] == [
        "add() at rules[0].reply.latncy", "add() at nmae", "add() at rules[0].reply.text",
    ]  # fmt: skip
    assert refused(load_data, [])[0][:2] == (
        "scenario",
        "the top level must be a mapping with keys such as name, description, include, models; seen a list of 0",
    )  # fmt: skip


def test_a_rule_loads_from_data():
    assert load_rule({"name": "n", "reply": "x"}, "add_rule()") == PlacedRule(
        Rule(name="n", replies=(Reply(text="x"),)), "n", "add_rule()"
    )
    assert load_rule({"reply": "x"}).key == "rule"


def test_a_rule_from_data_may_hold_a_function_and_parts_built_in_python():
    def answer(request):
        return "x"

    rule = load_rule(
        {"when": When(user=TextMatch(contains="a")), "replies": [{"python": answer}, Reply(text="b")]}
    ).rule
    assert (rule.replies[0].python, rule.replies[1].text, rule.when.user) == (answer, "b", TextMatch(contains="a"))


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({"reply": {"text": 5}}, "rule at reply.text"),
        ({"replies": ["x", {"text": "{% if %}"}]}, "rule at replies[1].text"),
        ({"reply": "x", "then": "never"}, "rule at then"),
        ("x", "rule"),
        (None, "rule"),
    ],
)
def test_a_wrong_rule_in_data_says_where(data, where):
    assert [place for place, _, _ in refused(load_rule, data)] == [where]


def test_templates_are_checked_in_replies_and_default_headers_only():
    text = """
defaults: {headers: {x: "{{ nope }}"}}
rules:
  - when: {user: "{{ not a template"}
    replies: [{json: {a: ["{% for %}"]}}, {tool_calls: {f: {"{{ a key": "{{ request.model }}"}}}]
"""
    assert refused(load_text, text) == [
        ("<string>:2:25", "the template names `nope`, which there is not",
         "It can name request, match, tool_result, state, call, attempt, now, uuid, faker."),
        ("<string>:5:27", "the template cannot be read: Expected an expression, got 'end of statement block'",
         "Braces that are meant as text stand between {% raw %} and {% endraw %}."),
    ]  # fmt: skip


def test_loads_can_be_joined_and_stay_apart():
    text = "defaults: {{then: {0}}}\nrules: [{{name: n, reply: {0}}}]"
    loaded = Loaded.joined([load_text(text.format("cycle")), load_text(text.format("fail"))])
    assert [(file.name, file.scenario.defaults.then) for file in loaded.files] == [
        ("<string>", "cycle"),
        ("<string> (2)", "fail"),
    ]
    assert [(placed.key, placed.file) for placed in loaded.rules] == [
        ("<string>#1", "<string>"), ("<string> (2)#1", "<string> (2)"),
    ]  # fmt: skip


def test_a_rule_that_can_never_fire_is_a_warning_of_the_load():
    loaded = load_text("rules:\n  - reply: a\n  - {name: late, when: {user: x}, reply: b}\n", "f.yaml")
    assert loaded.warnings == (
        Problem(
            "f.yaml:3:5",
            "rule `late` can never fire: rule f.yaml#1 (f.yaml:2:5) stands above it and takes every request",
            "Move it up, narrow the rule above, or give that rule `then: fall_through`.",
        ),
    )


def test_a_folder_that_cannot_be_looked_into_is_a_problem(folder, monkeypatch):
    folder(s__a_yaml=HELLO)

    def fail(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rglob", fail)
    assert refused(load, "s") == [("s", "cannot be read: Permission denied", "")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a" * 300, f"the include {'a' * 40} cannot be read: File name too long"),
        ("a\0", "the include a\\0 is not a file"),
    ],
)
def test_an_include_that_is_no_file_name_is_a_problem(folder, name, message):
    folder(a_json=json.dumps({"include": name}))
    assert [found[:2] for found in refused(load, "a.json")] == [("a.json:1:13", message)]


@pytest.mark.parametrize("call", [load_data, load_rule])
def test_data_nested_without_end_is_refused(call):
    endless = []
    endless.append(endless)
    deep = []
    for _ in range(5000):
        deep = [deep]
    assert refused(call, {"reply": {"json": endless}}, "x") == [("x", "nested more than 100 levels deep", "")]
    assert refused(call, {"reply": {"json": deep}}, "x") == [("x", "nested more than 100 levels deep", "")]


def test_conditions_may_be_nested_as_deep_as_a_file_may():
    depth = 90
    text = "rules: [{reply: x, when: " + "{not: " * depth + "{user: y}" + "}" * depth + "}]"
    when = load_text(text).rules[0].rule.when
    for _ in range(depth):
        when = when.not_
    assert when == When(user=TextMatch(contains="y"))
