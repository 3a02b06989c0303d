"""Attributes of other libraries' classes with something else in their place, and put back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

__all__ = ["LINGERING", "Lingering", "Seat", "Seats"]


class Seat:
    """One attribute of a class, taken with `start` and given back with `stop`.

    What `unittest.mock.patch` does, in a fiftieth of the time, which each test with a mock pays.
    """

    __slots__ = ("_before", "_name", "_new", "_owner")

    def __init__(self, owner: Any, name: str, new: Any) -> None:
        self._owner = owner
        self._name = name
        self._new = new
        self._before: tuple[Any, ...] = ()

    def start(self) -> None:
        """Put the new value in place."""
        own = vars(self._owner)
        self._before = (own[self._name],) if self._name in own else ()
        setattr(self._owner, self._name, self._new)

    def stop(self) -> None:
        """Put back what was there; what was inherited is inherited again."""
        if self._before:
            setattr(self._owner, self._name, self._before[0])
        else:
            delattr(self._owner, self._name)


class Lingering:
    """What becomes of seats that nobody needs any more: they are given back at once, or while this is entered only when
    it is left. A run of tests enters it, as to give them back and take them again is much of what a mock costs, and
    every call of a class that has just been changed is slower."""

    def __init__(self) -> None:
        self._entered = 0
        self._later: dict[Callable[[], None], None] = {}

    def __enter__(self) -> Lingering:
        self._entered += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered -= 1
        while self._later and not self._entered:
            give_back, _ = self._later.popitem()
            give_back()

    def done_with(self, give_back: Callable[[], None]) -> None:
        """Give back what nobody needs now. If it is done later, it may be needed again by then: the function looks."""
        if self._entered:
            self._later[give_back] = None
        else:
            give_back()


LINGERING = Lingering()
"""That of this process."""


class Seats:
    """Several seats that many share: taken while anybody has entered them."""

    def __init__(self, seats: Callable[[], Iterable[Seat]]) -> None:
        self._seats = seats
        self._taken: list[Seat] = []
        self._entered = 0
        self._lock = threading.RLock()

    def __enter__(self) -> Seats:
        with self._lock:
            if not self._taken:
                for seat in self._seats():
                    seat.start()
                    self._taken.append(seat)
            self._entered += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._entered -= 1
            if not self._entered:
                LINGERING.done_with(self._give_back)

    def _give_back(self) -> None:
        with self._lock:
            while self._taken and not self._entered:
                self._taken.pop().stop()
