"""The output of a response on its way: the items of an answer go in, events come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mockai import sse
from mockai.endpoints.logprobs import Logprobs
from mockai.endpoints.parts import Cutter, Limits, Part, with_pieces
from mockai.endpoints.responses_frame import Frame, tail_of
from mockai.endpoints.responses_making import CallItem, Making, MessageItem, ReasoningItem, Setting
from mockai.endpoints.responses_shapes import Delta, Event
from mockai.endpoints.responses_tools import ToolItem
from mockai.ids import Mint
from mockai.replies.answer import (
    Audio,
    Choice,
    Completion,
    CustomEvent,
    Failure,
    Hold,
    Item,
    OutputItem,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from mockai.wire import Body, Step, Wait

__all__ = ["Output"]

_AUDIO_BLOCK = 4096
_REASONS = {"length": "max_output_tokens", "content_filter": "content_filter"}


class Output:
    """The output of one response. It is made of the first choice of a completion; `streamed` cuts texts into
    pieces, `live` items come one by one."""

    def __init__(self, completion: Completion, frame: Frame, mint: Mint, *, streamed: bool, live: bool = False) -> None:
        choice = completion.choices[0] if completion.choices else Choice(())
        pieces = completion.chunks.pieces if completion.chunks else None
        self.items: tuple[Item, ...] = with_pieces(choice.items, pieces) if pieces else choice.items
        self.limits = Limits(tokens=frame.asked.most_tokens, rules=frame.family.tokens)
        self.failure: Failure | None = None
        self.done: list[dict[str, Any]] = []
        self._finish_reason = choice.finish_reason
        self._live = live
        self._open: Making | None = None
        self._written = 0
        self._setting = _setting(frame, mint, choice, Cutter(completion.chunks, self.items) if streamed else None)

    @property
    def reason(self) -> str | None:
        """Why the response is incomplete; None where it is not."""
        cut = "length" if self.limits.reason == "length" else ""
        return _REASONS.get(self._finish_reason or cut)

    def send(self, items: Iterable[Item]) -> Iterator[Event | Delta | Step]:
        """What these items become. After a failure nothing comes any more."""
        for item in items:
            if self.failure is not None:
                return
            if isinstance(item, Failure):
                self.failure = item
                return
            for part in self.limits.parts(item):
                yield from self._part(part)

    def finish(self) -> Iterator[Event | Delta | Step]:
        """The end of the last item; one that fails stays open."""
        if self.failure is not None:
            self._keep("incomplete")
            return
        yield from self._close("incomplete" if self.reason else "completed")

    def _part(self, part: Part) -> Iterator[Event | Delta | Step]:
        match part.item:
            case CustomEvent(data, name):
                yield Body(sse.event(data, name), "event")
            case Hold(gate):
                yield Wait(gate=gate)
            case Audio():
                yield from self._audio(part.item, part)
            case _:
                yield from self._content(part)

    def _content(self, part: Part) -> Iterator[Event | Delta]:
        if self._open is None or not self._open.takes(part):
            yield from self._close("completed")
            self._open = self._made(part.item)
            yield from self._open.open()
        yield from self._open.add(part)
        self._written += len(part.text) if isinstance(part.item, Text) else 0

    def _made(self, item: Item) -> Making:
        index, setting = len(self.done), self._setting
        if isinstance(item, Text | Refusal):
            return MessageItem(index, setting, self.limits, self._written)
        if isinstance(item, Reasoning):
            return ReasoningItem(index, setting, one=self._live)
        if isinstance(item, ToolCall):
            return CallItem(index, setting, item)
        assert isinstance(item, OutputItem)  # noqa: S101 - nothing else reaches this place
        return ToolItem(index, setting, item)

    def _close(self, status: str) -> Iterator[Event]:
        if self._open is not None:
            yield from self._open.close(status)
            self._keep(status)

    def _keep(self, status: str) -> None:
        if self._open is not None:
            self.done.append(self._open.json(status))
            self._open = None

    def _audio(self, audio: Audio, part: Part) -> Iterator[Event | Delta]:
        """Speech is sent in events of its own; no item holds it."""
        yield from self._setting.deltas(part, "response.audio.transcript.delta", {})
        yield Event("response.audio.transcript.done", {})
        for at in range(0, len(audio.data), _AUDIO_BLOCK):
            yield Event("response.audio.delta", {"delta": audio.data[at : at + _AUDIO_BLOCK]}, "piece")
        yield Event("response.audio.done", {})


def _setting(frame: Frame, mint: Mint, choice: Choice, cutter: Cutter | None) -> Setting:
    asked = frame.asked
    logprobs = None
    if asked.logprobs or choice.logprobs is not None:
        logprobs = Logprobs(mint.child("responses"), asked.top_logprobs, choice.logprobs)
    return Setting(mint.child("responses"), tail_of(mint), cutter, asked.thoughts, asked.include, logprobs)
