"""Intercepts httpx and httpx2 in memory: nothing listens, and clients built before the patch are caught too.

respx does the intercepting, below both libraries at httpcore and httpcore2, so that its other routers, pooled
clients and custom transports keep working. Requests to other hosts go where they would have gone.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.util import find_spec
from pkgutil import resolve_name
from types import ModuleType, TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mockai.engine import Engine
from mockai.errors import UsageError
from mockai.transports.players import AsyncPlayer, Player
from mockai.transports.playing import Clock, Errors, Play, RealClock
from mockai.transports.seats import Seat
from mockai.wire import Head, HTTPRequest

__all__ = ["Patch"]

_LIBRARIES = ("httpcore", "httpcore2")
"""The libraries below httpx and httpx2, which are intercepted."""


class Patch:
    """Answers the requests of this process's httpx and httpx2 clients, sync and async, while it is entered.

    Requests to `hosts` (names, or globs such as `*.openai.azure.com`) and below `base_urls` are answered by
    the engine, in the session named `session` unless the request names one. `time_scale` multiplies every
    wait. Raises UsageError if respx is missing.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        session: str = "",
        hosts: Iterable[str] = ("api.openai.com",),
        base_urls: Iterable[str] = (),
        time_scale: float = 1.0,
        clock: Clock | None = None,
    ) -> None:
        self.engine = engine
        self.session = session
        self.hosts = tuple(host.lower() for host in hosts)
        self.time_scale = time_scale
        self.clock = clock or RealClock()
        self._bases: list[_Base] = []
        self._entered = ExitStack()
        for url in base_urls:
            self.add_base_url(url)

    def add_base_url(self, url: str) -> None:
        """Answer what is sent below this URL too. Raises UsageError if it is none."""
        self._bases.append(_Base.read(url))

    def __enter__(self) -> Patch:
        for library, mocker in _mockers():
            router = _Router(self, library, mocker)
            # Ahead of the user's own routers: those that mock everything would take what is ours.
            mocker.routers.insert(0, router)
            _start(mocker)
            self._entered.callback(mocker.stop)
            self._entered.callback(mocker.unregister, router)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered.close()

    def path_of(self, url: Any) -> str | None:
        """The path the engine knows a URL by (an `httpx.URL`); None if it is not to be answered."""
        for base in self._bases:
            path = base.below(url)
            if path is not None:
                return path
        return url.path if any(fnmatchcase(url.host, host) for host in self.hosts) else None


@dataclass(frozen=True, slots=True)
class _Base:
    """A base URL as clients are given it; `mount` is what stands in front of its `/v1`."""

    scheme: str
    host: str
    port: int | None
    path: str
    mount: str

    @classmethod
    def read(cls, url: str) -> _Base:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _not_a_base_url(url) from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _not_a_base_url(url)
        path = parts.path.rstrip("/")
        port = None if port == {"http": 80, "https": 443}[parts.scheme] else port
        return cls(parts.scheme, parts.hostname, port, path, path.removesuffix("/v1"))

    def below(self, url: Any) -> str | None:
        """The path below the mount, if the URL lies below the base URL."""
        path: str = url.path
        if (url.scheme, url.host, url.port) != (self.scheme, self.host, self.port):
            return None
        return path[len(self.mount) :] if f"{path}/".startswith(f"{self.path}/") else None


def _not_a_base_url(url: str) -> UsageError:
    return UsageError(f"a base URL looks like https://gateway.example/v1; seen {url!r}")


class _Router:
    """What respx asks about each request of one library: sync clients by `handler`, async ones by the other."""

    def __init__(self, patch: Patch, library: ModuleType, mocker: Any) -> None:
        self._patch = patch
        self._library = library
        self._mocker = mocker

    def handler(self, request: Any) -> Any:
        player = Player(self._play(request, sync=True), self._patch.clock)
        return _reply(player.head(), player)

    async def async_handler(self, request: Any) -> Any:
        player = AsyncPlayer(self._play(request, sync=False), self._patch.clock)
        return _reply(await player.head(), player)

    def _play(self, request: Any, *, sync: bool) -> Play:
        path = self._patch.path_of(request.url)
        if path is None:
            raise self._not_ours(request)
        return Play(
            self._patch.engine.handle(_http(request, path, self._patch.session)),
            self._patch.clock,
            Errors(self._library, sync),
            patience=_patience(request),
            time_scale=self._patch.time_scale,
            bodiless=request.method == "HEAD",
        )

    def _not_ours(self, request: Any) -> Exception:
        """Leave it to the routers after this one; to the network only if there is none."""
        from respx.models import AllMockedAssertionError, PassThrough, Route

        if self._mocker.routers[-1] is self:
            return PassThrough(f"not for MockAI: {request!r}", request=request, origin=Route())
        return AllMockedAssertionError(f"neither MockAI nor RESPX mocks {request!r}")


def _http(request: Any, path: str, session: str) -> HTTPRequest:
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.headers.raw)
    query = tuple(parse_qsl(request.url.query.decode("latin-1"), keep_blank_values=True))
    named = path.startswith("/s/") or any(name == "x-mockai-session" for name, _ in headers)
    path = path if named or not session else f"/s/{session}{path}"
    return HTTPRequest(request.method.upper(), path, query, headers, request.content, host=request.url.host)


def _patience(request: Any) -> float:
    seconds = request.extensions.get("timeout", {}).get("read")
    return math.inf if seconds is None else float(seconds)


def _reply(head: Head, player: Player | AsyncPlayer) -> Any:
    import httpx

    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in head.headers]
    # respx reads its attributes and builds the library's own from them; the stream is passed on as it is.
    return httpx.Response(head.status, headers=headers, stream=player)  # type: ignore[arg-type]


@cache
def _mockers() -> tuple[tuple[ModuleType, Any], ...]:
    """Each library that is installed, and the respx mocker that patches it."""
    return tuple(_found_mockers())


def _found_mockers() -> Iterator[tuple[ModuleType, Any]]:
    try:
        from respx.mocks import Mocker
    except ImportError:
        raise UsageError("patch mode needs respx: pip install respx") from None
    for name in _LIBRARIES:
        if find_spec(name) is None:
            continue
        if name == "httpcore2" and find_spec("pytest_httpx2") is not None:
            # It registers the same name, and would fail if it came second.
            importlib.import_module("pytest_httpx2")
        yield importlib.import_module(name), Mocker.registry.get(name) or _new_mocker(name)


def _start(mocker: Any) -> None:
    """Start a mocker as it would itself, less what it would find out anew each time."""
    if mocker._patches:
        return
    for owner, name in _places(tuple(mocker.targets), tuple(mocker.target_methods)):
        seat = Seat(owner, name, _mocked(mocker, getattr(owner, name)))
        seat.start()
        mocker._patches.append(seat)


@lru_cache(maxsize=16)
def _places(targets: tuple[str, ...], methods: tuple[str, ...]) -> tuple[tuple[Any, str], ...]:
    owners = [resolve_name(target) for target in targets]
    return tuple((owner, name) for owner in owners for name in methods if hasattr(owner, name))


@lru_cache(maxsize=64)
def _mocked(mocker: Any, function: Any) -> Any:
    return mocker.mock(function)


def _new_mocker(name: str) -> Any:
    """respx's mocker of httpcore, for a library of the same shape under another name."""
    from respx.mocks import HTTPCoreMocker

    targets = [target.replace("httpcore.", f"{name}.", 1) for target in HTTPCoreMocker.targets]
    return type(f"{name.title()}Mocker", (HTTPCoreMocker,), {"name": name, "targets": targets})
