"""What is made in the background getting on by itself, in time, where somebody waits to be told of its end."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from mockai.api_errors import RequestRefused
from mockai.endpoints.life_cycles import ended, unfinished
from mockai.engine import Engine
from mockai.wire import Call

__all__ = ["Lifetimes"]

_SHORTEST = 0.005
_GRACE = 1.0


class Lifetimes:
    """Looks at what is unfinished in the sessions that are watched, each time a step's time has passed.

    A thread of its own does that, and ends when nothing is left to look at. `told` hears of each session that was
    looked at. Nothing happens where no scenario says `step_seconds`: there things get on when a client looks.
    """

    def __init__(self, engine: Engine, time_scale: float, told: Callable[[str], None]) -> None:
        self._engine = engine
        self._time_scale = time_scale
        self._told = told
        self._lock = threading.Lock()
        self._watched: set[str] = set()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, session: str) -> None:
        """Look at what is unfinished in a session from now on, until it is finished."""
        if self._engine.script.step_seconds is None or not self._unfinished(session):
            return
        with self._lock:
            self._watched.add(session)
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._work, name="mockai-lifetimes", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Look at nothing any more."""
        self._closed.set()
        thread = self._thread
        if thread is not None:
            thread.join(_GRACE)

    def _unfinished(self, session: str) -> tuple[str, ...]:
        return unfinished(self._engine.store.session(session).resources)

    def _work(self) -> None:
        pause = max((self._engine.script.step_seconds or 0.0) * self._time_scale, _SHORTEST)
        while not self._closed.wait(pause):
            for session in tuple(self._watched):
                for path in self._unfinished(session):
                    self._look(session, path)
                self._told(session)
            with self._lock:
                self._watched = {session for session in self._watched if self._unfinished(session)}
                if not self._watched:
                    self._thread = None
                    return

    def _look(self, session: str, path: str) -> None:
        found = self._engine.store.session(session)
        try:
            for step in self._engine.advance(found, path):
                if isinstance(step, Call):
                    _work(step)
        except RequestRefused:  # it has been deleted
            ended(found.resources, path.rpartition("/")[2])


def _work(call: Call) -> None:
    try:
        result = call.function()
        call.returned(asyncio.run(_outcome(result)) if inspect.isawaitable(result) else result)
    except Exception as error:
        call.raised(error)


async def _outcome(result: Awaitable[Any]) -> Any:
    return await result
