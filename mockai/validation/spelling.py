"""What a key was perhaps meant to be."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["hint", "near"]

_FURTHEST = 2


def hint(name: str, known: Iterable[str]) -> str:
    """The end of the message about an unknown key: ` Did you mean 'store' or 'stream'?`, or nothing."""
    found = near(name, known)
    if not found:
        return ""
    *first, last = [f"'{each}'" for each in found]
    return f" Did you mean {', '.join(first)}{' or ' if first else ''}{last}?"


def near(name: str, known: Iterable[str]) -> list[str]:
    """The names at most two changes away, the nearest first."""
    close = [each for each in known if abs(len(each) - len(name)) <= _FURTHEST]
    distances = {each: _distance(name, each) for each in close}
    return sorted((each for each in close if distances[each] <= _FURTHEST), key=lambda each: (distances[each], each))


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or changed (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, wanted in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != wanted))
    return row[-1]
