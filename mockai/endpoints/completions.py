"""`POST /completions`, the legacy one: text that goes on from a prompt, in one piece or streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any

import orjson

from mockai import sse
from mockai.endpoints.base import Checks, Operation
from mockai.endpoints.completions_choice import LegacyChoice, LegacyPiece, joined, legacy_choices
from mockai.endpoints.completions_request import Asked, decode_create
from mockai.endpoints.context_checks import check_completions_length
from mockai.endpoints.heads import json_plan, stream_head
from mockai.endpoints.model_checks import check_completions_model
from mockai.endpoints.own_content import TALK, reported
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, CustomEvent, Hold, Item
from mockai.request import APIRequest
from mockai.scenario.schema import UsageSpec
from mockai.wire import Body, Call, Kind, Plan, Step, Wait

__all__ = ["OPERATIONS", "encode"]

_SNAPSHOTS = {"gpt-3.5-turbo-instruct": "gpt-3.5-turbo-instruct:20230824-v2"}


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a completion: a tuple where its content is known, an iterator where it is still being made."""
    if completion.media:
        raise ReplyError("completions.create sends text only")
    if live is None:
        return tuple(_stream(completion, request, mint)) if request.stream else _whole(completion, request, mint)
    if request.stream:
        return _stream(completion, request, mint, live)
    return _collected(completion, request, mint, live)


def _collected(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call]) -> Iterator[Step]:
    items: list[Item] = []
    for item in live:
        if isinstance(item, Call):
            yield item
        else:
            items.append(item)
    first = completion.choices[0] if completion.choices else Choice(())
    yield from _whole(replace(completion, choices=(replace(first, items=tuple(items)),)), request, mint)


def _whole(completion: Completion, request: APIRequest, mint: Mint) -> Plan:
    asked = Asked.of(request.body)
    choices = legacy_choices(completion, asked, mint)
    sent = [
        _choice_json(joined(chain(each.opening(), each.send(each.items), each.rest())), each, each.finish_reason)
        for each in choices
    ]
    reply = {**_frame(completion, request, mint), "choices": sent, "usage": _usage(completion, asked, choices)}
    return json_plan(reply, mint, completion.headers)


def _frame(completion: Completion, request: APIRequest, mint: Mint) -> dict[str, Any]:
    asked = completion.model or request.model or ""
    return {
        "id": completion.id or mint.child("completion").id("cmpl-"),
        "object": "text_completion",
        "created": mint.created if completion.created is None else completion.created,
        "model": completion.model or _SNAPSHOTS.get(asked, asked),
        **({"system_fingerprint": completion.system_fingerprint} if completion.system_fingerprint is not None else {}),
    }


def _choice_json(piece: LegacyPiece, choice: LegacyChoice, finish_reason: str | None) -> dict[str, Any]:
    return {
        "text": piece.text,
        "index": choice.index,
        "logprobs": piece.logprobs,
        "finish_reason": finish_reason,
    }


def _usage(completion: Completion, asked: Asked, choices: Iterable[LegacyChoice]) -> dict[str, int]:
    """Candidates that `best_of` makes and nobody sees are paid for too."""
    written = completion.usage or UsageSpec()
    seen = sum(each.limits.tokens for each in choices)
    prompt = reported(written.prompt_tokens, sum(each.tokens for each in asked.prompts))
    made = reported(written.completion_tokens, seen * asked.best_of // asked.choices)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": made,
        "total_tokens": reported(written.total_tokens, prompt + made),
    }


# ------------------------------------------------------------------------------------------- the stream


def _stream(
    completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None
) -> Iterator[Step]:
    """The head stands before the first event, so that Python code failing before it can still be a 500."""
    head_sent = False
    for step in _events(completion, request, mint, live):
        if isinstance(step, Body) and not head_sent:
            yield stream_head(mint, completion.headers)
            head_sent = True
        yield step


def _events(
    completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None
) -> Iterator[Step]:
    asked = Asked.of(request.body)
    choices = legacy_choices(completion, asked, mint)
    frame = _frame(completion, request, mint) | ({"usage": None} if asked.include_usage else {})
    if live is None:
        yield from _in_turn(
            chain(_steps(each, each.opening(), frame), _steps(each, each.send(each.items), frame), _end(each, frame))
            for each in choices
        )
    else:
        yield from _as_they_come(choices, frame, live)
    if asked.include_usage:
        yield _body({**frame, "choices": [], "usage": _usage(completion, asked, choices)}, "usage")
    yield Body(sse.DONE, "done")


def _as_they_come(choices: list[LegacyChoice], frame: dict[str, Any], live: Iterable[Item | Call]) -> Iterator[Step]:
    openings = [_steps(each, each.opening(), frame) for each in choices]
    for item in live:
        if isinstance(item, Call):
            yield item
            continue
        parts = [_steps(each, each.send((item,)), frame) for each in choices]
        yield from _in_turn(chain(first, second) for first, second in zip(openings, parts, strict=True))
    yield from _in_turn(chain(first, _end(each, frame)) for first, each in zip(openings, choices, strict=True))


def _in_turn(each: Iterable[Iterator[Step]]) -> Iterator[Step]:
    """One step of each in turn, until all have ended."""
    for steps in zip_longest(*each):
        yield from (step for step in steps if step is not None)


def _steps(
    choice: LegacyChoice, pieces: Iterable[LegacyPiece | CustomEvent | Hold], frame: dict[str, Any]
) -> Iterator[Step]:
    for piece in pieces:
        if isinstance(piece, Hold):
            yield Wait(gate=piece.gate)
        elif isinstance(piece, CustomEvent):
            yield Body(sse.event(piece.data, piece.name), "event")
        else:
            event = {**frame, "choices": [_choice_json(piece, choice, None)]}
            yield _body(event, "piece", len(piece.tokens))


def _end(choice: LegacyChoice, frame: dict[str, Any]) -> Iterator[Step]:
    yield from _steps(choice, choice.rest(), frame)
    yield _body({**frame, "choices": [_choice_json(LegacyPiece(""), choice, choice.finish_reason)]}, "finish")


def _body(value: dict[str, Any], kind: Kind, tokens: int = 0) -> Body:
    return Body(sse.event(orjson.dumps(value)), kind, tokens)


OPERATIONS = (
    Operation(
        "completions",
        "create",
        "POST",
        "/completions",
        decode_create,
        encode=encode,
        takes=TALK,
        checks=Checks(model=(check_completions_model, check_completions_length)),
    ),
)
