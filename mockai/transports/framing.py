"""A whole reply as the bytes of HTTP/1.1, for the plain cases; the rest is left to the server's own framing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from mockai.wire import Head

__all__ = ["default_lines", "framed"]

_SPECIAL = frozenset({"connection", "transfer-encoding"})
"""Headers that change how a reply is framed."""

_BODILESS = frozenset({204, 304})


def framed(head: Head, data: bytes, defaults: bytes = b"") -> bytes | None:
    """The reply to a request that keeps the connection open: by its `content-length`, else in one chunk. `defaults`
    are the lines that the server puts first. None where that is not the whole story: headers that must not be sent
    as they are, a length that is not the body's, a status without a body."""
    if head.status < 200 or head.status in _BODILESS:
        return None
    lines, length = head.lines, head.length
    if lines is None:
        found = _lines(head)
        if found is None:
            return None
        lines, length = found
    if length is None:
        chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data) if data else b"0\r\n\r\n"
        return b"%b%b%btransfer-encoding: chunked\r\n\r\n%b" % (_status_line(head.status), defaults, lines, chunk)
    return b"%b%b%b\r\n%b" % (_status_line(head.status), defaults, lines, data) if length == len(data) else None


def _lines(head: Head) -> tuple[bytes, int | None] | None:
    """The lines of a head, and the length they tell; None where they must not be sent as they are."""
    names, values = zip(*head.headers, strict=True) if head.headers else ((), ())
    form = _form(names)
    if form is None or not "".join(values).isprintable():
        return None
    length = None if form.length is None else values[form.length]
    if length is not None and not (length.isascii() and length.isdecimal()):
        return None
    return (form.lines % values).encode("latin-1", "replace"), None if length is None else int(length)


class _Form(NamedTuple):
    """Lines to be filled with values, and where among them the length of the body is."""

    lines: str
    length: int | None


@lru_cache(maxsize=256)
def _form(names: tuple[str, ...]) -> _Form | None:
    """The form of a head with these headers; None if one of them must be looked at more closely."""
    if not all(name not in _SPECIAL and _is_plain(name) for name in names):
        return None
    length = names.index("content-length") if "content-length" in names else None
    return _Form("".join(f"{name}: %s\r\n" for name in names), length)


def _is_plain(name: str) -> bool:
    return name.replace("-", "").isalnum() and name.isascii() and name.islower()


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
