"""What strikes a call from outside its rule: an error in its place, or faults and slowness on its way."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mockai.answering import changed, struck
from mockai.ids import Mint
from mockai.journal import Entry
from mockai.matching.claim import Claim
from mockai.matching.rules import CompiledRule
from mockai.scenario.schema import FaultSpec, Latency, Reply
from mockai.wire import Plan

__all__ = ["Strike"]


@dataclass(frozen=True, slots=True)
class Strike:
    """One call is struck, the `call`-th of its kind and the session's `number`-th.

    `rule` stands in for the scenario's. With a `reply` that is what the call gets, and no rule loses a turn;
    else the rule's own reply comes, with these `faults` beside its own and this `latency` in place of its own.
    """

    rule: CompiledRule
    call: int
    number: int
    reply: Reply | None = None
    faults: tuple[FaultSpec, ...] = ()
    latency: Latency | None = None

    def claim(self) -> Claim | None:
        """What takes the call in place of a rule; None if a rule shall."""
        return None if self.reply is None else self._stand_in(self.reply)

    def upon(self, taken: Claim) -> Claim:
        """The claim with what strikes it in its reply."""
        own = taken.reply.faults if taken.reply.faults is not None else taken.rule.origin.defaults.faults
        changes = {"faults": (*(own or ()), *self.faults)} | ({"latency": self.latency} if self.latency else {})
        return replace(taken, reply=taken.reply.model_copy(update=changes))

    def on_plan(self, plan: Plan, mint: Mint, entry: Entry) -> Plan:
        """The plan of an operation that answers by itself, with what strikes it."""
        taken = self.upon(self._stand_in(self.rule.rule.replies[0]))
        return changed(plan, taken, mint, struck(taken, mint), entry)

    def _stand_in(self, reply: Reply) -> Claim:
        return Claim(self.rule, reply, 0, self.call, {}, {}, self.number)
