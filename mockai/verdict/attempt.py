"""One request as the verdict sees it: plain values, taken from a journal entry or from an exported journal."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from mockai.errors import UsageError
from mockai.journal import Entry, Outcome
from mockai.scaled import scaled_wait
from mockai.verdict.asked import Conversation, conversation_of, digest_of, leaks_of, question_of
from mockai.verdict.headers import Limit, limits_of, read_timeout_of, seconds_until
from mockai.verdict.said import Said, said_by

__all__ = ["Attempt", "Leak", "attempt_of", "exported", "read_attempt"]

Leak = tuple[str, str]
"""Where a secret stands in a request, and what it is."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request and its reply. Times are seconds of one clock.

    `upstream` is the provider asked, `phase` that of its brown-out. `client` tells clients apart, `sdk` is the language
    of OpenAI's own, `caller` the task or thread that asked, where that is known. `digest` is the same for the same
    request sent again, `question` for the same messages to whatever model. `own` marks a reply that tells of the mock
    and not of the API (no rule, a broken reply). `read_timeout` is known if `timeout_known`; None is then none at all.
    `whole` says whether a stream came to its finish, `writes` are the times at which events were sent. `tolerated` is
    what the API would have refused the request with. `retry_after` is the wait an error asked for as it was scripted,
    `told_to_wait` the same in the time the client lives in.
    """

    number: int
    session: str
    method: str
    path: str
    endpoint: str | None
    model: str | None
    upstream: str
    phase: str | None
    client: str
    sdk: str | None
    retry_count: int
    digest: str
    question: str
    stream: bool
    rule: str | None
    own: bool
    status: int | None
    code: str | None
    message: str | None
    outcome: Outcome
    faults: tuple[str, ...]
    events: int
    pieces: int
    sent_bytes: int
    received: int | None
    whole: bool
    waited: float
    time_scale: float
    retry_after: float | None
    told_to_wait: float | None
    should_retry: str | None
    limits: tuple[Limit, ...]
    read_timeout: float | None
    timeout_known: bool
    in_memory: bool
    arrived: float
    ended: float | None
    left: float | None
    asked_at: float
    writes: tuple[float, ...]
    caller: int | None
    connection: int | None
    opened: float | None
    closed: float | None
    said: Said
    conversation: Conversation
    leaks: tuple[Leak, ...]
    tolerated: tuple[str, ...]

    @property
    def over(self) -> float:
        """When it ended for the client; now, if it has not."""
        if self.outcome == "running":
            return self.asked_at
        return self.left if self.left is not None else self.ended or self.asked_at

    @property
    def name(self) -> str:
        """The operation, or method and path where there is none."""
        return self.endpoint or f"{self.method} {self.path}"

    def as_json(self) -> dict[str, Any]:
        """The attempt as plain values; `read_attempt` reads it again."""
        return asdict(self)


def attempt_of(entry: Entry) -> Attempt:
    """A journal entry, with what the verdict has to know of it."""
    return Attempt(**_asked(entry), **_answered(entry), **_played(entry))


def _asked(entry: Entry) -> dict[str, Any]:
    """What was asked, by whom."""
    request = entry.request
    http = entry.http if request is None else request.http
    timeout, known = _read_timeout(entry)
    return {
        "number": entry.number,
        "session": entry.session,
        "method": http.method,
        "path": http.path,
        "endpoint": None if request is None else f"{request.endpoint}.{request.operation}",
        "model": None if request is None else request.model,
        "upstream": http.upstream,
        "client": f"{http.header('user-agent') or ''} {entry.headers.get('authorization', '')}",
        "sdk": http.header("x-stainless-lang"),
        "retry_count": _retry_count(entry),
        "digest": digest_of(http),
        "question": question_of(http, request),
        "stream": request is not None and request.stream,
        "read_timeout": timeout,
        "timeout_known": known,
        "conversation": conversation_of(request),
        "leaks": leaks_of(http, None if request is None else request.body),
        "tolerated": tuple(f"{error.status}: {error.message}" for error in entry.tolerated),
    }


def _answered(entry: Entry) -> dict[str, Any]:
    """What was answered."""
    refusal, asked, streamed = entry.refusal, _asked_to_wait(entry), entry.streamed
    return {
        "phase": entry.phase,
        "rule": entry.rule,
        "own": entry.unmatched is not None or entry.error is not None,
        "status": entry.status,
        "code": None if refusal is None or refusal.code is None else str(refusal.code),
        "message": None if refusal is None else refusal.message,
        "faults": tuple(entry.faults),
        "retry_after": None if asked is None else asked[0],
        "told_to_wait": None if asked is None else asked[1],
        "should_retry": _header(entry, "x-should-retry"),
        "limits": () if entry.head is None else limits_of(entry.head.headers),
        "whole": streamed is None or streamed.last is None or streamed.finished,
        "said": said_by(b"" if streamed is None else streamed.kept),
    }


def _played(entry: Entry) -> dict[str, Any]:
    """What became of it, and when."""
    connection = entry.connection
    return {
        "outcome": entry.outcome,
        "events": entry.events,
        "pieces": entry.pieces,
        "sent_bytes": entry.sent_bytes,
        "received": entry.received,
        "waited": entry.waited,
        "time_scale": entry.time_scale,
        "in_memory": entry.patience is not None,
        "arrived": entry.arrived,
        "ended": entry.ended,
        "left": entry.left,
        "asked_at": time.monotonic(),
        "writes": () if entry.streamed is None else tuple(entry.streamed.writes),
        "caller": entry.caller,
        "connection": None if connection is None else connection.number,
        "opened": None if connection is None else connection.opened,
        "closed": None if connection is None else connection.closed,
    }


def _header(entry: Entry, name: str) -> str | None:
    headers = () if entry.head is None else entry.head.headers
    return next((value for key, value in headers if key == name), None)


def _asked_to_wait(entry: Entry) -> tuple[float, float] | None:
    """The wait an error asked for: as it was scripted, and as the client was told. A date is never scaled."""
    if entry.head is None or entry.head.status < 400:
        return None
    if entry.retry_after is not None:
        return (entry.retry_after, scaled_wait(entry.retry_after, entry.time_scale)) if entry.retry_after else None
    ago = time.monotonic() - (entry.ended or entry.arrived)
    seconds = seconds_until(_header(entry, "retry-after") or "", time.time() - ago)
    return None if seconds is None or seconds <= 0 else (seconds, seconds)


def _retry_count(entry: Entry) -> int:
    count = entry.http.header("x-stainless-retry-count") or ""
    return int(count) if count.isascii() and count.isdigit() else 0


def _read_timeout(entry: Entry) -> tuple[float | None, bool]:
    """The client's read timeout (None for none), and whether it is known at all."""
    if entry.patience is not None:
        return (None if entry.patience == math.inf else entry.patience), True
    return read_timeout_of(entry.http)


def exported(entry: Entry) -> dict[str, Any]:
    """An entry as the control API shows it, with its evidence: `read_attempt` reads that part again."""
    return {**entry.as_json(), "evidence": attempt_of(entry).as_json()}


_NESTED: Mapping[str, Any] = {
    "said": Said.read,
    "conversation": Conversation.read,
    "limits": lambda values: tuple(Limit(**value) for value in values),
}


def read_attempt(row: Mapping[str, Any]) -> Attempt:
    """An attempt that `as_json` wrote. Raises UsageError for anything else."""
    names = {field.name for field in fields(Attempt)}
    if not isinstance(row, Mapping) or set(row) != names:
        raise UsageError("this is not the journal of this version of MockAI: its entries lack what a verdict needs")
    try:
        return Attempt(**{name: _NESTED.get(name, _frozen)(value) for name, value in row.items()})
    except (TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"an entry of this journal cannot be read: {error}") from None


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
