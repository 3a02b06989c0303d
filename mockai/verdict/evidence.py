"""Attempts put together: what the application asked once, with everything it took, and what came after."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from mockai.scaled import LONGEST_ASKED
from mockai.verdict.attempt import Attempt

__all__ = [
    "ENDLESS",
    "Case",
    "Evidence",
    "broke_off",
    "failed",
    "gap",
    "is_passing",
    "may_be_repeated",
    "silence",
    "timed_out",
    "truncated",
]

ENDLESS = frozenset({"stall"})
"""Faults after which nothing more comes."""
_SILENT = ENDLESS | {"slow_headers"}
_PASSING = frozenset({408, 409, 429})
_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached", "tokens_above_rate_limit"})
_SHORTEST = 0.37
"""Seconds the SDKs wait at least before their first retry where nobody says how long; twice as long before the next."""
_LONGEST = 5.9
"""Seconds beyond which that least wait does not grow."""
_MOST_OPEN = 100
"""So many cases of one and the same request may be open at once."""
_AT_ONCE = 0.25
"""Seconds within which the same request may come from somebody else, who asks at the same time."""
_LATER = 300.0
"""Seconds after a failure within which the same request is its retry, if it was not asked to wait longer."""
_NOTICED_LATE = 0.25
"""Seconds a server may take to notice that a client has left; its retry may come before."""
_FINISHES = ("chat.completions.", "completions.", "responses.")
"""Operations whose streams tell that they are finished."""


def truncated(attempt: Attempt) -> bool:
    """Whether a stream ended cleanly and too early."""
    if not attempt.stream or attempt.outcome != "complete" or attempt.status != 200 or not attempt.events:
        return False
    if "truncate" in attempt.faults:
        return True
    ended = attempt.whole or attempt.said.errors or attempt.said.malformed
    return not ended and (attempt.endpoint or "").startswith(_FINISHES)


def broke_off(attempt: Attempt) -> bool:
    """Whether the reply had begun and did not come to its end; past its finish, a stream has nothing more to say."""
    if attempt.events and attempt.whole:
        return False
    return attempt.status is not None and attempt.status < 400 and attempt.outcome in ("aborted", "failed")


def timed_out(attempt: Attempt) -> bool:
    """Whether the client left because nothing came: it had no content yet, or nothing was to come."""
    waiting = not attempt.pieces or bool(_SILENT & set(attempt.faults))
    return attempt.outcome == "client_left" and waiting


def failed(attempt: Attempt) -> bool:
    """Whether a client has a reason to ask again."""
    if attempt.outcome in ("aborted", "failed") or attempt.status is None or attempt.status >= 400:
        return attempt.outcome != "running"
    return timed_out(attempt) or truncated(attempt) or bool(attempt.said.malformed or attempt.said.errors)


def is_passing(attempt: Attempt) -> bool:
    """Whether the status (or its lack) is of a failure that passes, so that it is worth asking again."""
    if attempt.status is None:
        return attempt.outcome in ("aborted", "failed")
    return attempt.status >= 500 or (attempt.status in _PASSING and attempt.code not in _QUOTA)


def may_be_repeated(attempt: Attempt) -> bool:
    """Whether the reply leaves it to the client to ask again: by its status, and by what its headers say."""
    if attempt.status is not None and attempt.should_retry in ("true", "false"):
        return attempt.should_retry == "true"
    return attempt.status is None or attempt.status < 400 or attempt.status >= 500 or attempt.status in _PASSING


def silence(attempt: Attempt) -> float:
    """The longest time for which nothing came, in seconds as the client saw them."""
    times = [attempt.arrived, *attempt.writes, attempt.over]
    return max(later - earlier for earlier, later in pairwise(times))


@dataclass(frozen=True)
class Case:
    """What the application asked once: a first try and whatever repeated it after a failure, by whoever's hand."""

    attempts: tuple[Attempt, ...]

    @property
    def first(self) -> Attempt:
        """The first try."""
        return self.attempts[0]

    @property
    def last(self) -> Attempt:
        """The last try."""
        return self.attempts[-1]

    @property
    def retries(self) -> tuple[tuple[Attempt, Attempt], ...]:
        """Each retry, with the attempt before it."""
        return tuple(pairwise(self.attempts))

    @cached_property
    def series(self) -> tuple[tuple[Attempt, ...], ...]:
        """The attempts as the SDK counts them: each first try of its own with the SDK's retries of it."""
        found: list[list[Attempt]] = []
        for attempt in self.attempts:
            if found and attempt.retry_count > found[-1][-1].retry_count:
                found[-1].append(attempt)
            else:
                found.append([attempt])
        return tuple(map(tuple, found))

    @property
    def is_sure(self) -> bool:
        """Whether these are retries beyond doubt: the SDK counted them, or the same came three times and more.

        Two equal requests one after another may be two questions of a user's.
        """
        return len(self.attempts) > 2 or any(attempt.retry_count for attempt in self.attempts)


def gap(before: Attempt, after: Attempt) -> float:
    """Seconds the client let pass between an attempt's end and the next."""
    return max(after.arrived - before.over, 0.0)


class Evidence:
    """Every attempt of a session in the order they came, and the cases they belong to: all but those that tell of the
    mock, and those that were outrun by another."""

    def __init__(self, attempts: Iterable[Attempt]) -> None:
        self.attempts = tuple(sorted(attempts, key=lambda attempt: attempt.number))
        outrun = _outrun(self.attempts)
        judged = (attempt for attempt in self.attempts if not attempt.own and attempt.number not in outrun)
        self.cases = tuple(_cases(tuple(judged)))
        self._places = {attempt.number: place for place, attempt in enumerate(self.attempts)}
        self._repeated = {attempt.number for case in self.cases for attempt in case.attempts[:-1]}
        self._latest: dict[str, dict[str, int]] = {}
        for attempt in self.attempts:
            self._latest.setdefault(attempt.question, {})[attempt.digest] = attempt.number

    def after(self, attempt: Attempt) -> Iterator[Attempt]:
        """The attempts that came later."""
        return islice(self.attempts, self._places[attempt.number] + 1, None)

    def was_repeated(self, attempt: Attempt) -> bool:
        """Whether the same was asked again after this attempt."""
        return attempt.number in self._repeated

    def went_elsewhere(self, attempt: Attempt) -> bool:
        """Whether the same question was put to another model, or in another way, afterwards."""
        ways = self._latest[attempt.question].items()
        return any(number > attempt.number and digest != attempt.digest for digest, number in ways)


def _outrun(attempts: Iterable[Attempt]) -> set[int]:
    """The attempts a client left because the same question, asked meanwhile, was answered sooner: hedges."""
    questions: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        questions.setdefault(attempt.question, []).append(attempt)
    return {
        left.number
        for same in questions.values()
        for left in same
        if left.outcome == "client_left" and any(_outran(other, left) for other in same)
    }


def _outran(other: Attempt, left: Attempt) -> bool:
    answered = other.outcome == "complete" and (other.status or 500) < 400
    return answered and left.arrived <= other.arrived and other.over <= left.over + _NOTICED_LATE


def _series(attempts: Iterable[Attempt]) -> list[list[Attempt]]:
    """The attempts as the SDK counts them: each first try with the SDK's retries of it, in the order of the first."""
    found: list[list[Attempt]] = []
    requests: dict[str, list[list[Attempt]]] = {}
    for attempt in attempts:
        same = requests.setdefault(attempt.digest, [])
        series = _continued(attempt, same[-_MOST_OPEN:]) if attempt.retry_count else None
        if series is None:
            series = []
            same.append(series)
            found.append(series)
        series.append(attempt)
    return found


def _continued(attempt: Attempt, series: Sequence[list[Attempt]]) -> list[Attempt] | None:
    """The series that the SDK goes on with, if one of them has come so far: the likeliest, and of those the latest.

    Where the same was asked several times at once, it is the one of the same task; one that failed, for the SDK
    rarely retries what looked well from here; and one whose wait is over.
    """

    def likelihood(place: int) -> tuple[bool, bool, bool, int]:
        last = series[place][-1]
        least = last.told_to_wait or min(_SHORTEST * 2**last.retry_count, _LONGEST)
        waited = attempt.arrived - last.over >= least
        return (last.caller == attempt.caller, failed(last), waited, place)

    fitting = [place for place, each in enumerate(series) if each[-1].retry_count == attempt.retry_count - 1]
    return series[max(fitting, key=likelihood)] if fitting else None


def _cases(attempts: Sequence[Attempt]) -> Iterator[Case]:
    """A series continues the case of the same request whose last attempt failed and was over before it began, unless
    the question was answered in between, as by another model."""
    answers: dict[str, list[int]] = {}
    for attempt in attempts:
        if attempt.outcome == "complete" and not failed(attempt):
            answers.setdefault(attempt.question, []).append(attempt.number)
    found: list[list[Attempt]] = []
    open_: dict[str, list[list[Attempt]]] = {}
    for series in _series(attempts):
        same = open_.setdefault(series[0].digest, [])
        case = next((each for each in reversed(same) if _continues(series[0], each[-1], answers)), None)
        if case is None:
            case = []
            found.append(case)
        case += series
        open_[series[0].digest] = [each for each in same[-_MOST_OPEN:] if each is not case]
        if failed(case[-1]):
            open_[series[0].digest].append(case)
    return (Case(tuple(case)) for case in found)


def _continues(first: Attempt, last: Attempt, answers: Mapping[str, Sequence[int]]) -> bool:
    """Whether a new series asks again for what failed, soon after, and with no answer in between."""
    numbers = answers.get(first.question, ())
    if bisect_right(numbers, last.number) != bisect_left(numbers, first.number):
        return False
    if first.arrived - last.over < _AT_ONCE and _others(first, last):
        return False
    late = _NOTICED_LATE if last.outcome == "client_left" else 0.0
    asked = min(last.retry_after or 0.0, LONGEST_ASKED)
    return -late <= first.arrived - last.over <= _LATER + asked


def _others(first: Attempt, last: Attempt) -> bool:
    """Whether it was another who asked: another task, or one on another connection although that of the attempt
    before was free."""
    if first.caller is not None and last.caller is not None:
        return first.caller != last.caller
    if first.connection is None or last.connection is None or first.connection == last.connection:
        return False
    return last.outcome == "complete" and (last.closed is None or last.closed > first.arrived)
