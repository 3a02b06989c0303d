"""`POST /responses`: a response, in one piece, streamed, or made in the background."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockai.endpoints.base import Checks, Operation
from mockai.endpoints.context_checks import check_responses_length
from mockai.endpoints.heads import json_plan, stream_head
from mockai.endpoints.item_checks import check_files, check_json_word, check_pairs
from mockai.endpoints.model_checks import check_responses_model
from mockai.endpoints.responses_checks import check_body, check_exclusive, check_says_something
from mockai.endpoints.responses_events import events, response_json
from mockai.endpoints.responses_frame import Frame
from mockai.endpoints.responses_history import enrich
from mockai.endpoints.responses_record import follow, remember
from mockai.endpoints.responses_request import decode_create
from mockai.ids import Mint
from mockai.replies.answer import Completion, Item
from mockai.request import APIRequest
from mockai.wire import Body, Call, Plan, Step

__all__ = ["OPERATIONS", "encode"]


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a response: a tuple where its content is known, an iterator where it is still being made, which
    is only ever streamed."""
    if not request.stream:
        return _whole(completion, request, mint)
    steps = _with_head(events(completion, request, mint, live), completion, mint)
    return tuple(steps) if live is None else steps


def _whole(completion: Completion, request: APIRequest, mint: Mint) -> Plan:
    if request.body.get("background") is True:
        reply = Frame.of(completion, request, mint).unfinished("queued")
    else:
        reply = response_json(completion, request, mint)
    return json_plan(reply, mint, completion.headers)


def _with_head(steps: Iterator[Step], completion: Completion, mint: Mint) -> Iterator[Step]:
    """The head stands before the first event, so that Python code failing before it can still be a 500."""
    head_sent = False
    for step in steps:
        if isinstance(step, Body) and not head_sent:
            yield stream_head(mint, completion.headers)
            head_sent = True
        yield step


OPERATIONS = (
    Operation(
        "responses",
        "create",
        "POST",
        "/responses",
        decode_create,
        encode=encode,
        remember=remember,
        enrich=enrich,
        follow=follow,
        checks=Checks(
            (check_body, check_exclusive),
            (check_files, check_says_something, check_pairs, check_json_word),
            (check_responses_model, check_responses_length),
        ),
    ),
)
