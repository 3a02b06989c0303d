from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockai.matching.rules import CompiledRule, Match, View, explain, match
from mockai.request import APIRequest, Message, ResponseFormat, Tool
from mockai.wire import HTTPRequest

GREETING = (Message("user", "Hello Ann"),)


def test_a_rule_without_conditions_matches_everything(ask: Any, make_rule: Any) -> None:
    assert match(make_rule(), ask(), View()) == Match(True)


def test_a_match_stops_at_the_first_condition_that_does_not_hold(ask: Any, make_rule: Any) -> None:
    rule = make_rule({"user": "Bye", "stream": True, "model": "o3"})
    found = match(rule, ask(messages=GREETING), View())
    assert (found.matched, [mismatch.key for mismatch in found.mismatches]) == (False, ["stream"])


def test_an_explanation_holds_every_condition_that_does_not_hold(ask: Any, make_rule: Any) -> None:
    rule = make_rule({"user": "Bye", "stream": True, "model": "o3", "turn": 0})
    found = explain(rule, ask(messages=GREETING), View())
    assert (found.matched, [mismatch.key for mismatch in found.mismatches]) == (False, ["stream", "model", "user"])


def test_named_groups_count_only_when_the_whole_rule_matches(ask: Any, make_rule: Any) -> None:
    named = {"user": {"regex": r"Hello (?P<name>\w+)"}}
    view = View()
    assert match(make_rule({**named, "turn": 3}), ask(messages=GREETING), view).captures == {}
    assert match(make_rule(), ask(messages=GREETING), view).captures == {}
    assert match(make_rule(named), ask(messages=GREETING), view).captures == {"name": "Ann"}


def test_an_explanation_leaves_the_view_as_it_was(ask: Any, make_rule: Any) -> None:
    view = View(captures={"kept": "yes"})
    explain(make_rule({"user": {"regex": "(?P<name>Ann)"}}), ask(messages=GREETING), view)
    assert view == View(captures={"kept": "yes"})


@pytest.mark.parametrize(
    ("when", "fields", "named"),
    [
        ({"endpoint": "models.list"}, {"endpoint": "models", "operation": "list"}, True),
        ({"endpoint": "models.*"}, {"endpoint": "models", "operation": "list"}, True),
        ({"endpoint": "models.list"}, {"endpoint": "models", "operation": "retrieve"}, False),
        ({"user": "x"}, {"endpoint": "models", "operation": "list"}, False),
    ],
)
def test_a_rule_names_an_operation_or_does_not(
    when: dict[str, Any], fields: dict[str, str], named: bool, ask: Any, make_rule: Any
) -> None:
    assert make_rule(when).names(ask(**fields)) is named


def test_a_compiled_rule_carries_what_it_was_compiled_with(make_rule: Any) -> None:
    rule: CompiledRule = make_rule(key="hello")
    assert (rule.key, rule.where, rule.origin, rule.rule.when) == ("hello", "rules.yaml:1:3", None, rule.rule.when)


CONDITIONS: dict[str, Any] = {
    "endpoint": "chat.completions",
    "model": "gpt-*",
    "user": {"regex": "(?P<greeting>Hello)"},
    "system": "brief",
    "last": {"ends_with": "Ann"},
    "any_message": {"equals": "Hello Ann"},
    "tools": ["search"],
    "turn": 0,
    "response_format": "text",
    "attempt": 0,
    "call": 1,
    "headers": {"x-tenant": "blue"},
    "query": {"v": "1"},
    "body": {"model": "gpt-4o"},
    "jmespath": "model",
    "state": {"step": "one"},
    "not": {"user": "Bye"},
    "any": [{"stream": True}, {"stream": False}],
}


@given(
    keys=st.sets(st.sampled_from(sorted(CONDITIONS))),
    stream=st.booleans(),
    choice=st.sampled_from([None, "auto", "required"]),
    headers=st.dictionaries(st.from_regex("y-[a-z]{1,5}", fullmatch=True), st.text(max_size=5)),
    body=st.dictionaries(st.from_regex("y[a-z]{1,5}", fullmatch=True), st.integers()),
    tools=st.lists(st.builds(Tool, st.text(max_size=8)), max_size=3),
    has=st.frozensets(st.sampled_from(["image", "audio"])),
)
def test_a_rule_still_matches_whatever_else_a_request_holds(
    make_rule: Any,
    keys: set[str],
    stream: bool,
    choice: str | None,
    headers: dict[str, str],
    body: dict[str, int],
    tools: list[Tool],
    has: frozenset[str],
) -> None:
    request = APIRequest(
        HTTPRequest("POST", "/v1/chat/completions", (("w", "2"), ("v", "1")), (*headers.items(), ("x-tenant", "blue"))),
        "chat.completions",
        body={**body, "model": "gpt-4o"},
        model="gpt-4o",
        messages=(Message("system", "Be brief."), Message("user", "Hello Ann", has)),
        tools=(*tools, Tool("search")),
        tool_choice=choice,
        stream=stream,
    )
    rule = make_rule({key: CONDITIONS[key] for key in keys})
    found = match(rule, request, View({"step": "one", "other": 2}))
    assert found == Match(True, {"greeting": "Hello"} if "user" in keys else {})


def test_a_format_that_is_named_is_matched_by_its_name_or_kind(ask: Any, make_rule: Any) -> None:
    request = ask(response_format=ResponseFormat("json_schema", "text"))
    assert match(make_rule({"response_format": "text"}), request, View()).matched is True
