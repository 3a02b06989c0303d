"""The load: connections that are kept alive, each asking again as soon as it is answered.

`python -m benchmarks.load PORT KIND SECONDS CONNECTIONS` prints one line of JSON; the kinds are those of
`asked`. It understands just enough HTTP to know where a reply ends, so that it is never the slower side.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import cast

import uvloop

from benchmarks.asked import Kind, requests

__all__ = ["Count", "Reader"]

HOST = "127.0.0.1"


@dataclass(slots=True)
class Count:
    """What came back. `busy` is the share of the time the load itself was computing: near 1, it is the load
    that was measured and not the server."""

    replies: int = 0
    events: int = 0
    seconds: float = 0.0
    busy: float = 0.0


class Reader:
    """Finds the end of a reply in what arrives; `feed` returns the reply once it is whole."""

    def __init__(self) -> None:
        self._arrived = bytearray()
        self._end: int | None = None

    def feed(self, data: bytes) -> bytes | None:
        """The whole reply, head and all, or None as long as some of it is missing."""
        self._arrived += data
        if self._end is None and not self._read_head():
            return None
        whole = self._arrived.endswith(b"\r\n0\r\n\r\n") if self._end == 0 else len(self._arrived) >= (self._end or 0)
        if not whole:
            return None
        reply, self._arrived, self._end = bytes(self._arrived), bytearray(), None
        return reply

    def _read_head(self) -> bool:
        """Whether the head is there; then `_end` is the length of the reply, 0 for a chunked one."""
        end = self._arrived.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._arrived[:end]).lower()
        _, sized, rest = head.partition(b"\r\ncontent-length:")
        self._end = end + 4 + int(rest.partition(b"\r\n")[0]) if sized else 0
        return True


class _Connection(asyncio.Protocol):
    """One connection; `failed` is told of anything but a reply of 200."""

    def __init__(self, requests: Iterator[bytes], count: Count, failed: asyncio.Future[None]) -> None:
        self._requests = requests
        self._count = count
        self._failed = failed
        self._reader = Reader()
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = cast("asyncio.WriteTransport", transport)
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Count a reply that is whole, and ask again."""
        reply = self._reader.feed(data)
        if reply is None or self._transport is None:
            return
        if not reply.startswith(b"HTTP/1.1 200"):
            self._fail(f"answered {reply[:300]!r}")
            return
        self._count.replies += 1
        self._count.events += reply.count(b"data: ")
        self._transport.write(next(self._requests))

    def connection_lost(self, exc: Exception | None) -> None:
        """The server must not close a connection."""
        self._fail(f"connection lost: {exc}")

    def _fail(self, why: str) -> None:
        if not self._failed.done():
            self._failed.set_exception(RuntimeError(why))


async def _run(port: int, requests: Iterator[bytes], seconds: float, connections: int) -> Count:
    loop = asyncio.get_running_loop()
    count, failed = Count(), loop.create_future()
    started, busy = time.perf_counter(), time.process_time()
    made = [
        await loop.create_connection(lambda: _Connection(requests, count, failed), HOST, port)
        for _ in range(connections)
    ]
    done, _ = await asyncio.wait({failed}, timeout=seconds)
    for future in done:
        future.result()
    count.seconds = time.perf_counter() - started
    count.busy = (time.process_time() - busy) / count.seconds
    if not count.replies:
        raise RuntimeError(f"no reply within {seconds} seconds")
    failed.cancel()
    for transport, _ in made:
        transport.abort()
    return count


def main() -> None:
    """Load a server and print what came back."""
    port, kind, seconds, connections = sys.argv[1:]
    asked = requests(cast("Kind", kind))
    print(json.dumps(asdict(uvloop.run(_run(int(port), asked, float(seconds), int(connections))))))


if __name__ == "__main__":
    main()
