"""From a claimed reply to its answer, and to the plan with its timing and its faults."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from mockai import faults, latency
from mockai.api_errors import ErrorReply
from mockai.endpoints.base import Operation
from mockai.endpoints.sending import plan_of
from mockai.engine.speaking import asked_of, is_verbatim, worded
from mockai.ids import Mint
from mockai.journal import Entry
from mockai.matching.claim import Claim, owner_of
from mockai.providers import PLAIN, Dialect
from mockai.replies.answer import Answer
from mockai.replies.live import Live
from mockai.replies.python import answer_of, call_reply, reply_of
from mockai.replies.render import render
from mockai.scenario.schema import Amount, FaultSpec, Latency
from mockai.scenario.templates import Scope
from mockai.state import Session
from mockai.wire import Call, Plan

__all__ = ["called", "changed", "made", "sent", "struck"]

_WITH_IT = ("latency", "gate", "faults", "quirks")
"""What a reply that Python returns may bring along besides its content."""


def called(function: Callable[[], Any]) -> Generator[Call, None, Any]:
    """Let the player do a user's work; returns what it returned, raises what it raised."""
    call = Call(function)
    yield call
    return call.outcome()


def made(
    taken: Claim, scope: Scope, session: Session, initial: Mapping[str, Any]
) -> Generator[Call, None, tuple[Claim, Answer | Live]]:
    """The answer of a reply: rendered, or made by the user's Python, whose timing, faults and states count too."""
    reply, defaults = taken.reply, taken.rule.origin.defaults
    if reply.python is None:
        return taken, render(reply, scope, defaults)
    value = yield from called(call_reply(reply.python, scope.request).function)
    returned = reply_of(value)
    if returned is not None:
        given = {name: getattr(returned, name) for name in _WITH_IT if returned.given(name)}
        taken = replace(taken, reply=reply.model_copy(update=given))
        if returned.set:
            owner = owner_of(taken.rule.origin.state, scope.request)
            session.claim(lambda state: state.states(owner, initial).update(returned.set))
    return taken, answer_of(value, scope, defaults, reply)


def struck(taken: Claim, mint: Mint) -> Sequence[faults.Placed]:
    """The faults that strike this call."""
    defaults = taken.rule.origin.defaults
    written = taken.reply.faults if taken.reply.faults is not None else defaults.faults or ()
    if not written:
        return ()
    chance = mint.child("faults").rng
    return [faults.Placed(f.fault(), f.where()) for f in written if _strikes(f, taken.call, chance)]


def changed(plan: Plan, taken: Claim, mint: Mint, placed: Sequence[faults.Placed], entry: Entry) -> Plan:
    """The plan with the reply's gate, latency and faults in it."""
    reply, defaults = taken.reply, taken.rule.origin.defaults
    written_pace = reply.latency or defaults.latency
    if written_pace is not None:
        plan = latency.apply(plan, _pace(written_pace), mint.child("latency"))
    if reply.gate is not None:
        plan = latency.gate(plan, reply.gate.name, reply.gate.after)
    return faults.apply(plan, placed, entry.strike) if placed else plan


def sent(
    answer: Answer | Live,
    taken: Claim,
    scope: Scope,
    operation: Operation,
    dialect: Dialect,
    session: Session,
    entry: Entry,
) -> Plan:
    """The plan that sends an answer, as the provider says it, with all that is to go wrong with it."""
    request, mint = scope.request, scope.mint
    placed = struck(taken, mint)
    if placed:
        from mockai.replies.spoiling import Asked, spoilt  # as few tests and servers need it

        answer = spoilt(answer, placed, Asked(request, mint), entry.strike)
    entry.refusal = answer if isinstance(answer, ErrorReply) else None
    if dialect is PLAIN or is_verbatim(answer):
        return changed(plan_of(answer, operation, request, mint, session.resources), taken, mint, placed, entry)
    asked, answer = asked_of(request, mint, entry, answer), worded(answer, dialect, taken, request)
    plan = dialect.said(plan_of(answer, operation, dialect.asking(request), mint, session.resources), asked)
    return dialect.late(changed(plan, taken, mint, placed, entry), asked)


def _pace(written: Latency) -> latency.Pace:
    amounts = {name: _amount(getattr(written, name)) for name in type(written).model_fields if name != "jitter"}
    return latency.Pace(**amounts, jitter=written.jitter)


def _amount(written: Amount | None) -> latency.Amount | None:
    if written is None:
        return None
    return latency.Amount(written.fixed, written.lognormal, written.uniform)


def _strikes(fault: FaultSpec, call: int, chance: Random) -> bool:
    """Whether a fault strikes this call; every fault with a probability draws, so that one does not shift another."""
    drawn = fault.probability is None or chance.random() < fault.probability
    return drawn and (fault.on is None or call in fault.on)
