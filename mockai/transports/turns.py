"""Replies of one turn of an event loop, written together at its end where turns make several.

Whoever reads them is then woken once and finds them all; to wake a process costs a server a good part of what it takes
to make a reply.
"""

from __future__ import annotations

import asyncio

from mockai.transports.of_loop import OfLoop

__all__ = ["Turns", "turns"]

_SEVERAL = 3
"""So many replies in a turn are worth an end of its own in the next one."""

_MOST = 262_144
"""So many bytes are held back at most."""


class Turns:
    """The turns of an event loop, in which replies are made. What the last one had is expected of the next, so that a
    reply that comes alone waits for nothing."""

    def __init__(self) -> None:
        self._held: list[tuple[asyncio.WriteTransport, bytes]] = []
        self._size = 0
        self._made = 0
        self._usual = 0

    def write(self, transport: asyncio.WriteTransport, reply: bytes) -> None:
        """Write a reply, now or at the end of this turn."""
        self._made += 1
        if self._made == 1:
            asyncio.get_running_loop().call_soon(self._end)
        if self._usual < _SEVERAL:
            transport.write(reply)
            return
        self._held.append((transport, reply))
        self._size += len(reply)
        if self._size > _MOST:
            self.flush()

    def flush(self) -> None:
        """Write what is held back, before something else is written or closed."""
        if self._held:
            held, self._held, self._size = self._held, [], 0
            for transport, reply in held:
                if not transport.is_closing():
                    transport.write(reply)

    def _end(self) -> None:
        self._usual, self._made = self._made, 0
        self.flush()


turns: OfLoop[Turns] = OfLoop(Turns)
"""Those of the event loop that runs."""
