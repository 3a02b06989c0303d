from typing import Any

import pytest

from mockai.matching.rules import View, explain, match

HEADERS = (
    ("authorization", "Bearer sk-live-123456"),
    ("x-tenant", "blue"),
    ("x-tenant", "green"),
    ("x-forwarded-by", "sk-other-654321"),
)
BODY = {
    "model": "gpt-4o",
    "n": 1,
    "flag": False,
    "messages": [{"role": "user", "content": "Hi"}],
    "zero": 0,
    "none": [],
}

CASES: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"headers": {"X-Tenant": "green"}}, {"headers": HEADERS}, []),
    ({"headers": {"x-tenant": "blue"}}, {"headers": HEADERS}, []),
    ({"headers": {"x-tenant": {"regex": "^gr"}}}, {"headers": HEADERS}, []),
    ({"headers": {"authorization": "Bearer sk-live-123456"}}, {"headers": HEADERS}, []),
    (
        {"headers": {"X-Tenant": "red"}},
        {"headers": HEADERS},
        [
            'headers.X-Tenant: expected text equal to "red", seen "green"; '
            'at character 1 it has "green" instead of "red"'
        ],
    ),
    ({"headers": {"x-none": "1"}}, {"headers": HEADERS}, ['headers.x-none: expected text equal to "1", seen none']),
    ({"query": {"API-Version": "2024-10-21"}}, {"query": (("api-version", "2024-10-21"),)}, []),
    ({"query": {"limit": 5}}, {"query": (("limit", "5"),)}, []),
    (
        {"query": {"limit": 5, "after": "x"}},
        {},
        [
            'query.limit: expected text equal to "5", seen none',
            'query.after: expected text equal to "x", seen none',
        ],
    ),
    ({"body": {"n": 1.0, "messages": [{"role": "user"}]}}, {"body": BODY}, []),
    ({"body": {}}, {}, []),
    ({"body": {"n": True}}, {"body": BODY}, ["body.n: expected true, seen 1"]),
    ({"body": {"user": "bob"}}, {"body": BODY}, ['body.user: expected "bob", seen nothing']),
    (
        {"body": {"messages": [{"role": "system"}]}},
        {"body": BODY},
        ['body.messages[0].role: expected "system", seen "user"'],
    ),
    ({"body": {"messages": []}}, {"body": BODY}, ["body.messages: expected a list of 0, seen a list of 1"]),
    ({"jmespath": "messages[?role == 'user']"}, {"body": BODY}, []),
    ({"jmespath": "zero"}, {"body": BODY}, []),
    ({"jmespath": "length(messages) == `1`"}, {"body": BODY}, []),
    ({"jmespath": "n > `1`"}, {"body": BODY}, ['jmespath: expected "n > `1`" to be true, seen false']),
    ({"jmespath": "user"}, {"body": BODY}, ['jmespath: expected "user" to be true, seen null']),
    ({"jmespath": "none"}, {"body": BODY}, ['jmespath: expected "none" to be true, seen []']),
    (
        {"jmespath": "length(n)"},
        {"body": BODY},
        [
            'jmespath: expected "length(n)" to be true, seen an error: In function length(), invalid type for '
            "value: 1, expected one of: ['string', 'array', 'object'], received: \"number\""
        ],
    ),
]


@pytest.mark.parametrize(("when", "fields", "expected"), CASES)
def test_a_condition_on_the_request_as_it_came_holds_or_says_why_not(
    when: dict[str, Any], fields: dict[str, Any], expected: list[str], reasons: Any
) -> None:
    assert reasons(when, fields) == expected


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("Authorization", "Bearer sk-mine", "another"),
        ("api-key", "mine", "none"),
        ("x-forwarded-by", "somebody", "another"),
        ("x-tenant", "sk-mine", "another"),
    ],
)
def test_neither_side_of_a_header_that_may_be_a_secret_is_kept(
    name: str, value: str, seen: str, ask: Any, make_rule: Any
) -> None:
    (mismatch,) = explain(make_rule({"headers": {name: value}}), ask(headers=HEADERS), View()).mismatches
    reason = f"headers.{name}: expected a value that is not shown, as it may be a secret, seen {seen}"
    assert mismatch.sentence() == reason
    assert "sk-" not in repr(mismatch)


def test_named_groups_of_a_header_are_captured(ask: Any, make_rule: Any) -> None:
    rule = make_rule({"headers": {"x-tenant": {"regex": "^g(?P<rest>.*)"}}})
    assert match(rule, ask(headers=HEADERS), View()).captures == {"rest": "reen"}


def test_a_body_is_the_closer_the_more_of_it_agrees(ask: Any, make_rule: Any) -> None:
    (mismatch,) = match(make_rule({"body": {"n": 2, "flag": False}}), ask(body=BODY), View()).mismatches
    assert mismatch.closeness == 0.5
