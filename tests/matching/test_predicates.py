from typing import Any

import pytest

from mockai.matching.predicates import MAKERS, endpoints_named
from mockai.matching.rules import View, explain, match
from mockai.request import Message
from mockai.scenario.schema import When

ASKED = {"messages": (Message("user", "Weather in Paris"),), "model": "gpt-4o", "headers": (("api-key", "sk-mine"),)}

CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"all": []}, []),
    ({"all": [{"user": "Paris"}, {"model": "gpt-*"}]}, []),
    (
        {"all": [{"user": "Paris"}, {"model": "o3", "stream": True}]},
        ["all[1].stream: expected true, seen false", 'all[1].model: expected "o3", seen "gpt-4o"'],
    ),
    ({"any": [{"stream": True}, {"user": "Paris"}]}, []),
    (
        {"any": [{"stream": True}, {"user": "Rome", "model": "gpt-4o"}]},
        [
            "any: none of the 2 alternatives holds: any[0].stream: expected true, seen false"
            ' | any[1].user: expected text containing "Rome", seen "Weather in Paris"'
        ],
    ),
    ({"any": []}, ["any: there is no alternative that could hold"]),
    ({"not": {"user": "Rome"}}, []),
    ({"not": {"user": "Paris", "stream": True}}, []),
    (
        {"not": {"user": "Paris", "headers": {"api-key": "sk-mine"}}},
        [
            "not: these conditions must not hold together, but they do: "
            '{"user": {"contains": "Paris"}, "headers": {"api-key": "(hidden)"}}'
        ],
    ),
    ({"not": {"not": {"user": "Paris"}}}, []),
    ({"not": {}}, ["not: these conditions must not hold together, but they do: {}"]),
    ({"all": [{"any": [{"not": {"all": [{"user": "Paris"}, {"stream": True}]}}]}]}, []),
]


@pytest.mark.parametrize(("when", "expected"), CASES)
def test_combined_conditions_hold_or_say_why_not(when: dict[str, Any], expected: list[str], reasons: Any) -> None:
    assert reasons(when, ASKED) == expected


def test_every_condition_of_the_schema_has_its_predicate() -> None:
    assert set(MAKERS) == set(When.model_fields)


def regex(pattern: str) -> dict[str, Any]:
    return {"user": {"regex": pattern}}


@pytest.mark.parametrize(
    ("when", "captures"),
    [
        (regex("(?P<a>Paris)"), {"a": "Paris"}),
        ({"all": [regex("(?P<a>Paris)"), regex("(?P<b>in)")]}, {"a": "Paris", "b": "in"}),
        ({"any": [{**regex("(?P<a>Paris)"), "turn": 9}, regex("(?P<b>in)")]}, {"b": "in"}),
        ({"any": [regex("(?P<a>Paris)"), regex("(?P<b>in)")]}, {"a": "Paris"}),
        ({"not": {**regex("(?P<a>Paris)"), "turn": 9}}, {}),
    ],
)
def test_only_the_groups_of_conditions_that_hold_are_captured(
    when: dict[str, Any], captures: dict[str, str], ask: Any, make_rule: Any
) -> None:
    rule = make_rule(when)
    assert match(rule, ask(**ASKED), View()).captures == captures
    assert explain(rule, ask(**ASKED), View()).captures == captures


def test_alternatives_are_as_close_as_the_nearest_of_them(ask: Any, make_rule: Any) -> None:
    (mismatch,) = match(make_rule({"any": [{"stream": True}, {"user": "paris"}]}), ask(**ASKED), View()).mismatches
    assert mismatch.closeness == 0.95


def test_the_endpoints_a_rule_names_are_found_at_any_depth_but_not_under_not() -> None:
    when = When.model_validate(
        {
            "endpoint": "models.list",
            "all": [{"endpoint": ["files.*"]}, {"any": [{"endpoint": "batches.list"}]}],
            "not": {"endpoint": "embeddings"},
        }
    )
    assert endpoints_named(when) == {"models.list", "files.*", "batches.list"}
