"""A service that is down, as a brown-out scripts it, and clients that do not notice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from mockai.verdict.attempt import Attempt
from mockai.verdict.evidence import Evidence, is_passing
from mockai.verdict.finding import Seen, finding

__all__ = ["outage_hammered"]

_NOTICEABLE = 5
"""So many failures in a row show that a service is down."""
_PROBE = 1.0
"""Seconds after the request before: one that comes as late as this may be a probe of whether it is up again."""
_MOST = 10


@finding(
    "note",
    why="Each call waits for an answer that cannot come, and holds a thread, a connection and a user meanwhile; what "
    "comes back up is met by all of them.",
    advice="A circuit breaker: after some failures in a row fail at once or ask another provider, and try a single "
    "request now and then until one succeeds.",
)
def outage_hammered(evidence: Evidence) -> Iterator[Seen]:
    """Kept on asking a service that was down."""
    services: dict[tuple[str, str | None], list[Attempt]] = {}
    for attempt in evidence.attempts:
        services.setdefault((attempt.upstream, attempt.model), []).append(attempt)
    for attempts in services.values():
        for down, group in groupby(attempts, key=_met_outage):
            row = list(group)
            hasty = [after for before, after in pairwise(row[_NOTICEABLE - 1 :]) if _hard_upon(before, after)]
            if down and len(hasty) > _MOST:
                what = f"{len(hasty)} requests came hard upon others while the service was down, after {_NOTICEABLE} "
                yield Seen("note", tuple(attempt.number for attempt in hasty), what + "had failed in a row")


def _met_outage(attempt: Attempt) -> bool:
    return attempt.phase == "down" and is_passing(attempt)


def _hard_upon(before: Attempt, after: Attempt) -> bool:
    return after.arrived - before.arrived < _PROBE
