"""What lenient validation let through, counted: the report at the end of a run."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from mockai.journal import Entry

__all__ = ["LetThrough", "Passed", "report"]

_MOST = 1000


class Passed(NamedTuple):
    """One error that strict validation would have sent: for which operation, and in which words."""

    operation: str
    message: str
    param: str | None
    code: str | int | None


class LetThrough:
    """How often each error was not sent; of different ones the first thousand are kept."""

    def __init__(self) -> None:
        self._counts: Counter[Passed] = Counter()
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        """Count what was noted in an entry."""
        if not entry.tolerated:
            return
        request = entry.request
        operation = entry.http.path if request is None else f"{request.endpoint}.{request.operation}"
        with self._lock:
            for error in entry.tolerated:
                passed = Passed(operation, error.message, error.param, error.code)
                if passed in self._counts or len(self._counts) < _MOST:
                    self._counts[passed] += 1

    def counts(self) -> tuple[tuple[Passed, int], ...]:
        """Each error with its number of requests, in the order in which they came up."""
        with self._lock:
            return tuple(self._counts.items())

    def as_json(self) -> list[dict[str, Any]]:
        """The same as data."""
        return [{**passed._asdict(), "count": count} for passed, count in self.counts()]


def report(counts: Iterable[tuple[Passed, int]]) -> list[str]:
    """The lines of the report: how many requests, what for, and what the API would have said."""
    return [f"{count} x {passed.operation}: {passed.message}" for passed, count in counts]
