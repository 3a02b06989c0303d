"""Plays plans in memory, once for clients without an event loop and once for those with one."""

from __future__ import annotations

import asyncio
import inspect
import math
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread

from mockai.journal import Entry
from mockai.transports.playing import Clock, Hold, Pause, Play
from mockai.wire import Call, Head

__all__ = ["AsyncPlayer", "Player", "Whole"]


class Player:
    """Plays for a client without an event loop: the body of its reply, and before it the head.

    Coroutines among the user's work run in an event loop of the player's own, in another thread.
    """

    def __init__(self, play: Play, clock: Clock) -> None:
        self._moves = play.moves()
        self._clock = clock
        self._portal: anyio.from_thread.BlockingPortal | None = None
        self._open = ExitStack()

    def head(self) -> Head:
        """The status line and headers, which come first."""
        return _checked(self._next())

    def __iter__(self) -> Player:
        return self

    def __next__(self) -> bytes:
        data = self._next()
        if not isinstance(data, bytes):
            raise StopIteration
        return data

    def close(self) -> None:
        """The client wants no more."""
        self._moves.close()
        self._open.close()

    def _next(self) -> Head | bytes | None:
        try:
            for move in self._moves:
                if isinstance(move, Head | bytes):
                    return move
                self._make(move)
        except BaseException:
            self.close()
            raise
        self.close()
        return None

    def _make(self, move: Pause | Hold | Call) -> None:
        if isinstance(move, Pause):
            self._clock.sleep(move.seconds)
        elif isinstance(move, Hold):
            _hold(move)
        else:
            self._work(move)

    def _work(self, call: Call) -> None:
        try:
            result = call.function()
            call.returned(self._awaited(result) if inspect.isawaitable(result) else result)
        except Exception as error:
            call.raised(error)

    def _awaited(self, result: Awaitable[Any]) -> Any:
        if self._portal is None:
            self._portal = self._open.enter_context(anyio.from_thread.start_blocking_portal())
        return self._portal.call(_outcome, result)


def _checked(first: Head | bytes | None) -> Head:
    if not isinstance(first, Head):
        raise RuntimeError(f"a plan begins with its head; this one began with {first!r}")
    return first


def _hold(hold: Hold) -> None:
    opened = threading.Event()
    withdraw = hold.gate.when_open(opened.set)
    opened.wait(None if hold.seconds == math.inf else hold.seconds)
    withdraw()


async def _outcome(result: Awaitable[Any]) -> Any:
    return await result


class AsyncPlayer:
    """Plays for a client with an event loop: the body of its reply, and before it the head.

    Blocking work of the user's runs in a thread, as in server mode.
    """

    def __init__(self, play: Play, clock: Clock) -> None:
        self._moves = play.moves()
        self._clock = clock

    async def head(self) -> Head:
        """The status line and headers, which come first."""
        return _checked(await self._next())

    def __aiter__(self) -> AsyncPlayer:
        return self

    async def __anext__(self) -> bytes:
        data = await self._next()
        if not isinstance(data, bytes):
            raise StopAsyncIteration
        return data

    async def aclose(self) -> None:
        """The client wants no more."""
        self._moves.close()

    async def _next(self) -> Head | bytes | None:
        try:
            for move in self._moves:
                if isinstance(move, Head | bytes):
                    return move
                await self._make(move)
        except BaseException:
            self._moves.close()
            raise
        return None

    async def _make(self, move: Pause | Hold | Call) -> None:
        if isinstance(move, Pause):
            await self._clock.asleep(move.seconds)
        elif isinstance(move, Hold):
            await _ahold(move)
        else:
            await _awork(move)


async def _awork(call: Call) -> None:
    function = call.function
    try:
        result = function() if inspect.iscoroutinefunction(function) else await anyio.to_thread.run_sync(function)
        call.returned(await result if inspect.isawaitable(result) else result)
    except Exception as error:
        call.raised(error)


async def _ahold(hold: Hold) -> None:
    opened = anyio.Event()
    withdraw = hold.gate.when_open(_from_any_thread(opened.set))
    try:
        with anyio.move_on_after(hold.seconds):
            await opened.wait()
    finally:
        withdraw()


def _from_any_thread(tell: Callable[[], None]) -> Callable[[], None]:
    """`tell`, made safe to call from a thread that is not the event loop's."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        import trio

        return partial(trio.lowlevel.current_trio_token().run_sync_soon, tell)

    def schedule() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell)

    return schedule


class Whole:
    """The body of a reply that is known to its end, for clients with and without an event loop."""

    __slots__ = ("_data", "_entry", "_handed")

    def __init__(self, data: bytes, entry: Entry) -> None:
        self._data = data
        self._entry = entry
        self._handed = 0

    def __iter__(self) -> Whole:
        return self

    def __next__(self) -> bytes:
        if self._handed:
            self._entry.received = self._handed
            raise StopIteration
        self._handed = len(self._data)
        return self._data

    def __aiter__(self) -> Whole:
        return self

    async def __anext__(self) -> bytes:
        for data in self:
            return data
        raise StopAsyncIteration

    def close(self) -> None:
        """The client wants no more."""
        if self._entry.received is None:
            self._entry.left = time.monotonic()
            self._entry.received = self._handed

    async def aclose(self) -> None:
        """The client wants no more."""
        self.close()

    __del__ = close
