"""uvicorn's protocol on httptools, for MockAI's own applications: what can be answered without waiting is answered
where the request has arrived, without a task and whatever else ASGI needs. Everything else goes the usual way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockai.journal import Connection
from mockai.transports.asgi import header_of, query_of
from mockai.transports.asgi_player import Player
from mockai.transports.connection import BEGUN, Context
from mockai.transports.framing import default_lines, framed
from mockai.wire import HTTPRequest

__all__ = ["DirectProtocol"]

_LARGEST = 1_048_576
"""Bytes of a body that is kept until it has arrived whole; a longer one is read with flow control."""

_SPECIAL = frozenset({"expect", "transfer-encoding", "upgrade"})

AtOnce: TypeAlias = Callable[[HTTPRequest, Connection], Player | None]


class DirectProtocol(HttpToolsProtocol):
    """Answers at once where the application can (`at_once`) and the request is a plain one. A server that logs or
    counts what its tasks do keeps them."""

    recorded: Connection
    """What the journal is to know of this connection."""

    def connection_made(self, transport: Any) -> None:
        """Find out whether the application can answer at once."""
        simple = not self.root_path and self.limit_concurrency is None and not self.config.access_log
        self._at_once: AtOnce | None = getattr(self.app, "at_once", None) if simple else None
        self._body: list[bytes] | None = None
        self._texts: tuple[tuple[str, str], ...] = ()
        self._named: dict[str, str] = {}
        self._defaults: tuple[Sequence[tuple[bytes, bytes]], bytes] = ((), b"")
        super().connection_made(transport)

    @property
    def answers_at_once(self) -> bool:
        """Whether plain requests of this connection are answered without a task."""
        return self._at_once is not None

    def on_message_begin(self) -> None:
        """A request begins. Its scope is made only if it is needed."""
        self.url = b""
        self.headers = []
        self._body = None

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header has arrived."""
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Wait for the body and answer, or let a task begin."""
        if self._at_once is not None and self._is_plain():
            self._body = []
        else:
            self._begin_task({})

    def on_body(self, body: bytes) -> None:
        """A part of the body has arrived."""
        if self._body is None:
            super().on_body(body)
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Answer, if no task has been asked to."""
        if self._body is None or self._at_once is None:
            super().on_message_complete()
        else:
            body, self._body = b"".join(self._body), None
            self._answer(body, self._at_once)

    # ------------------------------------------------------------------------------------------- at once

    def _is_plain(self) -> bool:
        """Whether nothing about the request or the connection asks for more than a reply."""
        parser, cycle = self.parser, self.cycle
        if not parser.should_keep_alive() or parser.get_http_version() != "1.1" or parser.get_method() == b"HEAD":
            return False
        if (cycle is not None and not cycle.response_complete) or self.flow.write_paused:
            return False
        self._texts = tuple(map(header_of, self.headers))
        self._named = named = dict(reversed(self._texts))
        return _SPECIAL.isdisjoint(named) and int(named.get("content-length", "0")) <= _LARGEST

    def _answer(self, body: bytes, at_once: AtOnce) -> None:
        context = Context(self._context)
        path, query = _target(self.url)
        http = HTTPRequest(self.parser.get_method().decode("ascii"), path, query, self._texts, body, context)
        http.named = self._named
        try:
            player = at_once(http, self.recorded)
        except Exception:
            player = None  # once more in a task, where the server tells of it
        if player is None or not self._send_whole(player):
            self._answer_in_task(player, context, body)

    def _send_whole(self, player: Player) -> bool:
        """Send the whole reply, if there is no more to it; whether it is so."""
        if player.stop is not None or player.head is None:
            return False
        defaults = self.server_state.default_headers
        if self._defaults[0] is not defaults:  # another one every second: it holds the date
            self._defaults = defaults, default_lines(defaults)
        data = player.data()
        reply = framed(player.head, data, self._defaults[1])
        if reply is None:
            return False
        player.complete(len(data))
        self.transport.write(reply)
        self.on_response_complete()
        return True

    def _context(self) -> Mapping[str, Any]:
        """What the request came with, while no task has made a scope of it."""
        self._make_scope()
        path, _ = _target(self.url)
        raw_path = self.url.partition(b"?")[0]
        method = self.parser.get_method().decode("ascii")
        raw_query = self.url.partition(b"?")[2]
        self.scope.update({"method": method, "path": path, "raw_path": raw_path, "query_string": raw_query})
        return {**self.app_state, "scope": self.scope}

    # ------------------------------------------------------------------------------------------- in a task

    def _make_scope(self) -> None:
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        for name, value in headers:
            super().on_header(name, value)

    def _begin_task(self, extensions: dict[str, Any]) -> None:
        self._make_scope()
        self.scope["extensions"] = extensions
        super().on_headers_complete()

    def _answer_in_task(self, player: Player | None, context: Context, body: bytes) -> None:
        self._begin_task({} if player is None else {BEGUN: player})
        scope = self.scope
        context.make = lambda: {**self.app_state, "scope": scope}
        if body:
            super().on_body(body)
        super().on_message_complete()


@lru_cache(maxsize=1024)
def _target(url: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The path and the query of a request's target, as uvicorn reads them."""
    parsed = httptools.parse_url(url)
    path = parsed.path.decode("ascii")
    return unquote(path) if "%" in path else path, query_of(parsed.query or b"")
