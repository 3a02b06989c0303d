"""The ways a client reaches a mock: its own server, the process's shared one, or patched httpx."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Protocol

from mockai.engine import Engine
from mockai.transports.asgi import ASGIApp
from mockai.transports.connection import App, ASGIScope, Receive, Send

if TYPE_CHECKING:
    from mockai.transports.virtual_time import VirtualClock

__all__ = ["LazyControl", "Reached", "SharedDoor", "patched", "served"]

_NUMBERS = count(1)


class Reached(Protocol):
    """What is reached: an engine, its ASGI app, and how fast time goes."""

    engine: Engine
    time_scale: float

    @property
    def app(self) -> ASGIApp:
        """The mock as an ASGI application."""
        ...


class SharedDoor(Protocol):
    """A server that many mocks share."""

    def connect(self, app: ASGIApp) -> str:
        """Serve an app; returns its URL, without `/v1`."""
        ...

    def disconnect(self, url: str) -> None:
        """Serve it no more."""
        ...


@contextmanager
def served(mock: Reached, shared: SharedDoor | None, address: tuple[str, int]) -> Iterator[str]:
    """Over a socket, of the shared server or one of its own; yields the root URL."""
    if shared is not None:
        url = shared.connect(mock.app)
        try:
            yield url
        finally:
            shared.disconnect(url)
        return
    from mockai.transports.server import ThreadedServer

    server = ThreadedServer(mock.app, *address)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def patched(
    mock: Reached, *, hosts: Sequence[str], base_urls: Sequence[str], clock: VirtualClock | None
) -> Iterator[str]:
    """In memory; yields a root URL that no other mock of this process has and that leads nowhere afterwards.

    So a request that comes late, from a client that outlived its test, meets neither another mock nor the
    network. `hosts` are caught too, whatever URL below them a client was built with.
    """
    from mockai.transports.httpx_patch import Patch

    own = f"mock-{next(_NUMBERS)}.mockai.test"
    patch = Patch(mock.engine, hosts=(own, *hosts), base_urls=base_urls, time_scale=mock.time_scale, clock=clock)
    if clock is None:
        with patch:
            yield f"http://{own}"
        return
    from mockai.transports.virtual_time import patch_time

    with patch_time(clock), patch:
        yield f"http://{own}"


class LazyControl:
    """The control API of an engine, imported and built when it is first asked for: few ever do.

    `token` and `exposed` are those of `control_app`.
    """

    def __init__(self, engine: Engine, token: str | None = None, *, exposed: bool = False) -> None:
        self._engine = engine
        self._token = token
        self._exposed = exposed
        self._app: App | None = None

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        if self._app is None:
            from mockai.transports.control import control_app

            self._app = control_app(self._engine, token=self._token, exposed=self._exposed)
        await self._app(scope, receive, send)
