"""Replies not read to their end, and connections nobody closes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from mockai.verdict.attempt import Attempt
from mockai.verdict.evidence import ENDLESS, Evidence
from mockai.verdict.finding import Seen, finding

__all__ = ["connection_leaked", "stream_left_open"]


@finding(
    "warning",
    "note",
    why="A stream neither read to its end nor closed keeps its connection; when the pool is empty, everybody waits.",
    advice="Read streams in a `with` block (`with client.chat.completions.create(..., stream=True) as stream:`), or "
    "call `close()` when you leave the loop early.",
)
def stream_left_open(evidence: Evidence) -> Iterator[Seen]:
    """Left a stream undrained and unclosed."""
    for attempt in evidence.attempts:
        if attempt.status is None or attempt.status >= 400 or ENDLESS & set(attempt.faults):
            continue
        if attempt.in_memory and attempt.received is None and attempt.outcome in ("running", "complete"):
            yield Seen("warning", (attempt.number,), "the reply was neither read to its end nor closed")
        elif not attempt.in_memory and attempt.stream and attempt.outcome == "running" and _moved_on(evidence, attempt):
            what = "the stream is still open, though the client has asked for something else meanwhile"
            yield Seen("note", (attempt.number,), what)


def _moved_on(evidence: Evidence, attempt: Attempt) -> bool:
    return any(later.client == attempt.client and later.ended is not None for later in evidence.after(attempt))


@finding(
    "warning",
    "note",
    why="Each holds a socket on both sides until one runs out of them: `too many open files`, or refused connections.",
    advice="Keep one client for the process and close it at the end (`with openai.OpenAI() as client:`); read or close "
    "each stream.",
)
def connection_leaked(evidence: Evidence) -> Iterator[Seen]:
    """Leaked connections: opened new ones beside idle ones, and closed none."""
    clients: dict[str, list[Attempt]] = {}
    for attempt in evidence.attempts:
        if attempt.connection is not None:
            clients.setdefault(attempt.client, []).append(attempt)
    for attempts in clients.values():
        last = {attempt.connection: attempt for attempt in attempts}
        idle = [attempt for attempt in last.values() if attempt.closed is None and attempt.outcome == "complete"]
        needed = _at_once(attempts)
        numbers = tuple(attempt.number for attempt in idle)
        what = (
            f"{len(idle)} connections are open, and never more than {needed} {'was' if needed == 1 else 'were'} in use"
        )
        if len(idle) > _MARGIN * needed:
            yield Seen("warning", numbers, what)
        elif len(idle) > needed == 1 and idle[0].stream:
            yield Seen("note", numbers, what)


_MARGIN = 2
"""A server sees less at once than a client does, who opens a connection while the reply to another is on its way."""


def _at_once(attempts: Sequence[Attempt]) -> int:
    """The most exchanges that were going on at the same time."""
    moments = sorted(
        moment for attempt in attempts for moment in ((attempt.arrived, 1), (attempt.ended or attempt.asked_at, -1))
    )
    return max(accumulate(change for _, change in moments))
