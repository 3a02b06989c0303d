"""Functions that are offered, and the schemas they and the reply keep to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.json_values import object_of, objects_of
from mockai.endpoints.strict_schemas import fault_in_parameters, fault_in_strict
from mockai.request import APIRequest

__all__ = [
    "check_chat_format",
    "check_chat_tools",
    "check_functions",
    "check_responses_format",
    "check_responses_tools",
]

_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_ANY = {"type": "object", "properties": {}}


def check_functions(request: APIRequest, serving: Serving) -> None:
    """The schemas of the legacy functions of a completion. Raises `RequestRefused`."""
    for at, function in enumerate(objects_of(request.body.get("functions"))):
        _check_schema(function, f"functions[{at}]")


def check_chat_tools(request: APIRequest, serving: Serving) -> None:
    """The same of the tools of a completion."""
    for at, tool in enumerate(objects_of(request.body.get("tools"))):
        if tool.get("type", "function") == "function":
            _check_schema(object_of(tool.get("function")), f"tools[{at}].function")


def check_responses_tools(request: APIRequest, serving: Serving) -> None:
    """The same of the tools of a response, and their names, which may be of any length."""
    for at, tool in enumerate(objects_of(request.body.get("tools"))):
        if tool.get("type") == "function":
            _check_name(tool.get("name"), f"tools[{at}].name")
            _check_schema(tool, f"tools[{at}]")


def check_chat_format(request: APIRequest, serving: Serving) -> None:
    """The schema of the response format of a completion. Raises `RequestRefused`."""
    format = object_of(object_of(request.body.get("response_format")).get("json_schema"))
    _check_format(format, "invalid_format_schema")


def check_responses_format(request: APIRequest, serving: Serving) -> None:
    """The same of the format of a response's text."""
    format = object_of(object_of(request.body.get("text")).get("format"))
    if format.get("type") == "json_schema":
        _check_format(format, "responses_invalid_format_schema")


def _check_format(format: Mapping[str, Any], error: str) -> None:
    fault = fault_in_strict(format.get("schema")) if format.get("strict") is True else None
    if fault is not None:
        raise RequestRefused(named(error, name=format.get("name"), fault=fault))


def _check_name(name: Any, where: str) -> None:
    if isinstance(name, str) and name and _NAME.fullmatch(name) is None:
        raise RequestRefused(named("string_pattern_mismatch", param=where, pattern=f"^{_NAME.pattern}$"))


def _check_schema(function: Mapping[str, Any], where: str) -> None:
    parameters, strict = function.get("parameters"), function.get("strict") is True
    if parameters is None and not strict:
        return
    fault = fault_in_strict(_ANY if parameters is None else parameters) if strict else fault_in_parameters(parameters)
    if fault is not None:
        error = named("invalid_tool_schema", name=function.get("name"), param=f"{where}.parameters", fault=fault)
        raise RequestRefused(error)
