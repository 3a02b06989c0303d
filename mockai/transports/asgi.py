"""Plays plans over ASGI: sends, sleeps, and breaks the socket where a fault says so.

Mounts under any prefix of a Starlette or FastAPI application. Faults on the socket need the connection's
transport, which `mockai.transports.server` puts into the scope; another server's connections can only be
closed, and a fault that must come before the status line is answered with a 500 that says so.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from mockai.api_errors import named
from mockai.engine import Engine, Exchange
from mockai.scaled import scaled_head
from mockai.transports.connection import App, ASGIScope, Connection, Receive, Send, break_off
from mockai.wire import Abort, Body, Call, Head, HTTPRequest, Plan, Wait

__all__ = ["ASGIApp", "send_plan"]

_MOST_AT_ONCE = 65_536


class ASGIApp:
    """The mock endpoints as an ASGI application, with the control API beside them.

    `time_scale` multiplies every wait (0 turns waiting off); `max_body` is the largest request in bytes.
    """

    def __init__(
        self, engine: Engine, *, time_scale: float = 1.0, max_body: int = 128 * 2**20, control: App | None = None
    ) -> None:
        self.engine = engine
        self.time_scale = time_scale
        self.max_body = max_body
        self.control = control
        self._live: set[Connection] = set()

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"MockAI serves HTTP; a {scope['type']} connection was opened at {scope.get('path')}")
        path = _path(scope)
        if self.control is not None and path.startswith(("/_mockai", "/docs", "/openapi.json")):
            await self.control({**scope, "path": path, "root_path": "", "raw_path": path.encode()}, receive, send)
            return
        connection = Connection(scope, receive, send)
        self._live.add(connection)
        try:
            await self._serve(scope, path, connection)
        finally:
            self._live.discard(connection)
            connection.close()

    async def _serve(self, scope: ASGIScope, path: str, connection: Connection) -> None:
        body = await connection.body(self.max_body)
        context = _context(scope)
        http = HTTPRequest(scope["method"], path, _query(scope), _headers(scope), body or b"", context)
        if body is None:
            exchange = self.engine.refuse(http, named("request_too_large", limit=self.max_body))
        else:
            exchange = self.engine.handle(http)
        exchange.entry.connection = connection.recorded
        exchange.entry.time_scale = self.time_scale
        player = _Player(connection, exchange, self.time_scale)
        try:
            await player.play(iter(exchange.plan))
        except BaseException:
            exchange.end("failed")
            raise
        finally:
            # The journal holds requests long after their connections are gone, and must not hold those too.
            context.clear()

    def release(self) -> None:
        """Let everything that waits go on at once, so that open streams come to their end."""
        for connection in tuple(self._live):
            connection.hurry()


class _Player:
    """Plays one plan; waits follow an absolute schedule, so that lateness does not add up."""

    def __init__(self, connection: Connection, exchange: Exchange | None, time_scale: float) -> None:
        self.connection = connection
        self.exchange = exchange
        self.time_scale = time_scale
        self._buffer: list[Body] = []
        self._size = 0
        self._due: float | None = None

    async def play(self, steps: Iterator[Any]) -> None:
        """Play every step; events with nothing between them share a write."""
        head: Head | None = None
        for step in steps:
            kind = type(step)
            if kind is Body:
                self._buffer.append(step)
                self._size += len(step.data)
                if self._size < _MOST_AT_ONCE:
                    continue
            elif kind is Head:
                head = self._noted(step)
                continue
            elif kind is Wait and self._is_over(step):
                continue
            if head is not None and not (kind is Abort and not self._buffer):
                await self.connection.start(head)
                head = None
            await self._flush()
            if kind is Abort:
                await self._abort(step, head)
                return
            if kind is Wait:
                await self._wait(step)
            elif kind is Call:
                self.connection.watch()
                await _run(step)
            if self.connection.left:
                self._end("client_left")
                return
        await self._finish(head)

    def _noted(self, head: Head) -> Head:
        """The head as it is sent."""
        if self.exchange is None:
            return head
        self.exchange.entry.sent(head)
        return scaled_head(head, self.exchange.entry.retry_after, self.time_scale)

    def _taken(self) -> bytes:
        """What is sent next, counted as sent."""
        bodies, self._buffer, self._size = self._buffer, [], 0
        if self.exchange is not None:
            self.exchange.entry.sent_bodies(bodies)
        return b"".join([body.data for body in bodies])

    async def _flush(self) -> None:
        if self._buffer:
            await self.connection.send(self._taken(), more=True)

    async def _finish(self, head: Head | None) -> None:
        if head is not None:
            await self.connection.start(head)
        data = self._taken()
        self._end("client_left" if self.connection.left else "complete")
        await self.connection.send(data, more=False)

    def _is_over(self, wait: Wait) -> bool:
        """Put a wait on the schedule; whether it has passed. What is late is sent together with what follows, so
        that a server that cannot keep up with its streams writes less often instead of later and later."""
        if wait.gate is not None or not wait.seconds:
            return False
        if self.exchange is not None:
            self.exchange.entry.waited += wait.seconds
        seconds = wait.seconds * self.time_scale
        if seconds <= 0 or self.connection.hurried:
            return True
        now = asyncio.get_running_loop().time()
        self._due = (now if self._due is None else self._due) + seconds
        return self._due <= now

    async def _wait(self, wait: Wait) -> None:
        if wait.gate is None and not wait.seconds:
            return
        if wait.gate is None:
            await self.connection.idle((self._due or 0.0) - asyncio.get_running_loop().time())
            return
        if self.exchange is not None and not self.connection.hurried:
            await self.connection.pass_gate(self.exchange.session, wait.gate)
        self._due = None

    async def _abort(self, abort: Abort, head: Head | None) -> None:
        if abort.how == "stall":
            if head is not None:
                await self.connection.start(head)
                await self.connection.send(b"", more=True)
            while not (self.connection.left or self.connection.hurried):
                await self.connection.idle(None)
            self._end("client_left" if self.connection.left else "aborted")
            if self.connection.left:
                return
        elif head is not None:
            await self.connection.start(head)
            await self.connection.send(b"", more=True)
        self._end("aborted")
        if not await break_off(self.connection, abort, self.time_scale):
            await _break_from_outside(self.connection)

    def _end(self, outcome: Any) -> None:
        if self.exchange is not None:
            self.exchange.end(outcome)


async def send_plan(plan: Plan, receive: Receive, send: Send) -> None:
    """Answer a request that is in no journal."""
    connection = Connection({}, receive, send)
    await connection.body(0)
    await _Player(connection, None, 0).play(iter(plan))


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
    await _Player(connection, None, 0).play(iter(error.plan()))


_NO_SOCKET = (
    "This fault needs the connection's socket, which the server around MockAI does not hand over. "
    "Serve it with `mockai serve` or `MockOpenAI`, or give uvicorn `http=mockai.transports.server.PROTOCOL`."
)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _path(scope: ASGIScope) -> str:
    """The path below whatever this app is mounted under."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    if root and (path == root or path.startswith(root + "/")):
        return path[len(root) :] or "/"
    return path


def _query(scope: ASGIScope) -> tuple[tuple[str, str], ...]:
    raw = scope.get("query_string", b"")
    if not raw:
        return ()
    from urllib.parse import parse_qsl

    return tuple(parse_qsl(raw.decode("latin-1"), keep_blank_values=True))


def _headers(scope: ASGIScope) -> tuple[tuple[str, str], ...]:
    return tuple(_header(name, value) for name, value in scope["headers"])


@lru_cache(maxsize=4096)
def _header(name: bytes, value: bytes) -> tuple[str, str]:
    """A header as text, the same object each time: a client sends most of its headers with every request."""
    return name.decode("latin-1").lower(), value.decode("latin-1")


def _context(scope: ASGIScope) -> dict[str, Any]:
    """What the host application put into the scope's state, and the scope itself."""
    return {**scope.get("state", {}), "scope": scope}
