"""One line a request: for people, or as JSON."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mockai.journal import Entry

__all__ = ["as_json", "as_text", "is_warning", "plain"]

_ENDINGS = {"aborted": "cut off", "client_left": "client left", "failed": "failed"}


def as_text(entry: Entry, replies: int | None, *, coloured: bool = True) -> str:
    """Method, endpoint, rule, reply of how many, attempt, status and duration; below, why no rule did it.

    `attempt` is the number that rules match on: 0 for the first try, 1 for the client's first retry.
    """
    request = entry.request
    if request is None:
        endpoint, operation, attempt = entry.http.path, None, 0
    else:
        endpoint, operation, attempt = request.endpoint, request.operation, request.attempt
    asked, unmatched = (entry.http.method, endpoint, operation), entry.unmatched is not None
    beginning = _beginning(*asked, entry.rule, entry.reply, replies, unmatched, attempt, entry.status, coloured)
    line = f"{beginning}  {_duration(entry)}"
    if entry.rule is not None and not unmatched and entry.error is None and _is_usual(entry):
        return line
    line, below = "  ".join([line, *map(plain, _notes(entry))]), _below(entry)
    return "\n".join([line, *(f"    {plain(each)}".rstrip() for each in below.splitlines())]) if below else line


def is_warning(entry: Entry) -> bool:
    """Whether a request went otherwise than the scenarios say: no rule answered, a reply broke, the API would have
    refused it, or its client turned away. Errors, faults, limits and schedules that are written are no surprise."""
    if entry.unmatched is not None or entry.error is not None or entry.tolerated:
        return True
    if entry.outcome in ("client_left", "failed"):
        return True
    return entry.rule is None and entry.phase is None and entry.refusal is not None and entry.refusal.status != 429


def _is_usual(entry: Entry) -> bool:
    """Whether there is nothing to note."""
    return entry.outcome == "complete" and not (entry.faults or entry.tolerated or entry.session)


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


@lru_cache(maxsize=1024)
def _beginning(
    method: str,
    endpoint: str,
    operation: str | None,
    rule: str | None,
    reply: int | None,
    replies: int | None,
    unmatched: bool,
    attempt: int,
    status: int | None,
    coloured: bool,
) -> str:
    """All that most lines of a busy server have in common. `endpoint` is as rules name it, or the path where it leads
    to none, which then has no `operation`."""
    asked = endpoint if operation is None else f"{endpoint}.{operation}".removesuffix(".create")
    if rule is None:
        answered = "no rule" if unmatched else "-"
    else:
        answered = rule if reply is None or replies is None else f"{rule} reply {reply + 1}/{replies}"
    shown = "no status" if status is None else str(status)
    parts = map(plain, (f"{method} {asked}", answered, f"attempt {attempt}"))
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
