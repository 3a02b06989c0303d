"""What a request was granted, and the headers of its reply that tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from mockai.api_errors import wait_text
from mockai.limits.bucket import Bucket, Level
from mockai.limits.demand import Demand, Unit
from mockai.wire import Head, Headers

__all__ = ["Grant", "headed", "headers_of", "unlimited", "untouched"]

_LAST = ("openai-version", "x-request-id")
"""What the API's own headers end with, where none are scripted. Nobody else sends the first of them."""

_UNLIMITED: dict[Unit, Bucket] = {"requests": Bucket(15_000, 60.0), "tokens": Bucket(40_000_000, 60.0)}
"""What replies speak of where nothing is limited: the limits of a recorded account of the highest tier."""


@dataclass(frozen=True)
class Grant:
    """A request was let through: the headers its reply has, and what to do when it has ended."""

    headers: Headers = ()
    release: Callable[[], None] | None = None

    @cached_property
    def lines(self) -> bytes:
        """The headers as lines of HTTP/1.1."""
        return "".join([f"{name}: {value}\r\n" for name, value in self.headers]).encode()


def headed(head: Head, grant: Grant) -> Head:
    """The head of a reply with the headers of its grant, unless it has others of the kind.

    Of errors only those of a limit have them, and nothing has that is not sent as the API would.
    """
    if head.lines is not None:
        head.add(grant.lines)
        return head
    headers = head.headers
    if head.status == 429 and any(name.startswith("x-ratelimit-limit-") for name, _ in headers):
        return head.filled(grant.headers)
    if head.status != 200 or len(headers) < 2:
        return head
    if (headers[-2][0], headers[-1][0]) != _LAST:
        names = [name for name, _ in headers]
        if not set(_LAST) <= set(names) or any(name.startswith("x-ratelimit-") for name in names):
            return head
    return Head(200, headers + grant.headers)


def headers_of(levels: Iterable[tuple[Unit, Level]]) -> Headers:
    """The headers that tell how full these buckets are, in the API's order."""
    levels = tuple(levels)
    return (
        *((f"x-ratelimit-limit-{unit}", str(level.bucket.limit)) for unit, level in levels),
        *((f"x-ratelimit-remaining-{unit}", str(level.remaining)) for unit, level in levels),
        *((f"x-ratelimit-reset-{unit}", wait_text(round(level.reset, 3))) for unit, level in levels),
    )


def untouched(unit: Unit, demand: Demand) -> Level | None:
    """How a bucket that nobody limits stands after a request; None for a unit that has none."""
    bucket, asked = _UNLIMITED.get(unit), demand.of(unit)
    return None if bucket is None or asked is None else bucket.level(asked, 0.0)


@lru_cache(maxsize=4096)
def unlimited(tokens: int | None) -> Grant:
    """The grant of a request for so many tokens where nothing is limited: as if it were the first in a while."""
    units: tuple[Unit, ...] = ("requests", "tokens")
    demand = Demand(tokens=tokens)
    found = ((unit, untouched(unit, demand)) for unit in units)
    return Grant(headers_of((unit, level) for unit, level in found if level is not None))
