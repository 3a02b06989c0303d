"""From an answer to the plan that sends it, whatever kind of answer it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from mockai.api_errors import ErrorReply
from mockai.endpoints.base import Encode, Operation
from mockai.endpoints.heads import error_plan, json_head, stream_head
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Answer, Completion, CustomEvent, Hold, Item, RawAnswer, Text, VerbatimChunk
from mockai.replies.live import Live, gather, joined, pull, together
from mockai.request import APIRequest
from mockai.sse import DONE, event
from mockai.state import Resources
from mockai.wire import Body, Call, Head, Plan, Step, Wait

__all__ = ["plan_of"]

_OF_CHUNKS = "chat.completions"


def plan_of(answer: Answer | Live, operation: Operation, request: APIRequest, mint: Mint, resources: Resources) -> Plan:
    """The steps that send an answer. What `store: true` keeps is stored on the way."""
    if isinstance(answer, ErrorReply):
        return error_plan(answer, mint)
    if isinstance(answer, RawAnswer):
        return _raw(answer, mint)
    if operation.encode is None:
        return _plain(answer, operation, mint)
    if isinstance(answer, Completion) and operation.follow is None:
        if operation.remember is not None:
            operation.remember(answer, request, mint, resources)
        return operation.encode(answer, request, mint)
    sender = _Sender(operation, operation.encode, request, mint, resources)
    if isinstance(answer, Live):
        return _live(answer, sender) if request.stream else _gathered(answer, sender)
    return sender.whole(answer)


@dataclass(frozen=True, slots=True)
class _Sender:
    """Sends the content of replies to one request."""

    operation: Operation
    encode: Encode
    request: APIRequest
    mint: Mint
    resources: Resources

    def whole(self, completion: Completion) -> Plan:
        """Store the completion, then send it."""
        self.remember(completion)
        return self.follow(self.encode(completion, self.request, self.mint), completion)

    def live(self, beside: Completion, pieces: Iterable[Call | Item | VerbatimChunk]) -> Plan:
        """Send items as they come; what they add up to is stored before the end of the stream is sent."""
        plan = self.encode(beside, self.request, self.mint, self._remembered(beside, pieces))
        return self.follow(plan, beside)

    def remember(self, completion: Completion) -> None:
        """Store the completion, where the operation stores any."""
        if self.operation.remember is not None:
            self.operation.remember(completion, self.request, self.mint, self.resources)

    def follow(self, plan: Plan, completion: Completion) -> Plan:
        """The plan, watched by the operation where it wants to."""
        if self.operation.follow is None:
            return plan
        return self.operation.follow(plan, completion, self.request, self.mint, self.resources)

    def _remembered(self, beside: Completion, pieces: Iterable[Call | Item | VerbatimChunk]) -> Iterator[Call | Item]:
        made: list[Item] = []
        for piece in pieces:
            if isinstance(piece, VerbatimChunk):
                continue
            if not isinstance(piece, Call):
                made.append(piece)
            yield piece
        self.remember(replace(beside, choices=(replace(beside.choices[0], items=joined(made)),)))


def _raw(answer: RawAnswer, mint: Mint) -> Plan:
    headers = {"x-request-id": mint.id("req_"), **{name.lower(): value for name, value in answer.headers.items()}}
    if answer.events is not None:
        bodies = tuple(Body(data, "done" if data == DONE else "piece") for data in answer.events)
        return (Head(answer.status, tuple(headers.items())), *bodies)
    headers.setdefault("content-length", str(len(answer.body)))
    return (Head(answer.status, tuple(headers.items())), Body(answer.body, "raw"))


def _plain(answer: Completion | Live, operation: Operation, mint: Mint) -> Plan:
    """The text of a reply as the whole body, for operations that have no shape of their own for it."""
    if isinstance(answer, Live):
        raise ReplyError(f"{operation.full_name} cannot be answered piece by piece")
    items = answer.choices[0].items if answer.choices else ()
    if not items or not all(isinstance(item, Text) for item in items):
        raise ReplyError(f"{operation.full_name} can be answered with `json`, `raw` or `error` only")
    data = "".join(item.text for item in items if isinstance(item, Text)).encode()
    return (json_head(len(data), mint, answer.headers), Body(data, "json"))


def _gathered(live: Live, sender: _Sender) -> Iterator[Step]:
    completion = yield from gather(live)
    yield from sender.whole(completion)


def _live(live: Live, sender: _Sender) -> Iterator[Step]:
    """A stream as Python makes it; its first piece shows whether the user writes the chunks, which are sent as they
    are where they belong, and elsewhere as what they add up to."""
    pieces = pull(live)
    try:
        for piece in pieces:
            if isinstance(piece, Call):
                yield piece
                continue
            rest = chain((piece,), pieces)
            if isinstance(piece, VerbatimChunk) and sender.operation.endpoint == _OF_CHUNKS:
                yield from _verbatim(rest, sender.mint, live.beside.headers)
            elif isinstance(piece, VerbatimChunk):
                completion = yield from together(rest, live)
                yield from sender.whole(completion)
            else:
                yield from sender.live(live.beside, rest)
            return
        yield from sender.whole(live.beside)
    finally:
        pieces.close()


def _verbatim(pieces: Iterable[Call | Item | VerbatimChunk], mint: Mint, headers: Mapping[str, str]) -> Iterator[Step]:
    yield stream_head(mint, headers)
    for piece in pieces:
        if isinstance(piece, VerbatimChunk):
            yield Body(event(piece.data), "piece")
        elif isinstance(piece, CustomEvent):
            yield Body(event(piece.data, piece.name), "event")
        elif isinstance(piece, Hold):
            yield Wait(gate=piece.gate)
        elif isinstance(piece, Call):
            yield piece
    yield Body(DONE, "done")
