"""Run the benchmarks: `python -m benchmarks [--quick] [--name NAME]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measuring import Effort, Measured, cold_start, record, throughput

_RESULTS = Path(__file__).with_name("results")
_FULL, _QUICK = Effort(rounds=7, seconds=2.0), Effort(rounds=3, seconds=0.3)


def main() -> None:
    """Measure, print the table, write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="MockAI beside a bare uvicorn app.")
    parser.add_argument("--quick", action="store_true", help="a few seconds in all; the numbers are rough")
    parser.add_argument("--name", help="the name of the file in benchmarks/results (default: full, or quick)")
    options = parser.parse_args()
    effort = _QUICK if options.quick else _FULL
    measured = []
    print(_row("", "MockAI", "bare uvicorn", "MockAI / bare"))
    for line in _measure(effort):
        measured.append(line)
        ours, theirs = (f"{value:,.2f}" if value < 10 else f"{value:,.0f}" for value in line.medians)
        print(_row(f"{line.name} ({line.unit})", ours, theirs, f"{line.ratio:.2f}"), flush=True)
    _RESULTS.mkdir(exist_ok=True)
    path = _RESULTS / f"{options.name or ('quick' if options.quick else 'full')}.json"
    path.write_text(json.dumps(_report(effort, measured), indent=2) + "\n")
    print(f"\nwritten to benchmarks/results/{path.name}")


def _measure(effort: Effort) -> Iterator[Measured]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        record(folder)
        yield cold_start(folder, effort)
        yield throughput("chat, 15th of 20 rules", "twenty_rules.yaml", "chat", folder, effort)
        yield throughput("streams of 100 pieces", "hundred_events.yaml", "stream", folder, effort)


def _row(*cells: str) -> str:
    name, *numbers = cells
    return f"{name:<38}" + "".join(f"{cell:>16}" for cell in numbers)


def _report(effort: Effort, measured: Sequence[Measured]) -> dict[str, Any]:
    lines = [
        {
            **asdict(line),
            "median": dict(zip(("mockai", "bare"), line.medians, strict=True)),
            "ratio": line.ratio,
        }
        for line in measured
    ]
    return {"machine": _machine(), "effort": asdict(effort), "measured": lines}


def _machine() -> dict[str, Any]:
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
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
