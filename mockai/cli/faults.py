"""`mockai faults`: every way to fail, and what clients make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from difflib import get_close_matches
from importlib.resources import files
from itertools import groupby
from typing import Any

import click

from mockai.faults.catalogue import Entry, catalogue

__all__ = ["command", "rows"]

_READ: Mapping[str, str] = {"whole": "without a stream", "stream": "in a stream"}


@click.command("faults")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
@click.option("--markdown", is_flag=True, help="Print the tables of docs/faults.md.")
def command(name: str | None, as_json: bool, markdown: bool) -> None:
    """Show what can go wrong: on the wire, and in clients.

    With NAME, everything about one fault: its options, the line of a scenario that asks for it, and what the
    clients of the tests saw of it.
    """
    entries = catalogue() if name is None else (_named(name),)
    table = measured()
    if as_json:
        told = [asdict(entry) | {"seen": table["seen"].get(entry.name, {})} for entry in entries]
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    lines = _tables(entries, table) if markdown else _listed(entries) if name is None else _told(entries[0], table)
    for line in lines:
        click.echo(line)


def rows() -> list[dict[str, Any]]:
    """Every fault as `mockai list faults` shows it."""
    return [
        {"fault": entry.name, "place": entry.place, "options": entry.options, "does": entry.does}
        for entry in catalogue()
    ]


def measured() -> Any:
    """What the clients of the tests saw of each fault, and which versions they were."""
    return json.loads(files("mockai.faults").joinpath("measured.json").read_text(encoding="utf-8"))


def _named(name: str) -> Entry:
    entries = {entry.name: entry for entry in catalogue()}
    if name in entries:
        return entries[name]
    close = get_close_matches(name, entries, n=1)
    hint = f"Did you mean {close[0]}?" if close else "`mockai faults` lists them."
    raise click.UsageError(f"no fault is called {name!r}. {hint}")


def _listed(entries: tuple[Entry, ...]) -> Iterator[str]:
    width = max(len(entry.name) for entry in entries)
    for number, (group, members) in enumerate(groupby(entries, key=lambda entry: entry.group)):
        if number:
            yield ""
        yield click.style(group, bold=True)
        for entry in members:
            yield f"  {entry.name:{width}}  {entry.does}"


def _told(entry: Entry, table: Any) -> Iterator[str]:
    yield click.style(entry.name, bold=True)
    yield entry.does
    yield ""
    yield f"  scenario  {entry.line}"
    if entry.place is not None:
        yield f"  place     {_pairs(entry.place)}"
    if entry.options:
        yield f"  options   {_pairs(entry.options)}"
    for client, version in table["clients"].items():
        yield ""
        yield f"  {client} {version}"
        for how, words in _READ.items():
            yield f"    {words:16}  {table['seen'].get(entry.name, {}).get(how, {}).get(client, 'not measured')}"


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())


def _tables(entries: tuple[Entry, ...], table: Any) -> Iterator[str]:
    clients = table["clients"]
    heads = ["scenario", "on the wire", *(f"{client} {version}" for client, version in clients.items())]
    for group, members in groupby(entries, key=lambda entry: entry.group):
        yield f"## {group.capitalize()}"
        yield ""
        yield _row(heads)
        yield _row(["---"] * len(heads))
        for entry in members:
            seen = table["seen"].get(entry.name, {})
            yield _row([f"`{entry.line}`", entry.does, *(_cell(seen, client) for client in clients)])
        yield ""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _cell(seen: Mapping[str, Mapping[str, str]], client: str) -> str:
    """What a client saw; told apart where a stream makes a difference."""
    whole, stream = (seen.get(how, {}).get(client, "not measured") for how in _READ)
    return whole if whole == stream else f"{whole}; in a stream: {stream}"
