"""The tables of docs/performance.md, made of what the whole benchmark has written.

`python -m benchmarks.table` puts them into the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["PAGE", "meant", "missed", "shown", "tables", "written"]

RESULTS = Path(__file__).with_name("results") / "full.json"
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_BEGINNING, _END = "<!-- measured -->\n", "<!-- end of what was measured -->\n"


def tables(report: Mapping[str, Any]) -> str:
    """What was measured beside others, what was measured of MockAI alone, and where, in Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    machine = report["machine"]
    yield from ("", "| | MockAI | the other | MockAI / other | meant to be |", "|---|---|---|---|---|")
    for line in report["measured"]:
        ours, theirs = (shown(line["median"][side]) for side in ("mockai", "other"))
        goal = meant(line["least"], line["most"])
        yield f"| {line['name']} ({line['unit']}) | {ours} | {theirs} | {line['ratio']:.2f} | {goal} |"
    yield from ("", "| | MockAI | meant to be |", "|---|---|---|")
    for line in report["alone"]:
        yield f"| {line['name']} ({line['unit']}) | {shown(line['value'])} | {meant(None, line['most'])} |"
    versions = ", ".join(f"{name} {machine[name]}" for name in ("uvicorn", "uvloop", "httptools"))
    asked = "" if machine.get("asked by", "benchmarks.load") == "benchmarks.load" else f", {machine['asked by']}"
    yield from ("", f"{machine['processor']}, {machine['cores']} cores, {machine['python']}, {versions}{asked}.", "")


def meant(least: float | None, most: float | None) -> str:
    """What a ratio is to be at least, or MockAI's number at most, as the tables have it; empty where neither was
    said."""
    ratio = "" if least is None else f"at least {least:g}"
    return ratio if most is None else f"at most {most:g}"


def missed(report: Mapping[str, Any], slack: float = 1.0) -> list[str]:
    """The goals that a report misses, what is timed by more than a factor of `slack`: each a line that says by how
    much."""
    found = [
        f"{line['name']}: {line['ratio']:.2f} times, meant to be {line['least']:g} or more"
        for line in report["measured"]
        if line["least"] is not None and line["ratio"] * slack < line["least"]
    ]
    values = [(line, line["median"]["mockai"], slack) for line in report["measured"]]
    values += [(line, line["value"], slack if line["timed"] else 1.0) for line in report["alone"]]
    return found + [
        f"{line['name']}: {shown(value)} {line['unit']}, meant to be {line['most']:g} at most"
        for line, value, factor in values
        if line["most"] is not None and value > line["most"] * factor
    ]


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
