"""How the API calls the types it expects: `a string`, `an array of objects`, `one of a string or array of objects`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["expected"]

_PLAIN = {
    "string": "a string",
    "integer": "an integer",
    "number": "a decimal",
    "boolean": "a boolean",
    "object": "an object",
}


def expected(options: Sequence[Mapping[str, Any]]) -> str:
    """What a value that may be any of these should have been."""
    words = list(dict.fromkeys(map(_word, options)))
    if len(words) == 1:
        return words[0]
    first, *others = words
    return f"one of {_either([first, *map(_bare, others)])}"


def _word(option: Mapping[str, Any]) -> str:
    if "enum" in option:
        return _choices(option["enum"])
    if option.get("type") == "array":
        return _array(option.get("items", {}))
    return _PLAIN[str(option.get("type", "object"))]


def _choices(values: Sequence[Any]) -> str:
    if all(isinstance(value, bool) for value in values):
        return "a boolean"
    quoted = [f"'{value}'" for value in values]
    return quoted[0] if len(quoted) == 1 else f"one of {_either(quoted)}"


def _array(items: Mapping[str, Any]) -> str:
    kinds = {str(each.get("type", "string" if "enum" in each else "object")) for each in items.get("anyOf", [items])}
    return f"an array of {kinds.pop()}s" if len(kinds) == 1 and items else "an array"


def _either(words: list[str]) -> str:
    return " or ".join(words) if len(words) == 2 else f"{', '.join(words[:-1])}, or {words[-1]}"


def _bare(words: str) -> str:
    """Without its article, as the API lists them after the first."""
    return words.removeprefix("an ").removeprefix("a ")
