"""Checks of single values: choices, numbers, lengths. Each raises `Wrong`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from mockai.validation.rules import Limit
from mockai.validation.wrong import Wrong

__all__ = ["Checker", "both", "choice", "limited", "metadata"]

Checker: TypeAlias = Callable[[Any], None]

_MOST_PAIRS = 16
_LONGEST_KEY = 64
_LONGEST_VALUE = 512


def choice(allowed: Sequence[Any], shown: Sequence[Any]) -> Checker:
    """One of these values; the error lists the `shown` ones."""
    known = frozenset(allowed) | frozenset(shown)

    def check(value: Any) -> None:
        if value not in known:
            raise Wrong("invalid_value", value=value, supported=tuple(shown))

    return check


def both(first: Checker | None, second: Checker | None) -> Checker | None:
    """Two checks in turn."""
    if first is None or second is None:
        return first or second

    def check(value: Any) -> None:
        first(value)
        second(value)

    return check


def limited(limit: Limit) -> Checker:
    """A number within its bounds, or a text or list within those of its length."""
    return _length(limit) if limit.kind == "length" else _number(limit)


def _number(limit: Limit) -> Checker:
    kind, least, most = limit.kind, limit.least, limit.most

    def check(value: Any) -> None:
        if least is not None and value < least:
            raise Wrong(f"{kind}_below_min_value", minimum=f"{least:g}", value=_shown(value))
        if most is not None and value > most:
            raise Wrong(f"{kind}_above_max_value", maximum=f"{most:.15g}", value=_shown(value))

    return check


def _shown(value: float) -> str:
    """A number as it was written."""
    return str(value) if isinstance(value, int) else f"{value:.15g}"


def _length(limit: Limit) -> Checker:
    least, most = limit.least or 0, limit.most
    pattern = None if limit.pattern is None else re.compile(limit.pattern)

    def check(value: Any) -> None:
        if len(value) < least:
            raise Wrong("empty_array" if isinstance(value, list) else "empty_string")
        if most is not None and len(value) > most:
            kind = "array" if isinstance(value, list) else "string"
            raise Wrong(f"{kind}_above_max_length", maximum=int(most), length=len(value))
        if pattern is not None and isinstance(value, str) and not pattern.fullmatch(value):
            raise Wrong("string_pattern_mismatch", pattern=limit.pattern)

    return check


def metadata(value: dict[str, Any]) -> None:
    """At most 16 pairs, of short keys and texts that are not too long."""
    if len(value) > _MOST_PAIRS:
        raise Wrong("object_above_max_properties", maximum=_MOST_PAIRS, length=len(value))
    for key, each in value.items():
        if len(key) > _LONGEST_KEY:
            raise Wrong("property_name_above_max_length", property=key, maximum=_LONGEST_KEY, length=len(key))
        if isinstance(each, str) and len(each) > _LONGEST_VALUE:
            raise Wrong("string_above_max_length", maximum=_LONGEST_VALUE, length=len(each)).at(key)
