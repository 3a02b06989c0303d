"""Functions that are offered, and the schemas they and the reply keep to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.json_values import object_of, objects_of, text_of
from mockai.endpoints.strict_schemas import fault_in_parameters, fault_in_strict
from mockai.request import APIRequest

__all__ = ["check_chat_tools", "check_responses_tools"]

_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_LONGEST_NAME = 64
_MOST_TOOLS = 128


def check_chat_tools(request: APIRequest, serving: Serving) -> None:
    """Names and schemas of the functions and of the response format of a completion. Raises `RequestRefused`."""
    body = request.body
    if "tools" in body or "functions" in body:
        for function, where in _chat_functions(body):
            _check_name(function.get("name"), f"{where}.name", _LONGEST_NAME)
            _check_schema(function, where)
    format = object_of(object_of(body.get("response_format")).get("json_schema"))
    if not format:
        return
    _check_name(format.get("name"), "response_format.json_schema.name", _LONGEST_NAME)
    fault = fault_in_strict(format.get("schema")) if format.get("strict") is True else None
    if fault is not None:
        raise RequestRefused(named("invalid_format_schema", name=format.get("name"), fault=fault))


def check_responses_tools(request: APIRequest, serving: Serving) -> None:
    """The same of a response, where functions are strict and formats are not unless they say so."""
    body = request.body
    tools = body.get("tools")
    if isinstance(tools, list) and len(tools) > _MOST_TOOLS:
        raise RequestRefused(named("too_many_tools", maximum=_MOST_TOOLS, length=len(tools)))
    for at, tool in enumerate(objects_of(tools)):
        if tool.get("type") == "function":
            _check_name(tool.get("name"), f"tools[{at}].name", None)
            _check_schema(tool, f"tools[{at}]")
    format = object_of(object_of(body.get("text")).get("format"))
    if format.get("type") != "json_schema":
        return
    _check_name(format.get("name"), "text.format.name", _LONGEST_NAME)
    fault = fault_in_strict(format.get("schema")) if format.get("strict") is True else None
    if fault is not None:
        raise RequestRefused(named("responses_invalid_format_schema", name=format.get("name"), fault=fault))


def _chat_functions(body: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for at, tool in enumerate(objects_of(body.get("tools"))):
        if tool.get("type", "function") == "function":
            yield object_of(tool.get("function")), f"tools[{at}].function"
    for at, function in enumerate(objects_of(body.get("functions"))):
        yield function, f"functions[{at}]"


def _check_name(name: Any, where: str, longest: int | None) -> None:
    written = text_of(name)
    if not written:
        return
    if _NAME.fullmatch(written) is None:
        raise RequestRefused(named("string_pattern_mismatch", param=where, pattern=f"^{_NAME.pattern}$"))
    if longest is not None and len(written) > longest:
        raise RequestRefused(named("string_above_max_length", param=where, maximum=longest, length=len(written)))


def _check_schema(function: Mapping[str, Any], where: str) -> None:
    parameters = function.get("parameters")
    if parameters is None:
        return
    fault = fault_in_strict(parameters) if function.get("strict") is True else fault_in_parameters(parameters)
    if fault is not None:
        error = named("invalid_tool_schema", name=function.get("name"), param=f"{where}.parameters", fault=fault)
        raise RequestRefused(error)
