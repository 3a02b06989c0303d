"""What some providers do not take, and what they take in another form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from mockai.api_errors import ErrorReply, named
from mockai.providers.base import Asked, Quirk, register
from mockai.request import APIRequest
from mockai.wire import HTTPRequest

__all__: list[str] = []

_DEPLOYMENT = re.compile(r"/openai/deployments/([^/]+)/")
_NINE = re.compile(r"[0-9A-Za-z]{9}")
_ANY = ("*",)


@register
class APIVersionRequired(Quirk):
    """Azure's paths of old are nothing without a version."""

    name = "api_version_required"
    summary = (
        "A request below `/openai/`, but not `/openai/v1/`, without `api-version` in its query gets 404, "
        "`Resource not found`."
    )
    endpoints = _ANY

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The 404."""
        path = request.http.path
        dated = path.startswith("/openai/") and not path.startswith("/openai/v1/")
        return named("azure_not_found") if dated and not request.query.get("api-version") else None


@register
class ModelFromDeployment(Quirk):
    """The URL says which model it is."""

    name = "model_from_deployment"
    summary = "A body below `/openai/deployments/NAME/` needs no `model`: it is the deployment's name."
    evidence = "documented"

    def heard(self, http: HTTPRequest) -> HTTPRequest:
        """With the model in the body."""
        found = _DEPLOYMENT.match(http.path)
        if found is None or not http.body.startswith(b"{"):
            return http
        try:
            body = orjson.loads(http.body)
        except orjson.JSONDecodeError:
            return http
        return http if body.get("model") else replace(http, body=orjson.dumps({**body, "model": found[1]}))


@register
class ToolIdLength(Quirk):
    """Mistral takes its own ids only."""

    name = "tool_id_length"
    summary = (
        "Tool calls and results in a conversation must have ids of exactly 9 letters and digits, or it is refused "
        "with 400."
    )

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The 400 for the first other id."""
        for message in request.messages:
            for id in (*(call.id for call in message.calls), message.call_id):
                if id is not None and not _NINE.fullmatch(id):
                    return named("mistral_tool_call_id", id=id)
        return None


@register
class ReasoningReturned(Quirk):
    """DeepSeek wants its thoughts back."""

    name = "reasoning_returned"
    summary = (
        "With `thinking: {type: enabled}`, an assistant message with tool calls must have its "
        "`reasoning_content`, or the request is refused with 400."
    )
    foreign = True

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The 400 for the first call without the thought behind it."""
        thinking = request.body.get("thinking")
        if not isinstance(thinking, Mapping) or thinking.get("type") != "enabled":
            return None
        for message in _assistants(request):
            if message.get("tool_calls") and message.get("reasoning_content") is None:
                return named("deepseek_reasoning_missing")
        return None


@register
class ThoughtSignatures(Quirk):
    """Gemini wants its signatures back."""

    name = "thought_signatures"
    summary = (
        "Tool calls have `extra_content.google.thought_signature`; models named `gemini-3…` refuse a conversation "
        "that has lost it with 400."
    )
    foreign = True

    def part(self, part: dict[str, Any], asked: Asked) -> None:
        """With a signature on the first call of a message."""
        for call in (part.get("tool_calls") or ())[:1]:
            if call.get("function", {}).get("name"):
                signature = asked.mint.child("thought signature").alnum(64)
                call["extra_content"] = {"google": {"thought_signature": signature}}

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The 400 for the first message whose first call has none."""
        if not (request.model or "").removeprefix("models/").startswith("gemini-3"):
            return None
        position = 0
        for message in request.body.get("messages") or ():
            position += message.get("role") not in ("system", "developer")
            calls = message.get("tool_calls") or ()
            if calls and not _signed(calls[0]):
                name = (calls[0].get("function") or {}).get("name")
                return named("gemini_thought_signature_missing", name=name, position=position)
        return None


def _signed(call: Mapping[str, Any]) -> bool:
    google = (call.get("extra_content") or {}).get("google") or {}
    return bool(google.get("thought_signature"))


@register
class SingleChoice(Quirk):
    """One answer is all there is."""

    name = "single_choice"
    summary = "A request with `n` greater than 1 is refused with 400."
    evidence = "documented"

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The 400; its words are MockAI's."""
        n = request.body.get("n")
        return ErrorReply(400, "n must be 1.", param="n") if isinstance(n, int) and n > 1 else None


def _assistants(request: APIRequest) -> Iterator[Mapping[str, Any]]:
    for message in request.body.get("messages") or ():
        if isinstance(message, Mapping) and message.get("role") == "assistant":
            yield message
