"""One request's side of an HTTP connection: what came, what was sent, whether the client is still there."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from typing import Any, TypeAlias

from mockai.journal import Connection as Recorded
from mockai.state import Session
from mockai.transports.pacing import Paced, pacer
from mockai.wire import Abort, Head, HTTPRequest

__all__ = [
    "BEGUN",
    "LISTENER",
    "RECORDED",
    "TRANSPORT",
    "ASGIScope",
    "App",
    "Connection",
    "Context",
    "Receive",
    "Send",
    "break_off",
    "forget",
]

ASGIScope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[ASGIScope, Receive, Send], Awaitable[None]]

TRANSPORT = "mockai.transport"
"""The key in `scope["extensions"]` under which the server hands over a connection's asyncio transport."""

BEGUN = "mockai.begun"
"""The key in `scope["extensions"]` of the `Player` that has begun to answer, where the server has asked for it."""

LISTENER = "mockai.listener"
"""The key in `scope["extensions"]` of what can `refuse(seconds)`: let no connection in for so long."""

RECORDED = "mockai.connection"
"""The key in `scope["extensions"]` of what the journal is to know of a connection."""

_NOTHING: Mapping[str, Any] = {}


class Context(Mapping[str, Any]):
    """What the host application passes to replies, put together when it is first looked at.

    The journal holds requests long after their connections are gone, and must not hold those too: `clear` it then.
    """

    __slots__ = ("_made", "make")

    def __init__(self, make: Callable[[], Mapping[str, Any]]) -> None:
        self.make = make
        self._made: Mapping[str, Any] | None = None

    def clear(self) -> None:
        """Hold nothing any more."""
        self.make, self._made = dict, _NOTHING

    def _all(self) -> Mapping[str, Any]:
        if self._made is None:
            self._made = self.make()
        return self._made

    def __getitem__(self, key: str) -> Any:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return f"Context({dict(self._all())!r})"


def forget(http: HTTPRequest) -> None:
    """Let go of what a request came with: the journal keeps the rest, thousands of times."""
    http.named = None
    context = http.context
    if type(context) is Context:
        context.clear()


_FRAMED = frozenset({"content-length", "transfer-encoding"})
"""Headers of bodies that are not sent in chunks, or in chunks of the user's own."""


class Connection:
    """One request's side of a connection: what came, what was sent, whether the client is still there."""

    def __init__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        extensions = scope.get("extensions") or {}
        self.transport: asyncio.Transport | None = extensions.get(TRANSPORT)
        self.listener: Any = extensions.get(LISTENER)
        self.recorded: Recorded | None = extensions.get(RECORDED)
        self.begun: Any = extensions.get(BEGUN)
        self._receive = receive
        self._send = send
        self._bodiless = scope.get("method") == "HEAD"
        self._watch: asyncio.Task[None] | None = None
        self._interrupt: asyncio.Event | None = None
        self._paced: Paced | None = None
        self._in_chunks = False
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
        plain = _FRAMED.isdisjoint(name for name, _ in head.headers) and head.status not in (204, 304)
        self._in_chunks = plain and self.transport is not None and not self._bodiless

    async def send(self, data: bytes, more: bool) -> None:
        """Send bytes of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    def write(self, data: bytes) -> bool:
        """Send bytes of a body of unknown length past the server, which would have framed them the same way; False
        where it is for the server to send them, because others are still on their way or the client is gone."""
        transport = self.transport
        if not self._in_chunks or transport is None or self.left:
            return False
        if transport.is_closing() or transport.get_write_buffer_size():
            return False
        transport.write(b"%x\r\n%b\r\n" % (len(data), data))
        return True

    def hurry(self) -> None:
        """Stop waiting, now and from now on."""
        self.hurried = True
        self._wake()

    def _wake(self) -> None:
        if self._interrupt is not None:
            self._interrupt.set()
        if self._paced is not None:
            self._paced.end()

    async def pace(self, due: float, tick: Callable[[], float | None]) -> None:
        """Call `tick` when it is due, and again whenever it returns that it is, in seconds of the loop's clock; until
        that is None, the client leaves, or everyone is told to hurry. No task has to wake up in between."""
        self.watch()
        self._paced = paced = Paced(pacer(), due, tick)
        try:
            await paced.ended
        finally:
            paced.forget()
            self._paced = None

    async def idle(self) -> None:
        """Wait until the client leaves or everyone is told to hurry."""
        self.watch()
        if not (self.left or self.hurried):
            self._interrupt = self._interrupt or asyncio.Event()
            await self._interrupt.wait()

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
            await self.idle()

    async def _notice_leaving(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self._wake()

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


async def break_off(connection: Connection, abort: Abort, time_scale: float) -> bool:
    """Close the connection with a FIN, or reset it, once what was sent has left; False where the server around
    MockAI does not hand over what that takes."""
    transport = connection.transport
    if transport is None or (abort.how == "refuse" and connection.listener is None):
        return False
    if abort.data:
        transport.write(abort.data)
    for _ in range(100):
        await asyncio.sleep(0)
        if transport.get_write_buffer_size() == 0:
            break
    if abort.how == "refuse":
        connection.listener.refuse(abort.seconds * time_scale)
    if transport.is_closing():
        pass  # the client was quicker
    elif abort.how != "close":
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    await connection.gone()
    return True
