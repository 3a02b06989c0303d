"""Mocks for the tests of MockAI itself: every conformance test runs through both ways to reach one."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from mockai import MockOpenAI
from mockai.transports.shared import SharedServer

# Options of the run as a whole (coverage, processes) are not for the small runs of pytest that tests start.
os.environ.pop("PYTEST_ADDOPTS", None)


@pytest.fixture(scope="session")
def shared_server() -> Iterator[SharedServer]:
    """One server for the whole run."""
    server = SharedServer()
    yield server
    server.stop()


@pytest.fixture(params=["server", "patch"])
def mode(request: pytest.FixtureRequest) -> str:
    """Over a socket, and inside httpx."""
    return str(request.param)


@pytest.fixture
def make_mock(mode: str, shared_server: SharedServer) -> Iterator[Callable[..., MockOpenAI]]:
    """Make an active mock in the mode of the test."""
    with ExitStack() as stack:

        def make(*scenarios: Any, **options: Any) -> MockOpenAI:
            server = shared_server if mode == "server" else None
            return stack.enter_context(MockOpenAI(*scenarios, **{"mode": mode, "server": server, **options}))

        yield make


@pytest.fixture
def mock(make_mock: Callable[..., MockOpenAI]) -> MockOpenAI:
    """A mock without rules; scripted waits take no time."""
    return make_mock(time_scale=0)
