"""What is wrong with a body, apart from OpenAI's words for it, so that providers can say it in their own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import orjson

from mockai.api_errors import ErrorReply
from mockai.request import APIRequest

__all__ = ["Path", "Wrong", "dotted", "end_of", "indexed", "is_unreadable", "syntax_fault", "wrong_in"]

Path: TypeAlias = tuple[str | int, ...]
"""Keys and places in lists, from the body inwards."""

_KEY = re.compile(r"[^.\[\]]+")
_EXPECTED = re.compile(r"expected (?:one of )?(?:an? )?(?P<kind>\w+)(?P<more>[^,]*)")
_QUOTED = re.compile(r"'([^']*)'")
_KINDS = {"decimal": "number", "metadata": "object", "input": "object"}
_CODES: Mapping[str | int | None, Literal["missing", "type", "unknown", "choice"]] = {
    "missing_required_parameter": "missing",
    "invalid_type": "type",
    "unknown_parameter": "unknown",
    "invalid_value": "choice",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value that is refused. `value` is what stands at the `path`, or what it is missing in. `expected` is the type
    it should have, as JSON Schema has it, and `choices` those it could have been."""

    kind: Literal["missing", "type", "unknown", "choice"]
    path: Path
    value: Any
    expected: str = ""
    choices: tuple[str, ...] = ()


def wrong_in(request: APIRequest, error: ErrorReply) -> Wrong | None:
    """What the error says of the body of this request; None where it is about something else."""
    kind, path = _CODES.get(error.code), _path_of(error.param or "")
    body = _body(request.http.body)
    if error.message == "you must provide a model parameter":
        kind, path = "missing", ("model",)
    elif error.message.startswith("Invalid value for 'content': expected a string"):
        kind = "type" if "content" in (_at(body, path[:-1]) or ()) else "missing"
    if kind is None or not path:
        return None
    value = _at(body, path[:-1] if kind == "missing" else path)
    expected = _expected_by(error.message) if kind == "type" else ""
    choices: tuple[str, ...] = ()
    if kind == "choice":
        value, *choices_ = _QUOTED.findall(error.message) or [value]
        choices = tuple(choices_)
    return Wrong(kind, path, value, expected, choices)


def _path_of(param: str) -> Path:
    return tuple(int(key) if key.isdecimal() else key for key in _KEY.findall(param))


def _expected_by(message: str) -> str:
    found = _EXPECTED.search(message)
    kind = "" if found is None else found["kind"]
    return "array" if kind == "array" else _KINDS.get(kind, kind)


def _body(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}


def _at(value: Any, path: Path) -> Any:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def dotted(path: Path) -> str:
    """A path with dots alone: `messages.0.content`."""
    return ".".join(map(str, path))


def indexed(path: Path) -> str:
    """A path with places in brackets: `messages[0].content`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).removeprefix(".")


# ---------------------------------------------------------------------------------- places in the text


_UNREADABLE = "We could not parse the JSON body"


def is_unreadable(error: ErrorReply) -> bool:
    """Whether the error says that the body is no JSON object."""
    return error.code is None and error.message.startswith(_UNREADABLE)


def syntax_fault(request: APIRequest, error: ErrorReply) -> json.JSONDecodeError | None:
    """Where the body of a request is no JSON, and why; None if it is, or if that is not what the error says."""
    if not is_unreadable(error):
        return None
    try:
        json.loads(request.http.body.decode("utf-8", "replace"))
    except json.JSONDecodeError as fault:
        return fault
    except RecursionError:
        return None
    return None


def end_of(data: bytes, path: Path) -> tuple[int, int]:
    """The line and the column, both from 1, of the last character of the value at a path, or of the innermost there is.

    1 and 1 for what is no JSON.
    """
    text = data.decode("utf-8", "replace")
    try:
        before = text[: _end(text, 0, path)].rstrip()
    except json.JSONDecodeError:
        return 1, 1
    return before.count("\n") + 1, len(before.rpartition("\n")[2].encode())


_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[\s,:]*")


def _end(text: str, at: int, path: Path) -> int:
    at = _skip(text, at)
    _, end = _DECODER.raw_decode(text, at)
    if not path or text[at] not in "{[":
        return end
    wanted, number = path[0], 0
    keyed, at = text[at] == "{", _skip(text, at + 1)
    while text[at] not in "}]":
        key: Any = number
        if keyed:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, at)
        if key == wanted:
            return _end(text, at, path[1:])
        at = _skip(text, _DECODER.raw_decode(text, at)[1])
        number += 1
    return end


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()
