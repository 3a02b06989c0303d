"""What the fixture costs a test, beside the same call to a bare respx route or to a bare uvicorn application.

The call alone is timed from when the client is asked to when it has the reply; the whole test has besides it what comes
before and after: the fixture, a rule, the verdict on one side, a respx router and its route on the other, and nothing
at all with the bare application, which answers every test with the same bytes. All three give the same reply with the
same headers, for what a client makes of it is its own work. Each test's rule has a text of its own, so that nothing
made for one test serves the next.

A call takes longer in a test that has just done other things than in one that does nothing else, whoever answers it. So
calls to MockAI and to the bare application are timed in the same tests, each first in every second of them. With respx
that cannot be, as both would be asked about every request; but its tests prepare as much as those with MockAI do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeAlias

__all__ = ["CLIENTS", "Beside", "Costs", "Mode", "costs"]

Mode: TypeAlias = Literal["patch", "server"]

CLIENTS: Mapping[str, str] = {"sdk": "the SDK", "httpx": "httpx"}
"""Who makes the call: the official client, whose own work is most of it, and the plain one below it."""

_TESTS = """
import json
import threading
import time

import httpx
import openai
import pytest
import pytest_httpx2
import respx
import uvicorn
from conftest import alone

COUNT = range({count})
ASK = {{"model": "gpt-4o", "messages": [{{"role": "user", "content": "Hello"}}]}}
HEADERS, BODY = json.loads({reply!r})
DATA = json.dumps(BODY).encode()


class Plain:
    below = "httpcore"

    def __init__(self):
        self.client = httpx.Client()

    def ask(self, base_url):
        reply = self.client.post(base_url + "/chat/completions", json=ASK)
        assert reply.json()["choices"][0]["message"]["content"]


class SDK:
    below = "httpcore2"

    def __init__(self):
        self.client = openai.OpenAI(api_key="sk-benchmark", base_url="http://nowhere.test/v1", max_retries=0)

    def ask(self, base_url):
        self.client.base_url = base_url
        assert self.client.chat.completions.create(**ASK).choices[0].message.content


@pytest.fixture(scope="session")
def by_sdk():
    return SDK()


@pytest.fixture(scope="session")
def by_httpx():
    return Plain()


async def application(scope, receive, send):
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    headers.append((b"content-length", str(len(DATA)).encode()))
    await send({{"type": "http.response.start", "status": 200, "headers": headers}})
    await send({{"type": "http.response.body", "body": DATA}})


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


def timed(kind, client, base_url):
    started = time.process_time()
    client.ask(base_url)
    alone[kind].append(time.process_time() - started)


def call_mockai(kind, mock, client, number):
    mock.when(user="Hello").reply(f"Hello, number {{number}}.")
    timed(kind, client, mock.base_url)


def call_patch(kind, client, number):
    with respx.mock(using=client.below) as router:
        choice = BODY["choices"][0]
        message = {{**choice["message"], "content": f"Hello, number {{number}}."}}
        body = {{**BODY, "choices": [{{**choice, "message": message}}]}}
        reply = httpx.Response(200, headers=HEADERS, content=json.dumps(body))
        router.post("https://api.openai.com/v1/chat/completions").mock(return_value=reply)
        timed(kind, client, "https://api.openai.com/v1")


@pytest.mark.parametrize("number", COUNT)
def test_nothing(number): ...


@pytest.mark.parametrize("number", COUNT)
def test_empty(mock_openai, number): ...


@pytest.mark.parametrize("number", COUNT)
def test_mockai_sdk(mock_openai, by_sdk, number):
    call_mockai("mockai_sdk", mock_openai, by_sdk, number)


@pytest.mark.parametrize("number", COUNT)
def test_mockai_httpx(mock_openai, by_httpx, number):
    call_mockai("mockai_httpx", mock_openai, by_httpx, number)
"""

_BARE: Mapping[Mode, str] = {
    "patch": """
@pytest.mark.parametrize("number", COUNT)
def test_bare_{client}(by_{client}, number):
    call_patch("bare_{client}", by_{client}, number)
""",
    "server": """
@pytest.mark.parametrize("number", COUNT)
def test_bare_{client}(by_{client}, served, number):
    by_{client}.ask(served)


@pytest.mark.parametrize("number", COUNT)
def test_both_{client}(mock_openai, by_{client}, served, number):
    if number % 2:
        timed("bare_{client}", by_{client}, served)
    call_mockai("both_{client}", mock_openai, by_{client}, number)
    if not number % 2:
        timed("bare_{client}", by_{client}, served)
""",
}

_CONFTEST = """
import json
import time
from collections import defaultdict

import pytest

whole = defaultdict(list)
alone = defaultdict(list)


def pytest_collection_modifyitems(items):
    kinds = list(dict.fromkeys(item.originalname for item in items))
    # Twenty of a kind, then of the next: whatever else the machine does falls on all alike.
    items.sort(key=lambda item: (item.callspec.params["number"] // 20, kinds.index(item.originalname)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    started = time.process_time()
    result = yield
    whole[item.originalname.removeprefix("test_")].append(time.process_time() - started)
    return result


def pytest_sessionfinish():
    with open("times.json", "w") as file:
        json.dump({"whole": whole, "alone": alone}, file)
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """MockAI's milliseconds of processor time, and those of the bare one."""

    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        """How many times as much."""
        return self.ours / self.bare


@dataclass(frozen=True, slots=True)
class Costs:
    """Milliseconds of processor time, medians: `empty` of a test that only has the fixture, `calls` of a call alone and
    `tests` of a whole test with one, by client; whole tests beside one that does nothing. `thousands` are the seconds
    of a thousand tests with one call, what MockAI imports in the first and what pytest needs to run them among it (its
    own start and the collection are not), by client."""

    empty: float
    calls: Mapping[str, Beside]
    tests: Mapping[str, Beside]
    thousands: Mapping[str, float]


def costs(mode: Mode, count: int, runs: int = 1) -> Costs:
    """What so many tests of each kind cost, in the median of several runs of pytest: where in memory a process happens
    to have its code and its objects makes some percent."""
    tests = _TESTS.format(count=count, reply=_reply()) + "".join(_BARE[mode].format(client=each) for each in CLIENTS)
    times = [_run(mode, tests) for _ in range(runs)]
    ours = {"patch": "mockai", "server": "both"}[mode]
    alone, whole = (_medians([each[part] for each in times]) for part in ("alone", "whole"))
    return Costs(
        whole["empty"] - whole["nothing"],
        {each: Beside(alone[f"{ours}_{each}"], alone[f"bare_{each}"]) for each in CLIENTS},
        {each: Beside(*(whole[f"{by}_{each}"] - whole["nothing"] for by in ("mockai", "bare"))) for each in CLIENTS},
        {each: _thousand(_run(mode, tests, "-k", f"mockai_{each}")["whole"][f"mockai_{each}"]) for each in CLIENTS},
    )


def _medians(runs: Sequence[Mapping[str, list[float]]]) -> dict[str, float]:
    """Milliseconds by kind: of each run the median, and of those the median."""
    return {kind: 1000 * median(median(run[kind]) for run in runs) for kind in runs[0]}


def _thousand(times: list[float]) -> float:
    """The seconds of a thousand tests, by the first of them, which imports MockAI, and as many others as ran."""
    first, *others = times
    return first + 999 * mean(others)


def _reply() -> str:
    """What MockAI replies: its headers but for the length, and its body, in JSON."""
    from mockai import MockOpenAI

    with MockOpenAI(mode="patch", set_env=False) as mock:
        mock.reply("Hello, number 100.")
        asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
        reply = mock.client().chat.completions.with_raw_response.create(**asked)
    headers = {name: value for name, value in reply.headers.items() if name != "content-length"}
    return json.dumps([headers, json.loads(reply.text)])


def _run(mode: Mode, tests: str, *options: str) -> dict[str, Any]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_cost.py").write_text(tests)
        (folder / "conftest.py").write_text(_CONFTEST)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--mockai-mode={mode}", *options]
        subprocess.run(command, cwd=folder, env=_environment(), check=True, capture_output=True)
        times: dict[str, Any] = json.loads((folder / "times.json").read_text())
    return times


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MOCKAI_"))}
