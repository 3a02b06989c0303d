"""What a fault is: a function from plan to plan, and where in the plan it strikes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

from mockai.wire import Step

__all__ = ["Fault", "Place", "PlaceKind"]

PlaceKind: TypeAlias = Literal["before", "after_headers", "after", "after_events", "at", "at_end"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a reply something happens.

    `before` the response, `after_headers`, `after` n pieces of scripted content (the role chunk does not
    count), `after_events` n events of any kind, `at` the n-th event (from 1), `at_end`.
    """

    kind: PlaceKind
    n: int = 0

    @classmethod
    def read(cls, options: dict[str, Any]) -> Place | None:
        """Take the place out of a fault's options, if they name one; ValueError if they name two."""
        raise NotImplementedError

    def written(self) -> dict[str, Any]:
        """The place as a user writes it: `{"after": 3}`, `{"before": True}`."""
        raise NotImplementedError


class Fault:
    """One way to fail. A subclass is a frozen dataclass whose fields are its options.

    `strike` gets what is left of the plan from the place on and says what is sent instead.
    """

    name: ClassVar[str]
    default_place: ClassVar[Place]
    summary: ClassVar[str]

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """What is sent from the place on."""
        raise NotImplementedError
