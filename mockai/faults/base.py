"""What a fault is: a function from plan to plan, and where in the plan it strikes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar, get_args

from mockai.by_name import Register
from mockai.wire import Step

__all__ = ["FAULTS", "PLACES", "ContentFault", "Fault", "Place", "PlaceKind", "Placed", "register"]

PlaceKind: TypeAlias = Literal["before", "after_headers", "after", "after_events", "at", "at_end"]

PLACES: tuple[PlaceKind, ...] = get_args(PlaceKind)
"""Every kind of place, as the keys a user writes."""

_COUNTS = {"after": "pieces of content", "after_events": "events", "at": "the event, counted from 1"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a reply something happens.

    `before` the response, `after_headers`, `after` n pieces of scripted content (the role chunk does not
    count; 0 is before the first), `after_events` n events of any kind, `at` the n-th event (from 1),
    `at_end`, when only the closing `[DONE]` is left. A place that a stream never reaches is its end; a place
    inside a reply that is not a stream is the middle of its body.
    """

    kind: PlaceKind
    n: int = 0

    def __post_init__(self) -> None:
        least = 1 if self.kind == "at" else 0
        if self.kind in _COUNTS and not (type(self.n) is int and self.n >= least):
            raise ValueError(f"{self.kind} is a number ({_COUNTS[self.kind]}), at least {least}; seen {self.n!r}")
        if self.kind not in _COUNTS and self.n != 0:
            raise ValueError(f"{self.kind} takes no number; seen {self.n!r}")

    @classmethod
    def read(cls, options: dict[str, Any]) -> Place | None:
        """Take the place out of a fault's options, if they name one; ValueError if they name two."""
        given = [(kind, options.pop(kind)) for kind in PLACES if kind in options]
        if len(given) > 1:
            raise ValueError(f"a fault strikes at one place; seen {' and '.join(kind for kind, _ in given)}")
        for kind, value in given:
            if kind in _COUNTS:
                return cls(kind, value)
            if value is not True:
                raise ValueError(f"{kind} is true or left out; seen {value!r}")
            return cls(kind)
        return None

    def written(self) -> dict[str, Any]:
        """The place as a user writes it: `{"after": 3}`, `{"before": True}`."""
        return {self.kind: self.n if self.kind in _COUNTS else True}


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail. A subclass is a frozen dataclass whose fields are its options, each with a default
    and of type str, int, float, bool or None (or some of these).

    `prepare` gets the whole plan on its way to the place, for what must be said in the head; `strike` gets what
    is left from the place on and says what is sent instead. Both must pass on a `Call` before they take the step
    after it, since that step may need the outcome.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    """One line: what happens on the wire."""
    default_place: ClassVar[Place]
    needs_head: ClassVar[bool] = True
    """Strikes after the headers at the earliest, even if told to strike before the response."""
    halves: ClassVar[bool] = True
    """In a reply that is not a stream, half of the body is sent before it strikes inside it."""
    harmless: ClassVar[bool] = False
    """A client that keeps to the standards takes no notice of it."""
    resizes: ClassVar[bool] = False
    """The body ends cleanly at another length than announced, so that `content-length` must go."""

    def prepare(self, steps: Iterator[Step]) -> Iterator[Step]:
        """The plan as it is sent where the fault does not strike."""
        return steps

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """What is sent from the place on."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ContentFault(Fault):
    """A fault of the content: on the wire everything is in order."""

    default_place = Place("before")
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The plan as it is: its content has been changed before."""
        return rest


@dataclass(frozen=True, slots=True)
class Placed:
    """A fault, and where it strikes."""

    fault: Fault
    place: Place


_MODULES = ("content", "error_events", "framing", "octets", "socket", "stream")

FAULTS: Register[Fault] = Register("fault", *(f"mockai.faults.{name}" for name in _MODULES))
"""Every fault by name."""

F = TypeVar("F", bound=type[Fault])


def register(fault: F) -> F:
    """Make a fault known by its name; ValueError if another has it."""
    FAULTS.add(fault)
    return fault
