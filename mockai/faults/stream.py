"""Faults inside a reply. Bare, they strike after the first piece of content; without a stream, inside the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import orjson

from mockai import sse
from mockai.faults.base import Fault, Place, register
from mockai.faults.placing import is_whole
from mockai.wire import Abort, Body, Step

__all__ = ["Disconnect", "ErrorEvent", "MalformedJSON", "MissingDone", "Truncate"]


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
class ErrorEvent(Fault):
    """An error comes in place of the next event, and ends the stream."""

    name = "error_event"
    summary = "An `error` event takes the place of the next event and ends the stream, without `[DONE]`."
    default_place = Place("after", 1)
    halves = False
    resizes = True

    message: str = "The server had an error while processing your request. Sorry about that!"
    type: str | None = "server_error"
    param: str | None = None
    code: str | int | None = None

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The error, when the next event would have come."""
        for step in rest:
            if isinstance(step, Body):
                yield self._instead_of(step)
                return
            yield step
            if isinstance(step, Abort):
                return
        yield Body(sse.event(self._envelope()), "event")

    def _envelope(self, **keys: object) -> bytes:
        return orjson.dumps({**keys, "error": asdict(self)})

    def _instead_of(self, body: Body) -> Body:
        """The error in the shape of what it replaces: a reply that is no stream becomes the error object; an
        event with a name (the Responses API) becomes an `error` event with its sequence number."""
        if is_whole(body):
            return Body(self._envelope(), body.kind)
        numbered = _SEQUENCE.search(body.data)
        if not body.data.startswith(b"event: ") or numbered is None:
            return Body(sse.event(self._envelope()), "event")
        envelope = self._envelope(type="error", sequence_number=int(numbered[1]))
        return Body(sse.event(envelope, "error"), "event")


_SEQUENCE = re.compile(rb'"sequence_number": ?(\d+)')


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
class MissingDone(Fault):
    """The closing `[DONE]` is left out."""

    name = "missing_done"
    summary = "Everything is sent but the closing `[DONE]`."
    default_place = Place("at_end")
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The rest without `[DONE]`."""
        return (step for step in rest if not (isinstance(step, Body) and step.kind == "done"))
