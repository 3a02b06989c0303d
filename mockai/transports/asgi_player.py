"""Plays a plan to a socket: what can be sent at once in one go, the rest as an event loop lets time pass."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

from mockai.api_errors import named
from mockai.engine import Exchange
from mockai.transports.connection import Connection, break_off, forget
from mockai.wire import Abort, Body, Burst, Call, Head, Plan, Step, Wait

__all__ = ["Player"]

_MOST_AT_ONCE = 65_536
_NOW = Wait()


class Player:
    """Plays one plan; waits follow an absolute schedule, so that lateness does not add up.

    `gather` takes what can be sent without waiting, and needs no event loop for it; `play` does the rest.
    """

    __slots__ = (
        *("_ahead", "_buffer", "_burst", "_connection", "_due", "_steps"),
        *("exchange", "head", "stop", "time_scale"),
    )

    def __init__(self, plan: Plan, exchange: Exchange | None, time_scale: float) -> None:
        self.exchange = exchange
        self.time_scale = time_scale
        self.head: Head | None = None
        self.stop: Step | None = None
        self._burst = plan if type(plan) is Burst else None
        self._steps = iter(plan) if self._burst is None else iter(())
        self._connection: Connection | None = None
        self._buffer: list[Body] = []
        self._due: float | None = None
        self._ahead = False  # whether `stop` is still to be performed

    def gather(self) -> bool:
        """Take steps up to the next one that takes time, which is then `stop`; whether there is none."""
        if self._burst is not None:
            self.head = self._noted(self._burst.head)
            return True
        size, buffer = 0, self._buffer
        for step in self._steps:
            kind = type(step)
            if kind is Body:
                buffer.append(step)  # type: ignore[arg-type]
                size += len(step.data)  # type: ignore[union-attr]
                if size < _MOST_AT_ONCE:
                    continue
                step = _NOW
            elif kind is Head:
                self.head = self._noted(step)  # type: ignore[arg-type]
                continue
            elif kind is Wait and self._is_over(step):  # type: ignore[arg-type]
                continue
            self.stop = step
            return False
        self.stop = None
        return True

    def data(self) -> bytes:
        """What is to be sent next."""
        if self._burst is not None:
            return self._burst.bodies.data()
        bodies = self._buffer
        return bodies[0].data if len(bodies) == 1 else b"".join([body.data for body in bodies])

    def complete(self, size: int) -> None:
        """Everything is being sent, so many bytes of it."""
        if self.exchange is not None and self._burst is not None:
            self.exchange.entry.sent_burst(self._burst.bodies, size)
        elif self.exchange is not None:
            self.exchange.entry.sent_bodies(self._buffer)
        self.end("complete")
        self.forget()

    def _taken(self) -> bytes:
        """What is sent next, counted as sent."""
        data = self.data()
        self._count()
        return data

    def _count(self) -> None:
        """What is buffered has been sent."""
        if self.exchange is not None:
            self.exchange.entry.sent_bodies(self._buffer)
        self._buffer = []

    async def play(self, connection: Connection) -> None:
        """Play every step that is left; events with nothing between them share a write."""
        self._connection = connection
        if self.stop is None:
            self.gather()
        if self._burst is not None:
            self._buffer, self._burst = list(self._burst.bodies), None
        while self.stop is not None:
            if await self._perform(self.stop, connection):
                return
            if not self._ahead:
                self.gather()
            self._ahead = False
        if self.head is not None:
            await connection.start(self.head)
        data = self._taken()
        self.end("client_left" if connection.left else "complete")
        await connection.send(data, more=False)

    def end(self, outcome: Any) -> None:
        """Say in the journal how it ended."""
        if self.exchange is not None:
            self.exchange.end(outcome)

    def forget(self) -> None:
        """Let go of what the request came with; the journal keeps the rest, thousands of times."""
        if self.exchange is not None:
            forget(self.exchange.entry.http)

    async def _perform(self, step: Step, connection: Connection) -> bool:
        """What has been taken, then a step that takes time; whether it was the last."""
        head = self.head
        if head is not None and not (isinstance(step, Abort) and not self._buffer):
            await connection.start(head)
            self.head = None
        if self._buffer:
            await connection.send(self._taken(), more=True)
        if isinstance(step, Abort):
            await self._abort(step, connection)
            return True
        if isinstance(step, Wait):
            await self._wait(step, connection)
        elif isinstance(step, Call):
            connection.watch()
            await _run(step)
        if connection.left:
            self.end("client_left")
        return connection.left

    def _noted(self, head: Head) -> Head:
        """The head as it is sent."""
        return head if self.exchange is None else self.exchange.begin(head)

    def _is_over(self, wait: Wait) -> bool:
        """Put a wait on the schedule; whether it has passed. What is late is sent together with what follows, so
        that a server that cannot keep up with its streams writes less often instead of later and later."""
        if wait.gate is not None or not wait.seconds:
            return False
        if self.exchange is not None:
            self.exchange.entry.waited += wait.seconds
        seconds = wait.seconds * self.time_scale
        if seconds <= 0 or (self._connection is not None and self._connection.hurried):
            return True
        now = asyncio.get_running_loop().time()
        self._due = (now if self._due is None else self._due) + seconds
        return self._due <= now

    async def _wait(self, wait: Wait, connection: Connection) -> None:
        if wait.gate is None and not wait.seconds:
            return
        if wait.gate is None:
            await connection.pace(self._due or 0.0, self._tick)
            return
        if self.exchange is not None and not connection.hurried:
            await connection.pass_gate(self.exchange.session, wait.gate)
        self._due = None

    def _tick(self) -> float | None:
        """A wait is over: send what comes next. When that is due which follows it, if it only takes time."""
        self.gather()
        stop, connection = self.stop, self._connection
        waits = type(stop) is Wait and stop.gate is None and bool(stop.seconds)
        if waits and self._buffer and connection is not None and connection.write(self.data()):
            self._count()
            return self._due
        self._ahead = True
        return None

    async def _abort(self, abort: Abort, connection: Connection) -> None:
        if self.head is not None:
            await connection.start(self.head)
            await connection.send(b"", more=True)
        if abort.how == "stall":
            while not (connection.left or connection.hurried):
                await connection.idle()
            if connection.left:
                self.end("client_left")
                return
        self.end("aborted")
        if not await break_off(connection, abort, self.time_scale):
            await _break_from_outside(connection)


async def _run(call: Call) -> None:
    """Do the user's work: blocking code in a thread, awaitable results here."""
    function = call.function
    try:
        if inspect.iscoroutinefunction(function):
            result = function()
        else:
            result = await asyncio.to_thread(function)
        call.returned(await result if inspect.isawaitable(result) else result)
    except Exception as error:
        call.raised(error)


async def _break_from_outside(connection: Connection) -> None:
    if connection.started:
        raise ConnectionAbortedError("a scripted fault ends this reply here")
    error = named("server_error", message=_NO_SOCKET)
    await Player(error.plan(), None, 0).play(connection)


_NO_SOCKET = (
    "This fault needs the connection's socket, which the server around MockAI does not hand over. "
    "Serve it with `mockai serve` or `MockOpenAI`, or give uvicorn `http=mockai.transports.server.PROTOCOL`."
)
