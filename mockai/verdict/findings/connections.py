"""Replies not read to their end, and connections nobody closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    clients: dict[str, dict[int, Attempt]] = {}
    for attempt in evidence.attempts:
        if attempt.connection is not None:
            clients.setdefault(attempt.client, {})[attempt.connection] = attempt
    for last in clients.values():
        lying = [attempt for attempt in last.values() if _passed_over(attempt, last.values())]
        if len(lying) > 1 or any(attempt.stream for attempt in lying):
            what = f"{len(lying)} connection{'s' if len(lying) > 1 else ''} left open and idle while others were opened"
            numbers = tuple(attempt.number for attempt in lying)
            yield Seen("warning" if len(lying) > 1 else "note", numbers, f"{what}, and never used again")


_IDLE = 0.25
"""Seconds after which a client must know that a connection is free: what it opens sooner it may have needed."""


def _passed_over(last: Attempt, others: Iterable[Attempt]) -> bool:
    """Whether the connection of this attempt, the last one on it, was free when another was opened, and is open
    still."""
    if last.closed is not None or last.outcome != "complete" or last.ended is None:
        return False
    free = last.ended + _IDLE
    return any(other.opened is not None and other.opened > free for other in others)
