"""Mocks for the tests of MockAI itself: every conformance test runs through both ways to reach one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import settings

from mockai import MockOpenAI
from mockai.transports.shared import SharedServer

settings.register_profile(
    "mockai", deadline=None
)  # how long an example takes says more of the machine than of the code
settings.load_profile("mockai")


@pytest.fixture(scope="session", autouse=True)
def _options_of_the_run_stay_out_of_the_runs_within() -> Iterator[None]:
    """Options of the run as a whole (coverage, processes) are not for the small runs of pytest that tests start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        yield


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
