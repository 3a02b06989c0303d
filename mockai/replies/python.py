"""Replies that a Python function makes: how it is called, and what becomes of what it returns."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import partial
from typing import Any

from mockai.api_errors import ErrorReply
from mockai.errors import ReplyError
from mockai.records import InvalidValue
from mockai.replies.answer import Answer, Choice, Completion, Item, RawAnswer, Reasoning
from mockai.replies.filling import Filling
from mockai.replies.live import Live, gather, pull, shown
from mockai.replies.render import completion_of_reply, render
from mockai.replies.sdk import CHUNK, COMPLETION, completion_of, kind_of, plain
from mockai.request import APIRequest
from mockai.scenario.schema import Defaults, Reply
from mockai.scenario.schema.functions import takes_request
from mockai.scenario.templates import Scope
from mockai.wire import Call

__all__ = ["Live", "answer_of", "call_reply", "gather", "pull", "reply_of"]

_RETURNED = (
    "text, a mapping with the keys of a reply in a scenario file, a Reply, the SDK's ChatCompletion or its chunks, "
    "or an iterator of pieces"
)
_BESIDE = ("model", "id", "usage", "chunks", "service_tier", "system_fingerprint")


def call_reply(function: Callable[..., Any], request: APIRequest) -> Call:
    """The call of a function that takes the request, or nothing; any other was refused where it was written."""
    return Call(partial(function, request) if takes_request(function) else function)


def answer_of(value: Any, scope: Scope, defaults: Defaults, written: Reply | None = None) -> Answer | Live:
    """What a Python reply returned, as an answer. Nothing in it is a template.

    A list or an iterator, async ones too, is a live reply. The SDK's own objects keep their id, time, model and
    usage. What stands beside the function in `written` (headers, model, usage …) and the defaults hold where the
    value does not say otherwise. Raises ReplyError for what cannot be sent.
    """
    if isinstance(value, Completion | RawAnswer | ErrorReply | Live):
        return value
    beside = _beside(written or Reply(text=""), scope, defaults)
    if isinstance(value, str):
        value = Reply(text=value)
    if kind_of(value) == COMPLETION:
        return _dressed(completion_of(plain(value), scope.mint), beside)
    if kind_of(value) == CHUNK:
        value = [value]
    returned = reply_of(value)
    if returned is not None:
        return _dressed(render(returned, scope, Defaults(), literal=True), beside)
    return _live(_iterator(value), scope, beside)


# ------------------------------------------------------------------------- what stands beside the function


def _beside(written: Reply, scope: Scope, defaults: Defaults) -> Completion:
    """Everything but the content: rendered as written, with an empty text where the content goes."""
    if written.annotations:
        raise ReplyError("annotations beside a function have no text to belong to; return them with the text")
    shell = written.model_copy(update={"python": None, "text": ""})
    return replace(completion_of_reply(shell, Filling(scope), defaults), still=False)


def _dressed(answer: Answer, beside: Completion) -> Answer:
    """The answer with what stands beside it, where it does not say otherwise itself."""
    if isinstance(answer, ErrorReply):
        own = dict(answer.headers)
        return answer.with_headers({name: value for name, value in beside.headers.items() if name not in own})
    headers = {**beside.headers, **answer.headers}
    if isinstance(answer, RawAnswer):
        return replace(answer, headers=headers)
    unsaid = {name: getattr(beside, name) for name in _BESIDE if getattr(answer, name) is None}
    choices = tuple(_dressed_choice(choice, beside.choices[0]) for choice in answer.choices)
    return replace(answer, choices=choices, headers=headers, **unsaid)


def _dressed_choice(choice: Choice, beside: Choice) -> Choice:
    return Choice(
        choice.items if _thoughts(choice) else (*_thoughts(beside), *choice.items),
        choice.finish_reason or beside.finish_reason,
        beside.logprobs if choice.logprobs is None else choice.logprobs,
    )


def _thoughts(choice: Choice) -> tuple[Item, ...]:
    return tuple(item for item in choice.items if isinstance(item, Reasoning))


# ---------------------------------------------------------------------------------------- what is returned


def reply_of(value: Any) -> Reply | None:
    """The reply that a function returned as one, a Reply or a mapping with its keys; None for anything else.

    Its `latency`, `gate`, `faults` and `set` count as if they were written. Raises ReplyError for a mapping
    that is no reply.
    """
    if not isinstance(value, Reply | Mapping) or kind_of(value) in (COMPLETION, CHUNK):
        return None
    try:
        return value if isinstance(value, Reply) else Reply.model_validate(value)
    except InvalidValue as error:
        raise ReplyError(f"a Python reply returned {shown(value)}, which is no reply: {error.reasons}") from None


def _iterator(value: Any) -> Iterator[Any] | AsyncIterator[Any]:
    if isinstance(value, AsyncIterable):
        return aiter(value)
    if isinstance(value, Iterable) and not (
        isinstance(value, bytes | bytearray | Set) or hasattr(type(value), "model_fields")
    ):
        return iter(value)
    raise ReplyError(f"a Python reply returned {shown(value)}; it can return {_RETURNED}")


def _live(source: Iterator[Any] | AsyncIterator[Any], scope: Scope, beside: Completion) -> Live:
    choice = beside.choices[0]
    empty = replace(beside, choices=(replace(choice, items=()),))
    return Live(source, scope, empty, first=_thoughts(choice))
