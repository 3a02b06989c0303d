"""Whether a conversation, and the reply asked for, fit into the model's context."""

from __future__ import annotations

from dataclasses import replace

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.json_values import positive
from mockai.models import Facts
from mockai.request import APIRequest
from mockai.tokens import prompt_tokens

__all__ = ["check_chat_length", "check_responses_length"]


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
