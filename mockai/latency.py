"""How slowly a reply comes: waits, put into a plan."""

from __future__ import annotations

import math
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from mockai.faults.base import Place
from mockai.faults.placing import is_whole, until
from mockai.ids import Mint
from mockai.wire import Body, Call, Head, Plan, Step, Wait

__all__ = ["Amount", "Pace", "apply", "gate"]

_LONGEST = 86_400.0
"""No draw is longer than a day, however wide its distribution."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number: `fixed`, or drawn from a log-normal (`median, sigma`) or a uniform (`low, high`) distribution."""

    fixed: float | None = None
    lognormal: tuple[float, float] | None = None
    uniform: tuple[float, float] | None = None

    @property
    def is_drawn(self) -> bool:
        """Whether it is another one each time."""
        return self.lognormal is not None or self.uniform is not None

    def draw(self, rng: random.Random) -> float:
        """One value; only a distribution draws from `rng`."""
        if self.lognormal is not None:
            median, sigma = self.lognormal
            return math.exp(min(rng.normalvariate(math.log(median), sigma), math.log(_LONGEST)))
        if self.uniform is not None:
            return rng.uniform(*self.uniform)
        return self.fixed or 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """The waits of one reply, in seconds.

    `headers` before the status line, `first_token` before the first piece of content, `per_token` (or its
    inverse, `tokens_per_second`) times the tokens of each piece after it. `total` is how long the whole reply
    takes: what `headers` and `first_token` leave of it is spread evenly over the pieces, instead of
    `per_token`. `jitter` varies each wait by up to that fraction either way. A reply that is not a stream is
    waited for as a whole, before its status line, since it is sent when all of it has been generated.
    """

    headers: Amount | None = None
    first_token: Amount | None = None
    per_token: Amount | None = None
    tokens_per_second: Amount | None = None
    total: Amount | None = None
    jitter: float = 0.0

    @property
    def speed(self) -> tuple[Amount | None, Amount | None]:
        """What decides on the waits between pieces."""
        return self.per_token, self.tokens_per_second


def apply(plan: Plan, pace: Pace, mint: Mint) -> Plan:
    """The plan at this pace; a pace without waits leaves it as it was.

    `total` counts the pieces beforehand. Where Python code makes them one by one they cannot be counted, and
    all of it is waited before the first. A stream without pieces waits before its status line.
    """
    waits = (pace.headers, pace.first_token, pace.per_token, pace.tokens_per_second, pace.total)
    return plan if waits == (None,) * len(waits) else _paced(plan, _Clock(pace, mint))


def gate(plan: Plan, name: str, after: int = 0) -> Plan:
    """The plan, held at a gate before the first piece of content or `after` so many pieces; at the end of a
    stream that has fewer, and before the status line of a reply that is not a stream."""
    ahead, steps = yield from _opened(iter(plan))
    if not ahead:
        return
    place = Place("after", after) if _is_stream(ahead) else Place("before")
    rest = yield from until(chain(ahead, steps), place)
    if rest is not None:
        yield Wait(gate=name)
        yield from rest


def _paced(plan: Plan, clock: _Clock) -> Iterator[Step]:
    ahead, steps = yield from _opened(iter(plan))
    if not ahead:
        return
    if not _is_stream(ahead):
        yield from clock.waits(clock.whole(sum(step.tokens for step in ahead if isinstance(step, Body))))
        yield from chain(ahead, steps)
        return
    if clock.pace.total is not None:
        clock.spread(_count(ahead, steps))
    yield from clock.waits(clock.headers)
    started = False
    for step in chain(ahead, steps):
        if type(step) is Body and step.kind == "piece":
            wait = clock.before(step.tokens) if started else clock.wait(clock.first)
            if wait is not None:
                yield wait
            started = True
        yield step


class _Clock:
    """The waits of one reply."""

    def __init__(self, pace: Pace, mint: Mint) -> None:
        self.pace = pace
        self._mint = mint  # and not its generator, which is larger than all the rest of an open stream's plan
        self.headers = self._draw(pace.headers)
        self.first = self._draw(pace.first_token)
        self.total = self._draw(pace.total)
        self.each: float | None = None
        drawn = pace.jitter or any(amount is not None and amount.is_drawn for amount in pace.speed)
        self._same: dict[int, Wait | None] | None = None if drawn else {}

    def spread(self, pieces: int) -> None:
        """Share among so many pieces what is left of the total."""
        left = max(0.0, self.total - self.headers - self.first)
        if pieces == 0:
            self.headers = max(self.headers, self.total)
        elif pieces == 1:
            self.first, self.each = self.first + left, 0.0
        elif self.pace.first_token is None:
            self.first = self.each = left / pieces
        else:
            self.each = left / (pieces - 1)

    def whole(self, tokens: int) -> float:
        """Seconds until a reply of so many tokens has been generated."""
        if self.pace.total is not None:
            return max(self.total, self.headers + self.first)
        return self.headers + self.first + self._generate(tokens)

    def before(self, tokens: int) -> Wait | None:
        """The wait before a piece of so many tokens that is not the first: the same again if nothing is drawn."""
        same = self._same
        if same is None:
            return self.wait(self._piece(tokens))
        if tokens not in same:
            same[tokens] = self.wait(self._piece(tokens))
        return same[tokens]

    def wait(self, seconds: float) -> Wait | None:
        """A wait of about so long; none for no time."""
        if self.pace.jitter and seconds:
            seconds *= 1 + self.pace.jitter * self._mint.rng.uniform(-1, 1)
        return Wait(seconds) if seconds else None

    def waits(self, seconds: float) -> Iterator[Wait]:
        """The same as steps."""
        wait = self.wait(seconds)
        if wait is not None:
            yield wait

    def _piece(self, tokens: int) -> float:
        return self._generate(tokens) if self.each is None else self.each

    def _generate(self, tokens: int) -> float:
        speed = self._draw(self.pace.tokens_per_second)
        per_token = 1 / speed if speed else self._draw(self.pace.per_token)
        return min(per_token * tokens, _LONGEST)

    def _draw(self, amount: Amount | None) -> float:
        if amount is None:
            return 0.0
        return amount.draw(self._mint.rng) if amount.is_drawn else amount.fixed or 0.0


def _opened(steps: Iterator[Step]) -> Generator[Step, None, tuple[list[Step], Iterator[Step]]]:
    """Pass on what stands before the head; return the head with the step after it, and the other steps.
    Without a head, everything has been passed on."""
    for step in steps:
        if isinstance(step, Head):
            return [step, *islice(steps, 1)], steps
        yield step
    return [], steps


def _is_stream(ahead: list[Step]) -> bool:
    return len(ahead) > 1 and not is_whole(ahead[1])


def _count(ahead: list[Step], steps: Iterator[Step]) -> int:
    """Look ahead to the end and count the pieces; 1 if a call stands in the way, which must be played first."""
    while not isinstance(ahead[-1], Call):
        step = next(steps, None)
        if step is None:
            return sum(isinstance(step, Body) and step.kind == "piece" for step in ahead)
        ahead.append(step)
    return 1
