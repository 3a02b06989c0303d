"""What lenient validation let through in all tests, on its way from the tests' processes to the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

__all__ = ["Summary", "note"]


def note(report: pytest.TestReport, mocks: Iterable[Any]) -> None:
    """Put what the mocks of a test let through into its report, which xdist carries to the other process."""
    found = [
        [passed.operation, passed.message, count]
        for mock in mocks
        for passed, count in mock.engine.let_through.counts()
    ]
    if found:
        report.__dict__["mockai_let_through"] = found


class Summary:
    """Collects what the reports carry and lists it at the end."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what a report carries: called in the process that prints."""
        for operation, message, count in getattr(report, "mockai_let_through", ()):
            self._counts[operation, message] += count

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """A section, where there is something to list."""
        if self._counts:
            terminalreporter.section("mockai: let through by lenient validation")
            for (operation, message), count in self._counts.items():
                terminalreporter.write_line(f"{count} x {operation}: {message}")
