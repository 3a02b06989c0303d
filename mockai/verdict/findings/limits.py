"""The limits a reply says are left."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mockai.verdict.attempt import Attempt
from mockai.verdict.evidence import Evidence
from mockai.verdict.finding import Seen, finding
from mockai.verdict.headers import Limit

__all__ = ["limits_ignored"]


@finding(
    "warning",
    "note",
    why="The API had said that the next request would be refused; a refused request counts and comes back later.",
    advice="Read `x-ratelimit-remaining-*` of each reply (`with_raw_response`), and wait for `x-ratelimit-reset-*` "
    "when nothing is left, before you ask for more.",
)
def limits_ignored(evidence: Evidence) -> Iterator[Seen]:
    """Ignored the remaining limits that replies told of."""
    for before, after, limit in _too_early(evidence):
        if after.status == 429:
            what = f"call {before.number} said that no {limit.kind} were left for {limit.reset:.3g} s, and call "
            yield Seen("warning", (before.number, after.number), f"{what}{after.number} was refused for it")
            return
    early = list(_too_early(evidence))
    if early:
        before, after, limit = early[0]
        what = f"call {before.number} said that no {limit.kind} were left for {limit.reset:.3g} s, and call "
        numbers = tuple(dict.fromkeys(number for pair in early for number in (pair[0].number, pair[1].number)))
        yield Seen("note", numbers, f"{what}{after.number} came before that")


def _too_early(evidence: Evidence) -> Iterator[tuple[Attempt, Attempt, Limit]]:
    """Each call that came before a limit was to be lifted, with the last reply before it, which said so."""
    by_model: dict[tuple[str | None, str], list[Attempt]] = {}
    for attempt in evidence.attempts:
        by_model.setdefault((attempt.model, attempt.client), []).append(attempt)
    for attempts in by_model.values():
        for before, after in pairwise(attempts):
            limit = next((limit for limit in before.limits if limit.remaining <= 0), None)
            if limit is None or before.ended is None or (before.status or 500) >= 400:
                continue
            waited = after.arrived - before.ended
            if 0 <= waited < limit.reset * before.time_scale:
                yield before, after, limit
