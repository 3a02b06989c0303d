"""Partial JSON: what is expected must be there, what else is there does not matter.

Objects are compared key by key with the keys expected, lists by length and element, scalars by value: 1 equals
1.0, but not true, and not "1".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mockai.matching.base import Mismatch
from mockai.matching.wording import shown

__all__ = ["MISSING", "Difference", "JSONMismatch", "agreement", "difference", "same"]


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING: Any = _Missing()
"""What is seen where an object lacks the key expected."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place at which two values part: the way to it from the top, and what is on either side."""

    expected: Any
    seen: Any
    path: tuple[str | int, ...] = ()

    def place(self) -> str:
        """The way as it is written in code: `.messages[0].role`."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)

    def words(self) -> tuple[str, str]:
        """Both sides in words."""
        if _lists(self.expected, self.seen):
            return f"a list of {len(self.expected)}", f"a list of {len(self.seen)}"
        return shown(self.expected), "nothing" if self.seen is MISSING else shown(self.seen)


def difference(expected: Any, seen: Any) -> Difference | None:
    """The first difference, or None when all that is expected is there."""
    if isinstance(expected, Mapping) and isinstance(seen, Mapping):
        return _first(expected.items(), lambda key: seen.get(key, MISSING))
    if _lists(expected, seen) and len(expected) == len(seen):
        return _first(enumerate(expected), seen.__getitem__)
    return None if same(expected, seen) else Difference(expected, seen)


def _first(parts: Any, other: Callable[[Any], Any]) -> Difference | None:
    for step, part in parts:
        found = difference(part, other(step))
        if found is not None:
            return replace(found, path=(step, *found.path))
    return None


def same(expected: Any, seen: Any) -> bool:
    """Whether two scalars are the same JSON value: 1 and 1.0 are, 1 and true are not."""
    return isinstance(expected, bool) is isinstance(seen, bool) and bool(expected == seen)


def _lists(first: Any, second: Any) -> bool:
    return isinstance(first, list | tuple) and isinstance(second, list | tuple)


def agreement(expected: Any, seen: Any) -> float:
    """The share of what is expected that is there, from 0 to 1."""
    if isinstance(expected, Mapping) and isinstance(seen, Mapping):
        parts = [agreement(part, seen.get(key, MISSING)) for key, part in expected.items()]
    elif _lists(expected, seen) and len(expected) == len(seen):
        parts = [agreement(*pair) for pair in zip(expected, seen, strict=True)]
    else:
        return float(same(expected, seen))
    return sum(parts) / len(parts) if parts else 1.0


class JSONMismatch(Mismatch):
    """Partial JSON that differs; the reason names the first place."""

    __slots__ = ()

    @property
    def closeness(self) -> float:
        """The share of what is expected that is there."""
        return agreement(self.expected, self.seen)

    def sentence(self) -> str:
        """The place, and both sides there."""
        found = difference(self.expected, self.seen) or Difference(self.expected, self.seen)
        expected, seen = found.words()
        return f"{self.key}{found.place()}: expected {expected}, seen {seen}"
