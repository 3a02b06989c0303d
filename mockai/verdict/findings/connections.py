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
    last: dict[int, Attempt] = {}
    for attempt in evidence.attempts:
        if attempt.connection is not None:
            last[attempt.connection] = attempt
    idle = [attempt for attempt in last.values() if _is_idle(attempt) and _passed_over(attempt, last.values())]
    if len(idle) > 1 or any(attempt.stream for attempt in idle):
        numbers = tuple(attempt.number for attempt in idle)
        what = f"{len(idle)} connection{'s' if len(idle) > 1 else ''} left open and never used again, while new ones "
        yield Seen("warning" if len(idle) > 1 else "note", numbers, what + "were opened")


def _is_idle(attempt: Attempt) -> bool:
    return attempt.closed is None and attempt.outcome == "complete"


def _passed_over(attempt: Attempt, lasts: Iterable[Attempt]) -> bool:
    """Whether the same client opened another connection later on, although this one was free."""
    over = attempt.ended or 0.0
    return any(other.client == attempt.client and (other.opened or 0.0) > over for other in lasts)
