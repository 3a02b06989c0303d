"""Where requests of httpx and httpx2 are intercepted: below both, at httpcore and httpcore2, as respx does it.

Each library has one respx mocker, which MockAI shares: its routers are in the mocker's list, ahead of the user's.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from inspect import iscoroutinefunction
from pkgutil import resolve_name
from types import ModuleType
from typing import Any

from mockai.errors import UsageError
from mockai.transports.httpx_router import Address, Router, address_of
from mockai.transports.seats import LINGERING, Seat

__all__ = ["mockers", "start", "stop"]

_LIBRARIES = ("httpcore", "httpcore2")
"""The libraries below httpx and httpx2, which are intercepted."""


@cache
def mockers() -> tuple[tuple[ModuleType, Any], ...]:
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


def start(mocker: Any) -> None:
    """Start a mocker as it would itself, less what it would find out anew each time."""
    if mocker._patches:
        return
    for owner, name in _places(tuple(mocker.targets), tuple(mocker.target_methods)):
        seat = Seat(owner, name, _door(mocker, getattr(owner, name)))
        seat.start()
        mocker._patches.append(seat)


def stop(mocker: Any) -> None:
    """Stop a mocker that no router needs any more."""
    LINGERING.done_with(mocker.stop)


@lru_cache(maxsize=16)
def _places(targets: tuple[str, ...], methods: tuple[str, ...]) -> tuple[tuple[Any, str], ...]:
    owners = [resolve_name(target) for target in targets]
    return tuple((owner, name) for owner in owners for name in methods if hasattr(owner, name))


def _new_mocker(name: str) -> Any:
    """respx's mocker of httpcore, for a library of the same shape under another name."""
    from respx.mocks import HTTPCoreMocker

    targets = [target.replace("httpcore.", f"{name}.", 1) for target in HTTPCoreMocker.targets]
    return type(f"{name.title()}Mocker", (HTTPCoreMocker,), {"name": name, "targets": targets})


@lru_cache(maxsize=64)
def _door(mocker: Any, function: Any) -> Any:
    """A library's function that sends a request, with MockAI before it, and respx between the two."""
    theirs = mocker.mock(function)

    def taker(request: Any) -> tuple[Router, Address, str] | None:
        url, address = request.url, None
        for router in mocker.routers:
            if type(router) is not Router:
                break
            address = address or address_of(url.scheme, url.host, url.port, url.target)
            path = router.takes(address)
            if path is not None:
                return router, address, path
        return None

    def handle_request(pool: Any, request: Any) -> Any:
        found = taker(request)
        if found is None:
            return (theirs if mocker.routers else function)(pool, request)
        router, address, path = found
        body = b"".join(request.stream)
        return router.reply(request, address, path, body)

    async def handle_async_request(pool: Any, request: Any) -> Any:
        found = taker(request)
        if found is None:
            return await (theirs if mocker.routers else function)(pool, request)
        router, address, path = found
        body = b"".join([part async for part in request.stream])
        return await router.async_reply(request, address, path, body)

    return handle_async_request if iscoroutinefunction(function) else handle_request
