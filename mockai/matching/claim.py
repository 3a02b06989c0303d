"""Which rule answers, and with which of its replies: one atomic step on a session's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from mockai.matching.base import Mismatch, View, first_mismatch
from mockai.matching.near_miss import Candidate
from mockai.matching.rules import CompiledRule, explain
from mockai.request import APIRequest
from mockai.scenario.schema import Reply, StateSpec, Then
from mockai.state import SessionState

__all__ = ["Claim", "NoClaim", "claim", "owner_of", "turn_of", "unclaimed"]


@dataclass(slots=True)
class Claim:
    """A rule has taken the request: its `index`-th reply (from 0) on its `call`-th call (from 1), with the
    named groups its regexes caught and the states as they were before the reply changed them. `number` is
    the request's number in the session (from 1)."""

    rule: CompiledRule
    reply: Reply
    index: int
    call: int
    captures: Mapping[str, str]
    states: Mapping[str, Any]
    number: int


@dataclass(frozen=True, slots=True)
class NoClaim:
    """No rule has taken the request; `candidates` are all rules as they stood at that moment."""

    candidates: tuple[Candidate, ...]
    number: int


def turn_of(replies: int, call: int, then: Then) -> int | None:
    """Which of so many replies the `call`-th call gets, or None when they are used up.

    A single reply is not a sequence: it is given again and again, unless `then` was written and says otherwise.
    """
    if call <= replies:
        return call - 1
    if then == "repeat_last":
        return replies - 1
    return (call - 1) % replies if then == "cycle" else None


def owner_of(spec: StateSpec, request: APIRequest) -> str:
    """Whose states a request meets: `""` for the session's, else the text of the value `per` points at."""
    if spec.per is None:
        return ""
    if spec.per.lower().startswith("headers."):
        return request.headers.get(spec.per[8:].lower(), "")
    import jmespath

    try:
        value = jmespath.search(spec.per, request.body)
    except jmespath.exceptions.JMESPathError:
        # An expression that does not fit this body (`length(user)` of a number) finds nothing in it.
        return ""
    return "" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()


def claim(
    state: SessionState,
    rules: Iterable[CompiledRule],
    request: APIRequest,
    *,
    then: Then,
    initial: Mapping[str, Any],
    update: Callable[[Claim, APIRequest], Mapping[str, Any]],
) -> Claim | None:
    """Take the first rule that matches and has a reply left; move its counter and the states. None if there is none.

    `then` holds for rules and files that say nothing; `update` gives the states a reply sets, rendered. Must run inside
    `Session.claim`. A rule whose replies are used up and that fails stops the search.
    """
    state.requests += 1
    for rule in rules:
        view = _view(state, rule, request, initial)
        mismatch = first_mismatch(rule.predicates, request, view)
        if mismatch is not None:
            _count_passing(state, rule, request, view, mismatch)
            continue
        call, replies, after = view.call, rule.rule.replies, rule.then or then
        index = turn_of(len(replies), call, after)
        if index is not None:
            state.calls[rule.key] = call
            taken = Claim(rule, replies[index], index, call, view.captures, view.states.copy(), state.requests)
            if taken.reply.set:
                view.states.update(update(taken, request))
            return taken
        if after == "fail":
            break
    return None


def unclaimed(
    state: SessionState, rules: Iterable[CompiledRule], request: APIRequest, *, then: Then, initial: Mapping[str, Any]
) -> NoClaim:
    """What is known of a request that none of these rules has taken. Must run inside `Session.claim` too."""
    return NoClaim(tuple(_candidate(state, rule, request, then, initial) for rule in rules), state.requests)


def _count_passing(state: SessionState, rule: CompiledRule, request: APIRequest, view: View, first: Mismatch) -> None:
    """A rule counts the requests that meet its other conditions, or `call: 2` could never come true."""
    if first.key == "call" and len(explain(rule, request, view).mismatches) == 1:
        state.calls[rule.key] = view.call


def _candidate(
    state: SessionState, rule: CompiledRule, request: APIRequest, then: Then, initial: Mapping[str, Any]
) -> Candidate:
    """A rule with what it saw; looked at again only here, so that a match pays nothing for near misses."""
    view = _view(state, rule, request, initial)
    used_up = turn_of(len(rule.rule.replies), view.call, rule.then or then) is None
    return Candidate(rule, replace(view, states=dict(view.states)), "exhausted" if used_up else "unmatched")


def _view(state: SessionState, rule: CompiledRule, request: APIRequest, initial: Mapping[str, Any]) -> View:
    """What the rule sees; its states are the owner's own, not a copy."""
    spec = rule.origin.state
    states = state.states("" if spec.per is None else owner_of(spec, request), initial)
    return View(states, state.calls.get(rule.key, 0) + 1, {})
