"""How replies end, well or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from mockai import sse
from mockai.providers.base import Asked, Chunk, Event, Quirk, Rank, register
from mockai.wire import Body, Plan

__all__: list[str] = []

_ERROR = b'data: {"error":'
_LEAST = 400


@register
class DoneObject(Quirk):
    """The last chunk is another object."""

    name = "done_object"
    summary = (
        "The chunk with the finish reason has `object: chat.completion.done`; the SDK's own helper passes it over."
    )
    rank = Rank.AROUND

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """With that object at the end."""
        for event in events:
            if isinstance(event, Chunk) and event.ends:
                event.value["object"] = "chat.completion.done"
            yield event


@register
class EosFinishReason(Quirk):
    """The model stops in its own words."""

    name = "eos_finish_reason"
    summary = "The finish reason is `eos` where OpenAI says `stop`; clients that check it against a list break."
    evidence = "unverified"

    def choice(self, choice: dict[str, Any], asked: Asked) -> None:
        """`eos` in place of `stop`."""
        if choice.get("finish_reason") == "stop":
            choice["finish_reason"] = "eos"


@register
@dataclass(frozen=True, slots=True)
class ErrorInChoice(Quirk):
    """An error with the status 200."""

    name = "error_in_choice"
    summary = "A completion of status 200 whose choice ends with `error` and has an `error` beside its message."
    evidence = "documented"

    code: int = 502
    message: str = "Provider returned error"

    def completion(self, reply: dict[str, Any], asked: Asked) -> None:
        """With the error in every choice."""
        for choice in reply["choices"]:
            choice |= {"finish_reason": "error", "error": {"code": self.code, "message": self.message}}


@register
class ErrorInChunk(Quirk):
    """An error looks like a chunk."""

    name = "error_in_chunk"
    summary = (
        "An error in a stream is a chunk that ends with `error` and has an `error` beside its choices; `[DONE]` "
        "follows."
    )

    def late(self, plan: Plan, asked: Asked) -> Plan:
        """A chunk in place of an error event."""
        last = b""
        for step in plan:
            if isinstance(step, Body) and step.data.startswith(_ERROR):
                yield Body(sse.event(orjson.dumps(_failed(last, step.data))), "event")
                yield Body(sse.DONE, "done")
                return
            if isinstance(step, Body) and step.data.startswith(b"data: {"):
                last = step.data
            yield step


def _failed(last: bytes, event: bytes) -> dict[str, Any]:
    error = orjson.loads(event[len(b"data: ") :])["error"]
    written = str(error.get("code") or "")
    code = int(written) if written.isdecimal() and int(written) >= _LEAST else 502
    choice = {"index": 0, "delta": {"role": "assistant", "content": ""}}
    choice |= {"finish_reason": "error", "native_finish_reason": "error"}
    around: dict[str, Any] = orjson.loads(last[len(b"data: ") :]) if last else {"object": "chat.completion.chunk"}
    around.pop("usage", None)
    return {**around, "choices": [choice], "error": {"code": code, "message": error.get("message")}}


@register
class DoneAfterError(Quirk):
    """A stream that failed ends like any other."""

    name = "done_after_error"
    summary = "`[DONE]` follows an error event in a stream."

    def late(self, plan: Plan, asked: Asked) -> Plan:
        """With `[DONE]` behind the error, once."""
        for step in plan:
            yield step
            if isinstance(step, Body) and step.data.startswith(_ERROR):
                yield Body(sse.DONE, "done")
                return
