"""Whether a conversation, and the reply asked for, fit into the model's context."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.json_values import positive
from mockai.models import Facts
from mockai.request import APIRequest
from mockai.tokens import count, prompt_tokens

__all__ = ["check_chat_length", "check_completions_length", "check_embeddings_length", "check_responses_length"]

_USUAL_TOKENS = 16


def check_chat_length(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for a prompt, or a prompt and the tokens asked for, that the model has no room for."""
    facts, body = serving.catalogue.facts(request.model or ""), request.body
    if _ABOUT_LENGTH.isdisjoint(body) and (facts.context is None or len(request.http.body) <= facts.context):
        return
    name = "max_completion_tokens" if positive(body.get("max_completion_tokens")) else "max_tokens"
    asked = positive(body.get(name)) or 0
    if facts.output is not None and asked > facts.output:
        raise RequestRefused(named("max_tokens_too_large", requested=asked, limit=facts.output, param=name))
    if facts.context is None or not _may_exceed(request, facts.context - asked):
        return
    prompt = prompt_tokens(request)
    if prompt + asked <= facts.context:
        return
    if not asked or facts.reasons:
        if prompt > facts.context:
            raise RequestRefused(named("context_length_exceeded", limit=facts.context, used=prompt))
        return
    raise RequestRefused(_with_completion(request, facts, prompt, asked))


def check_responses_length(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for an input that the model has no room for, unless it is to be truncated."""
    context = serving.catalogue.facts(request.model or "").context
    if context is None or request.body.get("truncation") == "auto" or not _may_exceed(request, context):
        return
    if prompt_tokens(request) > context:
        raise RequestRefused(named("responses_context_length_exceeded"))


def check_completions_length(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for a prompt that leaves no room for what is to be written."""
    context = serving.catalogue.facts(request.model or "").context
    asked = request.body.get("max_tokens")
    most = asked if type(asked) is int and asked >= 0 else _USUAL_TOKENS
    if context is None or len(request.http.body) + most <= context:
        return
    longest = _longest(request.body.get("prompt"), request.model or "")
    if longest + most > context:
        numbers = {"limit": context, "requested": longest + most, "prompt": longest, "completion": most}
        raise RequestRefused(named("completion_context_length", **numbers))


def check_embeddings_length(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for an input that is longer than the model reads."""
    model = request.model or ""
    context = serving.catalogue.facts(model).context
    if context is None or len(request.http.body) <= context:
        return
    longest = _longest(request.body.get("input"), model)
    if longest > context:
        raise RequestRefused(named("embedding_context_length", limit=context, requested=longest, prompt=longest))


def _longest(written: Any, model: str) -> int:
    """The tokens of the longest of one text, several, one list of tokens, or several."""
    several = isinstance(written, list) and not all(isinstance(each, int) for each in written)
    return max((_length(each, model) for each in (written if several else [written])), default=0)


def _length(written: Any, model: str) -> int:
    if isinstance(written, str):
        return count(written, model)
    return len(written) if isinstance(written, list) else 0


def _with_completion(request: APIRequest, facts: Facts, prompt: int, asked: int) -> ErrorReply:
    numbers = {"limit": facts.context, "requested": prompt + asked, "completion": asked}
    if not request.tools:
        return named("context_length_exceeded_completion", prompt=prompt, **numbers)
    messages = prompt_tokens(replace(request, tools=()))
    return named("context_length_exceeded_functions", prompt=messages, functions=prompt - messages, **numbers)


def _may_exceed(request: APIRequest, room: int) -> bool:
    """Whether there could be more tokens than that: no text has more of them than bytes."""
    remembered = not _REMEMBERED.isdisjoint(request.body)
    earlier = sum(4 * len(message.text) + 8 for message in request.messages) if remembered else 0
    return len(request.http.body) + earlier > room


_REMEMBERED = frozenset({"previous_response_id", "conversation"})
_ABOUT_LENGTH = frozenset({"max_completion_tokens", "max_tokens"}) | _REMEMBERED
