"""Replies that a Python function makes: how it is called, and what becomes of what it returns."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from mockai.api_errors import ErrorReply
from mockai.errors import ReplyError
from mockai.replies.answer import Answer, Choice, Completion, RawAnswer
from mockai.replies.filling import Filling, headers_of
from mockai.replies.live import Live, gather, pull, reasons, shown
from mockai.replies.render import render
from mockai.replies.sdk import CHUNK, COMPLETION, completion_of, kind_of, plain
from mockai.request import APIRequest
from mockai.scenario.schema import Defaults, Reply
from mockai.scenario.templates import Scope
from mockai.wire import Call

__all__ = ["Live", "answer_of", "call_reply", "gather", "pull"]

_RETURNED = (
    "text, a mapping with the keys of a reply in a scenario file, a Reply, the SDK's ChatCompletion or its chunks, "
    "or an iterator of pieces"
)


def call_reply(function: Callable[..., Any], request: APIRequest) -> Call:
    """The call of a function that takes the request, or nothing. Raises ReplyError if it takes something else."""
    return Call(partial(function, request) if _takes_one(function) else function)


def _takes_one(function: Callable[..., Any]) -> bool:
    try:
        signature = inspect.signature(function)
    except ValueError:  # some built-in functions have none
        return True
    for arguments in ((object(),), ()):
        try:
            signature.bind(*arguments)
        except TypeError:
            continue
        return bool(arguments)
    name = getattr(function, "__qualname__", repr(function))
    raise ReplyError(f"{name}{signature} cannot be a reply; it is called with the request, or with nothing")


def answer_of(value: Any, scope: Scope, defaults: Defaults) -> Answer | Live:
    """What a Python reply returned, as an answer. Nothing in it is a template.

    A list or an iterator, async ones too, is a live reply. The SDK's own objects keep their id, time, model and
    usage. Raises ReplyError for what cannot be sent.
    """
    if isinstance(value, Completion | RawAnswer | ErrorReply | Live):
        return value
    if isinstance(value, str):
        return render(Reply(text=value), scope, defaults, literal=True)
    if isinstance(value, Reply):
        return _rendered(value, scope, defaults)
    if kind_of(value) == COMPLETION:
        beside = _beside(scope, defaults)
        return replace(completion_of(plain(value), scope.mint), headers=beside.headers, chunks=beside.chunks)
    if kind_of(value) == CHUNK:
        return Live(iter([value]), scope, _beside(scope, defaults))
    if isinstance(value, Mapping):
        return _rendered(_reply(value), scope, defaults)
    return _live(value, scope, defaults)


def _live(value: Any, scope: Scope, defaults: Defaults) -> Live:
    if isinstance(value, AsyncIterable):
        return Live(aiter(value), scope, _beside(scope, defaults))
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray | BaseModel | set | frozenset):
        return Live(iter(value), scope, _beside(scope, defaults))
    raise ReplyError(f"a Python reply returned {shown(value)}; it can return {_RETURNED}")


def _reply(value: Mapping[str, Any]) -> Reply:
    try:
        return Reply.model_validate(value)
    except ValidationError as error:
        raise ReplyError(f"a Python reply returned {shown(value)}, which is no reply: {reasons(error)}") from None


def _rendered(reply: Reply, scope: Scope, defaults: Defaults) -> Answer:
    late = reply.given("latency", "gate", "faults", "set") if reply.set else reply.given("latency", "gate", "faults")
    if late:
        raise ReplyError(f"a Python reply returned {' and '.join(late)}; write that beside the function instead")
    return render(reply, scope, defaults, literal=True)


def _beside(scope: Scope, defaults: Defaults) -> Completion:
    """What the defaults put beside content that is no written reply."""
    return Completion(
        choices=(Choice(()),),
        model=defaults.model,
        headers=headers_of(Reply(text=""), defaults, Filling(scope, literal=True)),
        chunks=defaults.chunks,
    )
