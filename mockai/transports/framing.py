"""A whole reply as the bytes of HTTP/1.1, for the plain cases; the rest is left to the server's own framing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus

from mockai.wire import Head

__all__ = ["default_lines", "framed"]

_SPECIAL = frozenset({"connection", "transfer-encoding"})
"""Headers that change how a reply is framed."""

_BODILESS = frozenset({204, 304})


def framed(head: Head, data: bytes, defaults: bytes = b"") -> bytes | None:
    """The reply to a request that keeps the connection open: by its `content-length`, else in one chunk. `defaults`
    are the lines that the server puts first. None where that is not the whole story: headers that must not be sent
    as they are, a length that is not the body's, a status without a body."""
    lines = [_line(name, value) for name, value in head.headers]
    if head.status < 200 or head.status in _BODILESS or None in lines:
        return None
    length = next((value for name, value in head.headers if name == "content-length"), None)
    if length is None:
        framing, body = "transfer-encoding: chunked\r\n\r\n", b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data)
        if not data:
            body = b"0\r\n\r\n"
    elif length == str(len(data)):
        framing, body = "\r\n", data
    else:
        return None
    own = "".join([*lines, framing])  # type: ignore[list-item]
    return b"%b%b%b%b" % (_status_line(head.status), defaults, own.encode("latin-1", "replace"), body)


@lru_cache(maxsize=1024)
def _line(name: str, value: str) -> str | None:
    """A header's line; None if it is not to be sent without a closer look."""
    plain = name.replace("-", "").isalnum() and name.isascii() and name.islower() and value.isprintable()
    return f"{name}: {value}\r\n" if plain and name not in _SPECIAL else None


@lru_cache(maxsize=1024)
def _status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


def default_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers that a server sends with every reply, as bytes."""
    return b"".join(b"%b: %b\r\n" % pair for pair in headers)
