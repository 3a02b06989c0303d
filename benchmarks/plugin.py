"""What the fixture costs a test, beside the same call to a bare respx route or to a bare uvicorn application."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias

__all__ = ["Costs", "Mode", "costs"]

Mode: TypeAlias = Literal["patch", "server"]

_TESTS = """
import asyncio
import json
import threading

import httpx
import pytest
import respx
import uvicorn

COUNT = range({count})
ASK = {{"model": "gpt-4o", "messages": [{{"role": "user", "content": "Hello"}}]}}
BODY = {{"choices": [{{"message": {{"role": "assistant", "content": "Hi."}}}}]}}


@pytest.fixture(scope="session")
def client():
    with httpx.Client() as client:
        yield client


async def application(scope, receive, send):
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    data = json.dumps(BODY).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(data)).encode())]
    await send({{"type": "http.response.start", "status": 200, "headers": headers}})
    await send({{"type": "http.response.body", "body": data}})


@pytest.fixture(scope="session")
def served():
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield "http://127.0.0.1:%d/v1" % server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture
def patched():
    with respx.mock as router:
        router.post("https://api.openai.com/v1/chat/completions").mock(return_value=httpx.Response(200, json=BODY))
        yield "https://api.openai.com/v1"


def ask(client, base_url):
    assert client.post(f"{{base_url}}/chat/completions", json=ASK).status_code == 200


@pytest.mark.parametrize("number", COUNT)
def test_nothing(number): ...


@pytest.mark.parametrize("number", COUNT)
def test_empty(mock_openai, number): ...


@pytest.mark.parametrize("number", COUNT)
def test_call(mock_openai, client, number):
    mock_openai.when(user="Hello").reply("Hi.")
    ask(client, mock_openai.base_url)


@pytest.mark.parametrize("number", COUNT)
def test_bare(client, number, {bare}):
    ask(client, {bare})
"""

_CONFTEST = """
import json
import time
from collections import defaultdict

import pytest

times = defaultdict(list)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    started = time.process_time()
    result = yield
    times[item.originalname].append(time.process_time() - started)
    return result


def pytest_sessionfinish():
    with open("times.json", "w") as file:
        json.dump(times, file)
"""


@dataclass(frozen=True, slots=True)
class Costs:
    """Milliseconds of processor time, medians, beside those of a test that does nothing: of a test that only has the
    fixture, of one with a rule and a call, and of that call without MockAI. `thousand` are the seconds of a thousand
    tests with one call, what pytest needs for them among it."""

    empty: float
    call: float
    bare: float
    thousand: float


def costs(mode: Mode, count: int) -> Costs:
    """What so many tests of each kind cost."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        bare = {"patch": "patched", "server": "served"}[mode]
        (folder / "test_cost.py").write_text(_TESTS.format(count=count, bare=bare))
        (folder / "conftest.py").write_text(_CONFTEST)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--mockai-mode={mode}"]
        subprocess.run(command, cwd=folder, env=_environment(), check=True, capture_output=True)
        times: dict[str, list[float]] = json.loads((folder / "times.json").read_text())
    busy = {kind: 1000 * median(all) for kind, all in times.items()}
    own = {kind: spent - busy["test_nothing"] for kind, spent in busy.items()}
    thousand = sum(times["test_call"]) / count * 1000
    return Costs(own["test_empty"], own["test_call"], own["test_bare"], thousand)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MOCKAI_"))}
