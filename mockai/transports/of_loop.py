"""What each event loop has one of, for as long as it lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

__all__ = ["OfLoop"]

T = TypeVar("T")


class OfLoop(Generic[T]):
    """Called, it gives that of the event loop that runs, made when it is first asked for. What is made must not hold
    the loop, or both would live for ever."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: WeakKeyDictionary[asyncio.AbstractEventLoop, T] = WeakKeyDictionary()

    def __call__(self) -> T:
        loop = asyncio.get_running_loop()
        found = self._made.get(loop)
        if found is None:
            found = self._made[loop] = self._make()
        return found
