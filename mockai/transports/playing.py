"""Decides how a plan is played to a client without a socket: what it gets, when, and what its HTTP library
would have raised if there had been one. `mockai.transports.players` does the waiting.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import NoReturn, Protocol, TypeAlias

import anyio

from mockai.engine import Exchange
from mockai.errors import PatchLimit
from mockai.journal import Entry, Outcome
from mockai.state import Gate
from mockai.transports.broken import Errors
from mockai.wire import Abort, Body, Call, Head, Wait

__all__ = ["Clock", "Hold", "Move", "Pause", "Play", "RealClock", "caller", "sent_whole"]

_MOST_AT_ONCE = 65_536
"""So much is played ahead of a client that has not read it: about what a socket takes in."""


class Clock(Protocol):
    """Where a player's time comes from."""

    def now(self) -> float:
        """Seconds since some fixed moment."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        ...

    async def asleep(self, seconds: float) -> None:
        """Let so many seconds pass for this task (for ever, if infinite)."""
        ...


class RealClock:
    """Time as it passes."""

    def now(self) -> float:
        """Seconds of `time.monotonic`."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block this thread."""
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Suspend this task."""
        await anyio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing happens for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing happens until the gate is opened, or so many seconds have passed."""

    gate: Gate
    seconds: float


Move: TypeAlias = Head | bytes | Pause | Hold | Call
"""What a player does next: hand something to the client, wait, or do the user's work."""


def caller() -> int:
    """The task that asks, or the thread where there is none."""
    loop = asyncio._get_running_loop()
    task = None if loop is None else asyncio.current_task(loop)
    return threading.get_ident() if task is None else id(task)


_BODILESS = (204, 304)


def _length_of(head: Head) -> int | None:
    """The length of the body that a head announces."""
    if head.lines is not None:
        return head.length
    for name, value in head.headers:
        if name == "content-length":
            return int(value) if value.isdecimal() else None
    return None


def sent_whole(exchange: Exchange) -> tuple[Head, bytes] | None:
    """The reply, if it is known and there is nothing to it but a head and a body of the length it says; it then counts
    as sent."""
    whole = None if exchange.entry.http.method == "HEAD" else exchange.whole()
    if whole is None:
        return None
    head, body = whole
    if head.status in _BODILESS or not body.data or _length_of(head) != len(body.data):
        return None
    head = exchange.begin(head)
    exchange.entry.sent_body(body)
    exchange.end("complete")
    return head, body.data


class Play:
    """One plan on its way to a client that waits for the next byte as long as the entry says (its `patience`).

    Waits follow an absolute schedule, as on a server that does not wait for its client; steps with nothing
    between them count as sent together, as they share a write there.
    """

    def __init__(self, exchange: Exchange, clock: Clock, errors: Errors) -> None:
        self._exchange = exchange
        self._clock = clock
        self._errors = errors
        patience = exchange.entry.patience
        self._patience = math.inf if patience is None else patience
        self._time_scale = exchange.entry.time_scale
        self._bodiless = exchange.entry.http.method == "HEAD"
        self._asked = clock.now()
        self._due: float | None = None
        self._begun = False
        self._received = 0
        self._expected: int | None = None

    @property
    def entry(self) -> Entry:
        """What the journal says of it."""
        return self._exchange.entry

    def moves(self) -> Generator[Move, None, None]:
        """What to do, one thing after another; closing it before its end says that the client left."""
        try:
            yield from self._moves()
        except GeneratorExit:
            self._end("client_left")
            self._exchange.entry.left = time.monotonic()
            self._exchange.entry.received = self._received
            raise
        except BaseException:
            self._end("failed")
            raise

    def _moves(self) -> Iterator[Move]:
        written: list[Head | Body] = []
        size = 0
        for step in self._exchange.plan:
            if isinstance(step, Head | Body):
                written.append(self._noted(step))
                size += len(step.data) if isinstance(step, Body) else 0
                if size < _MOST_AT_ONCE:
                    continue
            yield from self._hand_over(written)
            written, size = [], 0
            if isinstance(step, Abort):
                yield from self._abort(step)
                return
            if isinstance(step, Wait):
                yield from self._wait(step)
            elif isinstance(step, Call):
                yield step
                if self._patience_left() <= 0:
                    self._time_out()
        self._end("complete")
        yield from self._hand_over(written)
        self._exchange.entry.received = self._received
        if self._expected is not None and not self._is_whole():
            raise self._errors.cut_short(self._received, self._expected)

    def _noted(self, step: Head | Body) -> Head | Body:
        """The step as it is sent."""
        if isinstance(step, Head):
            return self._exchange.begin(step)
        self._exchange.entry.sent_body(step)
        return step

    def _end(self, outcome: Outcome) -> None:
        self._exchange.end(outcome)

    def _hand_over(self, written: list[Head | Body]) -> Iterator[Head | bytes]:
        for step in written:
            if isinstance(step, Head):
                self._begin(step)
                yield step
            elif step.data and not self._bodiless:
                self._received += len(step.data)
                yield step.data
            else:
                continue
            self._asked = self._clock.now()

    def _begin(self, head: Head) -> None:
        self._begun = True
        self._bodiless = self._bodiless or head.status in _BODILESS
        self._expected = _length_of(head)

    def _is_whole(self) -> bool:
        if not self._begun:
            return False
        return self._bodiless or (self._expected is not None and self._received >= self._expected)

    def _wait(self, wait: Wait) -> Iterator[Move]:
        if wait.gate is not None:
            yield from self._pass_gate(self._exchange.session.gate(wait.gate))
            return
        self._exchange.entry.waited += wait.seconds
        seconds = wait.seconds * self._time_scale
        if seconds <= 0:
            return
        now = self._clock.now()
        self._due = (now if self._due is None else self._due) + seconds
        if self._due - now > self._patience_left():
            yield from self._silence()
            self._time_out()
        elif self._due > now:
            yield Pause(self._due - now)

    def _pass_gate(self, gate: Gate) -> Iterator[Move]:
        if not gate.is_open:
            yield Hold(gate, self._patience_left())
        if not gate.is_open:
            self._time_out()
        self._due = None

    def _patience_left(self) -> float:
        return max(self._asked + self._patience - self._clock.now(), 0.0)

    def _silence(self) -> Iterator[Move]:
        """Nothing for as long as the client waits."""
        left = self._patience_left()
        if left == math.inf and self._errors.sync:
            raise self._limit(_NO_END)
        if left > 0:
            yield Pause(left)

    def _time_out(self) -> NoReturn:
        self._end("client_left")
        raise self._errors.timed_out()

    def _abort(self, abort: Abort) -> Iterator[Move]:
        if abort.how == "stall":
            yield from self._silence()
            self._time_out()
        if abort.data and self._expected is not None:
            # Within a body of known length, bytes past the framing are just more of it.
            yield from self._hand_over([Body(abort.data[: self._expected - self._received])])
        error = self._broken(abort)
        self._end("aborted")
        if not self._is_whole():
            raise error

    def _broken(self, abort: Abort) -> Exception:
        if abort.how == "reset":
            return self._errors.reset()
        if abort.how == "refuse":
            return self._errors.reset() if self._begun else self._errors.refused()
        if abort.how == "close":
            return self._closed(abort.data)
        return self._limit(f"patch mode has no socket to break by {abort.how!r}; run this scenario in server mode")

    def _closed(self, data: bytes) -> Exception:
        if data and self._expected is None:
            found = self._errors.garbled(data, in_chunks=self._begun)
            return found or self._limit(f"patch mode cannot send {data!r}, which is HTTP; write it as a `raw` reply")
        if not self._begun:
            return self._errors.closed_early()
        return self._errors.cut_short(self._received, self._expected)

    def _limit(self, text: str) -> PatchLimit:
        """The error to raise, put into the journal too: clients like to wrap and retry what they do not know."""
        self._exchange.entry.error = limit = PatchLimit(text)
        self._end("failed")
        return limit


_NO_END = (
    "a stall never ends for a sync client without a read timeout, and patch mode has no connection that "
    "something else could close; give the client a timeout"
)
