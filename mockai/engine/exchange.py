"""A request on its way: its plan, its journal entry, and whoever is told when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mockai.journal import Entry, Outcome
from mockai.scaled import scaled_head
from mockai.state import Session
from mockai.wire import Body, Burst, Head, Plan

__all__ = ["KNOWN", "Exchange", "Observer"]

Observer: TypeAlias = Callable[[Entry], None]
"""Told of every request of every session when it has ended; must not block."""

KNOWN = (tuple, Burst)
"""Plans that nothing can go wrong with while they are played."""


@dataclass(slots=True)
class Exchange:
    """A request's plan, its journal entry, and the session it belongs to."""

    session: Session
    entry: Entry
    plan: Plan
    observers: Sequence[Observer] = ()

    def whole(self) -> tuple[Head, Body] | None:
        """The head and the body, where the plan is known and there is nothing else to it, as with most replies."""
        plan = self.plan
        if type(plan) is not tuple or len(plan) != 2:
            return None
        head, body = plan
        return (head, body) if type(head) is Head and type(body) is Body else None

    def begin(self, head: Head) -> Head:
        """Note the head that goes to the client; returns it as it is sent."""
        entry = self.entry
        entry.head = head
        if head.status < 400 or entry.time_scale >= 1:
            return head
        return scaled_head(head, entry.retry_after, entry.time_scale)

    def end(self, outcome: Outcome) -> None:
        """Say how playing the plan ended; closes what the plan still holds open."""
        if type(self.plan) not in KNOWN:
            close = getattr(self.plan, "close", None)
            if close is not None:
                close()
        if self.session.journal.end(self.entry, outcome):
            if self.entry.grant is not None and self.entry.grant.release is not None:
                self.entry.grant.release()
            for tell in tuple(self.observers):
                tell(self.entry)
