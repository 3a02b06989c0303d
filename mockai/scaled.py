"""What `time_scale` makes of the waits a reply asks its client for."""

from __future__ import annotations

import math

from mockai.wire import Head

__all__ = ["LONGEST_ASKED", "scaled_head", "scaled_wait"]

LONGEST_ASKED = 120.0
"""Seconds. Asked for more, the SDK does not retry at all, or waits as long as it likes; that must stay so."""

_SHORTEST = 0.001
"""The SDK takes `retry-after-ms: 0` for no answer, and falls back on a second of its own."""


def scaled_wait(asked: float, time_scale: float) -> float:
    """The seconds a client is really asked to wait by a reply that was scripted to ask for so many."""
    if time_scale >= 1 or not 0 < asked <= LONGEST_ASKED:
        return asked
    return max(math.ceil(round(asked * time_scale * 1000, 6)) / 1000, _SHORTEST)


def scaled_head(head: Head, asked: float | None, time_scale: float) -> Head:
    """The head of an error reply, with a `retry-after-ms` that asks for the scripted wait in scaled time.

    `asked` is the wait it was scripted to ask for. The client's back-off is then as quick as the mock is;
    `retry-after` stays as scripted, since the SDK prefers the header in milliseconds.
    """
    if asked is None or head.status < 400:
        return head
    seconds = scaled_wait(asked, time_scale)
    if seconds == asked:
        return head
    milliseconds = ("retry-after-ms", f"{seconds * 1000:.0f}")
    return head.without("retry-after-ms").plus(milliseconds)
