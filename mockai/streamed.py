"""What has been sent of a stream."""

from __future__ import annotations

import time
from array import array

from mockai.alike import Alike
from mockai.wire import Kind

__all__ = ["Streamed"]

_MOST_WRITES = 512
"""Past so many times of writing, only every second one is kept."""
_AT_ONCE = 0.001
"""Seconds within which what is written counts as written at once."""
_MOST_KEPT = 65_536
"""So many bytes are kept, and past them the last event."""
_LAST: tuple[Kind, ...] = ("done", "finish", "usage", "event")
_ENDS: tuple[Kind, ...] = ("finish", "done")


class Streamed:
    """`writes` are the times at which events were sent, in seconds of `time.monotonic`, `last` the kind of the last
    one; it is `finished` when one of them said so. The bytes of them are kept until `forget`.
    """

    __slots__ = ("_kept", "_latest", "finished", "last", "writes")

    def __init__(self) -> None:
        self.writes = array("d")
        self.last: Kind | None = None
        self.finished = False
        self._kept = Alike()
        self._latest = b""

    @property
    def kept(self) -> bytes:
        """The bytes, as far as they are kept."""
        return bytes(self._kept) + self._latest

    @property
    def size(self) -> int:
        """About how many bytes that takes."""
        return self._kept.held + len(self._latest)

    @property
    def is_closed(self) -> bool:
        """Whether it was sent to its end, as far as it has one."""
        return self.last is None or self.last in _LAST

    def add(self, data: bytes, kind: Kind) -> None:
        """Keep an event that is sent."""
        self.last = kind
        if kind in _ENDS:
            self.finished = True
        kept = self._kept
        if kept.length + len(data) <= _MOST_KEPT:
            kept.add(data)
        else:
            self._latest = data

    def mark(self) -> None:
        """Note that something is sent now."""
        now, writes = time.monotonic(), self.writes
        if not writes or now - writes[-1] > _AT_ONCE:
            writes.append(now)
            if len(writes) > _MOST_WRITES:
                del writes[1:-1:2]

    def forget(self) -> None:
        """Keep the times, and nothing else."""
        self._kept, self._latest, self.last = Alike(), b"", None
