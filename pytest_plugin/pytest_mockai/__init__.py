"""pytest plugin of MockAI: the fixture `mock_openai`, the marker `mockai`, options and a report.

Nothing of MockAI is imported until a test asks for the fixture, so that a run without it pays nothing.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from pytest_mockai.fixtures import (
    make_mock_openai,
    mock_openai,
    mockai_openai,
    mockai_options,
)

__all__ = ["make_mock_openai", "mock_openai", "mockai_openai", "mockai_options"]

_MARKER = (
    "mockai(*scenarios, mode=None, strict=None, seed=None, time_scale=None, time=None, allow_hosts=None, "
    "on_unmatched=None, then=None): scenarios and options of the mock_openai fixture"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--mockai-mode`, `--mockai-strict`, `--mockai-seed`, and their ini forms."""
    group = parser.getgroup("mockai", "MockAI: a test double for the OpenAI API")
    group.addoption("--mockai-mode", choices=("server", "patch"), help="a real server, or httpx patched in memory")
    group.addoption("--mockai-strict", action="store_const", const="true", help="fail when a rule is never used")
    group.addoption("--mockai-seed", help="the seed of everything generated")
    group.addoption("--mockai-time-scale", help="multiply every scripted wait (0 turns waiting off)")
    parser.addini("mockai_mode", "server (default) or patch")
    parser.addini("mockai_strict", "fail when a rule is never used", default="")
    parser.addini("mockai_seed", "the seed of everything generated (0)")
    parser.addini("mockai_time_scale", "multiply every scripted wait (1)")
    parser.addini("mockai_scenarios", "scenario files or folders every test has, relative to the root", "linelist")
    parser.addini("mockai_allow_hosts", "provider hosts that tests may really call", "args")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", _MARKER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """After the test's own code: fail it, once and here, for what its mocks have seen."""
    result = yield
    for mock in item.stash.get(_mocks_key(), ()):
        mock.check()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what was asked and answered to the report of a failing test."""
    report = yield
    mocks = item.stash.get(_mocks_key(), ())
    if mocks and report.when == "call" and report.outcome != "passed":
        report.sections.append(("mockai traffic", "\n".join(mock.traffic() for mock in mocks)))
    return report


def _mocks_key() -> Any:
    from pytest_mockai.stash import MOCKS

    return MOCKS
