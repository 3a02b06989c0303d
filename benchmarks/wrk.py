"""The load by wrk, where that is installed (Debian: `apt-get install wrk`): one thread, which asks as `asked` says."""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.asked import Kind, parts
from benchmarks.load import HOST, Count

__all__ = ["by_wrk", "installed", "version"]

_SCRIPT = Path(__file__).with_name("wrk.lua")


def installed() -> bool:
    """Whether there is a wrk to ask with."""
    return shutil.which("wrk") is not None


def version() -> str:
    """Which one it is, in its own words."""
    said = subprocess.run(["wrk", "-v"], check=False, capture_output=True, text=True).stdout
    return " ".join(said.split()[:2]) or "wrk"


def by_wrk(port: int, kind: Kind, seconds: float, connections: int) -> Count:
    """What comes back within so many seconds (whole ones, as wrk knows no others). Its replies are not looked into:
    `events` is 0. Raises RuntimeError where one failed."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, math.ceil(seconds))}s", "--timeout", "10s"]
    before = _spent()
    done = subprocess.run(
        [*command, "-s", str(_SCRIPT), f"http://{HOST}:{int(port)}/"],
        env={**os.environ, **_asking(kind)},
        cwd=tempfile.gettempdir(),
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not last.startswith("{"):
        raise RuntimeError(f"wrk ended with {done.returncode}: {done.stdout}{done.stderr}")
    found = json.loads(last)
    if found["failed"] or not found["replies"]:
        raise RuntimeError(f"of {found['replies']} replies to wrk {found['failed']} failed")
    return Count(found["replies"], 0, found["seconds"], (_spent() - before) / found["seconds"])


def _asking(kind: Kind) -> dict[str, str]:
    before, digits, after = parts(kind)
    if not digits:
        return {"ASK_BEFORE": before.decode()}
    return {"ASK_BEFORE": before.decode(), "ASK_DIGITS": str(digits), "ASK_AFTER": after.decode()}


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
