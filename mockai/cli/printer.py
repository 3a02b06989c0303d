"""Lines on their way to standard output, which may be slow, unread or closed."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Line", "Printer"]

Line: TypeAlias = "str | Callable[[], str]"
"""A line (or several), or what makes it, which is done at once, and only if the line is printed."""

_TOGETHER = 0.02
_BUSY = 100
_TOGETHER_WHEN_BUSY = 0.25


class Printer:
    """Writes lines to a file descriptor from a thread of its own.

    Nobody waits for whoever reads them: past `most_waiting` lines, new ones are dropped and counted, and
    when the reading end is closed everything is. Lines that come within 20 ms share a write, and within 250 ms where
    there were more than a hundred in the one before: each time that two threads take turns costs a busy server time.
    """

    def __init__(self, descriptor: int, encoding: str = "utf-8", most_waiting: int = 10_000) -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._most_waiting = most_waiting
        self._lines: deque[str] = deque()
        self._dropped = 0
        self._closed = False
        self._idle = True
        self._together = _TOGETHER
        self._said = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mockai-printer", daemon=True)
        self._thread.start()

    def say(self, line: Line) -> None:
        """Print a line soon."""
        if self._closed:
            return
        if len(self._lines) < self._most_waiting:
            self._lines.append(_made(line))
            if self._idle:
                self._said.set()
        else:
            self._dropped += 1

    def close(self, timeout: float = 0.2) -> None:
        """Print what is waiting and end; what cannot be printed in so many seconds is lost."""
        self._ending.set()
        self._said.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        try:
            while self._write_some():
                pass
        except OSError:
            self._closed = True
            _forget(self._descriptor)

    def _write_some(self) -> bool:
        """Write what is there, waiting for the first line; False at the end."""
        self._idle = True
        if not self._lines:
            self._said.wait()
        self._idle = False
        self._said.clear()
        ending = self._ending.wait(self._together)
        made = [self._lines.popleft() for _ in range(len(self._lines))]
        self._together = _TOGETHER_WHEN_BUSY if len(made) > _BUSY else _TOGETHER
        if self._dropped:
            made.append(f"({self._dropped} lines dropped: nobody reads them fast enough)")
            self._dropped = 0
        _write(self._descriptor, "".join(f"{line}\n" for line in made).encode(self._encoding, "replace"))
        return not ending


def _made(line: Line) -> str:
    """The text of a line. A line that cannot be made must not be the last one."""
    try:
        return line if isinstance(line, str) else line()
    except Exception as error:
        return f"(a line could not be made: {error!r})"


def _write(descriptor: int, data: bytes) -> None:
    # Past the buffered stream: its lock, held by a blocked write, would hold up the end of the process.
    while data:
        data = data[os.write(descriptor, data) :]


def _forget(descriptor: int) -> None:
    """Lead a descriptor whose reading end is closed to nowhere, so that the process can end without complaint."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
