"""How often and at what pace a client asks again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mockai.verdict.evidence import Case, Evidence, gap
from mockai.verdict.finding import Seen, finding

__all__ = ["layered_retries", "no_backoff", "no_jitter", "retry_storm"]

_AT_ONCE = 0.1
"""Seconds: less than this is no wait but the way to the server."""
_MOST_ATTEMPTS = 10
"""More attempts than this at one thing are a storm, however long they take."""
_BURST = 5
"""So many retries within a second are a storm too."""
_ALIKE = 0.06
"""Waits that differ by less than this share of their length are the same wait."""
_SAMPLES = 4
"""So many waits in step, or first waits of different calls alike, are no chance."""
_IN_STEP = 0.005
"""The same for waits that follow a rule, which those of the SDK do once in some thousand times."""


@finding(
    "error",
    "warning",
    "note",
    why="A service that fails for load gets more of it, from every client at once, and stays down.",
    advice="Double the wait before each retry, from half a second to some seconds, and take up to half of it off at "
    "random: `min(0.5 * 2**n, 8) * uniform(0.5, 1)`; the SDK's own retries do so.",
)
def no_backoff(evidence: Evidence) -> Iterator[Seen]:
    """Retried without back-off."""
    for case in evidence.cases:
        waits = _own_waits(case)
        calls = tuple(attempt.number for attempt in case.attempts)
        if len(waits) > 1 and max(waits) < _AT_ONCE:
            yield Seen("error", calls, f"{len(waits)} retries, none after more than {_clock(max(waits))}")
        elif len(waits) > 1 and min(waits) >= _AT_ONCE and _alike(waits):
            yield Seen(
                "warning" if len(waits) > 2 else "note",
                calls,
                f"{len(waits)} retries, each after about {_clock(waits[0])}",
            )


@finding(
    "warning",
    why="Clients that fail together come back together, and bring the service down again at the same moment.",
    advice="Take a random part off each wait, a quarter at least; with tenacity `wait_random_exponential`, with "
    "backoff its `full_jitter`.",
)
def no_jitter(evidence: Evidence) -> Iterator[Seen]:
    """Backed off without jitter."""
    for case in evidence.cases:
        waits = _own_waits(case)
        if len(waits) >= _SAMPLES and min(waits) >= _AT_ONCE and not _alike(waits) and _in_step(waits):
            calls = tuple(attempt.number for attempt in case.attempts)
            yield Seen("warning", calls, f"waits of {', '.join(map(_clock, waits))}, with nothing random in them")
    firsts = [(case, waits[0]) for case in evidence.cases if (waits := _own_waits(case)) and waits[0] >= _AT_ONCE]
    if len(firsts) >= _SAMPLES and _alike([wait for _, wait in firsts], _IN_STEP):
        calls = tuple(case.attempts[1].number for case, _ in firsts)
        yield Seen("warning", calls, f"{len(firsts)} calls were each retried after the same {_clock(firsts[0][1])}")


@finding(
    "error",
    why="It multiplies the load on a service in trouble and the bill, and keeps the user waiting for nothing.",
    advice="Stop after three attempts or so and some seconds, and tell the caller; across calls, a circuit breaker.",
)
def retry_storm(evidence: Evidence) -> Iterator[Seen]:
    """Retried in a storm."""
    for case in evidence.cases:
        calls = tuple(attempt.number for attempt in case.attempts)
        if len(calls) > _MOST_ATTEMPTS:
            yield Seen("error", calls, f"{len(calls)} attempts at one thing")
            continue
        retries = case.attempts[1:]
        bursts = zip(retries, retries[_BURST - 1 :], strict=False)
        if any(last.arrived - first.arrived < 1.0 and not _was_told(case) for first, last in bursts):
            yield Seen("error", calls, f"{len(retries)} retries, {_BURST} of them within a second")


@finding(
    "error",
    "warning",
    why="Retries multiply: three attempts of the SDK within three of the application are nine requests, and a wait "
    "that nobody planned.",
    advice="Retry in one place: `max_retries=0` for the client within a loop of your own, or no loop around the SDK.",
)
def layered_retries(evidence: Evidence) -> Iterator[Seen]:
    """Retried in two layers: the SDK's retries inside the application's."""
    for case in evidence.cases:
        within = [series for series in case.series if len(series) > 1]
        if len(case.series) > 1 and within:
            calls = tuple(attempt.number for attempt in case.attempts)
            sizes = " + ".join(str(len(series)) for series in case.series)
            what = f"{len(calls)} requests for one thing: {sizes}, as the SDK counts them"
            yield Seen("error" if len(case.series) > 2 else "warning", calls, what)


def _own_waits(case: Case) -> list[float]:
    """The waits that were the client's own choice: after a failure that did not say how long to wait."""
    return [gap(before, after) for before, after in case.retries if before.retry_after is None]


def _was_told(case: Case) -> bool:
    """Whether the replies themselves asked for waits so short."""
    return any(attempt.retry_after is not None for attempt in case.attempts)


def _alike(waits: Sequence[float], share: float = _ALIKE) -> bool:
    return max(waits) - min(waits) <= share * max(waits)


def _in_step(waits: Sequence[float]) -> bool:
    """Whether each wait is the same multiple of the one before, or longer by the same."""
    ratios = [later / earlier for earlier, later in pairwise(waits)]
    steps = [later - earlier for earlier, later in pairwise(waits)]
    return _alike(ratios, _IN_STEP) or (min(steps) > 0 and _alike(steps, _IN_STEP))


def _clock(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.0f} ms"
