"""Ends a test that does not end by itself."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["Hung", "watchdog"]

_AGAIN = 1.0
"""Seconds after which it is tried once more, should the first try have been swallowed."""


class Hung(BaseException):
    """The test was still running when its time was over. No application should catch it."""


@contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """Raise Hung in what runs inside for longer than so many real seconds.

    It takes the main thread and a system with SIGALRM; elsewhere what hangs, hangs.
    """
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(number: int, frame: FrameType | None) -> Any:
    raise Hung("the test did not end; it was interrupted where it stood")
