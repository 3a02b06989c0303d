"""A stream without what differs from one request to the next: the head of its chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mockai.endpoints.chat_choice import Spent
from mockai.endpoints.chat_frame import Frame
from mockai.wire import Body, Kind, Step

__all__ = ["Mould"]


class _Tail(NamedTuple):
    """A chunk behind its head."""

    data: bytes
    kind: Kind
    tokens: int


class Mould:
    """The steps of a stream, its chunks without their heads, and what its choices cost.

    `tails` are the chunks where the stream is nothing but chunks, `pieces` counts those with content.
    """

    __slots__ = ("frame", "pieces", "size", "spent", "steps", "tails")

    def __init__(self, steps: tuple[_Tail | Step, ...], spent: Spent, frame: Frame) -> None:
        self.steps = steps
        self.spent = spent
        self.frame = frame
        self.size = sum(len(step.data) for step in steps if isinstance(step, _Tail | Body))
        self.pieces = sum(isinstance(step, _Tail | Body) and step.kind == "piece" for step in steps)
        tails = tuple(step.data for step in steps if isinstance(step, _Tail))
        self.tails = tails if len(tails) == len(steps) else None

    @classmethod
    def of(cls, steps: Iterable[Step], head: bytes, spent: Spent, frame: Frame) -> Mould:
        """The mould of steps whose chunks have this head."""
        return cls(tuple(_without(head, step) for step in steps), spent, frame)

    def cast(self, head: bytes) -> Iterator[Step]:
        """The steps again, their chunks with another head."""
        for step in self.steps:
            yield Body(head + step.data, step.kind, step.tokens) if isinstance(step, _Tail) else step


def _without(head: bytes, step: Step) -> _Tail | Step:
    if isinstance(step, Body) and step.data.startswith(head):
        return _Tail(step.data[len(head) :], step.kind, step.tokens)
    return step
