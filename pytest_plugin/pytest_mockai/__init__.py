"""pytest plugin of MockAI: the fixture `mock_openai`, the marker `mockai`, options and a report.

Nothing of MockAI is imported until a test asks for the fixture, so that a run without it pays nothing.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from types import FrameType
from typing import Any

import pytest

from pytest_mockai.fault_runs import MARKER
from pytest_mockai.fixtures import (
    _mockai_fault,
    make_mock_openai,
    mock_openai,
    mockai_openai,
    mockai_options,
)
from pytest_mockai.let_through import Summary, note
from pytest_mockai.options import COVERAGE_OPTIONS, add_options
from pytest_mockai.stash import IMPOSED, MOCKS, VERDICT

__all__ = [
    "_mockai_fault",
    "make_mock_openai",
    "mock_openai",
    "mockai_openai",
    "mockai_options",
]

_MARKER = (
    "mockai(*scenarios, mode=None, strict=None, seed=None, time_scale=None, time=None, then=None, "
    "on_unmatched=None, unknown_ids=None, validation=None, limits=None, models=None, api_key=None, provider=None, "
    "quirks=(), allow_hosts=(), base_urls=()): "
    "scenarios and options of the mock_openai fixture; the function's own stand above its class's, and those above "
    "its module's"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--mockai-mode` and its kind, and their ini forms."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, what runs tests with faults, and what lists what lenient validation let through."""
    from pytest_mockai.matrix import Matrix

    config.pluginmanager.register(Summary(), "mockai-let-through")
    config.addinivalue_line("markers", _MARKER)
    config.addinivalue_line("markers", MARKER)
    config.pluginmanager.register(Matrix(config), "mockai-matrix")
    if any(config.getoption(option) is not None for option in COVERAGE_OPTIONS):
        from pytest_mockai.coverage_report import CoverageReport

        config.pluginmanager.register(CoverageReport(config), "mockai-coverage")


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Say so, once, if the fixture this test gets is one of several of its name."""
    if fixturedef.argname == "mock_openai":
        from pytest_mockai.clash import warn_of_rivals

        warn_of_rivals(fixturedef.func.__module__, request.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """After the test's own code has passed: fail it, once and here, for what its mocks have seen."""
    result = yield
    for mock in item.stash.get(MOCKS, ()):
        try:
            mock.check()
        except BaseException as verdict:
            item.stash[VERDICT] = verdict
            raise
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a verdict without a traceback, which would be MockAI's own, and what was asked and answered."""
    report = yield
    if report.when == "call" and report.outcome != "passed":
        if call.excinfo is not None and call.excinfo.value is item.stash.get(VERDICT, None):
            report.longrepr = call.excinfo.getrepr(style="value", chain=False)
            report.sections.extend(_cause(call.excinfo.value))
        for mock in item.stash.get(MOCKS, ()):
            report.sections.extend(("mockai unmatched", text) for text in mock.untold())
            report.sections.append(("mockai traffic", mock.traffic()))
            report.sections.extend(("mockai verdict", str(verdict)) for verdict in (mock.verdict,) if verdict)
    if report.when == "teardown":
        mocks = item.stash.get(MOCKS, [])
        note(report, mocks)
        _forget(item)
    return report


def _forget(item: pytest.Item) -> None:
    """Let go of the mocks of a test that is over: pytest keeps the test until the end of the run."""
    for key in (MOCKS, VERDICT, IMPOSED):
        if key in item.stash:
            del item.stash[key]


def _cause(verdict: BaseException) -> Iterator[tuple[str, str]]:
    """Where a reply written in Python failed: its traceback from the first line that is not machinery."""
    error = verdict.__cause__
    if error is None or error.__traceback__ is None:
        return
    trace = error.__traceback__
    while trace.tb_next is not None and _is_machinery(trace.tb_frame):
        trace = trace.tb_next
    yield "error in a reply", str(pytest.ExceptionInfo.from_exc_info((type(error), error, trace)).getrepr())


def _is_machinery(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] in ("mockai", "asyncio", "concurrent", "anyio")
