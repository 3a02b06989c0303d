"""A chat completion as a stream of chunks.

The JSON around the deltas is rendered once a stream; a chunk is the delta's own few bytes between two
prepared ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, cycle
from typing import Any

import orjson

from mockai import sse
from mockai.endpoints.chat_choice import OutgoingChoice, Spent, outgoing_choices
from mockai.endpoints.chat_frame import Frame, identity
from mockai.endpoints.chat_mould import Mould
from mockai.endpoints.chat_reply import call_json
from mockai.endpoints.chat_request import Asked
from mockai.endpoints.heads import stream_head
from mockai.endpoints.parts import Cutter, Part
from mockai.ids import Mint
from mockai.kept import Kept
from mockai.replies.answer import Audio, Completion, CustomEvent, Hold, Item, Reasoning, Refusal, Text, ToolCall
from mockai.request import APIRequest
from mockai.scenario.schema import Chunking
from mockai.tokens import prompt_tokens
from mockai.wire import Body, Burst, Call, Kind, Plan, Step, Wait

__all__ = ["chunks", "stream"]

_AUDIO_BLOCK = 4096
_DONE = Body(sse.DONE, "done")
_MOULDS: Kept[Mould] = Kept(limit=128)
_LARGEST = 65_536
_TEXT_KEYS: dict[type[Item], bytes] = {
    Text: b'{"content":',
    Reasoning: b'{"reasoning_content":',
    Refusal: b'{"refusal":',
}


def chunks(
    completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None
) -> Iterator[Step]:
    """Every event of the stream, `[DONE]` the last. With `live`, items are sent as they come."""
    if live is not None:
        frame = Frame.of(completion, request.model or "", Asked.of(request.body), mint.seed)
        return _live(completion, request, mint, live, frame, _head(completion, frame, mint))
    mould = _mould(completion, request.model or "", Asked.of(request.body), mint)
    head = _head(completion, mould.frame, mint)
    return chain(mould.cast(head), _end(mould.frame, head, completion, request, mint, mould.spent))


def stream(completion: Completion, request: APIRequest, mint: Mint) -> Plan:
    """The plan of a stream that is known whole."""
    first = stream_head(mint, completion.headers)
    mould = _mould(completion, request.model or "", Asked.of(request.body), mint)
    head = _head(completion, mould.frame, mint)
    end = tuple(_end(mould.frame, head, completion, request, mint, mould.spent))
    if mould.tails is None or mould.size > _LARGEST:
        return chain((first,), mould.cast(head), end)
    return Burst(first, _Cast(mould, head, end))


class _Cast:
    """The bodies of a stream."""

    __slots__ = ("_end", "_head", "_mould")

    def __init__(self, mould: Mould, head: bytes, end: tuple[Body, ...]) -> None:
        self._mould = mould
        self._head = head
        self._end = end

    def __iter__(self) -> Iterator[Body]:
        # Cast one by one as they are sent: whole streams of them would be most of what an open stream costs.
        return chain(self._mould.cast(self._head), self._end)  # type: ignore[arg-type]

    def data(self) -> bytes:
        """All of them in one."""
        tails, end = self._mould.tails or (), [body.data for body in self._end]
        return b"%b%b%b" % (self._head, self._head.join(tails), b"".join(end))

    @property
    def counts(self) -> tuple[int, int]:
        """How many there are, and how many of them are pieces of content."""
        return len(self._mould.steps) + len(self._end), self._mould.pieces


def _live(
    completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call], frame: Frame, head: bytes
) -> Iterator[Step]:
    streams = _streams(completion, frame, head, mint)
    yield from _as_they_come(streams, live)
    spent = Spent.on(stream.choice for stream in streams)
    yield from _end(frame, head, completion, request, mint, spent)


def _end(
    frame: Frame, head: bytes, completion: Completion, request: APIRequest, mint: Mint, spent: Spent
) -> Iterator[Body]:
    if frame.asked.include_usage:
        yield _Shape(head, frame, mint.seed).usage(frame.usage(prompt_tokens(request), completion, spent))
    yield _DONE


def _mould(completion: Completion, model: str, asked: Asked, mint: Mint) -> Mould:
    """The mould of a stream, made once for all requests for one model that ask for the same of the same completion."""
    key = (completion, None, model, asked, mint.seed)
    kept = _MOULDS.get(*key) if completion.still else None
    if kept is not None:
        return kept
    frame = Frame.of(completion, model, asked, mint.seed)
    head = _head(completion, frame, mint)
    streams = _streams(completion, frame, head, mint)
    steps = tuple(_all_at_once(streams))
    made = Mould.of(steps, head, Spent.on(stream.choice for stream in streams), frame)
    if frame.lasts(completion) and made.size <= _LARGEST:
        _MOULDS.keep(made, *key)
    return made


def _streams(completion: Completion, frame: Frame, head: bytes, mint: Mint) -> list[_ChoiceStream]:
    choices = outgoing_choices(completion, frame.asked, frame.family, mint)
    shape = _Shape(head, frame, mint.seed)
    return [_ChoiceStream(choice, shape, completion.chunks) for choice in choices]


def _all_at_once(streams: Sequence[_ChoiceStream]) -> Iterator[Step]:
    for stream in streams:
        yield stream.open(stream.choice.items)
    yield from _in_turn(chain(stream.send(stream.choice.items), stream.close()) for stream in streams)


def _as_they_come(streams: Sequence[_ChoiceStream], live: Iterable[Item | Call]) -> Iterator[Step]:
    opened = False
    for item in live:
        if isinstance(item, Call):
            yield item
            continue
        own = [(stream, stream.choice.adopt(item)) for stream in streams]
        if not opened:
            yield from (stream.open(items) for stream, items in own)
            opened = True
        yield from _in_turn(stream.send(items) for stream, items in own)
    if not opened:
        yield from (stream.open(()) for stream in streams)
    yield from _in_turn(stream.close() for stream in streams)


def _in_turn(each: Iterable[Iterator[Step]]) -> Iterator[Step]:
    """One step of each in turn, until all have ended."""
    running = list(each)
    while len(running) > 1:
        for steps in tuple(running):
            step = next(steps, None)
            if step is None:
                running.remove(steps)
            else:
                yield step
    for steps in running:
        yield from steps


# ------------------------------------------------------------------------------------------- bytes


def _head(completion: Completion, frame: Frame, mint: Mint) -> bytes:
    """What every chunk of a stream begins with."""
    return b'data: %b%b,"choices":[' % (identity(completion, mint, "chat.completion.chunk"), frame.in_chunks)


class _Shape:
    """The bytes around the deltas of one stream."""

    def __init__(self, head: bytes, frame: Frame, seed: int | str) -> None:
        self._head = head
        self._logprobs_null = frame.family.logprobs_null
        self._close = b"]" + (b',"usage":null' if frame.asked.include_usage else b"")
        quiet = b',"logprobs":null,"finish_reason":null}' if self._logprobs_null else b',"finish_reason":null}'
        self._padding: tuple[bytes, ...] = _padding(seed) if frame.asked.obfuscated else (b"}\n\n",)
        self._quiet = [quiet + self._close + end for end in self._padding]
        self._turn: Iterator[int] = cycle(range(len(self._padding)))

    def start(self, index: int) -> bytes:
        """What stands before the delta of a choice."""
        return self._head + b'{"index":%d,"delta":' % index

    def quiet_end(self) -> bytes:
        """What stands after a delta without logprobs and finish reason."""
        return self._quiet[next(self._turn)]

    def end(self, logprobs: dict[str, Any] | None = None, finish_reason: str | None = None) -> bytes:
        """What stands after a delta."""
        key = b',"logprobs":' + orjson.dumps(logprobs) if logprobs or self._logprobs_null else b""
        reason = b',"finish_reason":' + orjson.dumps(finish_reason) + b"}"
        return key + reason + self._close + self._padding[next(self._turn)]

    def usage(self, usage: dict[str, Any]) -> Body:
        """The chunk without choices that carries the usage."""
        return Body(self._head + b'],"usage":' + orjson.dumps(usage) + self._padding[0], "usage")


@lru_cache(maxsize=64)
def _padding(seed: int | str) -> tuple[bytes, ...]:
    """Ends of a chunk with the `obfuscation` that hides how long its content is: 1 to 15 characters."""
    own = Mint(seed, "obfuscation")
    lengths = own.rng.sample(range(1, 16), 15)
    return tuple(b',"obfuscation":"%b"}\n\n' % own.alnum(length).encode() for length in lengths)


# ------------------------------------------------------------------------------------------ deltas


class _ChoiceStream:
    """The events of one choice: what opens it, its pieces, its finish reason."""

    def __init__(self, choice: OutgoingChoice, shape: _Shape, chunking: Chunking | None) -> None:
        self.choice = choice
        self._shape = shape
        self._start = shape.start(choice.index)
        self._cutter = Cutter(chunking, choice.items)
        self._calls = 0
        self._call_is_open = False
        self._begun: set[type[Item]] = set()

    def open(self, items: Sequence[Item]) -> Body:
        """The role chunk; `items` are those known so far. A single call is opened together with it."""
        leading = next((item for item in items if not isinstance(item, CustomEvent | Hold)), None)
        delta: dict[str, Any] = {"role": "assistant", "content": None}
        logprobs: dict[str, Any] | None = None
        if isinstance(leading, Text):
            delta |= {"content": "", "refusal": None}
            logprobs = {"content": [], "refusal": None}
        elif isinstance(leading, Refusal):
            delta |= {"refusal": ""}
            logprobs = {"content": None, "refusal": []}
        elif isinstance(leading, ToolCall) and sum(isinstance(item, ToolCall) for item in items) == 1:
            delta |= {**self._opening(leading), "refusal": None}
            self._call_is_open = True
        if isinstance(leading, Text | Refusal):
            self._begun.add(type(leading))
        return self._body(delta, "open", logprobs if self.choice.logprobs else None)

    def send(self, items: Iterable[Item]) -> Iterator[Step]:
        """The pieces of these items."""
        for part in self.choice.parts(items):
            yield from self._part(part)

    def close(self) -> Iterator[Step]:
        """What was held back, the citations, the finish reason."""
        for part in self.choice.rest():
            yield from self._part(part)
        if annotations := self.choice.annotations:
            yield self._body({"annotations": annotations}, "event")
        yield Body(self._start + b"{}" + self._shape.end(finish_reason=self.choice.finish_reason), "finish")

    def _body(self, delta: dict[str, Any], kind: Kind, logprobs: dict[str, Any] | None = None) -> Body:
        return Body(self._start + orjson.dumps(delta) + self._shape.end(logprobs), kind)

    def _part(self, part: Part) -> Iterator[Step]:
        match part.item:
            case Text() | Refusal() | Reasoning():
                yield from self._text(part)
            case ToolCall() as call:
                yield from self._call(call, part)
            case Audio() as audio:
                yield from self._audio(audio, part)
            case CustomEvent(data, name):
                yield Body(sse.event(data, name), "event")
            case Hold(gate):
                yield Wait(gate=gate)

    def _text(self, part: Part) -> Iterator[Body]:
        kind = type(part.item)
        with_logprobs = self.choice.logprobs is not None and kind is not Reasoning
        start, shape = self._start + _TEXT_KEYS[kind], self._shape
        for piece, tokens in self._cutter.cut(part):
            end = shape.end(self._logprobs(kind, piece, tokens)) if with_logprobs else shape.quiet_end()
            yield Body(start + orjson.dumps(piece) + b"}" + end, "piece", len(tokens))
        if not part.text and kind not in self._begun:  # empty, not null
            yield Body(start + b'""}' + shape.quiet_end(), "piece")
        self._begun.add(kind)

    def _logprobs(self, kind: type[Item], piece: str, tokens: tuple[str, ...]) -> dict[str, Any]:
        entries = self.choice.logprobs.entries(piece, tokens) if self.choice.logprobs else []
        return {"content": None, "refusal": entries} if kind is Refusal else {"content": entries, "refusal": None}

    def _call(self, call: ToolCall, part: Part) -> Iterator[Body]:
        if not self._call_is_open:
            yield self._body(self._opening(call), "piece")
        self._call_is_open = False
        before, after = _fragment(call, self._calls, self.choice.legacy)
        self._calls += 1
        for piece, tokens in self._cutter.cut(part):
            delta = before + orjson.dumps(piece) + after
            yield Body(self._start + delta + self._shape.quiet_end(), "piece", len(tokens))

    def _opening(self, call: ToolCall) -> dict[str, Any]:
        if self.choice.legacy:
            return {"function_call": {"name": call.name, "arguments": ""}}
        return {"tool_calls": [{"index": self._calls, **call_json(call, "")}]}

    def _audio(self, audio: Audio, part: Part) -> Iterator[Body]:
        first: dict[str, Any] = {"id": audio.id}
        for piece, tokens in self._cutter.cut(part) if part.text else [("", ())]:
            delta = {"audio": {**first, "transcript": piece}}
            yield self._body(delta, "piece")._replace(tokens=len(tokens))
            first = {}
        for at in range(0, len(audio.data), _AUDIO_BLOCK):
            yield self._body({"audio": {"data": audio.data[at : at + _AUDIO_BLOCK]}}, "piece")
        yield self._body({"audio": {"expires_at": audio.expires_at}}, "event")


def _fragment(call: ToolCall, index: int, legacy: bool) -> tuple[bytes, bytes]:
    """What stands around a fragment of a call's arguments."""
    if legacy:
        return b'{"function_call":{"arguments":', b"}}"
    key = b'"custom":{"input":' if call.kind == "custom" else b'"function":{"arguments":'
    return b'{"tool_calls":[{"index":%d,%b' % (index, key), b"}}]}"
