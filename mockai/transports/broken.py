"""What a client's HTTP library raises when a connection breaks, though here there is none."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from types import ModuleType

import h11

__all__ = ["Errors"]


@dataclass(frozen=True, slots=True)
class Errors:
    """The exceptions a broken connection causes, in a library's own classes (`httpcore` or `httpcore2`) and
    with the texts its sync or async half gives them."""

    library: ModuleType
    sync: bool

    def reset(self) -> Exception:
        """The connection was reset."""
        text = f"[Errno {errno.ECONNRESET}] {os.strerror(errno.ECONNRESET)}" if self.sync else ""
        return self._made("ReadError", text)

    def refused(self) -> Exception:
        """Nobody listens."""
        text = f"[Errno {errno.ECONNREFUSED}] {os.strerror(errno.ECONNREFUSED)}"
        return self._made("ConnectError", text if self.sync else "All connection attempts failed")

    def garbled(self, data: bytes, *, in_chunks: bool) -> Exception | None:
        """What it causes that the connection ends with these bytes, in place of a status line or of a chunk; None
        if they are HTTP."""
        try:
            is_http = _is_http(data, in_chunks=in_chunks)
        except h11.RemoteProtocolError as error:
            return self._made("RemoteProtocolError", str(error))
        return None if is_http else self.closed_early()

    def timed_out(self) -> Exception:
        """Nothing came for longer than the client wants to wait."""
        return self._made("ReadTimeout", "timed out" if self.sync else "")

    def closed_early(self) -> Exception:
        """The connection was closed before the status line."""
        return self._made("RemoteProtocolError", "Server disconnected without sending a response.")

    def cut_short(self, received: int, expected: int | None) -> Exception:
        """The connection was closed within the body; `expected` is the length announced, if it was."""
        seen = "incomplete chunked read" if expected is None else f"received {received} bytes, expected {expected}"
        text = f"peer closed connection without sending complete message body ({seen})"
        return self._made("RemoteProtocolError", text)

    def _made(self, name: str, text: str) -> Exception:
        made: Exception = getattr(self.library, name)(text)
        return made


_CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


def _is_http(data: bytes, *, in_chunks: bool) -> bool:
    """Whether a reply, or a part of it, can be read of these bytes by h11, which httpcore and httpcore2 both use;
    raises what h11 raises."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("host", "mockai")]))
    connection.send(h11.EndOfMessage())
    if in_chunks:
        connection.receive_data(_CHUNKED)
        connection.next_event()
    connection.receive_data(data)
    if in_chunks:
        connection.receive_data(b"")
    return connection.next_event() is not h11.NEED_DATA
