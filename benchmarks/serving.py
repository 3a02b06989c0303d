"""Servers as a user would start them: processes that print their URL."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import HOST, Reader

__all__ = ["ROOT", "Port", "ask", "bare", "mockai", "running"]

ROOT = Path(__file__).parents[1]
_URL = re.compile(rb"http://%b:(\d+)\D" % re.escape(HOST).encode())


def mockai(scenarios: str) -> list[str]:
    """The command that serves these scenarios (relative to this folder), without a line a request, as everything it is
    compared with."""
    script = Path(sys.executable).with_name("mockai")
    quiet = ("--log-level", "warning")
    return [str(script), "serve", str(Path("benchmarks", "scenarios", scenarios)), "--port", "0", *quiet]


def bare(folder: Path) -> list[str]:
    """The command that serves the replies recorded in a folder."""
    return [sys.executable, "-m", "benchmarks.bare", str(folder)]


class Port(int):
    """The port a server listens on, with the server's process id."""

    pid: int


@contextmanager
def running(command: Sequence[str]) -> Iterator[Port]:
    """Start a server and give the port it prints; ended when the block is left."""
    process = subprocess.Popen(command, cwd=ROOT, env=_as_installed(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    output = process.stdout.fileno()
    try:
        port = Port(_port(output, command))
        port.pid = process.pid
        # A pipe that nobody empties would stop a server that says a line a request.
        draining = threading.Thread(target=_drain, args=(output,))
        draining.start()
        yield port
    finally:
        _end(process)
    draining.join()
    process.stdout.close()


def _as_installed() -> dict[str, str]:
    """The environment of most users: compiled once, as installers do, and without the extra that counts tokens exactly,
    which costs a server 35 MB and 50 ms."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT / "benchmarks" / "without_extras")}


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _port(output: int, command: Sequence[str]) -> int:
    said = b""
    while more := os.read(output, 65_536):
        said += more
        if found := _URL.search(said):
            return int(found[1])
    raise RuntimeError(f"{' '.join(command)} ended without printing a URL:\n{said.decode()}")


def _drain(output: int) -> None:
    while os.read(output, 65_536):
        pass


def ask(port: int, request: bytes) -> bytes:
    """The reply to one request, head and all."""
    reader = Reader()
    with socket.create_connection((HOST, int(port)), timeout=10) as connection:
        connection.sendall(request)
        while data := connection.recv(65_536):
            reply = reader.feed(data)
            if reply is not None:
                return reply
    raise RuntimeError("the server closed the connection before its reply was whole")
