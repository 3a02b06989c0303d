"""Attempts put together: what the application asked once, with everything it took, and what came after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, pairwise

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
_MOST_OPEN = 100
"""So many cases of one and the same request may be open at once."""
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
        self.cases = tuple(_cases(judged))
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


class _Open:
    """The cases of one and the same request that the next of its kind may continue."""

    def __init__(self) -> None:
        self._failed: list[list[Attempt]] = []
        self._latest: list[Attempt] | None = None

    def take(self, attempt: Attempt, answered: int) -> list[Attempt] | None:
        """The case this attempt continues, which is then open no more; None if it begins one.

        What call `answered` and those before it left open is settled, but for the SDK, which goes on counting.
        """
        settled = 0 if attempt.retry_count else answered
        likely = chain(reversed(self._failed), [] if self._latest is None else [self._latest])
        fits = (case for case in likely if case[-1].number > settled and _continues(attempt, case[-1]))
        found = next(fits, None)
        self._failed = [case for case in self._failed[-_MOST_OPEN:] if case is not found]
        return found

    def put(self, case: list[Attempt]) -> None:
        """Leave a case for a later attempt to continue."""
        self._latest = case
        if failed(case[-1]):
            self._failed.append(case)


def _cases(attempts: Iterable[Attempt]) -> Iterator[Case]:
    """A request continues the case of the same request whose last attempt failed and was over before it came, unless
    the question has been answered since, as by another model."""
    found: list[list[Attempt]] = []
    requests: dict[str, _Open] = {}
    answered: dict[str, int] = {}
    for attempt in attempts:
        same = requests.setdefault(attempt.digest, _Open())
        case = same.take(attempt, answered.get(attempt.question, 0))
        if case is None:
            case = []
            found.append(case)
        case.append(attempt)
        same.put(case)
        if not failed(attempt) and attempt.outcome == "complete":
            answered[attempt.question] = attempt.number
    return (Case(tuple(case)) for case in found)


def _continues(attempt: Attempt, last: Attempt) -> bool:
    if attempt.retry_count:
        return last.retry_count == attempt.retry_count - 1
    if not failed(last):
        return False
    late = _NOTICED_LATE if last.outcome == "client_left" else 0.0
    asked = min(last.retry_after or 0.0, LONGEST_ASKED)
    return -late <= attempt.arrived - last.over <= _LATER + asked
