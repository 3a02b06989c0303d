"""The walk to the place where a fault strikes; the only code that counts pieces and events."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias, TypeGuard

from mockai.faults.base import Fault, Place, Placed
from mockai.wire import Abort, Body, Head, Plan, Step, Wait

__all__ = ["Struck", "apply", "is_event", "is_whole", "until"]

Struck: TypeAlias = Callable[[str], None]
"""Told the name of a fault when it changes what is sent."""


def apply(plan: Plan, faults: Sequence[Placed], struck: Struck | None = None) -> Plan:
    """The plan with these faults in it, each applied to what the one before it made. `struck` hears of those
    that really change something, at that moment; without faults the plan comes back as it was."""
    for placed in faults:
        plan = _with(plan, placed, struck or _unheard)
    return plan


def is_whole(step: Step | None) -> TypeGuard[Body]:
    """Whether this is the body of a reply that is not a stream."""
    return isinstance(step, Body) and step.kind in ("json", "raw")


def is_event(step: Step | None) -> TypeGuard[Body]:
    """Whether this is an event of a stream."""
    return isinstance(step, Body) and step.kind not in ("json", "raw", "part")


def until(steps: Iterator[Step], place: Place, *, halves: bool = False) -> Generator[Step, None, Iterator[Step] | None]:
    """Pass on the steps before the place and return those from it on; None if the plan was aborted before.

    With `halves`, a place inside a reply that is not a stream lies in the middle of its body, else just
    before it.
    """
    if place.kind == "before":
        return (yield from _waited(steps))
    walk = _Walk(place)
    for step in steps:
        if halves and place.n > 0 and is_whole(step):
            first, second = _halves(step)
            yield first
            return chain((second,), steps)
        if walk.is_due_before(step):
            return chain((step,), steps)
        yield step
        if isinstance(step, Abort):
            return None
        if walk.is_due_after(step):
            return steps
    return iter(())


def _waited(steps: Iterator[Step]) -> Generator[Step, None, Iterator[Step]]:
    """Pass on the waits that a reply begins with: what comes in place of it is as slow, and as long held at a gate."""
    for step in steps:
        if not isinstance(step, Wait):
            return chain((step,), steps)
        yield step
    return steps


@dataclass(slots=True)
class _Walk:
    """How far a walk has come."""

    place: Place
    pieces: int = 0
    events: int = 0

    def is_due_before(self, step: Step) -> bool:
        """Whether the place lies just before this step."""
        if not isinstance(step, Body):
            return False
        kind, n = self.place.kind, self.place.n
        if is_whole(step):
            return kind in ("after", "after_events", "at")
        last = step.kind == "done"
        if kind == "after":
            return last or (n == 0 and step.kind == "piece")
        if kind == "at":
            return last or self.events + 1 == n
        # The n-th event may be [DONE] itself.
        return last and not (kind == "after_events" and self.events + 1 == n)

    def is_due_after(self, step: Step) -> bool:
        """Count this step; whether the place lies just after it."""
        kind, n = self.place.kind, self.place.n
        if isinstance(step, Head):
            return kind == "after_headers" or (kind == "after_events" and n == 0)
        if not is_event(step):
            return False
        self.events += 1
        self.pieces += step.kind == "piece"
        return (kind == "after_events" and self.events == n) or (kind == "after" and 0 < n == self.pieces)


def _with(plan: Plan, placed: Placed, struck: Struck) -> Iterator[Step]:
    fault, place = placed.fault, placed.place
    if fault.needs_head and place.kind == "before":
        place = Place("after_headers")
    steps = fault.prepare(_unsized(iter(plan)) if fault.resizes else iter(plan))
    rest = yield from until(steps, place, halves=fault.halves)
    if rest is not None:
        yield from _watched(fault, rest, struck)


def _unsized(steps: Iterator[Step]) -> Iterator[Step]:
    for step in steps:
        yield step.without("content-length") if isinstance(step, Head) else step


def _halves(body: Body) -> tuple[Body, Body]:
    middle = len(body.data) // 2
    return body._replace(data=body.data[:middle]), body._replace(data=body.data[middle:], tokens=0)


def _watched(fault: Fault, rest: Iterator[Step], struck: Struck) -> Iterator[Step]:
    """What the fault makes of the rest; it has struck at the first step that is not the one it was given."""
    taken: list[Step] = []

    def given() -> Iterator[Step]:
        for step in rest:
            taken.append(step)
            yield step

    changed = False
    for step in fault.strike(given()):
        if not changed and not (len(taken) == 1 and taken[0] == step):
            changed = True
            struck(fault.name)
        taken.clear()
        yield step
    if not changed and (taken or next(rest, None) is not None):
        struck(fault.name)


def _unheard(name: str) -> None:
    """Nobody wants to know."""
