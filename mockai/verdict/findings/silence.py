"""A server that says nothing, and a client that goes on waiting."""

from __future__ import annotations

from collections.abc import Iterator

from mockai.verdict.attempt import Attempt
from mockai.verdict.evidence import ENDLESS, Evidence, silence
from mockai.verdict.finding import Seen, Severity, finding

__all__ = ["hung_on_stall", "no_read_timeout"]

_LONG = 60.0
"""Seconds of silence that a client with a read timeout worth the name does not sit through."""
_TELLING = 1.0
"""Seconds of silence from which on it is worth a word that nothing says the client has a read timeout."""
_PATIENT = 300.0


@finding(
    "warning",
    "note",
    why="A connection that dies without a word is never noticed: the caller waits for ever, with all it holds.",
    advice="Give the client a read timeout: `openai.OpenAI(timeout=60)`, or "
    "`httpx.Timeout(60, connect=5)`. `timeout=None` means none at all.",
)
def no_read_timeout(evidence: Evidence) -> Iterator[Seen]:
    """Asked without a read timeout."""
    told: set[str] = set()
    for attempt in evidence.attempts:
        if attempt.client in told:
            continue
        if attempt.timeout_known and attempt.read_timeout is None:
            told.add(attempt.client)
            yield Seen("warning", (attempt.number,), "the client says that it waits for the next byte without an end")
        elif not attempt.timeout_known and (seen := _sat_through(attempt)) is not None:
            told.add(attempt.client)
            yield seen


def _sat_through(attempt: Attempt) -> Seen | None:
    """A long silence after which the client was still there."""
    seconds = silence(attempt)
    if attempt.outcome != "complete" or seconds < _TELLING or not (attempt.faults or seconds >= _LONG):
        return None
    what = f"the client sat through {seconds:.3g} s of silence, and nothing says that it has a read timeout"
    return Seen("warning" if seconds >= _LONG else "note", (attempt.number,), what)


@finding(
    "error",
    "warning",
    "note",
    why="Each caller that hangs holds a thread or a task, a connection and a user; enough of them, and all stops.",
    advice="Give the client a read timeout of a minute or less (the SDK's is ten), and the whole operation a deadline "
    "of its own: `asyncio.timeout`, or a timeout for the job.",
)
def hung_on_stall(evidence: Evidence) -> Iterator[Seen]:
    """Hung on a stall."""
    for attempt in evidence.attempts:
        if not ENDLESS & set(attempt.faults):
            continue
        severity = _how_sure(attempt, silence(attempt))
        if severity is not None:
            still = "had not given up" if attempt.outcome != "client_left" else "gave up only then"
            what = f"nothing came for {silence(attempt):.3g} s, and the client {still}"
            if attempt.outcome == "failed":
                what = "nothing more came, and the client would have waited for ever"
            yield Seen(severity, (attempt.number,), what)


def _how_sure(attempt: Attempt, seconds: float) -> Severity | None:
    endless = attempt.timeout_known and attempt.read_timeout is None
    if attempt.outcome == "client_left":
        return "note" if seconds >= _PATIENT else None
    if endless:
        return "error"
    if attempt.timeout_known or seconds < _TELLING:
        return None
    return "error" if seconds >= _LONG else "warning"
