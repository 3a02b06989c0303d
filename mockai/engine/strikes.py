"""What strikes a call from outside its rule: an error in its place, or faults and slowness on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mockai.engine.answering import changed, struck
from mockai.ids import Mint
from mockai.journal import Entry
from mockai.matching.claim import Claim
from mockai.matching.rules import CompiledRule, Origin, compile_rule
from mockai.scenario.schema import FaultSpec, Latency, Reply, Rule
from mockai.wire import Plan

__all__ = ["Strike", "stand_in"]


@dataclass(frozen=True, slots=True)
class Strike:
    """One call is struck.

    With an `instead` that is what answers, and no rule loses a turn; else the rule's own reply comes. Either has
    these `faults` beside its own, and this `latency` in place of its own. `own` is what an operation is taken to
    have claimed that answers by itself; `tell` hears of the claim of the call, if anybody wants to know.
    """

    own: Claim
    instead: Claim | None = None
    faults: tuple[FaultSpec, ...] = ()
    latency: Latency | None = None
    tell: Callable[[Claim], None] | None = None

    def upon(self, taken: Claim) -> Claim:
        """The claim with what strikes it in its reply."""
        if self.tell is not None:
            self.tell(taken)
        if not (self.faults or self.latency):
            return taken
        own = taken.reply.faults if taken.reply.faults is not None else taken.rule.origin.defaults.faults
        changes = {"faults": (*(own or ()), *self.faults)} | ({"latency": self.latency} if self.latency else {})
        return replace(taken, reply=taken.reply.model_copy(update=changes))

    def on_plan(self, plan: Plan, mint: Mint, entry: Entry) -> Plan:
        """The plan of an operation that answers by itself, with what strikes it."""
        taken = self.upon(self.own)
        return changed(plan, taken, mint, struck(taken, mint), entry)


def stand_in(key: str) -> CompiledRule:
    """A rule that answers where none of the scenario's does, and goes by this key in calls."""
    return compile_rule(Rule(replies=(Reply(auto=True),)), key, "", origin=Origin())
