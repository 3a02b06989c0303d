"""What the fixture costs a test, beside a bare respx route: `python -m benchmarks.plugin`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["main", "milliseconds"]

_TESTS = """
import httpx
import pytest
import respx

COUNT = range({count})
ASK = {{"model": "gpt-4o", "messages": [{{"role": "user", "content": "Hello"}}]}}
BODY = {{"choices": [{{"message": {{"role": "assistant", "content": "Hi."}}}}]}}


@pytest.fixture(scope="session")
def client():
    with httpx.Client() as client:
        yield client


@pytest.fixture
def route():
    with respx.mock as router:
        router.post("https://api.openai.com/v1/chat/completions").mock(return_value=httpx.Response(200, json=BODY))
        yield "https://api.openai.com/v1"


def ask(client, base_url):
    assert client.post(f"{{base_url}}/chat/completions", json=ASK).status_code == 200


@pytest.mark.parametrize("number", COUNT)
def test_nothing(number): ...


@pytest.mark.parametrize("number", COUNT)
def test_mockai_empty(mock_openai, number): ...


@pytest.mark.parametrize("number", COUNT)
def test_mockai_call(mock_openai, client, number):
    mock_openai.when(user="Hello").reply("Hi.")
    ask(client, mock_openai.base_url)


@pytest.mark.parametrize("number", COUNT)
def test_respx_empty(route, number): ...


@pytest.mark.parametrize("number", COUNT)
def test_respx_call(route, client, number):
    ask(client, route)
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


def milliseconds(mode: str, count: int) -> dict[str, float]:
    """The median milliseconds of each kind of test, without those of a test that does nothing."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_cost.py").write_text(_TESTS.format(count=count))
        (folder / "conftest.py").write_text(_CONFTEST)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--mockai-mode={mode}"]
        subprocess.run(command, cwd=folder, env=_environment(), check=True, stdout=subprocess.DEVNULL)
        times: dict[str, list[float]] = json.loads((folder / "times.json").read_text())
    medians = {kind: sorted(all)[len(all) // 2] * 1000 for kind, all in times.items()}
    nothing = medians.pop("test_nothing")
    return {kind.removeprefix("test_"): median - nothing for kind, median in medians.items()}


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MOCKAI_"))}


def main() -> None:
    """Measure both modes and print a table."""
    started = time.process_time()
    rows = [(mode, milliseconds(mode, 300)) for mode in ("server", "patch")]
    print(f"{'ms a test':<10}" + "".join(f"{kind.replace('_', ' '):>16}" for kind in rows[0][1]))
    for mode, medians in rows:
        print(f"{mode:<10}" + "".join(f"{median:>16.2f}" for median in medians.values()))
    print(f"\n600 tests of each kind in {time.process_time() - started:.0f} s")


if __name__ == "__main__":
    main()
