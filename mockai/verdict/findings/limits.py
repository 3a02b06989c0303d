"""The limits a reply says are left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    early = list(_too_early(evidence))
    refused = [pair for pair in early if pair[1].status == 429]
    if early:
        before, after, limit = (refused or early)[0]
        came = "was refused for it" if refused else "came before that"
        what = f"call {before.number} said that no {limit.kind} were left, the next in {limit.next:.3g} s, and call "
        numbers = tuple(dict.fromkeys(number for pair in early for number in (pair[0].number, pair[1].number)))
        yield Seen("warning" if len(refused) > 1 else "note", numbers, f"{what}{after.number} {came}{_again(refused)}")


def _again(refused: Sequence[object]) -> str:
    return f", and {len(refused) - 1} more like it" if len(refused) > 1 else ""


def _too_early(evidence: Evidence) -> Iterator[tuple[Attempt, Attempt, Limit]]:
    """Each call that came although nothing was left, with the last reply before it, which said so: calls that were
    refused for it, and calls that came before anything could have been left again."""
    by_model: dict[tuple[str, str | None, str], list[Attempt]] = {}
    for attempt in evidence.attempts:
        by_model.setdefault((attempt.upstream, attempt.model, attempt.client), []).append(attempt)
    for attempts in by_model.values():
        for before, after in pairwise(attempts):
            limit = next((limit for limit in before.limits if limit.remaining <= 0), None)
            if limit is None or before.ended is None or (before.status or 500) >= 400:
                continue
            waited = after.arrived - before.ended
            enough = limit.reset if after.status == 429 else limit.next
            if 0 <= waited < enough * before.time_scale:
                yield before, after, limit
