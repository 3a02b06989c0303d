"""Rules found without trying each of them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockai.matching.base import View
from mockai.matching.index import Index
from mockai.matching.rules import match
from mockai.request import Message

HELLO = {"messages": (Message("system", "Be brief."), Message("user", "Please say hello to everyone."))}


def keys(index: Index, request: Any) -> list[str]:
    return [rule.key for rule in index.likely(request)]


@pytest.mark.parametrize(
    ("when", "likely"),
    [
        ({}, True),
        ({"user": "hello"}, True),
        ({"user": "goodbye"}, False),
        ({"user": {"equals": "hello"}}, True),  # held, if not equal: what is found is still tried
        ({"user": {"starts_with": "Please"}}, True),
        ({"user": {"ends_with": "nobody."}}, False),
        ({"user": {"contains": "hello", "ends_with": "nobody."}}, False),  # filed under the longer one
        ({"user": {"contains": "GOODBYE", "ignore_case": True}}, True),
        ({"user": {"regex": "bye"}}, True),
        ({"user": "bye"}, True),  # too short to be filed
        ({"last": "hello"}, True),
        ({"system": "brief"}, True),
        ({"system": "hello"}, False),
        ({"assistant": "hello"}, False),
        ({"any_message": "goodbye"}, True),
        ({"model": "gpt-4o"}, True),
        ({"model": "gpt-5"}, False),
        ({"model": "gpt-*"}, True),
        ({"model": "o[13]"}, True),
        ({"endpoint": "chat.completions"}, True),
        ({"endpoint": ["responses", "chat.completions.create"]}, True),
        ({"endpoint": "responses"}, False),
        ({"endpoint": ["respons*", "embeddings"]}, True),
        ({"all": [{"user": "goodbye"}]}, True),
    ],
)
def test_a_rule_is_left_out_only_where_what_it_is_filed_under_is_missing(
    when: Any, likely: bool, ask: Any, make_rule: Any
) -> None:
    rule, request = make_rule(when), ask(model="gpt-4o", **HELLO)
    assert (rule in Index([rule]).likely(request)) is likely
    assert likely or not match(rule, request, View()).matched


def test_what_is_found_comes_in_the_order_of_the_rules(ask: Any, make_rule: Any) -> None:
    whens = [{"user": "hello"}, {}, {"model": "gpt-4o"}, {"user": "goodbye"}, {"system": "brief"}, {"user": "everyone"}]
    index = Index([make_rule(when, f"rule {number}") for number, when in enumerate(whens)])
    assert keys(index, ask(model="gpt-4o", **HELLO)) == ["rule 0", "rule 1", "rule 2", "rule 4", "rule 5"]


def test_a_rule_that_names_an_operation_in_two_ways_is_found_once(ask: Any, make_rule: Any) -> None:
    index = Index([make_rule({"endpoint": ["chat.completions", "chat.completions.create"]}, "both")])
    assert keys(index, ask()) == ["both"]


@pytest.mark.parametrize("padding", [0, 5_000])
def test_among_a_thousand_texts_those_held_are_found_in_short_and_in_long_messages(
    padding: int, ask: Any, make_rule: Any
) -> None:
    index = Index([make_rule({"user": f"topic-{number:04}"}, f"{number}") for number in range(1000)])
    text = "." * padding + "From topic-0815 to topic-0007"
    assert keys(index, ask(messages=(Message("user", text),))) == ["7", "815"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text("ab", min_size=4, max_size=7), min_size=1, max_size=8),
    longer=st.booleans(),
    said=st.text("ab", max_size=12),
)
def test_where_there_are_many_texts_just_those_are_found_that_are_held(
    texts: list[str], longer: bool, said: str, ask: Any, make_rule: Any
) -> None:
    wanted = [f"{text}b" if longer else text for text in texts]
    others = [f"{number:05}" for number in range(100)]  # so many that it is not quicker to try each
    index = Index([make_rule({"user": text}, f"{at}") for at, text in enumerate(wanted + others)])
    held = [f"{at}" for at, text in enumerate(wanted) if text in said]
    assert keys(index, ask(messages=(Message("user", said),))) == held


def test_without_a_message_of_its_kind_no_text_is_held(ask: Any, make_rule: Any) -> None:
    index = Index([make_rule({"user": "hello"}), make_rule({"last": "hello"})])
    assert keys(index, ask(messages=())) == []
