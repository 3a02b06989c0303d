"""Time that takes no time: waits are recorded, and everyone's clocks move on as if they had happened.

In a thread without an event loop, a sleep moves the clock forward and returns. An asyncio event loop does the
rest by itself: its time stands still while it works, and when it has nothing left to do and something in it
sleeps, it leaps to its next timer. So tasks wake in the order of their virtual times, and `asyncio.timeout`,
`wait_for` and anyio's cancel scopes fire when they should.

Threads that sleep at the same time do so one after the other. What stays real: waits for something else than
time (a gate, a lock, another thread, a socket), threads that were there before, `datetime.now()`, and names
imported by `from time import sleep`.
"""

from __future__ import annotations

import asyncio
import importlib
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from importlib.util import find_spec
from time import monotonic, sleep
from types import FrameType
from typing import Any, NamedTuple
from unittest.mock import patch
from weakref import WeakSet

import anyio
import anyio.to_thread

from mockai.errors import UsageError

__all__ = ["Slept", "VirtualClock", "patch_time"]

_FOR_EVER = 86_400.0
"""asyncio cuts longer waits to a day and asks again: nothing to leap to."""
_FOR_SOCKETS = 0.01
"""What a loop with open sockets is given, in real seconds, to hear from them before it leaps."""


class Slept(NamedTuple):
    """A wait that took no time. `where` is the module that slept; `mockai` for the mock itself, `asyncio` for a
    sleep that was made a task of its own."""

    seconds: float
    where: str


class VirtualClock:
    """A clock that only moves when someone sleeps. It starts at 0 and ticks in microseconds."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self._lock = threading.Lock()
        self._waits: list[Slept] = []
        self._loops: list[_Loop] = []

    @property
    def waits(self) -> tuple[Slept, ...]:
        """Every wait, in the order they ended; one that was cancelled counts as long as it lasted."""
        return tuple(self._waits)

    def now(self) -> float:
        """Virtual seconds so far."""
        return round(self.elapsed, 6)

    def at(self, time_scale: float) -> Callable[[], float]:
        """This clock in scripted seconds, which waits are as long as their scale makes them; at 0, no time is long."""
        return lambda: self.now() / max(time_scale, 1e-9)

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        with self._lock:
            self.elapsed += seconds

    def sleep(self, seconds: float, where: str = "mockai") -> None:
        """Move the clock forward and record the wait."""
        self.advance(seconds)
        self._record(seconds, where)

    async def asleep(self, seconds: float, where: str = "mockai") -> None:
        """Suspend this task until the clock has come so far; an infinite sleep ends when it is cancelled.

        Raises UsageError in an event loop whose time cannot be set: uvloop, trio.
        """
        loop = self.held(_running_loop())
        started = self.now()
        loop.sleepers += 1
        try:
            await loop.sleep(seconds)
        finally:
            loop.sleepers -= 1
            self._record(min(seconds, self.now() - started), where)

    def held(self, loop: asyncio.AbstractEventLoop) -> _Loop:
        """The event loop, on this clock's time from now on."""
        found = next((held for held in self._loops if held.loop is loop), None)
        if found is None:
            found = _Loop(loop, self)
            self._loops.append(found)
        return found

    def release(self) -> None:
        """Let every event loop go on in real time, from where it is."""
        while self._loops:
            self._loops.pop().release()

    def _record(self, seconds: float, where: str) -> None:
        self._waits.append(Slept(round(float(seconds), 6), where))


class _Loop:
    """An asyncio event loop on the time of a clock."""

    def __init__(self, loop: Any, clock: VirtualClock) -> None:
        self.loop = loop
        self.sleepers = 0
        self._clock = clock
        self._working = 0
        self._waited = 0.0
        self._started: float = _time_of(loop) - clock.elapsed
        try:
            self._selector = loop._selector
            self._select = self._selector.select
            self._selector.select = self.select
            loop.time = self.time
        except AttributeError:
            raise UsageError(_NOT_ASYNCIO.format(type(loop).__module__ + "." + type(loop).__qualname__)) from None
        self._run_in_executor = loop.run_in_executor
        loop.run_in_executor = self.run_in_executor

    def time(self) -> float:
        """The loop's time: the clock's, and what it has really waited for something."""
        return self._started + self._clock.elapsed + self._waited

    async def sleep(self, seconds: float) -> None:
        """A timer of the loop, or none if it would never fire."""
        woken = self.loop.create_future()
        timer = None if seconds == math.inf else self.loop.call_later(seconds, _wake, woken)
        try:
            await woken
        finally:
            if timer is not None:
                timer.cancel()

    def select(self, timeout: float | None = None) -> Any:
        """What the loop calls when it has nothing to do: leap to its next timer, if something sleeps."""
        if timeout is not None and timeout <= 0:
            return self._select(timeout)
        if timeout is None or timeout >= _FOR_EVER or not self.sleepers or self._working:
            return self._really_select(timeout)
        has_sockets = len(self._selector.get_map()) > 1
        events = self._select(min(timeout, _FOR_SOCKETS) if has_sockets else 0)
        if not events:
            self._clock.advance(timeout)
        return events

    def _really_select(self, timeout: float | None) -> Any:
        began = monotonic()
        events = self._select(timeout)
        # Work of threads takes no virtual time, however long it takes, unless a timer fires before it is done.
        if not events or not (self.sleepers or self._working):
            self._waited += monotonic() - began
        return events

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """As the loop's own, counted as work."""
        working = ExitStack()
        working.enter_context(self.working())
        future = self._run_in_executor(executor, func, *args)
        future.add_done_callback(lambda _: working.close())
        return future

    @contextmanager
    def working(self) -> Iterator[None]:
        """While a thread works for it, the loop waits in real time."""
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1

    def release(self) -> None:
        """Real time again, from where it is: going back would delay the timers that are set."""
        del self._selector.select, self.loop.run_in_executor
        self.loop.time = _Ahead(self.loop, self.time())


class _Ahead:
    """The time of a loop that has been through virtual time: its own, so many seconds ahead."""

    def __init__(self, loop: Any, now: float) -> None:
        self._loop = loop
        self.seconds = now - _LOOP_TIME(loop)

    def __call__(self) -> float:
        # Asked through the class, where the next virtual clock waits for loops to hold.
        now = float(type(self._loop).time(self._loop))
        return now + self.seconds if self._loop.time is self else now


_LOOP_TIME = asyncio.BaseEventLoop.time


def _time_of(loop: Any) -> float:
    """A loop's time before a clock holds it."""
    if type(loop).time is not asyncio.BaseEventLoop.time:
        return float(loop.time())
    ahead = loop.time.seconds if isinstance(loop.time, _Ahead) else 0.0
    return _LOOP_TIME(loop) + ahead


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise UsageError(_NOT_ASYNCIO.format("trio")) from None


_NOT_ASYNCIO = "virtual time needs asyncio's own event loop, and this code runs on {}; use time_scale=0 there instead"


@contextmanager
def patch_time(clock: VirtualClock) -> Iterator[VirtualClock]:
    """Make every sleep of this process a virtual one, and `time.time`, `monotonic` and `perf_counter` move along.

    Raises UsageError if time is virtual already, or if the installed openai SDK does not sleep where it used to.
    """
    if getattr(time.sleep, "__module__", None) == __name__:
        raise UsageError("time is virtual already; one clock at a time, please: leave the other patch_time first")
    _check_sdk()
    process = _Process(clock)
    with ExitStack() as stack:
        stack.callback(clock.release)
        for owner, name, replacement in process.replacements():
            stack.enter_context(patch.object(owner, name, replacement))
        yield clock


class _Process:
    """What takes the place of the process's sleeping functions and clocks."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._others = WeakSet(thread for thread in threading.enumerate() if thread is not threading.current_thread())
        self._asyncio_sleep = asyncio.sleep
        self._anyio_sleep = anyio.sleep
        self._run_sync = anyio.to_thread.run_sync

    def replacements(self) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
        """Module, name, and what to put there."""
        yield asyncio.BaseEventLoop, "time", _as_method(self.loop_time)
        yield time, "sleep", self.sleep
        yield asyncio, "sleep", self.asyncio_sleep
        yield anyio, "sleep", self.anyio_sleep
        yield anyio.to_thread, "run_sync", self.run_sync
        for name in ("time", "monotonic", "perf_counter"):
            yield time, name, self._moved(getattr(time, name), lambda: self._clock.elapsed)
            yield time, f"{name}_ns", self._moved(getattr(time, f"{name}_ns"), lambda: round(self._clock.elapsed * 1e9))

    def loop_time(self, loop: asyncio.BaseEventLoop) -> float:
        """For the `time` of event loops: the first that is heard of a loop, before it has set a timer."""
        held = self._held(loop)
        return _LOOP_TIME(loop) if held is None else held.time()

    def sleep(self, seconds: float) -> None:
        """For `time.sleep`."""
        if self._is_virtual() and seconds > 0:
            self._clock.sleep(seconds, _module(sys._getframe(1)))
            seconds = 0
        # Other threads get their turn, and what cannot be slept its error.
        sleep(seconds)

    async def asyncio_sleep(self, delay: float, result: Any = None) -> Any:
        """For `asyncio.sleep`."""
        if not (self._is_virtual() and delay > 0):
            return await self._asyncio_sleep(delay, result)
        await self._clock.asleep(delay, _module(sys._getframe(1)))
        return result

    async def anyio_sleep(self, delay: float) -> None:
        """For `anyio.sleep`."""
        if self._is_virtual() and delay > 0:
            await self._clock.asleep(delay, _module(sys._getframe(1)))
        else:
            await self._anyio_sleep(delay)

    async def run_sync(self, func: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """For `anyio.to_thread.run_sync`: while a thread works for it, a loop waits in real time."""
        held = None
        with suppress(RuntimeError):
            held = self._held(asyncio.get_running_loop())
        with nullcontext() if held is None else held.working():
            return await self._run_sync(func, *args, **options)

    def _held(self, loop: asyncio.AbstractEventLoop) -> _Loop | None:
        """The loop on the clock's time; None if it is to keep its own, or has to."""
        if self._is_virtual():
            with suppress(UsageError):
                return self._clock.held(loop)
        return None

    def _is_virtual(self) -> bool:
        """Whether this thread's sleeps are; a server or another tool that was there before keeps its pace."""
        return threading.current_thread() not in self._others

    def _moved(self, real: Callable[[], Any], elapsed: Callable[[], Any]) -> Callable[[], Any]:
        def moved() -> Any:
            package = _module(sys._getframe(1)).partition(".")[0]
            return real() + elapsed() if package not in _REAL_TIME and self._is_virtual() else real()

        return moved


def _as_method(function: Callable[[Any], float]) -> Callable[[Any], float]:
    """A bound method is not bound again where it stands in a class; a function is."""
    return lambda loop: function(loop)


_REAL_TIME = {"asyncio", "concurrent", "multiprocessing", "threading", "pytest", "_pytest", "xdist", "execnet"}
"""Packages that measure with these clocks what they wait for with others."""


def _module(frame: FrameType) -> str:
    name = str(frame.f_globals.get("__name__", "?"))
    return "asyncio" if name.startswith("asyncio.") else name


def _check_sdk() -> None:
    """The SDK's back-off sleeps through names of private modules of its own; UsageError if they are gone."""
    if find_spec("openai") is None:
        return
    for module_name in ("openai._base_client", "openai._resource"):
        try:
            module = importlib.import_module(module_name)
        except ImportError:
            raise UsageError(_NO_SEAM.format(module_name)) from None
        if (getattr(module, "time", None), getattr(module, "anyio", None)) != (time, anyio):
            raise UsageError(_NO_SEAM.format(module_name))


_NO_SEAM = (
    "virtual time expects the openai SDK to sleep by `time.sleep` and `anyio.sleep` in its module {}, and the "
    "installed version does not; use another version of openai, or time_scale=0 and `retry-after-ms` in real time"
)
