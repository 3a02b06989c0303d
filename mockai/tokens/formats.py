"""The format that a reply is to have, as the model is shown it: a JSON schema below its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockai.request import ResponseFormat

__all__ = ["described"]

_UNSAID = frozenset({"required", "additionalProperties"})
_BY_NAME = frozenset({"properties", "$defs", "definitions"})
_DEEPEST = 64


def described(format: ResponseFormat | None) -> str:
    """What the model is told of a format; nothing of one without a schema."""
    if format is None or format.schema is None:
        return ""
    schema = orjson.dumps(_shown(format.schema)).decode()
    return f"# Response Formats\n\n## {format.name}\n\n// {format.description or format.name}\n{schema}"


def _shown(value: Any, depth: int = 0) -> Any:
    """A schema without what is the same in all strict ones, and without what is further down than anybody writes."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_shown(each, depth + 1) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: {name: _shown(each, depth + 1) for name, each in below.items()}
        if key in _BY_NAME and isinstance(below, Mapping)
        else _shown(below, depth + 1)
        for key, below in value.items()
        if key not in _UNSAID
    }
