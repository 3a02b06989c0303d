"""One server-sent event to bytes."""

from __future__ import annotations

__all__ = ["DONE", "comment", "event"]

DONE = b"data: [DONE]\n\n"


def event(data: bytes, name: str | None = None) -> bytes:
    """A server-sent event: an `event:` line if it has a name, one `data:` line, a blank line."""
    if name is None:
        return b"data: " + data + b"\n\n"
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def comment(text: str) -> bytes:
    """A comment, which clients ignore; the only safe keep-alive (an event without data breaks SDKs)."""
    return b": " + text.encode() + b"\n\n"
