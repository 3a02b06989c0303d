"""A plausible answer to any request.

It follows from what was asked alone: the prose and the values are drawn from the seed and the last user message, so
that the same question gets the same answer on every call. Only ids differ from call to call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockai.ids import Mint
from mockai.replies.answer import Item, Text, ToolCall
from mockai.replies.json_text import json_text
from mockai.replies.prose import sentences, singular, topic, words
from mockai.replies.schema_fill import fill
from mockai.request import APIRequest, Message, ResponseFormat, Tool

__all__ = ["auto", "best_tool", "made_arguments", "question"]

_LONGEST = 200


def auto(request: APIRequest, mint: Mint) -> tuple[Item, ...]:
    """Calls the offered tool that suits the question, until there are results; then fills the response format, or
    answers in prose. Where a call is required, the tools that were not called yet come first, one after the other."""
    text = question(request)
    lasting = Mint(mint.seed, "auto", text, created=mint.created)
    results = request.tool_results()
    tool = _next_tool(request, text) if results else best_tool(request, text)
    if tool is not None:
        arguments = made_arguments(tool, lasting, text)
        return (ToolCall(tool.name, arguments, mint.child("call", 0).id("call_"), tool.kind),)
    if request.response_format is not None and request.response_format.kind != "text":
        return (Text(json_text(_formatted(request.response_format, lasting, text))),)
    return (Text(_about(results) if results else sentences(lasting, text)),)


def _next_tool(request: APIRequest, text: str) -> Tool | None:
    """The tool to call after others, where the answer must be a call; None where all that are offered were called."""
    if request.tool_choice != "required":
        return None
    users = [at for at, message in enumerate(request.messages) if message.role == "user"]
    since = request.messages[users[-1] :] if users else request.messages
    called = {call.name for message in since for call in message.calls}
    left = tuple(tool for tool in request.tools if tool.name not in called)
    return best_tool(replace(request, tools=left), text)


def question(request: APIRequest) -> str:
    """What was asked: the last user message, or an empty text."""
    message = request.last("user")
    return "" if message is None else message.text


def best_tool(request: APIRequest, text: str) -> Tool | None:
    """The tool to call: the one chosen by name, else the one whose name and description have most words in common
    with the text, else the first; None where no tool may be called."""
    offered = [tool for tool in request.tools if tool.kind in ("function", "custom")]
    if not offered or request.tool_choice == "none":
        return None
    chosen = next((tool for tool in offered if tool.name == request.tool_choice), None)
    asked = set(map(singular, words(text)))
    return chosen or max(offered, key=lambda tool: _overlap(tool, asked))


def _overlap(tool: Tool, asked: set[str]) -> int:
    """Words in common; one in the name counts as much as three in the description."""
    named, described = (asked & set(map(singular, words(part))) for part in (tool.name, tool.description))
    return 3 * len(named) + len(described)


def made_arguments(tool: Tool | None, mint: Mint, text: str) -> str:
    """Arguments that fit the tool's schema, with what the text names in them; for a custom tool, a line of text.

    A tool that was not offered gets an empty object.
    """
    if tool is None:
        return "{}"
    if tool.kind == "custom":
        return text or topic(text)
    return json_text(fill({"type": "object", **(tool.parameters or {})}, mint, text))


def _formatted(wanted: ResponseFormat, mint: Mint, text: str) -> Any:
    if wanted.schema is not None:
        return fill(wanted.schema, mint, text)
    confidence = round(mint.child("confidence").rng.uniform(0.7, 0.99), 2)
    return {"topic": topic(text), "answer": sentences(mint, text), "confidence": confidence}


def _about(results: Sequence[Message]) -> str:
    """Prose about what tools returned, which ends their loop."""
    told = (f"According to {result.name or 'the tool'}: {_shortened(_told(result.json()))}." for result in results)
    return " ".join(told)


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} is {_told(part)}" for key, part in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "nothing"
    if isinstance(value, str):
        return " ".join(value.split()).rstrip(".") or "nothing"
    return json_text(value)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"
