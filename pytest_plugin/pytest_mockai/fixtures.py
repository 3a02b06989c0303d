"""The fixtures; everything of MockAI is imported inside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mockai.fault_runs import HEALTHY, fault_of
from pytest_mockai.stash import COVERAGE, IMPOSED, MOCKS, SERVER

if TYPE_CHECKING:
    from mockai import MockOpenAI
    from mockai.engine.imposed import Imposed
    from mockai.transports.shared import SharedServer
    from pytest_mockai.resolving import Options

__all__ = ["_mockai_fault", "make_mock_openai", "mock_openai", "mockai_openai", "mockai_options"]


@pytest.fixture
def mockai_options(request: pytest.FixtureRequest) -> Options:
    """Options of this test's `mock_openai`; override it with `dataclasses.replace(mockai_options, …)`."""
    from pytest_mockai.resolving import resolve

    with _one_clean_error():
        return resolve(request.config, request.node)


def _server(config: pytest.Config) -> SharedServer:
    """One server for the process, started by the first test that needs it. No fixture, as pytest would keep something
    for each test that has it until the end of the run."""
    server: SharedServer | None = config.stash.get(SERVER, None)
    if server is None:
        from mockai.transports.seats import LINGERING
        from mockai.transports.shared import SharedServer

        server = config.stash[SERVER] = SharedServer()
        run = ExitStack()
        run.enter_context(LINGERING)
        run.callback(server.stop)
        config.add_cleanup(run.close)
    return server


@pytest.fixture
def make_mock_openai(request: pytest.FixtureRequest, mockai_options: Options) -> Iterator[Callable[..., MockOpenAI]]:
    """Make mocks of the OpenAI API: `make_mock_openai("a.yaml", seed=2)`, with the options of `MockOpenAI`.

    The scenarios given stand above those of the marker and the ini file. The first mock sets the environment,
    the others are reached by their `base_url`; all of them can fail the test.
    """
    from mockai.mock import MockOpenAI
    from pytest_mockai.resolving import existing

    node, config = request.node, request.config
    merged = {**mockai_options.as_dict(), "server": _server(config)}
    inherited = merged.pop("scenarios")
    mocks: list[MockOpenAI] = []
    node.stash[MOCKS] = mocks
    imposed = _imposed(node)
    coverage = config.stash.get(COVERAGE, None)

    with ExitStack() as stack:

        def make(*scenarios: Any, **options: Any) -> MockOpenAI:
            own = [existing(scenario, node, "make_mock_openai()") for scenario in scenarios]
            chosen = {**merged, "set_env": not mocks, **options}
            if mocks and chosen["time"] == "virtual" and fault_of(node) is not None:
                chosen["time"] = "real"  # which is virtual by now, by the clock of the first mock
            mock = stack.enter_context(MockOpenAI(*own, *inherited, **chosen))
            if coverage is not None:
                coverage.watch(mock.engine)
            if imposed is not None:
                mock.engine.imposed = imposed
                mock.engine.observers.append(imposed.ended)
            mocks.append(mock)
            return mock

        yield make


def _imposed(item: pytest.Item) -> Imposed | None:
    """The fault that this run of the test is for."""
    fault = fault_of(item)
    if fault is None or fault == HEALTHY:
        return None
    from mockai.engine.imposed import Imposed

    item.stash[IMPOSED] = imposed = Imposed(fault)
    return imposed


@pytest.fixture
def _mockai_fault(request: pytest.FixtureRequest) -> str:
    """The fault of a run, for tests that are run once for each."""
    return str(request.param)


@pytest.fixture
def mockai_openai(make_mock_openai: Callable[..., MockOpenAI]) -> MockOpenAI:
    """A mock of the OpenAI API, new for each test: `mock_openai` by a name that no other plugin has."""
    with _one_clean_error():
        return make_mock_openai()


@pytest.fixture
def mock_openai(mockai_openai: MockOpenAI) -> MockOpenAI:
    """A mock of the OpenAI API, new for each test; the environment is set so that clients find it.

    Script it with `mock_openai.when(user="weather").reply("Sunny.")`, or with `@pytest.mark.mockai("file.yaml")`,
    and ask it for `.calls`, `.assert_called()`, `.assert_retried()`, `.client()` and `.base_url`.
    """
    return mockai_openai


@contextmanager
def _one_clean_error() -> Iterator[None]:
    """Turn what the user wrote wrongly into one error without a traceback, which would be MockAI's own."""
    from mockai.errors import ScenarioError, UsageError

    try:
        yield
    except (ScenarioError, UsageError, pytest.UsageError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
