"""A stream without what differs from one request to the next: the head of its chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mockai.endpoints.chat_choice import Spent
from mockai.wire import Body, Kind, Step

__all__ = ["Mould"]


class _Tail(NamedTuple):
    """A chunk behind its head."""

    data: bytes
    kind: Kind
    tokens: int


class Mould(NamedTuple):
    """The steps of a stream, its chunks without their heads, and what its choices cost."""

    steps: tuple[_Tail | Step, ...]
    spent: Spent

    @classmethod
    def of(cls, steps: Iterable[Step], head: bytes, spent: Spent) -> Mould:
        """The mould of steps whose chunks have this head."""
        return cls(tuple(_without(head, step) for step in steps), spent)

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return sum(len(step.data) for step in self.steps if isinstance(step, _Tail | Body))

    def cast(self, head: bytes) -> Iterator[Step]:
        """The steps again, their chunks with another head."""
        for step in self.steps:
            yield Body(head + step.data, step.kind, step.tokens) if isinstance(step, _Tail) else step


def _without(head: bytes, step: Step) -> _Tail | Step:
    if isinstance(step, Body) and step.data.startswith(head):
        return _Tail(step.data[len(head) :], step.kind, step.tokens)
    return step
