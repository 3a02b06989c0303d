"""The tables of docs/performance.md, made of what the whole benchmark has written.

`python -m benchmarks.table` puts them into the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["PAGE", "tables", "written"]

RESULTS = Path(__file__).with_name("results") / "full.json"
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_BEGINNING, _END = "<!-- measured -->\n", "<!-- end of what was measured -->\n"


def tables(report: Mapping[str, Any]) -> str:
    """What was measured beside others, what was measured of MockAI alone, and where, in Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    machine = report["machine"]
    yield from ("", "| | MockAI | the other | MockAI / other |", "|---|---|---|---|")
    for line in report["measured"]:
        ours, theirs = (shown(line["median"][side]) for side in ("mockai", "other"))
        yield f"| {line['name']} ({line['unit']}) | {ours} | {theirs} | {line['ratio']:.2f} |"
    yield from ("", "| | MockAI | meant to be at most |", "|---|---|---|")
    for line in report["alone"]:
        yield f"| {line['name']} ({line['unit']}) | {shown(line['value'])} | {line['most']:.3g} |"
    versions = ", ".join(f"{name} {machine[name]}" for name in ("uvicorn", "uvloop", "httptools"))
    asked = "" if machine.get("asked by", "benchmarks.load") == "benchmarks.load" else f", {machine['asked by']}"
    yield from ("", f"{machine['processor']}, {machine['cores']} cores, {machine['python']}, {versions}{asked}.", "")


def shown(value: float) -> str:
    """A number as the tables have it."""
    return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"


def written(page: str, report: Mapping[str, Any]) -> str:
    """The page with these tables in place of those it has."""
    before, beginning, rest = page.partition(_BEGINNING)
    _, end, after = rest.partition(_END)
    if not (beginning and end):
        raise ValueError(f"the page has no place for tables: between {_BEGINNING!r} and {_END!r}")
    return before + beginning + tables(report) + end + after


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(), json.loads(RESULTS.read_text())))
