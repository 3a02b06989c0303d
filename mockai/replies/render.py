"""From what is written to what is sent: a reply with nothing left to decide."""

from __future__ import annotations

from collections.abc import Iterable

from mockai.errors import ReplyError
from mockai.kept import Kept
from mockai.replies.answer import Answer, Choice, Completion, Item, Logprob, Reasoning, Refusal, Text
from mockai.replies.error_reply import error_reply
from mockai.replies.filling import Filling, headers_of
from mockai.replies.items import ItemMaker
from mockai.replies.json_text import json_text
from mockai.replies.media import media_of
from mockai.replies.raw import raw_answer
from mockai.scenario.schema import OWN_ENDPOINTS, ChoiceSpec, Chunking, Defaults, LogprobSpec, Reply
from mockai.scenario.templates import Scope

__all__ = ["completion_of_reply", "render"]


def render(reply: Reply, scope: Scope, defaults: Defaults, *, literal: bool = False) -> Answer:
    """The answer of a reply to the request of this scope; `literal` leaves templates as they are.

    What stands beside `choices` (reasoning, finish_reason, logprobs) holds for each that does not say otherwise.
    Raises ReplyError for a template that fails, and for what cannot be sent.
    """
    kept = None if literal else _STILL.get(reply, defaults)
    if kept is not None:
        return kept
    filling = Filling(scope, literal)
    made = _rendered(reply, filling, defaults)
    if not filling.keeps:
        return made
    return _STILL.keep(made, reply, defaults)


def _rendered(reply: Reply, filling: Filling, defaults: Defaults) -> Answer:
    if reply.error is not None:
        return error_reply(reply.error, reply, defaults, filling)
    if reply.raw is not None:
        return raw_answer(reply.raw, reply, defaults, filling)
    if reply.python is not None:
        raise ReplyError("a reply made by Python cannot be another `python` reply; return what that one returns")
    return completion_of_reply(reply, filling, defaults)


_STILL: Kept[Answer] = Kept(limit=1024)
"""The replies that are the same for every request, rendered."""


def completion_of_reply(reply: Reply, filling: Filling, defaults: Defaults) -> Completion:
    """The content of a reply of any kind but error, raw and python, with what stands beside it."""
    if reply.text is not None and reply.model_fields_set == _TEXT_ALONE and not defaults.model_fields_set:
        text = Text(filling.text(reply.text))
        return Completion((Choice((text,)),), still=filling.keeps)
    return Completion(
        choices=_choices(reply, filling),
        model=filling.maybe(reply.model or defaults.model),
        id=filling.maybe(reply.id),
        usage=reply.usage,
        headers=headers_of(reply, defaults, filling),
        chunks=_chunks(reply.chunks or defaults.chunks, filling),
        service_tier=filling.maybe(reply.service_tier),
        system_fingerprint=filling.maybe(reply.system_fingerprint),
        media=media_of(reply, filling),
        still=filling.keeps,  # known when all of the above is
    )


_TEXT_ALONE = {"text"}
"""What is written in most replies."""


def _choices(reply: Reply, filling: Filling) -> tuple[Choice, ...]:
    if reply.kind in OWN_ENDPOINTS or (reply.auto and filling.scope.request.unaided):
        return ()
    maker = ItemMaker(filling)
    logprobs = _logprobs(reply.logprobs, filling)
    if reply.choices is None:
        items = _thought(reply.reasoning, _annotated(reply, _content(reply, filling, maker), maker), filling)
        return (Choice(items, reply.finish_reason, logprobs),)
    return tuple(
        Choice(
            _thought(spec.reasoning or reply.reasoning, _written(spec, filling, maker), filling),
            spec.finish_reason or reply.finish_reason,
            logprobs,
        )
        for spec in reply.choices
    )


def _content(reply: Reply, filling: Filling, maker: ItemMaker) -> tuple[Item, ...]:
    match reply.kind:
        case "auto":
            from mockai.replies.auto import auto

            return auto(filling.scope.request, filling.scope.mint)
        case "echo":
            from mockai.replies.auto import question

            request = filling.scope.request
            last = request.last()
            return (Text(question(request) or (last.text if last else "")),)
        case "audio" if reply.audio is not None:
            return (maker.audio(reply.audio),)
    return _written(reply, filling, maker)


def _written(spec: Reply | ChoiceSpec, filling: Filling, maker: ItemMaker) -> tuple[Item, ...]:
    """The content that a reply and a choice have in common."""
    if spec.text is not None:
        return (Text(filling.text(spec.text)),)
    if spec.refusal is not None:
        return (Refusal(filling.text(spec.refusal)),)
    if spec.tool_calls is not None:
        return tuple(map(maker.tool_call, spec.tool_calls))
    if spec.items is not None:
        return maker.items(spec.items)
    if "json_" in spec.model_fields_set:
        return (Text(json_text(filling.value(spec.json_))),)
    return ()


def _annotated(reply: Reply, items: tuple[Item, ...], maker: ItemMaker) -> tuple[Item, ...]:
    if not reply.annotations:
        return items
    made = list(items)
    for written in reply.annotations:
        maker.cite(made, written)
    return tuple(made)


def _thought(reasoning: str | None, items: tuple[Item, ...], filling: Filling) -> tuple[Item, ...]:
    return items if reasoning is None else (Reasoning(filling.text(reasoning)), *items)


def _logprobs(specs: Iterable[LogprobSpec] | None, filling: Filling) -> tuple[Logprob, ...] | None:
    if specs is None:
        return None
    return tuple(Logprob(filling.text(spec.token), spec.logprob, tuple(spec.top.items())) for spec in specs)


def _chunks(chunks: Chunking | None, filling: Filling) -> Chunking | None:
    if chunks is None or chunks.pieces is None:
        return chunks
    return chunks.model_copy(update={"pieces": tuple(map(filling.text, chunks.pieces))})
