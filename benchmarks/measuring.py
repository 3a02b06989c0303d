"""The measurements: of MockAI and of another in turn, the median of several rounds, and of MockAI alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from benchmarks import wrk
from benchmarks.asked import CHAT, STREAM, Kind
from benchmarks.load import Count
from benchmarks.paced import resident
from benchmarks.plugin import CLIENTS, Mode, costs
from benchmarks.serving import ROOT, Port, ask, bare, mockai, running

__all__ = ["Effort", "Measured", "Noted", "alone", "cold_start", "plugin", "record", "throughput"]


_TIMES = 3
"""How often many streams are paced: something else that wakes up on the machine makes one run of them late."""

Rounds: TypeAlias = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure."""

    rounds: int
    seconds: float
    connections: int = 16
    streams: int = 1000
    soak: int = 1_000_000
    tests: int = 300
    runs: int = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table: every round of both sides, in `unit`.

    `least` is what the ratio is meant to be at least, `most` what MockAI's own median is meant to be at most.
    `processor` are the microseconds of processor time that each side spent on a reply, which other work on the same
    machine disturbs less than it does the clock. `busy` is the most the load was busy.
    """

    name: str
    unit: str
    mockai: Rounds
    other: Rounds
    least: float | None = None
    most: float | None = None
    processor: tuple[Rounds, Rounds] | None = None
    busy: float | None = None

    @property
    def medians(self) -> tuple[float, float]:
        """MockAI's and the other's."""
        return median(self.mockai), median(self.other)

    @property
    def ratio(self) -> float:
        """MockAI's median over the other's."""
        ours, theirs = self.medians
        return ours / theirs

    @property
    def processor_ratio(self) -> float | None:
        """The ratio of speeds by processor time alone: the other's median over MockAI's."""
        if self.processor is None:
            return None
        ours, theirs = map(median, self.processor)
        return theirs / ours


@dataclass(frozen=True, slots=True)
class Noted:
    """One number that is measured of MockAI alone, and the most it is meant to be, if that was said. What is `timed`
    is rough where little time is taken for it; memory is not."""

    name: str
    unit: str
    value: float
    most: float | None = None
    timed: bool = True


def record(folder: Path) -> None:
    """Write what MockAI answers into a folder, for the yardstick to send."""
    with running(mockai("")) as port:
        _, _, chat = ask(port, CHAT).partition(b"\r\n\r\n")
        _, _, stream = ask(port, STREAM).partition(b"\r\n\r\n")
    (folder / "chat.json").write_bytes(chat)
    (folder / "stream.txt").write_bytes(_unchunked(stream))


def _unchunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        whole, body = whole + rest[:length], rest[length + 2 :]
    return whole


def cold_start(folder: Path, effort: Effort) -> Measured:
    """Seconds from starting the process to the last byte of its first reply."""
    ours, theirs = _in_turn(effort.rounds, lambda: _first_reply(mockai("")), lambda: _first_reply(bare(folder)))
    return Measured("cold start to first reply", "s", ours, theirs, most=0.5)


def _first_reply(command: Sequence[str]) -> float:
    started = time.perf_counter()
    with running(command) as port:
        ask(port, CHAT)
        return time.perf_counter() - started


def throughput(
    name: str, scenario: str, kind: Kind, beside: AbstractContextManager[Port], least: float, effort: Effort
) -> Measured:
    """Replies a second, or events a second of streams, of MockAI and of what is served `beside` it, which are meant to
    be `least` times as many at least."""
    busy: list[float] = []

    def round_of(port: Port) -> tuple[float, float]:
        before = processor_time(port.pid)
        count = _load(port, kind, effort)
        busy.append(count.busy)
        spent = (processor_time(port.pid) - before) / count.replies * 1e6
        return (count.events if kind == "stream" else count.replies) / count.seconds, spent

    with running(mockai(scenario)) as ours, beside as theirs:
        for port in (ours, theirs):
            ask(port, STREAM if kind == "stream" else CHAT)  # what is loaded for the first reply
            _load(port, kind, Effort(1, 0.3))
        rounds = [(round_of(ours), round_of(theirs)) for _ in range(effort.rounds)]
    rates, spent = (tuple(zip(*((us[at], them[at]) for us, them in rounds), strict=True)) for at in (0, 1))
    unit = "events/s" if kind == "stream" else "replies/s"
    return Measured(name, unit, rates[0], rates[1], least, processor=(spent[0], spent[1]), busy=max(busy))


def processor_time(pid: int) -> float:
    """Seconds of processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _load(port: int, kind: Kind, effort: Effort) -> Count:
    """What comes back: by wrk where it is installed, but for streams, whose events it does not count."""
    if kind != "stream" and wrk.installed():
        return wrk.by_wrk(port, kind, effort.seconds, effort.connections)
    command = [sys.executable, "-m", "benchmarks.load", *map(str, (port, kind, effort.seconds, effort.connections))]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return Count(**json.loads(done.stdout))


def _in_turn(rounds: int, ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[Rounds, Rounds]:
    """Both sides once a round, so that whatever else the machine does falls on both."""
    first, second = zip(*((ours(), theirs()) for _ in range(rounds)), strict=True)
    return first, second


def plugin(effort: Effort) -> Iterator[Noted]:
    """What the fixture costs a test, in processor time."""
    others: tuple[tuple[Mode, str, float], ...] = (("patch", "respx route", 1.3), ("server", "uvicorn app", 1.2))
    for mode, other, most in others:
        found = costs(mode, effort.tests, effort.runs)
        yield Noted(f"a test with an empty mock_openai, {mode} mode", "ms", found.empty, 1)
        for client, name in CLIENTS.items():
            call, test = found.calls[client], found.tests[client]
            yield Noted(f"a call by {name}, {mode} mode", "ms", call.ours)
            yield Noted(f"a call by {name}, over that to a bare {other}", "times", call.ratio, most)
            yield Noted(f"a test with a call by {name}, over one to a bare {other}", "times", test.ratio)
            thousand = f"a thousand tests with a call by {name}, {mode} mode, imports too"
            yield Noted(thousand, "s", found.thousands[client], 5)


def alone(effort: Effort) -> Iterator[Noted]:
    """What is measured of MockAI alone."""
    paced = [_paced(effort) for _ in range(_TIMES)]
    late, held = (median(each[name] for each in paced) for name in ("p99", "kilobytes"))
    yield Noted(f"{effort.streams} streams at 50 tokens/s: p99 lateness", "ms", late, 20)
    yield Noted("memory of an open stream", "KB", held, 30, timed=False)
    with running(mockai("twenty_rules.yaml")) as port:
        ask(port, CHAT)
        _load(port, "chat", effort)
        yield Noted("memory under load", "MB", resident(port.pid) / 1024, 80, timed=False)
    found = _json("inside", "matching", 1000)
    yield Noted("matching: 1,000 rules over 20", "times", found["1000"] / found["20"], 2)
    yield Noted(
        "checking the body of a chat request: median", "µs", _json("inside", "checking", 5000)["microseconds"], 100
    )
    soaked = _json("inside", "soak", effort.soak)
    memory, times = soaked["megabytes"], soaked["microseconds"]
    grown = f"{effort.soak:,} requests: memory at the end over that before"
    yield Noted(grown, "times", memory[-1] / memory[-2], 1.05, timed=False)
    yield Noted("latency of their second half over the first", "times", median(times[5:]) / median(times[:5]), 1.2)


def _paced(effort: Effort) -> Any:
    """Many streams at once, of a server that has had none: what it once took from the system, it keeps."""
    with running(mockai("paced_streams.yaml")) as port:
        ask(port, STREAM)
        return _json("paced", port, port.pid, effort.streams, 50)


def _json(module: str, *arguments: object) -> Any:
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
