"""Asking again: too early, in vain, not at all."""

from __future__ import annotations

from collections.abc import Iterator

from mockai.scaled import LONGEST_ASKED
from mockai.verdict.attempt import Attempt
from mockai.verdict.evidence import Evidence, broke_off, gap, is_passing, may_be_repeated, timed_out
from mockai.verdict.finding import Seen, finding

_EARLY = 0.005
"""Seconds a clock may be off: timers fire a little early."""
_SLACK = 0.98
_ENOUGH = 3
"""Attempts after which giving up is right; the SDK's own number."""
_HASTY = 10.0
"""Seconds within which a model need not have begun to answer."""


@finding(
    "error",
    why="The limit has not been lifted yet, so the retry fails too, counts against the limit, and prolongs it.",
    advice="Wait for as long as `retry-after-ms` or `retry-after` says before asking again. The SDK does so up to two "
    "minutes, if its own retries are left on; a loop around it must read the header of the exception's response.",
)
def retried_too_early(evidence: Evidence) -> Iterator[Seen]:
    """Retried before Retry-After."""
    for case in evidence.cases:
        for before, after in case.retries:
            asked, told = before.retry_after, before.told_to_wait
            if asked is None or told is None:
                continue
            waited = gap(before, after)
            if waited < told * _SLACK - _EARLY:
                what = f"call {after.number} came {_seconds(waited * asked / told)} after a {before.status} that asked "
                yield Seen("error", (before.number, after.number), f"{what}for {_seconds(asked)}")


@finding(
    "error",
    "warning",
    "note",
    why="The same request fails the same way each time; retrying it costs time and quota and hides the mistake.",
    advice="Retry 408, 409, 429 and 5xx only, and nothing that says `x-should-retry: false`; let other errors reach "
    "the caller. A quota that is used up comes back when somebody pays, not after a wait.",
)
def retried_in_vain(evidence: Evidence) -> Iterator[Seen]:
    """Retried what must not be retried."""
    for case in evidence.cases:
        pairs = [(before, after) for before, after in case.retries if not may_be_repeated(before)]
        if pairs:
            first = pairs[0][0]
            said = f" that said `x-should-retry: {first.should_retry}`" if first.should_retry else ""
            what = f"a {first.status}{said} was asked for again, {_times(len(pairs))}"
            yield Seen("error" if case.is_sure else "warning", _numbers(pairs), what)
            continue
        spent = [(before, after) for before, after in case.retries if before.status == 429 and not is_passing(before)]
        if spent:
            what = f"a 429 with the code {spent[0][0].code} was asked for again, {_times(len(spent))}"
            yield Seen("note", _numbers(spent), what)


@finding(
    "warning",
    "note",
    why="Overload, limits and broken connections pass; a second try after a short wait mostly succeeds.",
    advice="Allow two or three retries with growing, jittered waits (the SDK's `max_retries` is 2), or be sure that "
    "the caller handles the error on purpose, as by another model.",
)
def not_retried(evidence: Evidence) -> Iterator[Seen]:
    """Did not retry what should be retried."""
    for case in evidence.cases:
        last = case.last
        if len(case.attempts) > 1 or not may_be_repeated(last) or evidence.went_elsewhere(last):
            continue
        if (last.retry_after or 0.0) > LONGEST_ASKED:
            continue
        if is_passing(last):
            yield Seen("warning", (last.number,), f"{_what_came(last)}, and the request was not made again")
        elif broke_off(last) or (timed_out(last) and last.faults):
            yield Seen("note", (last.number,), f"{_what_came(last)}, and the request was not made again")


@finding(
    "warning",
    "note",
    why="What fails for a moment is given no time to recover, and what takes its time never arrives, yet is paid for.",
    advice="Allow two retries at least; give a model longer to begin its answer than it takes at its slowest.",
)
def gave_up_too_soon(evidence: Evidence) -> Iterator[Seen]:
    """Gave up too soon."""
    for case in evidence.cases:
        hasty = [attempt for attempt in case.attempts if _was_hasty(attempt)]
        if len(hasty) > 1:
            what = f"hung up {_times(len(hasty))}, after {_seconds(hasty[0].over - hasty[0].arrived)}, on a reply that "
            yield Seen("warning", tuple(attempt.number for attempt in hasty), what + "was on its way")
        elif 1 < len(case.attempts) < _ENOUGH and _is_open(evidence, case.last):
            calls = tuple(attempt.number for attempt in case.attempts)
            yield Seen("note", calls, f"{_what_came(case.last)}, and one retry was all")


def _is_open(evidence: Evidence, last: Attempt) -> bool:
    """Whether asking again would have been right, after a failure that nothing else made up for."""
    bearable = (last.retry_after or 0.0) <= LONGEST_ASKED
    return bearable and is_passing(last) and may_be_repeated(last) and not evidence.went_elsewhere(last)


def _was_hasty(attempt: Attempt) -> bool:
    """Whether a client hung up on a reply that was scripted to take its time and did not stall."""
    if not timed_out(attempt) or attempt.faults or not attempt.waited:
        return False
    return attempt.over - attempt.arrived < _HASTY


def _numbers(pairs: list[tuple[Attempt, Attempt]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(attempt.number for pair in pairs for attempt in pair))


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _what_came(attempt: Attempt) -> str:
    if attempt.outcome == "client_left":
        return "nothing came" if attempt.status is None else "nothing more came"
    if attempt.status is None:
        return "the connection broke before there was a reply"
    if attempt.status >= 400:
        return f"a {attempt.status} came"
    return "the reply broke off"


def _seconds(seconds: float) -> str:
    return f"{round(seconds, 2):g} s"


__all__ = ["gave_up_too_soon", "not_retried", "retried_in_vain", "retried_too_early"]
