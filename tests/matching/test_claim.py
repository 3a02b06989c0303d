from dataclasses import dataclass, field
from typing import Any

import pytest

from mockai.matching.claim import Claim, NoClaim, claim, owner_of, turn_of, unclaimed
from mockai.matching.rules import CompiledRule, View, compile_rule
from mockai.request import Message
from mockai.scenario.schema import Defaults, StateSpec
from mockai.state import SessionState


@dataclass(frozen=True, slots=True)
class FileOf:
    """What a rule of a file finds beside it."""

    defaults: Defaults = field(default_factory=Defaults)
    state: StateSpec = field(default_factory=StateSpec)


@pytest.fixture
def rule(make_rule: Any) -> Any:
    """A compiled rule as a file gives it: `rule("key", {when}, then="fail")`."""

    def build(key: str, when: Any = None, origin: FileOf = FileOf(), **fields: Any) -> CompiledRule:
        return compile_rule(make_rule(when, key, **fields).rule, key, "rules.yaml:1:3", origin=origin)

    return build


def take(state: SessionState, rules: list[CompiledRule], request: Any, **options: Any) -> Claim | NoClaim:
    settings: dict[str, Any] = {"then": "fail", "initial": {}, **options}
    taken = claim(state, rules, request, update=lambda taken, request: taken.reply.set, **settings)
    return taken or unclaimed(state, rules, request, **settings)


def texts(found: Claim | NoClaim) -> str | None:
    return found.reply.text if isinstance(found, Claim) else None


@pytest.mark.parametrize(
    ("then", "turns"),
    [
        ("fail", [0, 1, None, None]),
        ("repeat_last", [0, 1, 1, 1]),
        ("cycle", [0, 1, 0, 1]),
        ("fall_through", [0, 1, None, None]),
    ],
)
def test_then_says_what_follows_the_last_reply(then: Any, turns: list[int | None]) -> None:
    assert [turn_of(2, call, then) for call in (1, 2, 3, 4)] == turns


def test_the_first_rule_that_matches_answers_with_its_next_reply(ask: Any, rule: Any) -> None:
    state = SessionState()
    rules = [rule("never", {"stream": True}), rule("first", replies=["one", "two"]), rule("second")]
    assert [texts(take(state, rules, ask())) for _ in range(3)] == ["one", "two", None]
    assert (state.calls, state.requests) == ({"first": 2}, 3)


def test_a_request_that_no_rule_matches_takes_no_turn(ask: Any, rule: Any) -> None:
    state = SessionState()
    found = take(state, [rule("never", {"stream": True})], ask())
    assert (type(found), found.number, state.calls, state.requests) == (NoClaim, 1, {}, 1)


def test_a_rule_that_is_used_up_and_falls_through_lets_the_next_answer(ask: Any, rule: Any) -> None:
    state = SessionState()
    rules = [rule("first", replies=["one"], then="fall_through"), rule("second", replies=["two"])]
    assert [texts(take(state, rules, ask())) for _ in range(3)] == ["one", "two", "two"]


@pytest.mark.parametrize(
    ("own", "of_file", "default", "expected"),
    [
        (None, None, "fail", ["one", "two", None]),
        (None, None, "repeat_last", ["one", "two", "two"]),
        (None, "cycle", "fail", ["one", "two", "one"]),
        ("repeat_last", "cycle", "fail", ["one", "two", "two"]),
    ],
)
def test_the_rule_decides_then_the_file_then_the_default(
    own: Any, of_file: Any, default: Any, expected: list[str | None], ask: Any, rule: Any
) -> None:
    state = SessionState()
    mine = rule("mine", origin=FileOf(Defaults(then=of_file)), replies=["one", "two"], then=own)
    assert [texts(take(state, [mine], ask(), then=default)) for _ in range(3)] == expected


@pytest.mark.parametrize(("then", "expected"), [(None, ["one", "one"]), ("fail", ["one", None])])
def test_a_single_reply_is_given_again_unless_it_was_said_otherwise(
    then: Any, expected: list[str | None], ask: Any, rule: Any
) -> None:
    state = SessionState()
    mine = rule("mine", replies=["one"], then=then)
    assert [texts(take(state, [mine], ask())) for _ in range(2)] == expected


def test_a_claim_holds_the_captures_and_the_states_before_they_change(ask: Any, rule: Any) -> None:
    state = SessionState()
    when = {"user": {"regex": r"(?P<name>Ann)"}, "state": {"step": "one"}}
    mine = rule("mine", when, replies=[{"text": "x", "set": {"step": "two"}}])
    found = take(state, [mine], ask(messages=(Message("user", "Ann"),)), initial={"step": "one"})
    assert isinstance(found, Claim)
    assert (found.captures, found.states, found.index, found.call, found.number) == (
        {"name": "Ann"},
        {"step": "one"},
        0,
        1,
        1,
    )
    assert state.all_states() == {"": {"step": "two"}}


def test_when_no_rule_answers_every_rule_is_a_candidate_as_it_stood(ask: Any, rule: Any) -> None:
    state = SessionState()
    rules = [rule("used up", replies=["one"], then="fail"), rule("below"), rule("other", {"stream": True})]
    take(state, rules, ask())
    found = take(state, rules, ask(), initial={"step": "one"})
    assert isinstance(found, NoClaim)
    assert [(one.rule.key, one.view, one.status) for one in found.candidates] == [
        ("used up", View({}, 2), "exhausted"),
        ("below", View({}, 1), "unmatched"),
        ("other", View({}, 1), "unmatched"),
    ]


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        (None, ""),
        ("user", "bob"),
        ("metadata.chat", "7"),
        ("metadata", '{"chat":7}'),
        ("nothing", ""),
        ("headers.X-Tenant", "blue"),
        ("headers.x-none", ""),
    ],
)
def test_states_belong_to_whom_the_file_says(per: str | None, expected: str, ask: Any) -> None:
    request = ask(body={"user": "bob", "metadata": {"chat": 7}}, headers=(("x-tenant", "blue"),))
    assert owner_of(StateSpec(per=per), request) == expected
