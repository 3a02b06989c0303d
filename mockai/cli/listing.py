"""`mockai list`: what there is, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import click

from mockai.cli.problems import USUAL_FOLDER, scenario_paths

__all__ = ["Rows", "command", "show"]

Rows: TypeAlias = list[dict[str, Any]]


@click.command("list")
@click.argument("words", metavar="[rules|models|errors|faults|findings|endpoints|providers|quirks] [PATH]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
def command(words: tuple[str, ...], as_json: bool) -> None:
    """List rules, models, errors, faults, findings of a verdict, endpoints, providers or quirks.

    Rules are listed unless another word is given. PATH is a scenario file or a folder of them; without one,
    the folder scenarios/ is read. Models are those of MockAI and of PATH; the others do not depend on files.
    """
    what, paths = (words[0], words[1:]) if words and words[0] in _LISTS else ("rules", words)
    rows = _LISTS[what](_existing(paths))
    show(rows, as_json)


def show(rows: Rows, as_json: bool) -> None:
    """Print rows: as a table, or as JSON."""
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for line in _table(rows):
            click.echo(line)


def _existing(paths: Sequence[str]) -> tuple[Path, ...]:
    for path in paths:
        if not Path(path).exists():
            words = ", ".join(_LISTS)
            raise click.UsageError(f"{path!r} is neither a file, a folder, nor one of {words}.")
    return tuple(Path(path) for path in paths)


def _rules(paths: tuple[Path, ...]) -> Rows:
    from mockai.scenario.loading import load
    from mockai.scenario.writing import as_data

    return [
        {
            "rule": placed.key,
            "where": placed.where,
            "when": as_data(placed.rule.when),
            "replies": [_reply(reply) for reply in placed.rule.replies],
            "then": placed.rule.then,
        }
        for placed in load(*scenario_paths(paths)).rules
    ]


def _reply(reply: Any) -> str:
    """The kind of a reply, and the name or status of an error."""
    if reply.error is None:
        return str(reply.kind)
    return f"error {reply.error.name or reply.error.status}"


def _models(paths: tuple[Path, ...]) -> Rows:
    from mockai.cli.asking import answer_to

    loaded = None
    if paths or USUAL_FOLDER.is_dir():
        from mockai.scenario.loading import load

        loaded = load(*scenario_paths(paths))
    listed = answer_to("GET", "/v1/models", loaded)
    return [{"model": model["id"], "owned_by": model["owned_by"]} for model in listed["data"]]


def _errors(paths: tuple[Path, ...]) -> Rows:
    from mockai.api_errors import NAMES

    return [{"error": error.name, "status": error.status, "sent": error.summary} for error in NAMES.values()]


def _faults(paths: tuple[Path, ...]) -> Rows:
    from mockai.cli.faults import rows

    return rows()


def _findings(paths: tuple[Path, ...]) -> Rows:
    from mockai.verdict import kinds

    return [{"finding": kind.name, "severity": list(kind.severities), "is": kind.title} for kind in kinds()]


def _providers(paths: tuple[Path, ...]) -> Rows:
    from mockai.providers.catalogue import providers

    return [
        {
            "provider": row.name,
            "base_url": row.base_url,
            "path": row.path,
            "quirks": [each.name for each in row.quirks],
        }
        for row in providers()
    ]


def _quirks(paths: tuple[Path, ...]) -> Rows:
    from mockai.providers.catalogue import quirks

    return [
        {"quirk": entry.name, "example": entry.line, "options": entry.options, "does": entry.does} for entry in quirks()
    ]


def _endpoints(paths: tuple[Path, ...]) -> Rows:
    from mockai.cli.endpoints import rows

    return rows()


_LISTS: Mapping[str, Callable[[tuple[Path, ...]], Rows]] = {
    "rules": _rules,
    "models": _models,
    "errors": _errors,
    "faults": _faults,
    "findings": _findings,
    "endpoints": _endpoints,
    "providers": _providers,
    "quirks": _quirks,
}


_WIDEST = 50


def _table(rows: Rows) -> list[str]:
    """Rows as aligned columns under their names; only the last column is as wide as it likes."""
    if not rows:
        return ["(none)"]
    cells = [[_cell(value) for value in row.values()] for row in rows]
    cells = [[*(_shortened(cell) for cell in row[:-1]), row[-1]] for row in cells]
    names = [*rows[0]]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    head = click.style(_line(names, widths), bold=True)
    return [head, *(_line(row, widths) for row in cells)]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cell(value: Any) -> str:
    """A value on one line; a mapping as a person would write it, without the braces around it."""
    if value is None or value == {}:
        return "-"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_part(part)}" for key, part in value.items())
    return _part(value)


def _part(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shortened(cell: str) -> str:
    """Words, cut where there are too many; a name or a path is worth nothing unless it is whole."""
    return cell if len(cell) <= _WIDEST or " " not in cell else f"{cell[: _WIDEST - 1]}…"
