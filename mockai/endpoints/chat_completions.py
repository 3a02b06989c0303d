"""`POST /chat/completions`: a completion, in one piece or streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mockai.endpoints.base import Checks, Operation
from mockai.endpoints.chat_checks import check_body
from mockai.endpoints.chat_chunks import chunks, stream
from mockai.endpoints.chat_reply import completion_bytes
from mockai.endpoints.chat_request import decode_create
from mockai.endpoints.chat_stored import remember
from mockai.endpoints.context_checks import check_chat_length
from mockai.endpoints.heads import bytes_plan, stream_head
from mockai.endpoints.message_checks import check_contents, check_files
from mockai.endpoints.model_checks import check_chat_model
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, Item
from mockai.request import APIRequest
from mockai.wire import Body, Call, Plan, Step

__all__ = ["OPERATIONS", "encode"]


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a completion; what is streamed is made as it is sent."""
    if live is None and request.stream:
        return stream(completion, request, mint)
    if live is None:
        return _whole(completion, request, mint)
    if request.stream:
        return _stream(completion, request, mint, live)
    return _collected(completion, request, mint, live)


def _whole(completion: Completion, request: APIRequest, mint: Mint) -> Plan:
    return bytes_plan(completion_bytes(completion, request, mint), mint, completion.headers)


def _collected(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call]) -> Iterator[Step]:
    items: list[Item] = []
    for item in live:
        if isinstance(item, Call):
            yield item
        else:
            items.append(item)
    first = completion.choices[0] if completion.choices else Choice(())
    yield from _whole(replace(completion, choices=(replace(first, items=tuple(items)),)), request, mint)


def _stream(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call]) -> Iterator[Step]:
    """The head stands before the first event, so that Python code failing before it can still be a 500."""
    head_sent = False
    for step in chunks(completion, request, mint, live):
        if isinstance(step, Body) and not head_sent:
            yield stream_head(mint, completion.headers)
            head_sent = True
        yield step


OPERATIONS = (
    Operation(
        "chat.completions",
        "create",
        "POST",
        "/chat/completions",
        decode_create,
        encode=encode,
        remember=remember,
        checks=Checks(
            form=(check_body,),
            meaning=(check_files,),
            model=(check_chat_model, check_chat_length, check_contents),
            texts=(check_chat_length,),
        ),
    ),
)
