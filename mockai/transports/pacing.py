"""Times of many streams: those that fall into the same millisecond share one timer of the event loop, which is as
exact as the timers of event loops are, and costs a fraction of one for each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import ceil

from mockai.transports.of_loop import OfLoop

__all__ = ["Paced", "Pacer", "pacer"]


class Paced:
    """Something to be done again and again: `tick` does it and returns when it is due next, in seconds of the loop's
    clock. It has `ended` when that is None, when it failed, and when whoever waits for it has said so."""

    __slots__ = ("_mark", "_pacer", "ended", "tick")

    def __init__(self, pacer: Pacer, due: float, tick: Callable[[], float | None]) -> None:
        self.tick = tick
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pacer = pacer
        self._mark = pacer.add(self, due)

    def strike(self) -> None:
        """It is due."""
        if self.ended.done():
            return
        try:
            due = self.tick()
        except Exception as error:
            self.ended.set_exception(error)
            return
        if due is None:
            self.ended.set_result(None)
        else:
            self._mark = self._pacer.add(self, due)

    def end(self) -> None:
        """It is over, whoever still waits for it."""
        if not self.ended.done():
            self.ended.set_result(None)

    def forget(self) -> None:
        """Nothing holds it any more until it would have been due."""
        self._pacer.remove(self, self._mark)


class Pacer:
    """The timers of the event loop that runs."""

    def __init__(self) -> None:
        self._marks: dict[int, list[Paced]] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}

    def add(self, paced: Paced, due: float) -> int:
        """Let it strike in that millisecond or at its end; returns which one it is."""
        mark = ceil(due * 1000)
        at_once = self._marks.get(mark)
        if at_once is None:
            self._marks[mark] = [paced]
            self._timers[mark] = asyncio.get_running_loop().call_at(mark / 1000, self._strike, mark)
        else:
            at_once.append(paced)
        return mark

    def remove(self, paced: Paced, mark: int) -> None:
        """Let it strike no more, if it was still to."""
        waiting = self._marks.get(mark)
        if waiting is None or paced not in waiting:
            return
        waiting.remove(paced)
        if not waiting:
            del self._marks[mark]
            self._timers.pop(mark).cancel()

    def _strike(self, mark: int) -> None:
        del self._timers[mark]
        for paced in self._marks.pop(mark):
            paced.strike()


pacer: OfLoop[Pacer] = OfLoop(Pacer)
"""That of the event loop that runs."""
