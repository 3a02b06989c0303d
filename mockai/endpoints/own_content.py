"""What endpoints of one kind of content do with replies: take theirs, send JSON as it is, refuse the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import orjson

from mockai.endpoints.heads import json_head
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Completion, Item, Media, Picture, Refusal, Text, Transcript, Vectors, Verdict
from mockai.request import APIRequest
from mockai.wire import Body, Call, Plan

__all__ = ["ALWAYS", "TALK", "media_of", "no_pieces", "reported", "said", "text_of", "whole_body", "wrong_reply"]

ALWAYS = frozenset({"auto", "error", "raw"})
"""Kinds of reply that suit every endpoint which makes up what it sends."""

TALK = ALWAYS | {"text", "json", "echo", "items", "choices", "refusal", "python"}
"""Kinds of reply that suit an endpoint which sends text and nothing else."""

_WRITTEN: Mapping[type[Media], str] = {
    Vectors: "`embedding`",
    Picture: "`image`",
    Verdict: "`moderation`",
    Transcript: "`transcript` or text",
}

M = TypeVar("M", Vectors, Picture, Verdict, Transcript)


def media_of(completion: Completion, kind: type[M], request: APIRequest) -> tuple[M, ...]:
    """What a reply sends of this kind, nothing where the endpoint is to make it up; ReplyError for anything else."""
    if completion.choices or not all(isinstance(each, kind) for each in completion.media):
        raise wrong_reply(request, _WRITTEN[kind])
    return tuple(each for each in completion.media if isinstance(each, kind))


def wrong_reply(request: APIRequest, sent: str) -> ReplyError:
    """The error of a reply of a kind that this endpoint cannot send; `sent` is the one it can."""
    return ReplyError(
        f"{request.endpoint}.{request.operation} cannot send this reply: it takes {sent}, `auto`, `json` (the whole "
        "body), `raw` and `error`. Name the endpoint that the rule is for in its `when`"
    )


def whole_body(completion: Completion, mint: Mint) -> Plan | None:
    """The plan of a reply that is a JSON object written as `json` (or as text): the whole body, as it stands."""
    text = said(completion)
    try:
        is_object = text is not None and isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return None
    if text is None or not is_object:
        return None
    data = text.encode()
    return (json_head(len(data), mint, completion.headers), Body(data, "json"))


def said(completion: Completion) -> str | None:
    """The text of the first choice; None where a reply has no choices."""
    return text_of(completion.choices[0].items) if completion.choices else None


def text_of(items: Iterable[Item]) -> str:
    """What is said in these items, a refusal too."""
    return "".join(item.text for item in items if isinstance(item, Text | Refusal))


def reported(written: int | None, counted: int) -> int:
    """A number of tokens: as scripted, else as counted."""
    return counted if written is None else written


def no_pieces(request: APIRequest, live: Iterable[Item | Call] | None) -> None:
    """Raise ReplyError where a reply comes piece by piece to an endpoint that cannot send it so."""
    if live is not None:
        raise ReplyError(f"{request.endpoint}.{request.operation} cannot be answered piece by piece")
