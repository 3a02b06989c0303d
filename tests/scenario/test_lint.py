"""Scenarios that load, but hardly do what their author means."""

import pytest

from mockai.scenario.lint import lint
from mockai.scenario.loading import load_text


def found(text):
    return [str(problem) for problem in lint(load_text(text, "f"))]


def rules(*lines, top=""):
    return top + "rules:\n" + "".join(f"  - {line}\n" for line in lines)


HINT = "\n    Move it up, narrow the rule above, or give that rule `then: fall_through`."


def never(line, name, above, where, takes):
    return f"f:{line}:5: rule {name} can never fire: rule {above} (f:{where}:5) stands above it and takes {takes}{HINT}"


@pytest.mark.parametrize(
    ("lines", "shadows"),
    [
        (["reply: a", "{when: {user: x}, reply: b}"], [never(3, "f#2", "f#1", 2, "every request")]),
        (["{name: one, reply: a}", "{name: two, reply: b}", "reply: c"],
         [never(3, "`two`", "`one`", 2, "every request"), never(4, "f#3", "`one`", 2, "every request")]),
        (["{when: {user: x}, reply: a}", "{when: {user: x}, reply: b}"], [never(3, "f#2", "f#1", 2,
         "the same requests")]),
        (["{when: {}, reply: a}", "{reply: b, priority: 1}"], [never(2, "f#1", "f#2", 3, "every request")]),
        (["reply: a", "{when: {endpoint: [responses, chat.completions.create]}, reply: b}"],
         [never(3, "f#2", "f#1", 2, "every request")]),
        (["{when: {user: x}, reply: a}", "reply: b"], []),
        (["{when: {user: x}, reply: a}", "{when: {user: y}, reply: b}"], []),
        (["{reply: a, then: fall_through}", "reply: b"], []),
        (["{when: {user: x}, reply: a, then: fall_through}", "{when: {user: x}, reply: b}"], []),
        (["reply: a", "{when: {endpoint: models.list}, reply: b}"], []),
        (["reply: a", "{when: {endpoint: [responses, embeddings]}, reply: b}"], []),
        (["{when: {call: 1}, reply: a}", "{when: {call: 1}, reply: b}"], []),
        (["{when: {not: {any: [{call: 1}]}}, reply: a}", "{when: {not: {any: [{call: 1}]}}, reply: b}"], []),
    ],
)  # fmt: skip
def test_a_rule_that_nothing_reaches_is_found(lines, shadows):
    text = rules(*lines)
    assert found(text) == shadows
    assert [str(problem) for problem in load_text(text, "f").warnings] == shadows


def test_what_falls_through_by_default_hides_nothing():
    assert found(rules("reply: a", "reply: b", top="defaults: {then: fall_through}\n")) == []


@pytest.mark.parametrize(
    ("text", "states"),
    [
        (rules("{reply: {text: a, set: {x: 1}}}"), ["f:2:5: the state `x` is set, but no rule asks for it"]),
        (rules("{when: {state: {x: 1}}, reply: a}"),
         ["f:2:5: the state `x` is asked for, but nothing sets it\n"
          "    Set it in a reply (`set:`), or give it a first value under `state: initial:`."]),
        (rules("{when: {all: [{not: {state: {x: 1}}}]}, reply: {text: a, set: {x: 1}}}"), []),
        (rules("{when: {state: {x: 1}}, reply: a}", top="state: {initial: {x: 1, y: 2}}\n"), []),
        (rules("{reply: {text: '{{ state.x }}', set: {x: 1, y: 1}}, when: {user: a}}", 'reply: \'{{ state["y"] }}\''),
         []),
    ],
)  # fmt: skip
def test_a_state_that_leads_nowhere_is_found(text, states):
    assert found(text) == states


def test_a_name_that_two_rules_have_is_found():
    text = rules(
        "{name: n, when: {user: a}, reply: a}", "{name: n, when: {user: b}, reply: b}", "{when: {user: c}, reply: c}"
    )
    assert found(text) == [
        "f:3:5: a second rule is called `n`; the first stands at f:2:5\n    In calls they go by the keys f#1 and f#2."
    ]


def test_a_file_that_holds_something_else_needs_no_rules():
    assert found("models:\n  own: {context: 50}\n") == []
    assert found("include: []\nname: x\n") == []


def test_a_file_without_rules_is_found():
    assert found("name: x\n") == ["f:1:1: the file has no rules\n    Write them under `rules:`."]
