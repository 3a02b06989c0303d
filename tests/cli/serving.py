"""`mockai serve` as a process, and a thread that reads what it says."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

PATIENCE = 20.0
"""Seconds after which what was waited for is taken not to come."""


class Serving:
    """A running server; `said` holds the lines waited for so far."""

    def __init__(self, *words: object, env: Mapping[str, str] | None = None) -> None:
        command = [sys.executable, "-c", "from mockai.cli import main; main()", "serve", "--port", "0", *map(str, words)]
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        )
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self, text: str) -> str:
        """The next line that holds this text."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                line = self._lines.get(timeout=deadline - time.monotonic())
            except queue.Empty:
                break
            if line is None:
                break
            self.said.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} was not said; said: {self.said}; {self.process.poll()=}")

    def base_url(self) -> str:
        """The base URL it says at its start."""
        return self.line("base URL").split()[-1]

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; the exit code, and the seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        return code, time.monotonic() - begun

    def rest(self) -> tuple[list[str], str]:
        """What else it said, on stdout and stderr, once it has ended."""
        lines = []
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            lines.append(line)
        return lines, self.process.stderr.read()

    def close(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
