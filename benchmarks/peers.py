"""Other mocks of the same API, each installed from its registry into a folder that is thrown away."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.load import HOST
from benchmarks.serving import ROOT, Port

__all__ = ["Peer", "installed", "serving"]

_SCENARIOS = ROOT / "benchmarks" / "scenarios"
_WORD = len("word00 ")


@dataclass(frozen=True, slots=True)
class Peer:
    """Another mock: its name with its version, and its command without the port."""

    name: str
    command: tuple[str, ...]


def installed(folder: Path) -> list[Peer]:
    """The peers that can be installed here; npm is needed for one of them."""
    peers = [_llmock(folder / "llmock")]
    return [*peers, _aimock(folder / "aimock")] if shutil.which("npm") else peers


def _llmock(folder: Path) -> Peer:
    """PyPI's llmock, which has no rules: every request gets the same text."""
    venv.create(folder, with_pip=True)
    _run(folder / "bin" / "pip", "install", "--quiet", "llmock")
    shown = _run(folder / "bin" / "pip", "show", "llmock").splitlines()
    version = next(line.split()[1] for line in shown if line.startswith("Version:"))
    options = ("--response-style", "static", "--tool-mode", "off", "--log-level", "warning")
    return Peer(f"llmock {version} (no rules)", (str(folder / "bin" / "llmock"), "serve", *options))


def _aimock(folder: Path) -> Peer:
    """npm's aimock, with the same twenty rules and the same hundred words."""
    folder.mkdir()
    _run("npm", "install", "--silent", "--prefix", str(folder), "@copilotkit/aimock")
    package = folder / "node_modules" / "@copilotkit" / "aimock" / "package.json"
    fixtures = folder / "fixtures.json"
    fixtures.write_text(json.dumps({"fixtures": [*_fixtures("twenty_rules"), *_fixtures("hundred_events")]}))
    command = (str(folder / "node_modules" / ".bin" / "llmock"), "--fixtures", str(fixtures))
    options = ("--log-level", "silent", "--chunk-size", str(_WORD))
    return Peer(f"aimock {json.loads(package.read_text())['version']}", (*command, *options))


def _fixtures(scenario: str) -> Iterator[dict[str, object]]:
    """The rules of one of our scenarios as aimock writes them."""
    written = yaml.safe_load((_SCENARIOS / f"{scenario}.yaml").read_text())
    for rule in written["rules"]:
        reply = rule["reply"]
        text = reply if isinstance(reply, str) else reply["text"]
        yield {"match": {"userMessage": rule["when"]["user"]}, "response": {"content": text}}


def _run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    return done.stdout


@contextmanager
def serving(peer: Peer) -> Iterator[Port]:
    """Start a peer on a free port and give the port."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*peer.command, "--host", HOST, "--port", str(port)], stdout=quiet, stderr=quiet)
    try:
        _wait_for(port, process, peer)
        served = Port(port)
        served.pid = process.pid
        yield served
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes], peer: Peer) -> None:
    patience = time.monotonic() + 20
    while time.monotonic() < patience and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{peer.name} does not listen on port {port} after 20 seconds")
