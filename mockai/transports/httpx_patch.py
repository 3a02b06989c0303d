"""Intercepts httpx and httpx2 in memory: nothing listens, and clients built before the patch are caught too.

It happens below both libraries, at httpcore and httpcore2, together with respx, so that the user's own respx routers,
pooled clients and custom transports keep working. Requests to other hosts go where they would have gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from mockai.engine import Engine
from mockai.errors import UsageError
from mockai.transports.httpx_doors import mockers, start, stop
from mockai.transports.httpx_router import Router
from mockai.transports.playing import Clock, RealClock

__all__ = ["Patch"]


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
        self._globs = tuple(host for host in self.hosts if not _GLOB.isdisjoint(host))
        self.time_scale = time_scale
        self.clock = clock or RealClock()
        self._bases: list[_Base] = []
        self._routers: list[tuple[Any, Router]] = []
        for url in base_urls:
            self.add_base_url(url)

    def add_base_url(self, url: str) -> None:
        """Answer what is sent below this URL too. Raises UsageError if it is none."""
        self._bases.append(_Base.read(url))

    def __enter__(self) -> Patch:
        for library, mocker in mockers():
            router = Router(self, library, mocker)
            # Ahead of the user's own routers: those that mock everything would take what is ours.
            mocker.routers.insert(0, router)
            self._routers.append((mocker, router))
            start(mocker)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._routers:
            mocker, router = self._routers.pop()
            mocker.unregister(router)
            stop(mocker)

    def path_of(self, url: Any) -> str | None:
        """The path the engine knows a URL by, which is anything with the parts of an `Address`; None if it is not to be
        answered."""
        for base in self._bases:
            path = base.below(url)
            if path is not None:
                return path
        if url.host in self.hosts or any(fnmatchcase(url.host, host) for host in self._globs):
            return str(url.path)
        return None


_GLOB = frozenset("*?[")


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
