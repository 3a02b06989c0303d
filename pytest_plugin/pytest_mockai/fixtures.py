"""The fixtures; everything of MockAI is imported inside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mockai.options import Options, resolve
from pytest_mockai.stash import MOCKS

if TYPE_CHECKING:
    from mockai import MockOpenAI

__all__ = ["make_mock_openai", "mock_openai", "mockai_openai", "mockai_options"]


@pytest.fixture
def mockai_options(request: pytest.FixtureRequest) -> Options:
    """Options of this test's `mock_openai`; override it with `dataclasses.replace(mockai_options, …)`."""
    return resolve(request.config, request.node)


@pytest.fixture(scope="session")
def _mockai_server() -> Iterator[Any]:
    """One server for the process, started by the first test that needs it."""
    from mockai.transports.shared import SharedServer

    server = SharedServer()
    yield server
    server.stop()


@pytest.fixture
def make_mock_openai(
    request: pytest.FixtureRequest, mockai_options: Options, _mockai_server: Any
) -> Iterator[Callable[..., MockOpenAI]]:
    """Make mocks: `make_mock_openai("a.yaml", seed=2)`. The first sets the environment; all are checked."""
    from mockai.mock import MockOpenAI

    mocks: list[MockOpenAI] = request.node.stash.setdefault(MOCKS, [])

    with ExitStack() as stack:

        def make(*scenarios: Any, **options: Any) -> MockOpenAI:
            merged = {**asdict(mockai_options), "set_env": not mocks, **options}
            given = (*merged.pop("scenarios"), *scenarios)
            mock = MockOpenAI(*given, **merged, server=_mockai_server, name=f"{len(mocks)}")
            stack.enter_context(mock)
            mocks.append(mock)
            return mock

        yield make


@pytest.fixture
def mockai_openai(make_mock_openai: Callable[..., MockOpenAI]) -> MockOpenAI:
    """A mock of the OpenAI API, new for each test; `mock_openai` by a name no other plugin uses."""
    return make_mock_openai()


@pytest.fixture
def mock_openai(mockai_openai: MockOpenAI) -> MockOpenAI:
    """A mock of the OpenAI API, new for each test, with the environment set so that clients find it."""
    return mockai_openai
