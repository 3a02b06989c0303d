"""Faults inside a reply. Bare, they strike after the first piece of content; without a stream, inside the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mockai import sse
from mockai.faults.base import Fault, Place, register
from mockai.faults.placing import is_event
from mockai.wire import Abort, Body, Step

__all__ = [
    "Disconnect",
    "DoubleDone",
    "Drop",
    "Duplicate",
    "KeepaliveComments",
    "MalformedJSON",
    "MissingDone",
    "Reorder",
    "Truncate",
]


@register
@dataclass(frozen=True, slots=True)
class Disconnect(Fault):
    """The connection is closed in the middle of the reply."""

    name = "disconnect"
    summary = "The connection is closed with the reply unfinished; the client sees an incomplete read."
    default_place = Place("after", 1)

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """A close, and nothing after it."""
        yield Abort("close")


@register
@dataclass(frozen=True, slots=True)
class Truncate(Fault):
    """The reply ends too early, but cleanly."""

    name = "truncate"
    summary = "The stream ends cleanly, without a finish reason and `[DONE]`; a JSON body ends in the middle."
    default_place = Place("after", 1)
    resizes = True

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """Nothing."""
        return iter(())


@register
@dataclass(frozen=True, slots=True)
class Duplicate(Fault):
    """An event comes twice."""

    name = "duplicate"
    summary = "The next event is sent twice."
    default_place = Place("after", 1)
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The next event and itself again."""
        for step in rest:
            yield step
            if is_event(step):
                yield step
                break
        yield from rest


@register
@dataclass(frozen=True, slots=True)
class Drop(Fault):
    """An event does not come."""

    name = "drop"
    summary = "The next event is not sent; the stream goes on after it."
    default_place = Place("after", 1)
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """Everything but the next event."""
        for step in rest:
            if is_event(step):
                break
            yield step
        yield from rest


@register
@dataclass(frozen=True, slots=True)
class Reorder(Fault):
    """Two events change places."""

    name = "reorder"
    summary = "The next two events change places."
    default_place = Place("after", 1)
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The next event behind the one after it."""
        held: Body | None = None
        for step in rest:
            if held is None and is_event(step):
                held = step
                continue
            if held is not None and (is_event(step) or isinstance(step, Abort)):
                yield from (step, held) if is_event(step) else (held, step)
                held = None
                break
            yield step
        if held is not None:
            yield held
        yield from rest


@register
@dataclass(frozen=True, slots=True)
class MalformedJSON(Fault):
    """JSON is cut short, inside an event that is otherwise whole."""

    name = "malformed_json"
    summary = "The JSON of one event (or of the reply) stops in the middle; the stream goes on after it."
    default_place = Place("after", 1)
    halves = False
    resizes = True

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The next JSON cut in half, and the others whole."""
        for step in rest:
            found = _JSON.match(step.data) if isinstance(step, Body) else None
            if found is not None and isinstance(step, Body):
                yield step._replace(data=_cut(step.data, found.end()))
                break
            yield step
        yield from rest


_JSON = re.compile(rb"(?:(?:event: [^\n]*\n)?data: |\s*)(?=\{)")
"""What stands before a JSON object in an event, or in a body that is JSON."""


def _cut(data: bytes, start: int) -> bytes:
    """The data without the second half of the JSON that begins at `start`; what ends an event stays. No
    character is cut, so that the client meets bad JSON and not bad UTF-8."""
    end = len(data.rstrip())
    half = data[start : (start + end) // 2].decode(errors="ignore").encode()
    return data[:start] + half + data[end:]


@register
@dataclass(frozen=True, slots=True)
class KeepaliveComments(Fault):
    """Comments between events, which clients must pass over."""

    name = "keepalive_comments"
    summary = "A comment (`: keep-alive`, or another `text`) stands before each event from the place on."
    default_place = Place("after", 1)
    harmless = True
    halves = False

    text: str = "keep-alive"

    def __post_init__(self) -> None:
        if "\n" in self.text or "\r" in self.text:
            raise ValueError(f"keepalive_comments: text is one line; seen {self.text!r}")

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """A comment, an event, a comment, an event …"""
        for step in rest:
            if is_event(step):
                yield Body(sse.comment(self.text), "part")
            yield step


@register
@dataclass(frozen=True, slots=True)
class MissingDone(Fault):
    """The closing `[DONE]` is left out."""

    name = "missing_done"
    summary = "Everything is sent but the closing `[DONE]`."
    default_place = Place("at_end")
    harmless = True
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The rest without `[DONE]`."""
        return (step for step in rest if not (isinstance(step, Body) and step.kind == "done"))


@register
@dataclass(frozen=True, slots=True)
class DoubleDone(Fault):
    """The closing `[DONE]` comes twice."""

    name = "double_done"
    summary = "The closing `[DONE]` is sent twice."
    default_place = Place("at_end")
    harmless = True
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The rest, and `[DONE]` again."""
        for step in rest:
            yield step
            if isinstance(step, Body) and step.kind == "done":
                yield step
