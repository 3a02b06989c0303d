"""A uvicorn server whose connections hand over their transport; in this thread or in one of its own."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from time import monotonic
from typing import Any, Protocol

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mockai.errors import PortInUse, UsageError
from mockai.journal import Connection
from mockai.transports.connection import LISTENER, RECORDED, TRANSPORT, ASGIScope, Receive, Send

__all__ = ["PROTOCOL", "Released", "Server", "ThreadedServer", "bind"]


def _protocol() -> type[Any]:
    """Ours where httptools is installed; without it uvicorn's own, on h11."""
    if not AutoHTTPProtocol.__module__.endswith("httptools_impl"):
        return AutoHTTPProtocol
    from mockai.transports.direct import DirectProtocol

    return DirectProtocol


class PROTOCOL(_protocol()):  # type: ignore[misc]
    """uvicorn's HTTP protocol (httptools or h11), putting its transport where socket faults find it."""

    def connection_made(self, transport: Any) -> None:
        """Give each request of this connection the connection's transport, and who listens for connections."""
        super().connection_made(transport)
        app = self.app  # type: ignore[has-type]
        self.recorded = Connection(next(_NUMBERS), monotonic())
        handed_over = {
            TRANSPORT: transport,
            LISTENER: getattr(self.config, "listener", None),
            RECORDED: self.recorded,
        }

        def with_transport(scope: ASGIScope, receive: Receive, send: Send) -> Any:
            scope.setdefault("extensions", {}).update(handed_over)
            return app(scope, receive, send)

        self.app = with_transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Note when a connection was closed, whoever closed it."""
        self.recorded.closed = monotonic()
        super().connection_lost(exc)


_NUMBERS = count(1)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; PortInUse or UsageError in one clear line where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without the protocol named, asyncio does not set TCP_NODELAY and every small reply waits 40 ms.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(2048)
    except (OSError, OverflowError) as error:
        sock.close()
        raise _cannot_bind(host, port, error) from None
    return sock


def _cannot_bind(host: str, port: int, error: OSError | OverflowError) -> UsageError:
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return PortInUse(f"port {port} on {host} is taken; choose another with --port, or --port 0 for any free one")
    if code in (errno.EACCES, errno.EPERM):
        return UsageError(f"port {port} on {host} needs more rights than this user has; choose one above 1023")
    return UsageError(f"cannot listen on {host}:{port}: {error}")


class Released(Protocol):
    """An application that can be told to let everything that waits go on."""

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None: ...

    def release(self) -> None:
        """Stop waiting, now and from now on."""
        ...


class _Config(uvicorn.Config):
    """uvicorn's configuration, with the server it belongs to, which connections cannot know otherwise."""

    listener: Server | None = None


class Server(uvicorn.Server):
    """A uvicorn server that lets open streams end at once when it is told to stop, and can be away for a while."""

    def __init__(self, app: Released, served: Any = None, *, started: Callable[[], None] | None = None) -> None:
        config = _Config(
            served if served is not None else app,
            http=PROTOCOL,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            proxy_headers=False,  # nothing here asks who the client is
            timeout_graceful_shutdown=1,
            timeout_keep_alive=75,
            backlog=2048,
        )
        super().__init__(config)
        config.listener = self
        self.mock = app
        self._tell_started = started
        self.listening = threading.Event()
        self._away: asyncio.Task[None] | None = None
        self._recalled = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets=sockets)
        self.listening.set()
        if self._tell_started is not None:
            self._tell_started()
            self._tell_started = None

    def refuse(self, seconds: float) -> None:
        """Let no connection in for so long, and close those that are idle; what is being sent goes on. While it
        lasts, no second refusal begins."""
        if seconds > 0 and self._away is None:
            addresses = [server.sockets[0].getsockname()[:2] for server in self.servers]
            for server in self.servers:
                server.close()
            for connection in tuple(self.server_state.connections):
                connection.shutdown()
            self.servers = []
            self.listening.clear()
            self._recalled.clear()
            self._away = asyncio.ensure_future(self._come_back(addresses, seconds))

    def recall(self) -> None:
        """Let connections in again, now."""
        self._recalled.set()

    async def _come_back(self, addresses: Sequence[tuple[str, int]], seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._recalled.wait(), seconds)
        await self.startup([await _bind_again(*address) for address in addresses])
        self._away = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let everything that waits go on, then close."""
        if self._away is not None:
            self._away.cancel()
        self.mock.release()
        await super().shutdown(sockets=sockets)


async def _bind_again(host: str, port: int) -> socket.socket:
    """Listen where the server listened before, as soon as whoever took the port meanwhile has left it."""
    while True:
        try:
            return bind(host, port)
        except PortInUse:
            await asyncio.sleep(0.05)


class ThreadedServer:
    """A server in a thread of its own; `start` returns when it listens, `stop` when it has ended."""

    def __init__(self, app: Released, host: str = "127.0.0.1", port: int = 0) -> None:
        self._socket = bind(host, port)
        self.host = host
        self.port: int = self._socket.getsockname()[1]
        self._ready = threading.Event()
        self._server = Server(app, started=self._ready.set)
        self._thread = threading.Thread(target=self._run, name="mockai-server", daemon=True)
        self._error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """The server's root, without `/v1`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        """Start the thread and wait until the server listens."""
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            raise UsageError(f"the server could not start: {self._error}") from self._error

    def listen(self) -> None:
        """End what is left of a refusal; returns when connections are let in again."""
        if self._loop is not None and not self._server.listening.is_set():
            self._loop.call_soon_threadsafe(self._server.recall)
            self._server.listening.wait()

    def stop(self) -> None:
        """End open streams, close every connection, join the thread."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
                runner.run(self._serve())
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve(sockets=[self._socket])
