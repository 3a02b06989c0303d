"""Plays plans over ASGI: sends, sleeps, and breaks the socket where a fault says so.

Mounts under any prefix of a Starlette or FastAPI application. Faults on the socket need the connection's
transport, which `mockai.transports.server` puts into the scope; another server's connections can only be
closed, and a fault that must come before the status line is answered with a 500 that says so.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl

from mockai.api_errors import named
from mockai.engine import Engine, Exchange
from mockai.journal import Connection as Recorded
from mockai.transports.asgi_player import Player
from mockai.transports.connection import App, ASGIScope, Connection, Context, Receive, Send
from mockai.transports.repeats import Repeats
from mockai.wire import HTTPRequest, Plan

__all__ = ["ASGIApp", "header_of", "query_of", "send_plan"]

_CONTROL = ("/_mockai", "/docs", "/openapi.json")


class ASGIApp:
    """The mock endpoints as an ASGI application, with the control API beside them.

    `time_scale` multiplies every wait (0 turns waiting off); `max_body` is the largest request in bytes. With
    `repeats`, requests that are the same to the last byte share what reading them has come to, in the journal too;
    for servers without user code that might change it.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        time_scale: float = 1.0,
        max_body: int = 128 * 2**20,
        control: App | None = None,
        repeats: Repeats[Any] | None = None,
    ) -> None:
        self.engine = engine
        self.time_scale = time_scale
        self.max_body = max_body
        self.control = control
        self.repeats = repeats
        self._live: set[Connection] = set()

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"MockAI serves HTTP; a {scope['type']} connection was opened at {scope.get('path')}")
        path = _path(scope)
        if self.control is not None and path.startswith(_CONTROL):
            await self.control({**scope, "path": path, "root_path": "", "raw_path": path.encode()}, receive, send)
            return
        connection = Connection(scope, receive, send)
        self._live.add(connection)
        try:
            player = connection.begun or await self._begun(scope, path, connection)
            await _played(player, connection)
        finally:
            self._live.discard(connection)
            connection.close()

    def at_once(self, http: HTTPRequest, recorded: Recorded) -> Exchange | None:
        """What answers a request whose body has arrived; None for what it takes an event loop to answer. `http.path`
        is what the client asked for."""
        if len(http.body) > self.max_body or (self.control is not None and http.path.startswith(_CONTROL)):
            return None
        return self._recorded(self.engine.handle(http), recorded)

    def _recorded(self, exchange: Exchange, connection: Recorded | None) -> Exchange:
        entry = exchange.entry
        entry.connection, entry.time_scale = connection, self.time_scale
        return exchange

    async def _begun(self, scope: ASGIScope, path: str, connection: Connection) -> Player:
        body = await connection.body(self.max_body)
        headers = tuple(map(header_of, scope["headers"]))
        http = HTTPRequest(
            scope["method"], path, _query(scope), headers, body or b"", Context(partial(_context, scope))
        )
        if body is None:
            exchange = self.engine.refuse(http, named("request_too_large", limit=self.max_body))
        else:
            exchange = self.engine.handle(http)
        self._recorded(exchange, connection.recorded)
        return Player(exchange.plan, exchange, self.time_scale)

    def release(self) -> None:
        """Let everything that waits go on at once, so that open streams come to their end."""
        for connection in tuple(self._live):
            connection.hurry()


async def send_plan(plan: Plan, receive: Receive, send: Send) -> None:
    """Answer a request that is in no journal."""
    connection = Connection({}, receive, send)
    await connection.body(0)
    await Player(plan, None, 0).play(connection)


async def _played(player: Player, connection: Connection) -> None:
    try:
        await player.play(connection)
    except BaseException:
        player.end("failed")
        raise
    finally:
        player.forget()


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
    return query_of(scope.get("query_string", b""))


@lru_cache(maxsize=1024)
def query_of(raw: bytes) -> tuple[tuple[str, str], ...]:
    """The parameters of a query string, in their order."""
    return tuple(parse_qsl(raw.decode("latin-1"), keep_blank_values=True)) if raw else ()


@lru_cache(maxsize=4096)
def header_of(name_and_value: tuple[bytes, bytes]) -> tuple[str, str]:
    """A header as text, the same object each time: a client sends most of its headers with every request."""
    name, value = name_and_value
    return name.decode("latin-1").lower(), value.decode("latin-1")


def _context(scope: ASGIScope) -> dict[str, Any]:
    """What the host application put into the scope's state, and the scope itself."""
    return {**scope.get("state", {}), "scope": scope}
