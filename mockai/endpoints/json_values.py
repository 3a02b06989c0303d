"""Values of a JSON body as they are used: of the type asked for, or as if they had not been given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["object_of", "objects_of", "positive", "text_of"]


def text_of(value: Any) -> str | None:
    """A text, or None."""
    return value if isinstance(value, str) else None


def object_of(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list, or none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def positive(value: Any) -> int | None:
    """A whole number from 1, or None."""
    return value if type(value) is int and value > 0 else None
