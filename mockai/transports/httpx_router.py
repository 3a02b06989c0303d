"""Answers the requests of httpx and httpx2, whoever has intercepted them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import unquote

from mockai.engine import Exchange
from mockai.transports.asgi import header_of, query_of
from mockai.transports.broken import Errors
from mockai.transports.players import AsyncPlayer, Player, Whole
from mockai.transports.playing import Play, caller, sent_whole
from mockai.wire import Head, HTTPRequest

if TYPE_CHECKING:
    from mockai.transports.httpx_patch import Patch

__all__ = ["Address", "Router", "address_of"]


_Pairs: TypeAlias = Iterable[tuple[bytes, bytes]]


class Address(NamedTuple):
    """Where a request is sent; what is escaped in its path is not, here."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: bytes


def address_of(scheme: bytes, host: bytes, port: int | None, target: bytes) -> Address:
    """The address of a request, from the parts of a URL as httpcore has them."""
    port = None if port == _PORTS.get(scheme) else port
    return Address(scheme.decode("latin-1"), _host(host), port, *_target(target))


@lru_cache(maxsize=256)
def _target(target: bytes) -> tuple[str, bytes]:
    """The path and the query of a request's target."""
    path, _, query = target.partition(b"?")
    text = path.decode("latin-1")
    return (unquote(text) if "%" in text else text) or "/", query


_PORTS = {b"http": 80, b"https": 443}


def _host(raw: bytes) -> str:
    """A host as people write it."""
    host = raw.decode("latin-1").lower()
    if not host.startswith("xn--"):
        return host
    from idna import decode

    return decode(host)


class Router:
    """Answers the requests of one library that are for MockAI. Where it is MockAI that has patched the library,
    `takes` and then `reply` are asked; where respx has, it asks the `handler` for sync clients, or that for async ones.
    """

    def __init__(self, patch: Patch, library: ModuleType, mocker: Any) -> None:
        self._patch = patch
        self._library = library
        self._mocker = mocker
        self._errors = {sync: Errors(library, sync) for sync in (True, False)}

    # ------------------------------------------------------------------------------ asked by MockAI's doors

    def takes(self, address: Address) -> str | None:
        """The path the engine knows an address by; None if it is not to be answered."""
        return self._patch.path_of(address)

    def reply(self, request: Any, address: Address, path: str, body: bytes) -> Any:
        """What the library returns to a sync client."""
        exchange = self._exchange(request, request.headers, address, path, body)
        whole = sent_whole(exchange)
        if whole is not None:
            return self._response(whole[0], Whole(whole[1], exchange.entry))
        player = Player(self._play(exchange, sync=True), self._patch.clock)
        return self._response(player.head(), player)

    async def async_reply(self, request: Any, address: Address, path: str, body: bytes) -> Any:
        """What the library returns to an async client."""
        exchange = self._exchange(request, request.headers, address, path, body)
        whole = sent_whole(exchange)
        if whole is not None:
            return self._response(whole[0], Whole(whole[1], exchange.entry))
        player = AsyncPlayer(self._play(exchange, sync=False), self._patch.clock)
        return self._response(await player.head(), player)

    def _exchange(self, request: Any, raw: _Pairs, address: Address, path: str, body: bytes) -> Exchange:
        """The engine's answer to a request of the library, which has these headers."""
        patch, method = self._patch, _method(request.method)
        headers = tuple(map(header_of, raw))
        if patch.session and not path.startswith("/s/") and all(name != "x-mockai-session" for name, _ in headers):
            path = f"/s/{patch.session}{path}"
        query = query_of(address.query) if address.query else ()
        http = HTTPRequest(method, path, query, headers, body, {}, "", address.host)
        exchange = patch.engine.handle(http)
        entry = exchange.entry
        entry.patience, entry.caller, entry.time_scale = _patience(request), caller(), patch.time_scale
        return exchange

    def _play(self, exchange: Exchange, *, sync: bool) -> Play:
        return Play(exchange, self._patch.clock, self._errors[sync])

    def _response(self, head: Head, stream: Any) -> Any:
        response = self._library.Response(head.status, content=stream)
        response.headers = _encoded(head)  # given to it, each would be encoded and looked through once more
        return response

    # ------------------------------------------------------------------------------------ asked by respx

    def handler(self, request: Any) -> Any:
        """What respx returns to a sync client."""
        player = Player(self._play_for_respx(request, sync=True), self._patch.clock)
        return _respx_reply(player.head(), player)

    async def async_handler(self, request: Any) -> Any:
        """What respx returns to an async client."""
        player = AsyncPlayer(self._play_for_respx(request, sync=False), self._patch.clock)
        return _respx_reply(await player.head(), player)

    def _play_for_respx(self, request: Any, *, sync: bool) -> Play:
        url = request.url
        address = address_of(url.raw_scheme, url.raw_host, url.port, url.raw_path)
        path = self.takes(address)
        if path is None:
            raise self._not_ours(request)
        exchange = self._exchange(request, request.headers.raw, address, path, request.content)
        return self._play(exchange, sync=sync)

    def _not_ours(self, request: Any) -> Exception:
        """Leave it to the routers after this one; to the network only if there is none."""
        from respx.models import AllMockedAssertionError, PassThrough, Route

        if self._mocker.routers[-1] is self:
            return PassThrough(f"not for MockAI: {request!r}", request=request, origin=Route())
        return AllMockedAssertionError(f"neither MockAI nor RESPX mocks {request!r}")


@lru_cache(maxsize=64)
def _method(written: bytes | str) -> str:
    """The method in upper case, as httpcore's requests have it, or httpx's."""
    return (written.decode("latin-1") if isinstance(written, bytes) else written).upper()


def _patience(request: Any) -> float:
    seconds = request.extensions.get("timeout", {}).get("read")
    return math.inf if seconds is None else float(seconds)


def _encoded(head: Head) -> list[tuple[bytes, bytes]]:
    if head.lines is not None:
        return [(name, value) for name, _, value in [line.partition(b": ") for line in head.lines.split(b"\r\n")[:-1]]]
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in head.headers]


def _respx_reply(head: Head, player: Player | AsyncPlayer) -> Any:
    import httpx

    # respx reads its attributes and builds the library's own from them; the stream is passed on as it is.
    return httpx.Response(head.status, headers=_encoded(head), stream=player)  # type: ignore[arg-type]
