"""How many tokens a request and its reply are said to have.

Everything here counts with `mockai.tokens`; the formula of the prompt is the one measured on gpt-4o.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from mockai.endpoints.families import Family
from mockai.request import APIRequest, Message, Tool
from mockai.scenario.schema import UsageSpec
from mockai.tokens import count

__all__ = ["completion_usage", "prompt_tokens"]

_TOOLS_OVERHEAD = 8
_CALL_OVERHEAD = 5


def prompt_tokens(request: APIRequest) -> int:
    """The tokens of the conversation and of the tools offered, estimated."""
    return 3 + sum(map(_of_message, request.messages)) + _of_tools(request.tools)


def completion_usage(
    prompt: int, completion: int, reasoning: int, family: Family, written: UsageSpec | None
) -> dict[str, Any]:
    """The `usage` of a chat or text completion; what is written in the scenario stands, the rest is counted.

    `completion` includes `reasoning`; where only another number of reasoning tokens is written, both change.
    """
    own = written or UsageSpec()
    if own.reasoning_tokens is not None:
        completion += own.reasoning_tokens - reasoning
    sent = own.prompt_tokens if own.prompt_tokens is not None else prompt
    made = own.completion_tokens if own.completion_tokens is not None else completion
    return {
        "prompt_tokens": sent,
        "completion_tokens": made,
        "total_tokens": own.total_tokens if own.total_tokens is not None else sent + made,
        "prompt_tokens_details": _prompt_details(sent, family, own),
        "completion_tokens_details": {
            "reasoning_tokens": reasoning if own.reasoning_tokens is None else own.reasoning_tokens,
            "audio_tokens": own.audio_tokens or 0,
            "accepted_prediction_tokens": own.accepted_prediction_tokens or 0,
            "rejected_prediction_tokens": own.rejected_prediction_tokens or 0,
            **({"text_tokens": max(0, made - (own.audio_tokens or 0))} if family.modalities else {}),
        },
    }


def _prompt_details(sent: int, family: Family, own: UsageSpec) -> dict[str, int]:
    details = {"cached_tokens": own.cached_tokens or 0, "audio_tokens": 0}
    if family.cache_write or own.cache_write_tokens is not None:
        details["cache_write_tokens"] = own.cache_write_tokens or 0
    if family.modalities:
        details |= {"image_tokens": 0, "text_tokens": sent}
    return details


def _of_message(message: Message) -> int:
    named = message.name is not None and message.role != "tool"
    calls = sum(2 * count(call.name) + count(call.arguments) + _CALL_OVERHEAD for call in message.calls)
    return 4 + count(message.text) + (1 + count(message.name or "") if named else 0) + calls


def _of_tools(tools: tuple[Tool, ...]) -> int:
    if not tools:
        return 0
    return _TOOLS_OVERHEAD + count(
        "namespace functions {\n\n" + "".join(map(_rendered, tools)) + "} // namespace functions"
    )


# -------------------------------------------------------------------- tools as the model is shown them


def _rendered(tool: Tool) -> str:
    lines = [f"// {tool.description}"] if tool.description else []
    parameters = list(_parameters(tool.parameters or {}))
    head = f"type {tool.name} = "
    lines += [head + "(_: {", *parameters, "}) => any;"] if parameters else [head + "() => any;"]
    return "\n".join(lines) + "\n\n"


def _parameters(schema: Mapping[str, Any]) -> Iterator[str]:
    required = schema.get("required")
    needed = required if isinstance(required, list) else []
    properties = schema.get("properties")
    for name, each in properties.items() if isinstance(properties, Mapping) else ():
        one = each if isinstance(each, Mapping) else {}
        if one.get("description"):
            yield f"// {one['description']}"
        default = f" // default: {one['default']}" if "default" in one else ""
        yield f"{name}{'' if name in needed else '?'}: {_type(one)},{default}"


def _type(schema: Mapping[str, Any]) -> str:
    if isinstance(schema.get("enum"), list):
        return " | ".join(orjson.dumps(value).decode() for value in schema["enum"])
    if isinstance(schema.get("anyOf"), list):
        return " | ".join(_type(each) for each in schema["anyOf"] if isinstance(each, Mapping))
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items")
        return f"{_type(items) if isinstance(items, Mapping) else 'any'}[]"
    if kind == "object":
        return "\n".join(["{", *_parameters(schema), "}"])
    return "number" if kind == "integer" else str(kind or "any")
