"""Requests that OpenAI takes and some providers do not: parameters, roles, contents, and the order of messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mockai.api_errors import ErrorReply, named
from mockai.providers.base import Quirk, register
from mockai.request import APIRequest

__all__: list[str] = []


@register
@dataclass(frozen=True, slots=True)
class RefusedParameters(Quirk):
    """Parameters that are no parameters here."""

    name = "refused_parameters"
    summary = (
        "Parameters of these `names` are unknown, and refused; `messages.NAME` is a key of a message. In which words, "
        "other quirks say."
    )

    names: str = "store"

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The error for the first of them."""
        for name in map(str.strip, self.names.split(",")):
            of_messages, _, key = name.rpartition(".")
            if of_messages:
                holding = (at for at, message in enumerate(_messages(request)) if key in message)
                at = next(holding, None)
                if at is not None:
                    return named("unknown_parameter", param=f"messages[{at}].{key}")
            elif name in request.body:
                return named("unknown_parameter", param=name)
        return None


@register
@dataclass(frozen=True, slots=True)
class KnownRoles(Quirk):
    """Whoever speaks must be known."""

    name = "known_roles"
    summary = "Messages of other roles than these `names` are refused, `developer` among them."

    names: str = "system,user,assistant,tool"

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The error for the first other role."""
        known = tuple(map(str.strip, self.names.split(",")))
        for at, message in enumerate(_messages(request)):
            role = message.get("role")
            if isinstance(role, str) and role not in known:
                return named("invalid_value", param=f"messages[{at}].role", value=role, supported=known)
        return None


@register
class TextOnly(Quirk):
    """A model without eyes."""

    name = "text_only"
    summary = "Messages with images, sounds or files are refused."

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The error for the first part that is no text."""
        for at, message in enumerate(_messages(request)):
            content = message.get("content")
            for part in content if isinstance(content, list) else ():
                kind = part.get("type") if isinstance(part, Mapping) else None
                if kind in ("image_url", "input_audio", "file"):
                    return named("invalid_value", param=f"messages[{at}].content.type", value=kind, supported=("text",))
        return None


_NO_CALL = "Invalid parameter: messages with role 'tool' must be a response"
_CALLERS = ("assistant", "tool")


@register
class AnswerBetween(Quirk):
    """Mistral's conversations have an order."""

    name = "answer_between"
    summary = (
        "A conversation in which the user speaks right after a tool, or the assistant has the last word without "
        "`prefix`, is refused with 400."
    )

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The 400."""
        messages = _messages(request)
        for before, message in pairwise(messages):
            if (before.get("role"), message.get("role")) == ("tool", "user"):
                return named("mistral_role_order", role="user", before="tool")
        last = messages[-1] if messages else {}
        if last.get("role") == "assistant" and not last.get("prefix"):
            return named("mistral_last_role", role="assistant")
        return None

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """A result without its call is a role out of place too."""
        if not error.message.startswith(_NO_CALL):
            return error
        roles = [message.get("role") for message in _messages(request)]
        before = next((before for before, role in pairwise(roles) if role == "tool" and before not in _CALLERS), None)
        return error if before is None else named("mistral_role_order", role="tool", before=before)


@register
class AlternatingRoles(Quirk):
    """Perplexity's conversations go to and fro."""

    name = "alternating_roles"
    summary = (
        "After the system's messages, those of the user (or of tools) and of the assistant must take turns, and the "
        "last is not the assistant's; others are refused with 400."
    )

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The 400."""
        spoken = list(_sides(request))
        if any(one == other for one, other in pairwise(spoken)):
            return named("perplexity_alternating_roles")
        return named("perplexity_last_role") if spoken[-1:] == [True] else None


@register
class StoredBackground(Quirk):
    """vLLM keeps what runs in the background where it keeps all."""

    name = "stored_background"
    summary = "A response in the background with `store: false` is refused with 400; OpenAI keeps it for ten minutes."
    endpoints = ("responses",)

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The 400."""
        refused = request.body.get("background") is True and request.body.get("store") is False
        return named("vllm_background_not_stored") if refused else None


def _sides(request: APIRequest) -> Iterator[bool]:
    """Of each message behind the system's whether it is the assistant's; results of one message's calls are one."""
    before = ""
    for message in _messages(request):
        role = message.get("role")
        if role in ("system", "developer") and not before:
            continue
        if role != "tool" or before != "tool":
            yield role == "assistant"
        before = str(role)


def _messages(request: APIRequest) -> list[Mapping[str, Any]]:
    messages = request.body.get("messages")
    return [each for each in messages if isinstance(each, Mapping)] if isinstance(messages, list) else []
