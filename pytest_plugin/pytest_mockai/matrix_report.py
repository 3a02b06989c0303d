"""The matrix for people, and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

import pytest

__all__ = ["as_json", "lines", "write"]

Rows: TypeAlias = Sequence[Mapping[str, Any]]

_HEADS = ("fault", "outcome", "calls", "seconds", "findings")


def as_json(rows: Rows) -> dict[str, Any]:
    """Every test with its rows, and how often each outcome came."""
    return {
        "outcomes": dict(Counter(row["outcome"] for row in rows).most_common()),
        "failed": sum(not row["passed"] for row in rows),
        "tests": [{"test": test, "faults": [_without_test(row) for row in group]} for test, group in _by_test(rows)],
    }


def write(reporter: pytest.TerminalReporter, rows: Rows) -> None:
    """The section of the terminal's summary."""
    reporter.section("mockai faults", "=")
    for failed, line in lines(rows):
        reporter.write_line(line, **({"red": True} if failed else {}))


def lines(rows: Rows) -> Iterator[tuple[bool, str]]:
    """The lines of the tables, and whether each tells of a failure."""
    for test, group in _by_test(rows):
        own = list(group)
        yield False, ""
        yield False, test
        table = [_HEADS, *map(_cells, own)]
        widths = [max(len(cells[column]) for cells in table) for column in range(len(_HEADS))]
        for row, cells in zip((None, *own), table, strict=True):
            failed = row is not None and not row["passed"]
            padded = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            yield failed, f"{'F' if failed else ' '} {padded}".rstrip()
        yield False, f"  {_counted(own)}"


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    outcome = f"raised {row['raised']}" if row["outcome"] == "raised" else row["outcome"]
    seconds = "" if row["seconds"] is None else f"{row['seconds']:.1f}"
    return row["fault"], outcome, str(row["calls"]), seconds, ", ".join(row["findings"])


def _counted(rows: Rows) -> str:
    counts = Counter(row["outcome"] for row in rows).most_common()
    return f"{len(rows)} faults: {', '.join(f'{count} {outcome}' for outcome, count in counts)}"


def _by_test(rows: Rows) -> Iterator[tuple[str, Iterator[Mapping[str, Any]]]]:
    """Rows test by test, in the order in which the tests came first, whoever ran them."""
    order = {test: number for number, test in enumerate(dict.fromkeys(row["test"] for row in rows))}
    return groupby(sorted(rows, key=lambda row: order[row["test"]]), key=lambda row: str(row["test"]))


def _without_test(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "test"}
