"""One line a request: for people, or as JSON."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mockai.journal import Entry

__all__ = ["as_json", "as_text", "plain"]

_ENDINGS = {"aborted": "cut off", "client_left": "client left", "failed": "failed"}


def as_text(entry: Entry, replies: int | None, *, coloured: bool = True) -> str:
    """Method, endpoint, rule, reply of how many, attempt, status and duration; below, why no rule did it.

    `attempt` is the number that rules match on: 0 for the first try, 1 for the client's first retry.
    """
    attempt = 0 if entry.request is None else entry.request.attempt
    asked = f"{entry.http.method} {_endpoint(entry)}"
    line = f"{_beginning(asked, _answered_by(entry, replies), attempt, entry.status, coloured)}  {_duration(entry)}"
    notes, below = _notes(entry), _below(entry)
    if not (notes or below):
        return line
    line = "  ".join([line, *map(plain, notes)])
    return "\n".join([line, *(f"    {plain(each)}".rstrip() for each in below.splitlines())])


def _below(entry: Entry) -> str:
    """Why it was answered as it was, where that was not a rule's doing."""
    if entry.unmatched or entry.error is not None:
        return entry.unmatched or f"error: {entry.error}"
    return f"refused: {entry.refusal.message}" if entry.rule is None and entry.refusal is not None else ""


def as_json(entry: Entry, replies: int | None) -> str:
    """The same as an object: what the journal shows, without headers and body."""
    shown: dict[str, Any] = {"event": "request", **entry.as_json(), "replies": replies}
    shown["model"] = None if entry.request is None else entry.request.model
    shown["stream"] = entry.request is not None and entry.request.stream
    shown["refused"] = None if entry.rule is not None or entry.refusal is None else entry.refusal.message
    del shown["headers"], shown["body"]
    return json.dumps(shown, default=str)


def plain(text: str) -> str:
    """Text on one line in which nothing steers a terminal, whatever a client put into it."""
    return text if text.isprintable() else "".join(map(_printable, text))


def _printable(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def _endpoint(entry: Entry) -> str:
    """The endpoint as rules name it, or the path where it leads to none."""
    if entry.request is None:
        return entry.http.path
    return f"{entry.request.endpoint}.{entry.request.operation}".removesuffix(".create")


def _answered_by(entry: Entry, replies: int | None) -> str:
    if entry.rule is None:
        return "no rule" if entry.unmatched is not None else "-"
    if entry.reply is None or replies is None:
        return entry.rule
    return f"{entry.rule} reply {entry.reply + 1}/{replies}"


@lru_cache(maxsize=256)
def _beginning(asked: str, answered: str, attempt: int, status: int | None, coloured: bool) -> str:
    """All that most lines of a busy server have in common."""
    shown = "no status" if status is None else str(status)
    parts = [*map(plain, (asked, answered, f"attempt {attempt}"))]
    return "  ".join([*parts, click.style(shown, fg=_colour(status)) if coloured else shown])


def _colour(status: int | None) -> str:
    if status is None:
        return "magenta"
    return "green" if status < 300 else "cyan" if status < 400 else "yellow" if status < 500 else "red"


def _duration(entry: Entry) -> str:
    seconds = entry.duration or 0.0
    if seconds < 0.01:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _notes(entry: Entry) -> list[str]:
    """What else happened: how it ended if not well, the faults that struck, the session if it has a name."""
    notes = [_ENDINGS[entry.outcome]] if entry.outcome in _ENDINGS else []
    notes += [f"fault {', '.join(entry.faults)}"] if entry.faults else []
    notes += [f"let through: {error.message}" for error in entry.tolerated]
    return [*notes, f"session {entry.session}"] if entry.session else notes
