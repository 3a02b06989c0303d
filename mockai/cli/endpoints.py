"""`mockai endpoints`: every operation, and how it is served."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from mockai.cli.listing import show

__all__ = ["command", "rows"]


@click.command("endpoints")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
def command(as_json: bool) -> None:
    """List every operation of the API: its name in rules, its path, how it is served.

    Scripted ones are answered by rules. Stateful ones answer from what was stored, unless a rule names them.
    Derived ones do the same, with types and paths taken from the installed openai package.
    """
    show(rows(), as_json)


def rows() -> list[dict[str, Any]]:
    """The operations, as rows of a table."""
    from mockai.surface.listed import surface

    return [asdict(each) for each in surface()]
