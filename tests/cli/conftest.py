"""Commands run in place, and `mockai serve` as a process."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing

import openai
import pytest
from click.testing import CliRunner

from mockai.cli import main

PATIENCE = 20.0
"""Seconds after which what was waited for is taken not to come."""


class Serving:
    """`mockai serve` as a process, and a thread that reads what it says; `said` is what was waited for so far."""

    def __init__(self, *words: object, env: Mapping[str, str] | None = None, stdout: int = subprocess.PIPE) -> None:
        command = [
            sys.executable,
            "-c",
            "from mockai.cli import main; main()",
            "serve",
            "--port",
            "0",
            *map(str, words),
        ]
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})}
        self.process = subprocess.Popen(
            command, stdout=stdout, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        )
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
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
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder, and the current one."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "MOCKAI_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def write(here):
    """Write a file below the current folder."""

    def written(name, text):
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def mockai(here):
    """Run a command; gives its result, with `exit_code`, `stdout` and `stderr`."""

    def run(*words, **options):
        return CliRunner().invoke(main, [os.fspath(word) for word in words], **options)

    return run


@pytest.fixture
def serve(here):
    """Start a server with these options on a free port; it is ended with the test."""
    with ExitStack() as stack:

        def start(*words, **options):
            return stack.enter_context(closing(Serving(*words, **options)))

        yield start


@pytest.fixture
def client():
    """An OpenAI client for a base URL, which does not retry."""
    with ExitStack() as stack:

        def connect(base_url, api_key="sk-anything", **options):
            made = openai.OpenAI(base_url=base_url, api_key=api_key, **{"max_retries": 0, **options})
            return stack.enter_context(made)

        yield connect


@pytest.fixture
def ask():
    """Ask a question through a client; gives the text of the answer."""

    def asked(client, text, **options):
        messages = [{"role": "user", "content": text}]
        completion = client.chat.completions.create(model="gpt-4o", messages=messages, **options)
        return completion.choices[0].message.content

    return asked
