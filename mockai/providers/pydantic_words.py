"""What is wrong with a body as pydantic says it, which the servers of many providers are built on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockai.api_errors import ErrorReply
from mockai.providers.wrong import Path, Wrong, is_unreadable, syntax_fault, wrong_in
from mockai.request import APIRequest

__all__ = ["detail_of", "either"]

_TYPES = {
    "string": ("string", "Input should be a valid string"),
    "integer": ("int", "Input should be a valid integer"),
    "number": ("float", "Input should be a valid number"),
    "boolean": ("bool", "Input should be a valid boolean"),
    "array": ("list", "Input should be a valid list"),
    "object": ("dict", "Input should be a valid dictionary"),
}
_UNPARSED = {
    "integer": "unable to parse string as an integer",
    "number": "unable to parse string as a number",
    "boolean": "unable to interpret input",
}


def detail_of(request: APIRequest, error: ErrorReply) -> dict[str, Any] | None:
    """The entry of pydantic's list of errors that says the same; None for what it would not find."""
    if is_unreadable(error):
        return _syntax(request, error)
    wrong = wrong_in(request, error)
    if wrong is None or (wrong.kind == "type" and wrong.expected not in _TYPES):
        return None
    if wrong.path[0] == "messages" and wrong.path[-1] == "role" and wrong.kind in ("missing", "choice"):
        return _tag(wrong)
    kind, words = _words(wrong)
    return {"type": kind, "loc": ("body", *wrong.path), "msg": words, "input": wrong.value}


def _words(wrong: Wrong) -> tuple[str, str]:
    if wrong.kind == "missing":
        return "missing", "Field required"
    if wrong.kind == "unknown":
        return "extra_forbidden", "Extra inputs are not permitted"
    if wrong.kind == "choice":
        return "literal_error", f"Input should be {either(wrong.choices)}"
    name, words = _TYPES[wrong.expected]
    if isinstance(wrong.value, str) and wrong.expected in _UNPARSED:
        return f"{name}_parsing", f"{words}, {_UNPARSED[wrong.expected]}"
    if isinstance(wrong.value, float) and wrong.expected == "integer":
        return "int_from_float", f"{words}, got a number with a fractional part"
    return f"{name}_type", words


def either(choices: Sequence[str]) -> str:
    """Choices as pydantic lists them: `'a', 'b' or 'c'`."""
    *first, last = [f"'{choice}'" for choice in choices]
    return f"{', '.join(first)} or {last}" if first else last


def _tag(wrong: Wrong) -> dict[str, Any]:
    """A message is told by its role, without which it is no message at all."""
    loc: Path = ("body", *wrong.path[:-1])
    about: dict[str, Any] = {"discriminator": "'role'"}
    if wrong.kind == "missing":
        words = "Unable to extract tag using discriminator 'role'"
        return {"type": "union_tag_not_found", "loc": loc, "msg": words, "input": wrong.value, "ctx": about}
    tags = ", ".join(f"'{choice}'" for choice in wrong.choices)
    words = f"Input tag '{wrong.value}' found using 'role' does not match any of the expected tags: {tags}"
    about |= {"tag": wrong.value, "expected_tags": tags}
    return {"type": "union_tag_invalid", "loc": loc, "msg": words, "input": {"role": wrong.value}, "ctx": about}


def _syntax(request: APIRequest, error: ErrorReply) -> dict[str, Any]:
    fault = syntax_fault(request, error)
    if fault is None:
        words = "Input should be a valid dictionary or object to extract fields from"
        sent = request.http.body.decode("utf-8", "replace")
        return {"type": "model_attributes_type", "loc": ("body",), "msg": words, "input": sent}
    loc = ("body", fault.pos)
    return {"type": "json_invalid", "loc": loc, "msg": "JSON decode error", "input": {}, "ctx": {"error": fault.msg}}
