"""The ways a client reaches a mock: its own server, the process's shared one, or patched httpx."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from mockai.engine import Engine
from mockai.transports.asgi import ASGIApp
from mockai.transports.server import ThreadedServer

__all__ = ["Reached", "patched", "served"]


class Reached(Protocol):
    """What is reached: an engine, its ASGI app, and how fast time goes."""

    engine: Engine
    time_scale: float

    @property
    def app(self) -> ASGIApp:
        """The mock as an ASGI application."""
        ...


@contextmanager
def served(mock: Reached, shared: Any, address: tuple[str, int], allow_hosts: Sequence[str]) -> Iterator[str]:
    """Over a socket; yields the root URL."""
    if shared is not None:
        url = shared.connect(mock.app)
        try:
            yield url
        finally:
            shared.disconnect(url)
        return
    server = ThreadedServer(mock.app, *address)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def patched(mock: Reached, base_urls: Sequence[str], allow_hosts: Sequence[str], time: str) -> Iterator[str]:
    """In memory; yields the root URL that clients use anyway."""
    from mockai.transports.httpx_patch import Patch

    with Patch(mock.engine, base_urls=tuple(base_urls), time_scale=mock.time_scale):
        yield "https://api.openai.com"
