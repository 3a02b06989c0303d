"""Plays plans over ASGI: sends, sleeps, and breaks the socket where a fault says so.

Mounts under any prefix of a Starlette or FastAPI application. Faults on the socket need the connection's
transport, which `mockai.transports.server` puts into the scope; another server's connections can only be
closed, and a fault that must come before the status line is answered with a 500 that says so.
"""

from __future__ import annotations

import asyncio
import inspect
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from functools import lru_cache
from typing import Any, TypeAlias

from mockai.api_errors import named
from mockai.engine import Engine, Exchange
from mockai.state import Session
from mockai.transports.scaled import scaled_head
from mockai.wire import Abort, Body, Call, Head, HTTPRequest, Plan, Wait

__all__ = ["LISTENER", "TRANSPORT", "ASGIApp", "ASGIScope", "App", "Receive", "Send", "send_plan"]

ASGIScope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[ASGIScope, Receive, Send], Awaitable[None]]

TRANSPORT = "mockai.transport"
"""The key in `scope["extensions"]` under which the server hands over a connection's asyncio transport."""

LISTENER = "mockai.listener"
"""The key in `scope["extensions"]` of what can `refuse(seconds)`: let no connection in for so long."""

_SHORT = 0.05
_MOST_AT_ONCE = 65_536


class ASGIApp:
    """The mock endpoints as an ASGI application, with the control API beside them.

    `time_scale` multiplies every wait (0 turns waiting off); `max_body` is the largest request in bytes.
    """

    def __init__(
        self, engine: Engine, *, time_scale: float = 1.0, max_body: int = 64 * 2**20, control: App | None = None
    ) -> None:
        self.engine = engine
        self.time_scale = time_scale
        self.max_body = max_body
        self.control = control
        self._live: set[_Connection] = set()

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
        connection = _Connection(scope, receive, send)
        self._live.add(connection)
        try:
            await self._serve(scope, path, connection)
        finally:
            self._live.discard(connection)
            connection.close()

    async def _serve(self, scope: ASGIScope, path: str, connection: _Connection) -> None:
        body = await connection.body(self.max_body)
        context = _context(scope)
        http = HTTPRequest(scope["method"], path, _query(scope), _headers(scope), body or b"", context)
        if body is None:
            exchange = self.engine.refuse(http, named("request_too_large", limit=self.max_body))
        else:
            exchange = self.engine.handle(http)
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


class _Connection:
    """One request's side of a connection: what came, what was sent, whether the client is still there."""

    def __init__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        extensions = scope.get("extensions") or {}
        self.transport: asyncio.Transport | None = extensions.get(TRANSPORT)
        self.listener: Any = extensions.get(LISTENER)
        self._receive = receive
        self._send = send
        self._watch: asyncio.Task[None] | None = None
        self._interrupt = asyncio.Event()
        self.left = False
        self.hurried = False
        self.started = False

    async def body(self, limit: int) -> bytes | None:
        """The whole body, or None if it is longer than `limit` (it is read to its end and dropped)."""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.left = True
                break
            part = message.get("body", b"")
            size += len(part)
            if size <= limit:
                parts.append(part)
            if not message.get("more_body", False):
                break
        return b"".join(parts) if size <= limit else None

    async def start(self, head: Head) -> None:
        """Send the status line and headers."""
        self.started = True
        headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in head.headers]
        await self._send({"type": "http.response.start", "status": head.status, "headers": headers})

    async def send(self, data: bytes, more: bool) -> None:
        """Send bytes of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    def hurry(self) -> None:
        """Stop waiting, now and from now on."""
        self.hurried = True
        self._interrupt.set()

    async def idle(self, seconds: float | None) -> None:
        """Wait so long (for ever if None), or until the client leaves or everyone is told to hurry."""
        if seconds is not None and seconds < _SHORT and self._watch is not None:
            await asyncio.sleep(max(seconds, 0))
            return
        self.watch()
        if seconds is not None and seconds <= 0:
            await asyncio.sleep(0)
            return
        try:
            await asyncio.wait_for(self._interrupt.wait(), seconds)
        except TimeoutError:
            return

    def watch(self) -> asyncio.Task[None]:
        """Notice from now on when the client leaves."""
        if self._watch is None:
            self._watch = asyncio.ensure_future(self._notice_leaving())
        return self._watch

    async def pass_gate(self, session: Session, name: str) -> None:
        """Wait until a gate is opened."""
        loop = asyncio.get_running_loop()
        opened = asyncio.Event()
        withdraw = session.gate(name).when_open(lambda: _tell(loop, opened))
        gate = asyncio.ensure_future(opened.wait())
        interrupted = asyncio.ensure_future(self._interrupted())
        try:
            await asyncio.wait({gate, interrupted}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gate.cancel()
            interrupted.cancel()
            withdraw()

    async def _interrupted(self) -> None:
        while not (self.left or self.hurried):
            await self.idle(None)

    async def _notice_leaving(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self._interrupt.set()

    async def gone(self) -> None:
        """Wait until the connection is closed."""
        await self.watch()

    def close(self) -> None:
        """Stop watching."""
        if self._watch is not None:
            self._watch.cancel()


def _tell(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(event.set)


class _Player:
    """Plays one plan; waits follow an absolute schedule, so that lateness does not add up."""

    def __init__(self, connection: _Connection, exchange: Exchange | None, time_scale: float) -> None:
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
        await _break(self.connection, abort, self.time_scale)

    def _end(self, outcome: Any) -> None:
        if self.exchange is not None:
            self.exchange.end(outcome)


async def send_plan(plan: Plan, receive: Receive, send: Send) -> None:
    """Answer a request that is in no journal."""
    connection = _Connection({}, receive, send)
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


async def _break(connection: _Connection, abort: Abort, time_scale: float) -> None:
    """Close the connection with a FIN, or reset it, once what was sent has left."""
    transport = connection.transport
    if transport is None or (abort.how == "refuse" and connection.listener is None):
        await _break_from_outside(connection)
        return
    if abort.data:
        transport.write(abort.data)
    for _ in range(100):
        await asyncio.sleep(0)
        if transport.get_write_buffer_size() == 0:
            break
    if abort.how == "refuse":
        connection.listener.refuse(abort.seconds * time_scale)
    if abort.how != "close":
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    await connection.gone()


async def _break_from_outside(connection: _Connection) -> None:
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
