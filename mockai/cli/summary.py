"""What `mockai serve` says when it stops: what lenient validation let through."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mockai.cli.request_log import plain

if TYPE_CHECKING:
    from mockai.engine.let_through import Passed

__all__ = ["as_json", "as_text"]


def as_text(counts: Sequence[tuple[Passed, int]]) -> str:
    """How often, for which operation, and what strict validation would have answered."""
    from mockai.engine.let_through import report

    title = click.style("let through by lenient validation", bold=True)
    return "\n".join(["", title, *(f"  {plain(line)}" for line in report(counts))])


def as_json(counts: Sequence[tuple[Passed, int]]) -> str:
    """One object."""
    shown = [{**passed._asdict(), "count": count} for passed, count in counts]
    return json.dumps({"event": "let_through", "errors": shown})
