"""Many paced streams at once: how late the tokens come, and what an open stream costs.

`python -m benchmarks.paced PORT PID STREAMS PACE` opens all streams, reads them to their end, and prints one line
of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import uvloop

from benchmarks.asked import STREAM
from benchmarks.load import HOST

__all__ = ["Lateness", "lateness", "resident"]


@dataclass(frozen=True, slots=True)
class Lateness:
    """Milliseconds that tokens came after their time, and kilobytes of the server for each stream that was open."""

    median: float
    p99: float
    worst: float
    kilobytes: float


class _Stream(asyncio.Protocol):
    """Notes when each piece of content arrives."""

    def __init__(self, ended: asyncio.Queue[None]) -> None:
        self.arrived: list[float] = []
        self._ended = ended
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._transport.write(STREAM)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        # The role chunk has empty content and is on no schedule.
        pieces = data.count(b'"delta":{"content":')
        self.arrived += [now] * pieces
        if b"data: [DONE]" in data:
            self._ended.put_nowait(None)


def lateness(arrived: list[float], interval: float) -> list[float]:
    """How many seconds each piece came after the time that the most punctual one shows to be its own."""
    shifted = [at - number * interval for number, at in enumerate(arrived)]
    return [each - min(shifted) for each in shifted]


def resident(pid: int) -> float:
    """A process's resident memory in kilobytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def _run(port: int, pid: int, streams: int, pace: float) -> Lateness:
    loop = asyncio.get_running_loop()
    ended: asyncio.Queue[None] = asyncio.Queue()
    before = resident(pid)
    _keep_awake(loop)
    made = [(await loop.create_connection(lambda: _Stream(ended), HOST, port))[1] for _ in range(streams)]
    await asyncio.sleep(0.5)
    opened = resident(pid)
    for _ in range(streams):
        await asyncio.wait_for(ended.get(), 60)
    late = sorted(1000 * each for stream in made for each in lateness(stream.arrived, 1 / pace))
    at = len(late)
    return Lateness(late[at // 2], late[at * 99 // 100], late[-1], (opened - before) / streams)


def _keep_awake(loop: asyncio.AbstractEventLoop) -> None:
    """Look for what has arrived without ever sleeping. On a virtual machine, whoever sends to a process that sleeps
    pays more for waking it than for a token, and no server has to wake a client on another machine."""
    loop.call_soon(_keep_awake, loop)


def main() -> None:
    """Open the streams and print what was measured."""
    port, pid, streams = map(int, sys.argv[1:4])
    print(json.dumps(asdict(uvloop.run(_run(port, pid, streams, float(sys.argv[4]))))))


if __name__ == "__main__":
    main()
