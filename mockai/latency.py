"""How slowly a reply comes: waits, put into a plan."""

from __future__ import annotations

import math
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from mockai.faults.base import Place
from mockai.faults.placing import is_whole, until
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


def apply(plan: Plan, pace: Pace, rng: random.Random) -> Plan:
    """The plan at this pace; a pace without waits leaves it as it was.

    `total` counts the pieces beforehand. Where Python code makes them one by one they cannot be counted, and
    all of it is waited before the first. A stream without pieces waits before its status line.
    """
    waits = (pace.headers, pace.first_token, pace.per_token, pace.tokens_per_second, pace.total)
    return plan if waits == (None,) * len(waits) else _paced(plan, pace, _Dice(rng, pace.jitter))


def gate(plan: Plan, name: str, after: int = 0) -> Plan:
    """The plan, held at a gate before the first piece of content or `after` so many pieces; at the end of a
    stream that has fewer, and before the status line of a reply that is not a stream."""
    ahead, steps = yield from _opened(iter(plan))
    hold, steps = Wait(gate=name), chain(ahead, steps)
    place = Place("before") if _is_unstreamed(ahead) else Place("after", after)
    rest = yield from until(steps, place)
    if rest is not None:
        yield hold
        yield from rest


@dataclass(frozen=True, slots=True)
class _Dice:
    """Amounts drawn, and waits made of them."""

    rng: random.Random
    jitter: float

    def draw(self, amount: Amount | None) -> float:
        """One value; 0 for no amount."""
        return 0.0 if amount is None else amount.draw(self.rng)

    def wait(self, seconds: float) -> Iterator[Wait]:
        """A wait of about so long; none for no time."""
        if self.jitter and seconds:
            seconds *= 1 + self.jitter * self.rng.uniform(-1, 1)
        if seconds:
            yield Wait(seconds)


Waits: TypeAlias = Generator[float, int, None]
"""Sent the tokens of a piece, it yields the seconds before it."""


def _paced(plan: Plan, pace: Pace, dice: _Dice) -> Iterator[Step]:
    ahead, steps = yield from _opened(iter(plan))
    headers = dice.draw(pace.headers)
    pieces = None if _is_unstreamed(ahead) else _count(ahead, steps, pace)
    first_token = None if pace.first_token is None else dice.draw(pace.first_token)
    if pieces is None:
        ...
