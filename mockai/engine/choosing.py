"""Which rule answers a request: it is matched, takes a turn and moves the state in one step on the session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from mockai.api_errors import ErrorReply, RequestRefused
from mockai.endpoints.base import Operation
from mockai.engine.script import Script
from mockai.ids import EPOCH, Mint
from mockai.journal import Entry
from mockai.matching.claim import Claim, NoClaim, claim, unclaimed
from mockai.matching.index import Index
from mockai.matching.near_miss import near_misses, unmatched_message
from mockai.matching.rules import CompiledRule, Origin, compile_rule
from mockai.request import APIRequest
from mockai.scenario.schema import Reply, Rule
from mockai.scenario.templates import Scope, render
from mockai.settings import Settings
from mockai.state import Session, SessionState

__all__ = ["Choosing"]


class Choosing:
    """Chooses among the rules of a script and those a session was given at run time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._own: WeakKeyDictionary[Session, Index] = WeakKeyDictionary()

    def rules_of(self, script: Script, session: Session) -> tuple[CompiledRule, ...]:
        """The rules a request of this session meets, first match wins."""
        if not session.rules:
            return script.rules
        together: tuple[CompiledRule, ...] = session.rules + script.rules
        return tuple(sorted(together, key=lambda rule: -rule.rule.priority))

    def claim(self, script: Script, session: Session, operation: Operation, request: APIRequest) -> Claim | NoClaim:
        """The rule that answers, with its turn taken and its states set, or what is known where none does."""
        return session.claim(self._take, script, session, _NOTHING if operation.serve else operation.takes, request)

    def _take(
        self, state: SessionState, script: Script, session: Session, takes: frozenset[str] | None, request: APIRequest
    ) -> Claim | NoClaim:
        """The same in one step on the session's state, of the rules with replies of kinds it `takes` (None for all)."""
        likely, then, initial = self.likely(script, session, request), self.settings.then, script.initial
        if takes is not None:
            likely = _fitting(likely, takes, request)
        found = claim(state, likely, request, then=then, initial=initial, update=self._states)
        if found is not None:
            return found
        near: Sequence[CompiledRule] = ()
        if self.settings.on_unmatched == "error":
            near = self.rules_of(script, session)
            near = near if takes is None else _fitting(near, takes, request)
        return unclaimed(state, near, request, then=then, initial=initial)

    def _states(self, taken: Claim, request: APIRequest) -> Mapping[str, Any]:
        """The states that a reply sets, rendered."""
        now = EPOCH + taken.number - 1
        mint = Mint(self.settings.seed, taken.rule.key, taken.call, "set", created=now)
        scope = Scope(request, taken.captures, taken.states, taken.call, request.attempt, mint, now)
        rendered: Mapping[str, Any] = render(taken.reply.set, scope, native=True)
        return rendered

    def mint(self, found: Claim | NoClaim, request: APIRequest) -> Mint:
        """What everything in the reply that is unique or drawn comes from."""
        seed, created = self.settings.seed, EPOCH + found.number
        if isinstance(found, Claim):
            return Mint.numbered(seed, (found.rule.key,), found.call, created)
        return Mint.numbered(seed, (request.endpoint, request.operation), found.number, created)

    def without_rule(self, found: NoClaim, request: APIRequest, entry: Entry) -> Claim:
        """What stands in for a rule where none matched: `auto` or `echo`. Raises RequestRefused, the 404 that says why
        no rule did, where nothing is to stand in."""
        if self.settings.on_unmatched == "error":
            near = near_misses(found.candidates, request)
            entry.unmatched = unmatched_message(request, near, len(found.candidates))
            raise RequestRefused(_unmatched_error(entry.unmatched))
        rule = _STAND_INS[self.settings.on_unmatched]
        return Claim(rule, rule.rule.replies[0], 0, found.number, {}, {}, found.number)

    def likely(self, script: Script, session: Session, request: APIRequest) -> Sequence[CompiledRule]:
        """Those of the rules a request of this session meets that may match it."""
        if not session.rules:
            return script.index.likely(request)
        own = session.rules if len(session.rules) <= _FEW else self._indexed(session).likely(request)
        if len(own) == 1 and not script.rules:
            return own
        found = [*own, *script.index.likely(request)]
        return found if len(found) == 1 else sorted(found, key=lambda rule: -rule.rule.priority)

    def _indexed(self, session: Session) -> Index:
        own = self._own.get(session)
        if own is None or own.rules is not session.rules:
            own = self._own[session] = Index(session.rules)
        return own


def _fitting(rules: Sequence[CompiledRule], takes: frozenset[str], request: APIRequest) -> Sequence[CompiledRule]:
    return [rule for rule in rules if rule.kinds <= takes or rule.names(request)]


_NOTHING: frozenset[str] = frozenset()

_FEW = 4
"""So many rules are tried one by one sooner than they are filed for a test's one request."""

_STAND_INS: Mapping[str, CompiledRule] = {
    kind: compile_rule(Rule(replies=(Reply.model_validate({kind: True}),)), f"(unmatched: {kind})", "", origin=Origin())
    for kind in ("auto", "echo")
}


def _unmatched_error(message: str) -> ErrorReply:
    """404 in OpenAI's shape; clients must not retry what no retry can change."""
    return ErrorReply(404, message, code="mockai_unmatched", headers=(("x-should-retry", "false"),))
