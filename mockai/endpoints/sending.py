"""From an answer to the plan that sends it, whatever kind of answer it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from mockai.api_errors import ErrorReply
from mockai.endpoints.base import Encode, Operation
from mockai.endpoints.heads import json_head, stream_head
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Answer, Completion, Item, RawAnswer, Text, VerbatimChunk
from mockai.replies.live import Live, gather, pull
from mockai.request import APIRequest
from mockai.sse import DONE, event
from mockai.state import Resources
from mockai.wire import Body, Call, Head, Plan, Step

__all__ = ["plan_of"]


def plan_of(answer: Answer | Live, operation: Operation, request: APIRequest, mint: Mint, resources: Resources) -> Plan:
    """The steps that send an answer. What `store: true` keeps is stored on the way."""
    if isinstance(answer, ErrorReply):
        return answer.with_request_id(mint.id("req_")).plan()
    if isinstance(answer, RawAnswer):
        return _raw(answer, mint)
    if operation.encode is None:
        return _plain(answer, operation, mint)
    if isinstance(answer, Live) and request.stream:
        return _live(answer, operation.encode, request, mint)
    if isinstance(answer, Live):
        return _gathered(answer, operation, request, mint, resources)
    if operation.remember is not None:
        operation.remember(answer, request, mint, resources)
    return operation.encode(answer, request, mint)


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


def _gathered(
    live: Live, operation: Operation, request: APIRequest, mint: Mint, resources: Resources
) -> Iterator[Step]:
    completion = yield from gather(live)
    yield from plan_of(completion, operation, request, mint, resources)


def _live(live: Live, encode: Encode, request: APIRequest, mint: Mint) -> Iterator[Step]:
    """A stream as Python makes it; its first piece shows whether the user writes the chunks."""
    pieces = pull(live)
    try:
        for piece in pieces:
            if isinstance(piece, Call):
                yield piece
                continue
            rest = chain((piece,), pieces)
            if isinstance(piece, VerbatimChunk):
                yield from _verbatim(rest, mint)
            else:
                yield from encode(live.beside, request, mint, _items(rest))
            return
        yield from encode(live.beside, request, mint)
    finally:
        pieces.close()


def _items(pieces: Iterable[Call | Item | VerbatimChunk]) -> Iterator[Call | Item]:
    return (piece for piece in pieces if not isinstance(piece, VerbatimChunk))


def _verbatim(pieces: Iterable[Call | Item | VerbatimChunk], mint: Mint) -> Iterator[Step]:
    yield stream_head(mint)
    for piece in pieces:
        if isinstance(piece, VerbatimChunk):
            yield Body(event(piece.data), "piece")
        elif isinstance(piece, Call):
            yield piece
    yield Body(DONE, "done")
