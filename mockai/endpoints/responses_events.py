"""A response as a stream of events, each with its name and its number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import cycle
from typing import Any

import orjson

from mockai import sse
from mockai.endpoints.responses_frame import Frame
from mockai.endpoints.responses_output import Output
from mockai.endpoints.responses_shapes import Delta, Event
from mockai.ids import Mint
from mockai.replies.answer import Completion, Failure, Item
from mockai.request import APIRequest
from mockai.wire import Body, Call, Kind, Step

__all__ = ["events", "response_json"]


def response_json(completion: Completion, request: APIRequest, mint: Mint) -> dict[str, Any]:
    """The Response in one piece, its keys in the API's order."""
    frame = Frame.of(completion, request, mint)
    output = Output(completion, frame, mint, streamed=False)
    for _ in (*output.send(output.items), *output.finish()):
        pass
    return _finished(frame, output)


def events(
    completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None
) -> Iterator[Step]:
    """Every event of the stream; nothing comes after the last. With `live`, items are sent as they come."""
    frame = Frame.of(completion, request, mint)
    numbered = _Numbered(frame, mint)
    output = Output(completion, frame, mint, streamed=True, live=live is not None)
    if live is None:
        yield from numbered.opening(frame)
        yield from numbered.all(output.send(output.items))
    else:
        yield from _as_they_come(live, output, numbered, frame)
    yield from numbered.all(output.finish())
    yield from numbered.ending(_finished(frame, output), output.failure)


def _finished(frame: Frame, output: Output) -> dict[str, Any]:
    return frame.finished(output.done, output.limits, output.reason, output.failure)


def _as_they_come(live: Iterable[Item | Call], output: Output, numbered: _Numbered, frame: Frame) -> Iterator[Step]:
    """Nothing is sent before the first item is there, so that Python code failing before it can still be a 500."""
    opened = False
    for item in live:
        if isinstance(item, Call):
            yield item
            continue
        if not opened:
            yield from numbered.opening(frame)
            opened = True
        yield from numbered.all(output.send((item,)))
    if not opened:
        yield from numbered.opening(frame)


class _Numbered:
    """Gives events their numbers and their bytes."""

    def __init__(self, frame: Frame, mint: Mint) -> None:
        self._next = 0
        self._frame = frame
        self._padding = cycle(_padding(mint.seed) if frame.asked.obfuscated else (b"",))

    def all(self, happenings: Iterable[Event | Delta | Step]) -> Iterator[Step]:
        """Events as bodies, steps as they are."""
        for each in happenings:
            if isinstance(each, Delta):
                data = each.shape.data(each.piece, next(self._padding), self._next)
                self._next += 1
                yield Body(data, "piece", each.tokens)
            else:
                yield self._body(each) if isinstance(each, Event) else each

    def opening(self, frame: Frame) -> Iterator[Step]:
        """What every stream begins with; one in the background begins in the queue."""
        if frame.asked.background:
            queued = frame.unfinished("queued")
            yield self._response("response.created", queued, "open")
            yield self._response("response.queued", queued, "open")
        else:
            yield self._response("response.created", frame.unfinished(), "open")
        yield self._response("response.in_progress", frame.unfinished(), "open")

    def ending(self, response: Mapping[str, Any], failure: Failure | None) -> Iterator[Step]:
        """What every stream ends with; a failure is told twice."""
        if failure is not None and failure.event != "none":
            yield self._body(Event("error", _error(failure)))
        yield self._response(f"response.{response['status']}", response, "finish")

    def _response(self, name: str, response: Mapping[str, Any], kind: Kind) -> Body:
        return self._body(Event(name, {"response": response}, kind))

    def _body(self, event: Event) -> Body:
        fields = sorted({**event.fields, "sequence_number": self._next}.items())
        self._next += 1
        data = orjson.dumps({"type": event.name, **dict(fields)})
        return Body(sse.event(data, event.name), event.kind, event.tokens)


@lru_cache(maxsize=64)
def _padding(seed: int | str) -> tuple[bytes, ...]:
    """What hides how long a delta is: 1 to 15 characters."""
    own = Mint(seed, "obfuscation")
    return tuple(b',"obfuscation":"%b"' % own.alnum(length).encode() for length in own.rng.sample(range(1, 16), 15))


def _error(failure: Failure) -> dict[str, Any]:
    if failure.event == "flat":
        return {"code": failure.code, "message": failure.message, "param": failure.param}
    error = {"type": failure.type, "code": failure.code, "message": failure.message, "param": failure.param}
    return {"error": error}
