"""How servers in Rust and in Go say that a body does not fit: in the words of their JSON parsers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson

from mockai.api_errors import ErrorReply
from mockai.providers.base import Quirk, register
from mockai.providers.wrong import Path, Wrong, end_of, indexed, syntax_fault, wrong_in
from mockai.request import APIRequest

__all__: list[str] = []

_ANY = ("*",)


@register
@dataclass(frozen=True, slots=True)
class SerdeErrors(Quirk):
    """Rust's `serde` says where in the text it stopped."""

    name = "serde_errors"
    summary = (
        "What is missing or of a wrong type is told as `Failed to deserialize the JSON body into the target type: "
        "messages[0]: missing field `content` at line 1 column 52`, a text without JSON around it, or with it if "
        "`text` is false."
    )
    endpoints = _ANY

    status: int = 422
    text: bool = True

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """In these words."""
        fault = syntax_fault(request, error)
        if fault is not None:
            said = f"Failed to parse the request body as JSON: expected value at {_place(fault.lineno, fault.colno)}"
            return self._sent(error, 400, said)
        wrong = wrong_in(request, error)
        if wrong is None or wrong.kind == "unknown":
            return error
        where, said = _serde(wrong)
        line, column = end_of(request.http.body, where)
        prefix = _prefix(wrong)
        text = f"{_FAILED}: {prefix}{': ' if prefix else ''}{said} at {_place(line, column)}"
        return self._sent(error, self.status, text)

    def _sent(self, error: ErrorReply, status: int, text: str) -> ErrorReply:
        if not self.text:
            return replace(error, status=status, message=text, param=None)
        kind = "text/plain; charset=utf-8"
        return replace(error, status=status, message=text, body=text.encode(), content_type=kind)


_FAILED = "Failed to deserialize the JSON body into the target type"
_RUST = {
    "string": "a string",
    "number": "f32",
    "integer": "u32",
    "boolean": "a boolean",
    "array": "a sequence",
    "object": "a map",
}


def _place(line: int, column: int) -> str:
    return f"line {line} column {column}"


def _prefix(wrong: Wrong) -> str:
    """Where it is said to be: a message is read whole before it is known which kind it is, so no further than that."""
    path = wrong.path[:-1] if wrong.kind == "missing" else wrong.path
    in_message = path[:1] == ("messages",) and len(path) > 2 and path[-1] != "role"
    return indexed(path[:2] if in_message else path)


def _serde(wrong: Wrong) -> tuple[Path, str]:
    """What stops the parser, and what it says."""
    whole = wrong.path[:2] if wrong.path[0] == "messages" and len(wrong.path) > 2 else wrong.path
    if wrong.kind == "missing":
        return wrong.path[:-1], f"missing field `{wrong.path[-1]}`"
    if wrong.kind == "choice":
        choices = ", ".join(f"`{choice}`" for choice in wrong.choices)
        several = f"one of {choices}" if len(wrong.choices) > 1 else choices
        return whole, f"unknown variant `{wrong.value}`, expected {several}"
    return whole, f"invalid type: {_rust(wrong.value)}, expected {_RUST.get(wrong.expected, wrong.expected)}"


def _rust(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list | dict):
        return "sequence" if isinstance(value, list) else "map"
    kind = {bool: "boolean", str: "string", int: "integer", float: "floating point"}[type(value)]
    written = orjson.dumps(value).decode()
    return f"{kind} {written}" if kind == "string" else f"{kind} `{written}`"


@register
class UnmarshalErrors(Quirk):
    """Go's `encoding/json` names the field of a struct."""

    name = "unmarshal_errors"
    summary = (
        "A value of a wrong type is told as `json: cannot unmarshal string into Go struct field "
        "ChatCompletionRequest.temperature of type float64`, missing messages as `[] is too short - 'messages'`."
    )
    endpoints = _ANY

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """In these words."""
        fault = syntax_fault(request, error)
        if fault is not None:
            return replace(error, message=_go_syntax(fault.doc, fault.pos))
        wrong = wrong_in(request, error)
        if wrong is None:
            return error
        if wrong.kind == "type" and wrong.expected in _GO:
            field = ".".join(key for key in wrong.path if isinstance(key, str))
            struct = _STRUCTS.get(request.endpoint, "ChatCompletionRequest")
            into = f"Go struct field {struct}.{field} of type {_GO[wrong.expected]}"
            return replace(error, message=f"json: cannot unmarshal {_go(wrong.value)} into {into}")
        missing = _GO_MISSING.get(wrong.path[0]) if wrong.kind == "missing" and len(wrong.path) == 1 else None
        return error if missing is None else replace(error, message=missing)


_GO = {
    "string": "string",
    "number": "float64",
    "integer": "int",
    "boolean": "bool",
    "array": "[]openai.Message",
    "object": "openai.Message",
}
_STRUCTS = {"completions": "CompletionRequest", "embeddings": "EmbedRequest", "responses": "ResponsesRequest"}
_GO_MISSING: dict[str | int, str] = {"messages": "[] is too short - 'messages'", "model": "model is required"}


def _go(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    kinds = ((int, "number"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")


def _go_syntax(text: str, at: int) -> str:
    if not text.strip():
        return "EOF"
    rest = text[at:].lstrip()
    if not rest:
        return "unexpected EOF"
    return f"invalid character '{rest[0]}' looking for beginning of value"
