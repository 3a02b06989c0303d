"""What the API refuses in the body of a request for a completion, in the order it looks.

Left alone is what depends on the model: other providers speak this dialect too, and have models of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.base import Serving
from mockai.endpoints.json_values import object_of
from mockai.endpoints.parameters import number
from mockai.request import APIRequest

__all__ = ["check_fields", "check_results"]

_Body: TypeAlias = Mapping[str, Any]
_MOST_TOOLS = 128
_MOST_CHOICES = 128
_MOST_STOPS = 4
_MOST_LOGPROBS = 20


def check_results(request: APIRequest, serving: Serving) -> None:
    """Tool messages follow the calls they answer, and every call is answered before anyone else speaks."""
    asked, made = 0, _NONE
    open: dict[str | None, None] = {}
    for at, message in enumerate(request.messages):
        if message.role == "tool":
            if message.call_id is None:
                raise RequestRefused(named("missing_required_parameter", param=f"messages[{at}].tool_call_id"))
            if message.call_id not in made:
                raise RequestRefused(named("tool_message_without_call", param=f"messages.[{at}].role"))
            open.pop(message.call_id, None)
            continue
        if open:
            _refuse_open(open, asked)
        made = _NONE
        if message.calls:
            asked, made = at, frozenset(call.id for call in message.calls)
            open = {call.id: None for call in message.calls if call.id}
    _refuse_open(open, asked)


def _refuse_open(open: Mapping[str | None, None], at: int) -> None:
    if open:
        ids = ", ".join(filter(None, open))
        raise RequestRefused(named("unanswered_tool_calls", ids=ids, param=f"messages.[{at}].role"))


_NONE = frozenset[str | None]()


def check_fields(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for the first field that is wrong; null is as good as left out."""
    body = request.body
    given = _CHECKS.keys() & body.keys()
    for name in sorted(given, key=_PLACES.__getitem__) if len(given) > 1 else given:
        if body[name] is not None:
            _CHECKS[name](body, name)


# -------------------------------------------------------------------------------------------- tools


def _tools(body: _Body, name: str) -> None:
    tools = body[name]
    if not isinstance(tools, list):
        raise _wrong(name, "an array of tools", tools)
    if len(tools) > _MOST_TOOLS:
        raise RequestRefused(named("too_many_tools", maximum=_MOST_TOOLS, length=len(tools)))
    for at, tool in enumerate(tools):
        kind = object_of(tool).get("type", "function")
        if kind in ("function", "custom"):
            _tool(object_of(tool).get(kind), f"{name}[{at}].{kind}")


def _tool(what: Any, where: str) -> None:
    if not isinstance(what, dict):
        raise RequestRefused(named("missing_tool_function", param=where))
    tool = what.get("name")
    if tool is None:
        raise RequestRefused(named("missing_tool_name", param=f"{where}.name"))
    if not isinstance(tool, str):
        raise _wrong(f"{where}.name", "a string", tool)
    if not tool:
        raise RequestRefused(named("empty_tool_name", param=f"{where}.name"))


def _tool_choice(body: _Body, name: str) -> None:
    choice, tools = body[name], body.get("tools")
    if not tools:
        raise RequestRefused(named("tool_choice_without_tools"))
    if isinstance(choice, str):
        if choice not in ("none", "auto", "required"):
            raise RequestRefused(named("invalid_tool_choice", value=choice))
        return
    if not isinstance(choice, dict):
        raise _wrong(name, "one of one of 'none', 'auto', or 'required' or object", choice)
    wanted = object_of(choice.get(str(choice.get("type")))).get("name")
    offered = [object_of(object_of(tool).get(str(object_of(tool).get("type")))).get("name") for tool in tools]
    if wanted is not None and wanted not in offered:
        raise RequestRefused(named("unknown_tool_choice", name=wanted))


# ---------------------------------------------------------------------------------- numbers and the like


def _count(body: _Body, name: str) -> None:
    number(body, name, least=1)


def _choices(body: _Body, name: str) -> None:
    number(body, name, least=1, most=_MOST_CHOICES)


def _between(least: int, most: int) -> Callable[[_Body, str], None]:
    def check(body: _Body, name: str) -> None:
        value = body[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(name, "a decimal", value)
        if value < least:
            raise RequestRefused(named("decimal_below_min_value", param=name, minimum=least, value=value))
        if value > most:
            raise RequestRefused(named("decimal_above_max_value", param=name, maximum=most, value=value))

    return check


def _flag(body: _Body, name: str) -> None:
    if not isinstance(body[name], bool):
        raise _wrong(name, "a boolean", body[name])


def _top_logprobs(body: _Body, name: str) -> None:
    asked = number(body, name, least=0) or 0
    if not body.get("logprobs"):
        raise RequestRefused(named("top_logprobs_without_logprobs"))
    if asked > _MOST_LOGPROBS:
        raise RequestRefused(named("top_logprobs_too_large", maximum=_MOST_LOGPROBS))


def _stop(body: _Body, name: str) -> None:
    if isinstance(body[name], list) and len(body[name]) > _MOST_STOPS:
        raise RequestRefused(named("too_many_stop_sequences", maximum=_MOST_STOPS, length=len(body[name])))


def _stream_options(body: _Body, name: str) -> None:
    if not body.get("stream"):
        raise RequestRefused(named("stream_options_without_stream"))
    if not isinstance(body[name], dict):
        raise _wrong(name, "an object", body[name])


# ------------------------------------------------------------------------------------------- format


def _response_format(body: _Body, name: str) -> None:
    format = body[name]
    if not isinstance(format, dict):
        raise _wrong(name, "an object", format)
    kind = format.get("type")
    if kind is None:
        raise RequestRefused(named("missing_response_format", param=f"{name}.type"))
    if kind not in ("json_object", "json_schema", "text"):
        raise RequestRefused(named("invalid_response_format", value=kind))
    if kind == "json_schema":
        _json_schema(format.get(kind), f"{name}.{kind}")
    if kind == "json_object" and not _says_json(body["messages"]):
        raise RequestRefused(named("json_word_missing"))


def _json_schema(what: Any, where: str) -> None:
    if what is None:
        raise RequestRefused(named("missing_response_format", param=where))
    if object_of(what).get("name") is None:
        raise RequestRefused(named("missing_response_format", param=f"{where}.name"))


def _says_json(messages: Any) -> bool:
    return "json" in str([message.get("content") for message in messages]).lower()


def _wrong(name: str, expected: str, value: Any) -> RequestRefused:
    return RequestRefused(named("invalid_type", param=name, expected=expected, got=kind_of(value)))


_CHECKS: Mapping[str, Callable[[_Body, str], None]] = {
    "tools": _tools,
    "tool_choice": _tool_choice,
    "parallel_tool_calls": _flag,
    "max_completion_tokens": _count,
    "n": _choices,
    "temperature": _between(0, 2),
    "top_p": _between(0, 1),
    "presence_penalty": _between(-2, 2),
    "frequency_penalty": _between(-2, 2),
    "logprobs": _flag,
    "top_logprobs": _top_logprobs,
    "response_format": _response_format,
    "max_tokens": _count,
    "stop": _stop,
    "stream": _flag,
    "stream_options": _stream_options,
    "store": _flag,
}
"""In the order of the API, measured on gpt-5.6."""

_PLACES = {name: place for place, name in enumerate(_CHECKS)}
