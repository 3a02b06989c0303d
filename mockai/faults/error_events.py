"""Errors that come in a stream whose status was 200."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from mockai import sse
from mockai.faults.base import Fault, Place, register
from mockai.faults.placing import is_event, is_whole
from mockai.wire import Abort, Body, Step

__all__ = ["ErrorEvent", "LateError"]

_SEQUENCE = re.compile(rb'"sequence_number": ?(\d+)')


@register
@dataclass(frozen=True, slots=True)
class ErrorEvent(Fault):
    """An error comes in place of the next event, and ends the stream."""

    name = "error_event"
    summary = (
        "An `error` event takes the place of the next event and ends the stream, without `[DONE]`; with `flat`, its "
        "fields stand by themselves, not under `error`."
    )
    default_place = Place("after", 1)
    halves = False
    resizes = True

    message: str = "The server had an error while processing your request. Sorry about that!"
    type: str | None = "server_error"
    param: str | None = None
    code: str | int | None = None
    flat: bool = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The error, when the next event would have come."""
        for step in rest:
            if isinstance(step, Body):
                yield self.instead_of(step)
                return
            yield step
            if isinstance(step, Abort):
                return
        yield self.event()

    def event(self) -> Body:
        """The error as an event without a name."""
        return Body(sse.event(orjson.dumps(self._envelope())), "event")

    def instead_of(self, body: Body, later: int = 0) -> Body:
        """The error in the shape of what it replaces: a reply that is no stream becomes the error object; an
        event with a name (the Responses API) becomes an `error` event with its sequence number, or a `later` one.
        """
        if is_whole(body):
            return Body(orjson.dumps(self._envelope()), body.kind)
        numbered = _SEQUENCE.search(body.data)
        if not body.data.startswith(b"event: ") or numbered is None:
            return self.event()
        named: dict[str, object] = {"type": "error", "sequence_number": int(numbered[1]) + later}
        named |= {name: value for name, value in self._envelope().items() if name != "type"}
        return Body(sse.event(orjson.dumps(named), "error"), "event")

    def _envelope(self) -> dict[str, object]:
        values = (self.message, self.type, self.param, self.code)
        fields: dict[str, object] = dict(zip(("message", "type", "param", "code"), values, strict=True))
        return fields if self.flat else {"error": fields}


@register
@dataclass(frozen=True, slots=True)
class LateError(ErrorEvent):
    """An error comes when everything has been said."""

    name = "late_error"
    summary = "A whole stream, and an `error` event after its finish reason, before `[DONE]`."
    default_place = Place("after_headers")
    resizes = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The error behind the last event, whichever place the search for it began at."""
        last: Body | None = None
        for step in rest:
            if is_event(step) and step.kind == "done":
                yield self._after(last)
                yield step
                yield from rest
                return
            last = step if is_event(step) else last
            yield step
            if isinstance(step, Abort) or is_whole(step):
                yield from rest
                return
        if last is not None:
            yield self._after(last)

    def _after(self, last: Body | None) -> Body:
        return self.event() if last is None else self.instead_of(last, later=1)
