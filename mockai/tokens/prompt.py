"""The tokens of a prompt: its messages, the calls made earlier, and the tools offered with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from mockai.request import APIRequest, Message, Tool
from mockai.tokens.models import Rules, rules_of

__all__ = ["prompt_tokens"]

_PRIMING = 3
_MESSAGE = 4  # three, and one for the role


def prompt_tokens(request: APIRequest) -> int:
    """The tokens of a conversation and of the tools offered with it, by what was measured of the model's family."""
    rules = rules_of(request.model or "")
    if rules.only_user:
        return rules.prompt + sum(rules.count(message.text) for message in request.messages if message.role == "user")
    tokens = _PRIMING + rules.prompt
    for message in request.messages:
        tokens += _MESSAGE + rules.count(message.text)
        if message.name is not None and message.role != "tool":
            tokens += 1 + rules.count(message.name)
        if message.calls:
            tokens += _of_calls(message, rules)
    return tokens + _of_tools(request, rules) if request.tools else tokens


def _of_calls(message: Message, rules: Rules) -> int:
    texts = sum(2 * rules.count(call.name) + rules.count(call.arguments) for call in message.calls)
    return texts + rules.past_call * len(message.calls) + (rules.past_calls if len(message.calls) > 1 else 0)


def _of_tools(request: APIRequest, rules: Rules) -> int:
    """What the tools cost as the model is shown them. Tools that are no functions are not shown so."""
    shown = "namespace functions {\n\n" + "".join(map(_rendered, request.tools)) + "} // namespace functions"
    bare = sum(not _has_parameters(tool) for tool in request.tools)
    others = (len(request.tools) - 1) * rules.each_tool
    return rules.count(shown) + _having_tools(request, rules) + others + (rules.bare_tool if bare else 0)


def _having_tools(request: APIRequest, rules: Rules) -> int:
    instructed = any(message.role in ("system", "developer") for message in request.messages)
    if request.endpoint.startswith("responses"):
        return rules.response_tools_with_system if instructed else rules.response_tools
    return rules.tools_with_system if instructed else rules.tools


def _has_parameters(tool: Tool) -> bool:
    return bool(list(_parameters(tool.parameters or {})))


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
