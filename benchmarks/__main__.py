"""Run the benchmarks: `python -m benchmarks [--quick] [--name NAME]`. Ends with 1 where a goal is missed."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import wrk
from benchmarks.measuring import Effort, Measured, Noted, alone, cold_start, plugin, record, throughput
from benchmarks.peers import installed, serving
from benchmarks.serving import bare, running
from benchmarks.table import meant, missed, shown

_RULES = "twenty_rules.yaml"
_RESULTS = Path(__file__).with_name("results")
_FULL = Effort(rounds=7, seconds=2.0)
_QUICK = Effort(rounds=3, seconds=0.3, streams=100, soak=20_000, tests=40, runs=1)
_ROUGHLY = 1.6
"""How far a goal may be missed by times that are rough."""


def main() -> None:
    """Measure, print the table, write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="MockAI beside a bare uvicorn app.")
    parser.add_argument("--quick", action="store_true", help="a few seconds in all; the numbers are rough")
    parser.add_argument("--no-peers", action="store_true", help="install no other mocks to compare with")
    parser.add_argument("--name", help="the name of the file in benchmarks/results (default: full, or quick)")
    options = parser.parse_args()
    effort = _QUICK if options.quick else _FULL
    with TemporaryDirectory() as name:
        folder = Path(name)
        measured = list(map(_said, _compared(folder, effort, peers=not (options.no_peers or options.quick))))
    print(_row("", "MockAI", "meant to be"))
    noted = list(map(_said_alone, chain(plugin(effort), alone(effort))))
    _RESULTS.mkdir(exist_ok=True)
    path = _RESULTS / f"{options.name or ('quick' if options.quick else 'full')}.json"
    report = _report(effort, measured, noted)
    path.write_text(json.dumps(report, indent=2) + "\n")
    print(
        f"\nwritten to benchmarks/results/{path.name}; `python -m benchmarks.table` puts the whole run's into the docs"
    )
    for line in (failed := missed(report, _ROUGHLY if options.quick else 1.0)):
        print(f"missed: {line}")
    raise SystemExit(bool(failed))


def _compared(folder: Path, effort: Effort, *, peers: bool) -> Iterator[Measured]:
    print("Rates are by the clock, their medians; `by processor` compares the processor time of a reply.")
    print("No two requests have the same body, unless the line says so. Nobody logs requests.\n")
    print(_row("", "MockAI", "the other", "MockAI / other", "meant to be", "by processor"))
    record(folder)
    yield cold_start(folder, effort)
    others = [("bare uvicorn", 0.5, 3.0, partial(running, bare(folder)))]
    others += [(peer.name, 2.0, 2.0, partial(serving, peer)) for peer in installed(folder)] if peers else []
    for name, least, of_events, other in others:
        alike = f"chat, 15th of 20 rules, the same request, {name}"
        yield throughput(alike, _RULES, "same chat", other(), least, effort)
        yield throughput(f"chat, 15th of 20 rules, {name}", _RULES, "chat", other(), least, effort)
        yield throughput(f"100 pieces, {name}", "hundred_events.yaml", "stream", other(), of_events, effort)


def _said(line: Measured) -> Measured:
    ours, theirs = map(shown, line.medians)
    by_processor = "" if line.processor_ratio is None else f"{line.processor_ratio:.2f}"
    goal = meant(line.least, line.most)
    print(_row(f"{line.name} ({line.unit})", ours, theirs, f"{line.ratio:.2f}", goal, by_processor), flush=True)
    return line


def _said_alone(line: Noted) -> Noted:
    print(_row(f"{line.name} ({line.unit})", shown(line.value), meant(None, line.most)), flush=True)
    return line


def _row(*cells: str) -> str:
    name, *numbers = cells
    return f"{name:<72}" + "".join(f"{cell:>16}" for cell in numbers)


def _report(effort: Effort, measured: Sequence[Measured], noted: Sequence[Noted]) -> dict[str, Any]:
    lines = [
        {
            **asdict(line),
            "median": dict(zip(("mockai", "other"), line.medians, strict=True)),
            "ratio": line.ratio,
            "ratio by processor": line.processor_ratio,
        }
        for line in measured
    ]
    return {"machine": _machine(), "effort": asdict(effort), "measured": lines, "alone": list(map(asdict, noted))}


def _machine() -> dict[str, Any]:
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "asked by": wrk.version() if wrk.installed() else "benchmarks.load",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        **{package: version(package) for package in ("mockai-openai", "uvicorn", "uvloop", "httptools")},
    }


def _processor() -> str:
    """The processor's name where the system tells it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
