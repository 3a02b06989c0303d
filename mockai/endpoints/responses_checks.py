"""What the API refuses in the body of a request for a response, in the order it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mockai.api_errors import NAMES, RequestRefused, kind_of, named
from mockai.endpoints.base import Serving
from mockai.endpoints.json_values import object_of
from mockai.request import APIRequest

__all__ = ["check_create", "check_input", "check_model"]

_WITHOUT_INPUT = ("previous_response_id", "prompt", "conversation")
_ROLES = frozenset({"assistant", "system", "developer", "user"})


def check_create(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for the first thing that is wrong."""
    body = request.body
    if "messages" in body:
        raise RequestRefused(named("responses_messages_sent"))
    check_model(body)
    check_input(body)
    for check in _CHECKS:
        check(body)
    if body.get("previous_response_id") and body.get("conversation"):
        raise RequestRefused(named("mutually_exclusive_parameters"))


def check_model(body: Mapping[str, Any]) -> None:
    """The model is a text; a stored prompt brings its own."""
    model = body.get("model")
    if "model" not in body:
        if not body.get("prompt"):
            raise RequestRefused(named("responses_missing_model"))
    elif not isinstance(model, str):
        got = None if model is None else kind_of(model)
        raise RequestRefused(named("responses_null_model", got=got))
    elif not model:
        raise RequestRefused(named("model_not_found_responses", model=""))


# -------------------------------------------------------------------------------------------- input


def check_input(body: Mapping[str, Any]) -> None:
    """The input is a text or a list of items, and there is something to answer."""
    written = body.get("input")
    given_otherwise = any(body.get(key) for key in _WITHOUT_INPUT)
    if written is None:
        if not given_otherwise:
            raise RequestRefused(named("responses_missing_input"))
    elif not isinstance(written, str | list):
        raise RequestRefused(named("responses_invalid_input", got=kind_of(written)))
    elif not written and not given_otherwise:
        raise RequestRefused(named("responses_empty_input"))
    for at, item in enumerate(written if isinstance(written, list) else ()):
        _check_item(item, f"input[{at}]")


def _check_item(item: Any, where: str) -> None:
    if not isinstance(item, dict):
        raise RequestRefused(named("responses_invalid_item", param=where, got=kind_of(item)))
    kind = item.get("type")
    if kind is None and "id" in item and "role" not in item:
        return  # a reference may leave out its type
    if kind is not None and kind not in _supported("responses_invalid_item_type"):
        raise RequestRefused(named("responses_invalid_item_type", param=where, value=kind))
    if kind in (None, "message"):
        role = item.get("role", "")
        if not isinstance(role, str) or role not in _ROLES:
            raise RequestRefused(named("responses_invalid_role", param=where, value=role))
        _check_parts(item.get("content"), role, f"{where}.content")


def _check_parts(content: Any, role: str, where: str) -> None:
    for at, part in enumerate(content if isinstance(content, list) else ()):
        kind = object_of(part).get("type")
        if kind not in _supported("responses_invalid_part"):
            raise RequestRefused(named("responses_invalid_part", param=f"{where}[{at}].type", value=str(kind or "")))
        name = "responses_invalid_assistant_part" if role == "assistant" else "responses_invalid_user_part"
        if kind not in _supported(name):
            raise RequestRefused(named(name, param=f"{where}[{at}]", value=kind))


def _supported(name: str) -> Iterable[Any]:
    supported: Iterable[Any] = NAMES[name].defaults["supported"]
    return supported


# ------------------------------------------------------------------------------------------- options


def _check_include(body: Mapping[str, Any]) -> None:
    written = body.get("include")
    for at, value in enumerate(written if isinstance(written, list) else ()):
        _one_of("responses_invalid_include", value, f"include[{at}]")


def _check_tools(body: Mapping[str, Any]) -> None:
    written = body.get("tools")
    for at, tool in enumerate(written if isinstance(written, list) else ()):
        what = object_of(tool)
        if not what.get("type"):
            raise RequestRefused(named("responses_missing_tool_type", param=f"tools[{at}].type"))
        if what["type"] in ("function", "custom") and not what.get("name"):
            raise RequestRefused(named("responses_missing_tool_name", param=f"tools[{at}].name"))


def _check_tool_choice(body: Mapping[str, Any]) -> None:
    choice = body.get("tool_choice")
    if choice is None or choice in ("none", "auto", "required"):
        return
    if not isinstance(choice, dict):
        raise RequestRefused(named("responses_invalid_tool_choice", got=kind_of(choice)))
    if choice.get("type") in ("function", "custom") and not choice.get("name"):
        raise RequestRefused(named("responses_missing_tool_choice_name"))


def _check_text(body: Mapping[str, Any]) -> None:
    text = object_of(body.get("text"))
    format = object_of(text.get("format"))
    if format:
        _one_of("responses_invalid_text_format", format.get("type", ""), "text.format.type")
    if format.get("type") == "json_schema" and not format.get("name"):
        raise RequestRefused(named("responses_missing_format_name"))
    _one_of("responses_invalid_verbosity", text.get("verbosity"), "text.verbosity")


def _check_stream_options(body: Mapping[str, Any]) -> None:
    if "include_usage" in object_of(body.get("stream_options")):
        param = "stream_options.include_usage"
        raise RequestRefused(named("responses_unknown_parameter", param=param, hint=""))


def _check_numbers(body: Mapping[str, Any]) -> None:
    for key, least in (("max_output_tokens", 16), ("max_tool_calls", 1)):
        value = body.get(key)
        if type(value) is int and value < least:
            raise RequestRefused(named(f"responses_{key}_too_small", value=value))


def _check_reasoning(body: Mapping[str, Any]) -> None:
    asked = object_of(body.get("reasoning"))
    _one_of("responses_invalid_reasoning_effort", asked.get("effort"), "reasoning.effort")
    _one_of("responses_invalid_summary", asked.get("summary"), "reasoning.summary")


def _check_truncation(body: Mapping[str, Any]) -> None:
    _one_of("responses_invalid_truncation", body.get("truncation"), "truncation")


def _one_of(name: str, value: Any, where: str) -> None:
    """A value that is given is one of those the error of this name lists."""
    if value is not None and value not in _supported(name):
        raise RequestRefused(named(name, param=where, value=value))


_CHECKS: tuple[Callable[[Mapping[str, Any]], None], ...] = (
    _check_include,
    _check_tools,
    _check_tool_choice,
    _check_text,
    _check_stream_options,
    _check_numbers,
    _check_reasoning,
    _check_truncation,
)
