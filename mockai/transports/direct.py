"""uvicorn's protocol on httptools, for MockAI's own applications: what can be answered without waiting is answered
where the request has arrived, without a task and whatever else ASGI needs. Everything else goes the usual way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from time import monotonic
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockai.engine import Exchange
from mockai.journal import Connection
from mockai.transports.asgi import header_of, query_of
from mockai.transports.asgi_player import Player
from mockai.transports.connection import BEGUN, Context, forget
from mockai.transports.framing import default_lines, framed
from mockai.transports.repeats import Repeats
from mockai.transports.turns import turns
from mockai.wire import Again, Body, Head, HTTPRequest

__all__ = ["DirectProtocol"]

_LARGEST = 1_048_576
"""Bytes of a body that is kept until it has arrived whole; a longer one is read with flow control."""

_SPECIAL = frozenset({"expect", "transfer-encoding", "upgrade"})

AtOnce: TypeAlias = Callable[[HTTPRequest, Connection], Exchange | None]


class _Plain(NamedTuple):
    """The head of a request that can be answered at once: what there is to know of it before its body."""

    method: str
    url: bytes
    path: str
    query: tuple[tuple[str, str], ...]
    headers: list[tuple[bytes, bytes]]
    texts: tuple[tuple[str, str], ...]
    named: dict[str, str]
    length: int
    again: Again | None


_SHARED: Repeats[_Plain] = Repeats()
"""The heads that were parsed, whoever they were for. What is made of them is not kept, as that would keep servers that
have ended."""

_BUSY = 4
"""Connections of a server whose replies may be worth an end of the turn."""

_LONGEST_HEAD = 4096
_LONGEST_HELD = 65_536
_END = b"\r\n\r\n"


class DirectProtocol(HttpToolsProtocol):
    """Answers at once where the application can (`at_once`) and the request is a plain one. A server that logs or
    counts what its tasks do keeps them."""

    recorded: Connection
    """What the journal is to know of this connection."""

    def connection_made(self, transport: Any) -> None:
        """Find out whether the application can answer at once."""
        simple = not self.root_path and self.limit_concurrency is None and not self.config.access_log
        self._at_once: AtOnce | None = getattr(self.app, "at_once", None) if simple else None
        self._repeats: Repeats[_Plain] = getattr(self.app, "repeats", None) or _SHARED
        self._remembers = self._repeats is not _SHARED
        self._body: list[bytes] | None = None
        self._plain: _Plain | None = None
        self._between = True  # whether what comes next begins a request
        self._held = b""  # the beginning of one whose head is known
        self._requests = 0  # how many have begun in what arrived last
        self._begun: tuple[Player | None, Context] | None = None
        self._answered_at = 0.0
        self._turns = turns()
        self._alone = False  # whether all that arrived last is one request
        self._defaults: tuple[Sequence[tuple[bytes, bytes]], bytes] = ((), b"")
        super().connection_made(transport)

    @property
    def answers_at_once(self) -> bool:
        """Whether plain requests of this connection are answered without a task."""
        return self._at_once is not None

    def data_received(self, data: bytes) -> None:
        """Bytes have arrived. One whole request whose head is known needs no parser."""
        if not self._between:
            super().data_received(data)
            return
        if self._held:
            data, self._held = self._held + data, b""
        if self._at_once is not None and self._is_free():
            known = self._repeats.get(data) or self._known(data)
            if self._held:
                return
            if known is not None:
                plain, body, again = known
                self._plain, self.url, self.headers = plain, plain.url, plain.headers
                self._alone = True
                self._begun = self._answer(plain, body, self._at_once, again)
                if self._begun is None:
                    return
        self._turns.flush()
        self._alone, self._plain, self._requests = False, None, 0
        super().data_received(data)
        if self._plain is not None and self._requests == 1:
            self._learn(data, self._plain)

    def _known(self, data: bytes) -> tuple[_Plain, bytes, Again | None] | None:
        """The head and the body of one whole request whose head is known, and what the request is known by where it
        has come before. Where a part of its body is still on the way, as many clients send it by itself, it is held."""
        end = data.find(_END) + 4
        plain = self._repeats.head(data[:end]) if 4 <= end <= _LONGEST_HEAD else None
        if plain is None or len(data) > end + plain.length:
            return None
        if len(data) < end + plain.length:
            self._held = data if plain.length <= _LONGEST_HELD else b""
            return None
        body = data[end:]
        return plain, body, self._repeats.met(data, plain, body) if self._remembers else None

    def _learn(self, data: bytes, plain: _Plain) -> None:
        """Know the head again that this began with."""
        end = data.find(_END) + 4
        if 4 <= end <= _LONGEST_HEAD:
            self._repeats.learn(data[:end], plain)

    def on_message_begin(self) -> None:
        """A request begins. Its scope is made only if it is needed."""
        self.url = b""
        self.headers = []
        self._body = self._plain = None
        self._requests += 1
        self._between = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header has arrived."""
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Wait for the body and answer, or let a task begin."""
        self._plain = None if self._at_once is None else self._plainly()
        if self._plain is not None:
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
        self._between = True
        if self._body is None or self._plain is None or self._at_once is None:
            super().on_message_complete()
            return
        body, self._body = b"".join(self._body), None
        begun, self._begun = self._begun or self._answer(self._plain, body, self._at_once), None
        if begun is not None:
            self._answer_in_task(*begun, body)

    def shutdown(self) -> None:
        """Close the connection when nothing is being answered any more."""
        self._turns.flush()
        super().shutdown()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, unless what was answered at once has let it live on: no timer is set for that."""
        left = self.timeout_keep_alive if self._held else self._answered_at + self.timeout_keep_alive - monotonic()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    # ------------------------------------------------------------------------------------------- at once

    def _is_free(self) -> bool:
        """Whether a reply can be sent as soon as it is made."""
        cycle = self.cycle
        return (cycle is None or cycle.response_complete) and not self.flow.write_paused

    def _plainly(self) -> _Plain | None:
        """The head, if nothing about the request or the connection asks for more than a reply."""
        parser = self.parser
        if not parser.should_keep_alive() or parser.get_http_version() != "1.1" or parser.get_method() == b"HEAD":
            return None
        if not self._is_free():
            return None
        texts = tuple(map(header_of, self.headers))
        named = dict(reversed(texts))
        length = int(named.get("content-length", "0"))
        if length > _LARGEST or not _SPECIAL.isdisjoint(named):
            return None
        path, query = _target(self.url)
        method, again = parser.get_method().decode("ascii"), Again() if self._remembers else None
        return _Plain(method, self.url, path, query, self.headers, texts, named, length, again)

    def _answer(
        self, plain: _Plain, body: bytes, at_once: AtOnce, again: Again | None = None
    ) -> tuple[Player | None, Context] | None:
        """Send the whole reply, if there is no more to it; else what a task has to begin with."""
        context = Context(partial(self._context, plain))
        http = HTTPRequest(plain.method, plain.path, plain.query, plain.texts, body, context)
        http.named, http.heading, http.again = plain.named, plain.again, again
        player = None
        try:
            exchange = at_once(http, self.recorded)
            whole = None if exchange is None else exchange.whole()
            if exchange is not None and whole is None:
                player = _gathered(exchange)
        except Exception:
            return None, context  # once more in a task, where the server tells of it
        if exchange is not None and whole is not None:
            return None if self._send(exchange, *whole) else (_gathered(exchange), context)
        return None if player is not None and self._send_gathered(player) else (player, context)

    def _send(self, exchange: Exchange, head: Head, body: Body) -> bool:
        """Send a reply that is a head and a body, if that is the whole story; whether it is so."""
        reply = framed(exchange.begin(head), body.data, self._default_lines())
        if reply is None:
            return False
        exchange.entry.sent_body(body)
        exchange.end("complete")
        forget(exchange.entry.http)
        self._write(reply)
        return True

    def _send_gathered(self, player: Player) -> bool:
        """Send the whole reply, if there is no more to it than was gathered; whether it is so."""
        if player.stop is not None or player.head is None:
            return False
        data = player.data()
        reply = framed(player.head, data, self._default_lines())
        if reply is None:
            return False
        player.complete(len(data))
        self._write(reply)
        return True

    def _default_lines(self) -> bytes:
        """The lines that the server puts first: others every second, as they hold the date."""
        defaults = self.server_state.default_headers
        if self._defaults[0] is not defaults:
            self._defaults = defaults, default_lines(defaults)
        return self._defaults[1]

    def _write(self, reply: bytes) -> None:
        """Write a reply. One to a request among others on its connection is not held back: what follows may be written
        in other ways."""
        if self._alone and len(self.connections) >= _BUSY:
            self._turns.write(self.transport, reply)
        else:
            self.transport.write(reply)
        self._answered_at = monotonic()
        if self.timeout_keep_alive_task is None:
            self.on_response_complete()
        else:
            self.server_state.total_requests += 1

    def _context(self, plain: _Plain) -> Mapping[str, Any]:
        """What the request came with, while no task has made a scope of it."""
        self._make_scope()
        raw_path, _, raw_query = plain.url.partition(b"?")
        self.scope.update({"method": plain.method, "path": plain.path, "raw_path": raw_path, "query_string": raw_query})
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


def _gathered(exchange: Exchange) -> Player:
    player = Player(exchange.plan, exchange, exchange.entry.time_scale)
    player.gather()
    return player


@lru_cache(maxsize=1024)
def _target(url: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The path and the query of a request's target, as uvicorn reads them."""
    parsed = httptools.parse_url(url)
    path = parsed.path.decode("ascii")
    return unquote(path) if "%" in path else path, query_of(parsed.query or b"")
