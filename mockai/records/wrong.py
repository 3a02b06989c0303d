"""What is wrong with a value: where in it, what was seen, what was expected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from mockai.errors import UsageError

__all__ = ["InvalidValue", "Location", "Wrong", "seen"]

Location: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


class Wrong(NamedTuple):
    """One thing wrong with a value.

    `sort` is what kind of mistake it is: a key that is `unknown`, one that is `missing`, a value that is no `text`, no
    `flag`, no `choice` (of `expected`), no `record` (of the class `expected`) or nothing to `call`, one that a class
    refuses in its `own` words, or of `another` kind than `reason` says.
    """

    where: Location
    sort: str
    seen: Any
    reason: str
    expected: Any = None

    def __str__(self) -> str:
        place = ".".join(map(str, self.where))
        reason = self.reason
        if self.sort not in ("unknown", "missing", "own") or reason.startswith("must be"):
            reason = f"{reason}; seen {seen(self.seen)}"
        return f"{place}: {reason}" if place else reason


class InvalidValue(UsageError, ValueError):
    """A value does not fit what a class says of it; `wrongs` holds every reason found, not only the first."""

    def __init__(self, name: str, wrongs: Sequence[Wrong]) -> None:
        self.name = name
        self.wrongs = tuple(wrongs)
        super().__init__(name, self.wrongs)

    @property
    def reasons(self) -> str:
        """Every reason in one line."""
        return "; ".join(map(str, self.wrongs))

    def __str__(self) -> str:
        return f"{self.name} cannot be made of this: {self.reasons}"


def seen(value: Any) -> str:
    """A value as messages show it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {json.dumps(_cut(value), ensure_ascii=False)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, Mapping):
        return f"a mapping with the keys {_cut(', '.join(map(str, value)))}" if value else "an empty mapping"
    return f"a list of {len(value)}" if isinstance(value, list | tuple) else f"a {type(value).__name__}"


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
