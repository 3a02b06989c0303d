from typing import Any

import pytest

from mockai.matching.near_miss import Candidate, NearMiss, near_misses, unmatched_message
from mockai.matching.rules import View
from mockai.request import Message, Tool

ASKED: dict[str, Any] = {
    "messages": (Message("user", "What is the wether in Paris?"),),
    "model": "gpt-4o",
    "tools": (Tool("get_weather"),),
}
USED_UP = (
    "its conditions hold, but 2 of 2 replies are used; add a reply, or set `then` to repeat_last, cycle or fall_through"
)


def keys(near: tuple[NearMiss, ...]) -> list[str]:
    return [miss.rule for miss in near]


def test_the_rule_that_came_nearest_is_first(ask: Any, make_rule: Any) -> None:
    candidates = [
        Candidate(
            make_rule({"endpoint": "embeddings", "model": "gpt-4o", "stream": False}, "another endpoint"), View()
        ),
        Candidate(make_rule({"user": "zebra"}, "another text"), View()),
        Candidate(make_rule({"user": "weather in Paris"}, "nearly the text"), View()),
        Candidate(make_rule({"user": "WETHER"}, "another case"), View()),
        Candidate(make_rule({"model": "gpt-*", "user": "WETHER"}, "another case, more agrees"), View()),
        Candidate(make_rule({"user": "Paris"}, "used up"), View(call=2), "exhausted"),
    ]
    assert keys(near_misses(candidates, ask(**ASKED), limit=9)) == [
        "used up",
        "another case, more agrees",
        "another case",
        "nearly the text",
        "another endpoint",
        "another text",
    ]


def test_equally_near_rules_stay_in_their_order_but_fewer_reasons_go_first(ask: Any, make_rule: Any) -> None:
    two = {"user": "zebra", "system": "lion"}
    candidates = [
        Candidate(make_rule(two, "two reasons"), View()),
        Candidate(make_rule({"user": "zebra"}, "first"), View()),
        Candidate(make_rule({"user": "zebra"}, "second"), View()),
    ]
    assert keys(near_misses(candidates, ask(**ASKED))) == ["first", "second", "two reasons"]


def test_no_more_than_the_limit_are_named(ask: Any, make_rule: Any) -> None:
    candidates = [Candidate(make_rule({"turn": number}, f"turn {number}"), View()) for number in (4, 3, 2, 1)]
    assert keys(near_misses(candidates, ask(), limit=2)) == ["turn 1", "turn 2"]


@pytest.mark.parametrize(
    ("when", "status", "expected"),
    [
        ({}, "exhausted", (USED_UP,)),
        ({"stream": True}, "exhausted", ("stream: expected true, seen false", "2 of 2 replies are used")),
        ({"stream": True}, "unmatched", ("stream: expected true, seen false",)),
        (
            {},
            "unmatched",
            ("its conditions hold, but a rule above it holds too, is used up, and ends the search with `then: fail`",),
        ),
    ],
)
def test_the_reasons_say_what_kept_a_rule_from_answering(
    when: dict[str, Any], status: Any, expected: tuple[str, ...], ask: Any, make_rule: Any
) -> None:
    rule = make_rule(when, replies=["a", "b"])
    (miss,) = near_misses([Candidate(rule, View(call=3), status)], ask())
    assert miss.reasons == expected


def test_a_near_miss_has_a_place_and_a_score(ask: Any, make_rule: Any) -> None:
    rule = make_rule({"stream": True, "model": "gpt-4o"}, "streamed")
    assert near_misses([Candidate(rule, View())], ask(**ASKED)) == (
        NearMiss("streamed", "rules.yaml:1:3", ("stream: expected true, seen false",), 0.5),
    )


WHOLE = """\
No rule answers this request:

    endpoint     chat.completions.create (POST /v1/chat/completions)
    model        "gpt-4o"
    user         "What is the wether in Paris?"
    tools        "get_weather"
    stream       no
    attempt      0 (the first)

The nearest of 5 rules, and why they did not answer:
    1. weather (rules.yaml:1:3)
       - user: expected text containing "weather in Paris", seen "What is the wether in Paris?"; \
at character 15 it has "ther in Paris?" instead of "ather in Paris"
    2. paid (rules.yaml:1:3)
       - model: expected "o3", seen "gpt-4o"
       - state.step: expected "paid", seen "cart"

This rule would have answered; put it under `rules:` and write its reply:

  - when:
      endpoint: chat.completions
      user: "What is the wether in Paris?"
    reply: Hello!"""


def test_the_message_says_what_was_asked_what_came_nearest_and_what_to_do(ask: Any, make_rule: Any) -> None:
    candidates = [
        Candidate(make_rule({"state": {"step": "paid"}, "model": "o3"}, "paid"), View({"step": "cart"})),
        Candidate(make_rule({"user": "weather in Paris"}, "weather"), View()),
    ]
    request = ask(**ASKED)
    assert unmatched_message(request, near_misses(candidates, request), 5) == WHOLE


def test_the_message_tells_a_retry_a_stream_and_tool_results(ask: Any) -> None:
    results = (Message("tool", "1", call_id="call_1"), Message("tool", "2", name="add"), Message("tool", "3"))
    text = unmatched_message(ask(messages=results, stream=True, attempt=2), (), 0)
    assert text.splitlines()[2:6] == [
        "    endpoint     chat.completions.create (POST /v1/chat/completions)",
        '    tool results "call_1", "add", "?"',
        "    stream       yes",
        "    attempt      2 (a retry by the client)",
    ]


@pytest.mark.parametrize(
    ("near", "total", "heading"),
    [
        ((), 0, "There are no rules."),
        ((), 4, "None of the 4 rules is for it."),
        ((NearMiss("a", "", ("b",), 0.5),), 1, "The only rule, and why it did not answer:\n    1. a\n       - b"),
        ((NearMiss("a", "f:1:1", (), 0.5),), 2, "The nearest of 2 rules, and why it did not answer:\n    1. a (f:1:1)"),
    ],
)
def test_the_message_counts_the_rules(near: tuple[NearMiss, ...], total: int, heading: str, ask: Any) -> None:
    assert unmatched_message(ask(), near, total).split("\n\n")[2] == heading


SECRET = "0123456789abcdef"


@pytest.mark.parametrize(
    ("name", "scheme"), [("authorization", "Bearer "), ("authorization", ""), ("api-key", ""), ("x-any", "sk-")]
)
@pytest.mark.parametrize(
    "shape",
    [
        lambda condition: condition,
        lambda condition: {"any": [condition, {"stream": True}]},
        lambda condition: {"not": {"not": condition}},
        lambda condition: {"all": [{"not": {"headers": {name: {"starts_with": ""} for name in condition["headers"]}}}]},
    ],
)
def test_no_secret_ever_appears_in_the_message(name: str, scheme: str, shape: Any, ask: Any, make_rule: Any) -> None:
    request = ask(headers=((name, f"{scheme}{SECRET}"),), query=(("api-key", SECRET),))
    whens = [
        shape({"headers": {name: f"{scheme}other-key"}}),
        {"not": {"headers": {name: f"{scheme}{SECRET}"}}},
        {"query": {"api-key": "other-key"}},
    ]
    near = near_misses([Candidate(make_rule(when), View()) for when in whens], request)
    text = unmatched_message(request, near, len(whens))
    assert (len(near), SECRET in text, "other-key" in text) == (3, False, False)
