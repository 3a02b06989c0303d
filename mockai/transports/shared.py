"""One server for every mock of a process, so that a test pays for a session and not for a server."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mockai.transports.asgi import ASGIApp
from mockai.transports.switchboard import Switchboard

if TYPE_CHECKING:
    from mockai.transports.server import ThreadedServer

__all__ = ["SharedServer"]


class SharedServer:
    """A server on a free port of 127.0.0.1, started when the first mock connects."""

    def __init__(self) -> None:
        self._board = Switchboard()
        self._server: ThreadedServer | None = None
        self._lock = threading.Lock()
        self._connected = 0

    def connect(self, app: ASGIApp) -> str:
        """Serve an app; returns its URL, without `/v1`."""
        with self._lock:
            if self._server is None:
                self._server = self._started()
            self._connected += 1
            return self._server.url + self._board.connect(f"t{self._connected}", app)

    def disconnect(self, url: str) -> None:
        """Serve it no more. A refusal that it began ends with it, and does not reach the next mock."""
        if self._server is not None:
            self._server.listen()
        self._board.disconnect(url.rpartition("/")[2])

    def stop(self) -> None:
        """Stop the server, if it was ever started."""
        with self._lock:
            if self._server is not None:
                self._server.stop()
            self._server = None

    def _started(self) -> ThreadedServer:
        from mockai.transports.server import ThreadedServer

        server = ThreadedServer(self._board)
        server.start()
        return server
