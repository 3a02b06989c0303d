"""The fault matrix: a test runs once for each fault, and does not know it."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_mockai.fault_runs import FIXTURES, HEALTHY, PARAMETER, fault_of
from pytest_mockai.stash import IMPOSED, MOCKS, ROW

__all__ = ["Matrix"]


class Matrix:
    """The hooks; rows come with the reports, from other processes too."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._rows: list[dict[str, Any]] = []
        self._limit = _seconds(config)

    @pytest.hookimpl(trylast=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give the test its faults, the run without one first."""
        marked = any(metafunc.definition.iter_markers("mockai_faults"))
        if not (marked or self._config.getoption("mockai_faults")):
            return
        from pytest_mockai.faults_asked import asked_of

        asked = asked_of(metafunc.definition, self._config)
        if FIXTURES.isdisjoint(metafunc.fixturenames):
            if marked:
                nodeid = metafunc.definition.nodeid
                raise pytest.UsageError(f"mockai: {nodeid} is to be run with faults, but does not use mock_openai")
            return
        metafunc.fixturenames.append(PARAMETER)
        metafunc.parametrize(PARAMETER, [HEALTHY, *asked.faults], indirect=True)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Run the test with its fault, and judge what comes of it in place of its own result."""
        if fault_of(item) in (None, HEALTHY):
            return (yield)
        from pytest_mockai.watchdog import watchdog

        error: BaseException | None = None
        try:
            with watchdog(self._limit):
                yield
        except (pytest.skip.Exception, pytest.exit.Exception, KeyboardInterrupt):
            raise
        except BaseException as raised:
            error = raised
        self._judge(item, error)
        return None

    def _judge(self, item: pytest.Item, error: BaseException | None) -> None:
        from pytest_mockai.faults_asked import asked_of
        from pytest_mockai.outcomes import row_of

        if IMPOSED not in item.stash:  # a `mock_openai` of the tests' own
            if error is not None:
                raise error
            return
        mocks = item.stash[MOCKS]
        row = row_of(_test_of(item), error, mocks, item.stash[IMPOSED], asked_of(item, self._config))
        item.stash[ROW] = row.as_dict()
        if row.passed:
            return
        text = f"with the fault {row.fault} the outcome is: {row.said}"
        if error is None:
            raise pytest.fail.Exception(f"mockai: {text}", pytrace=False)
        error.add_note(f"mockai: {text}")
        raise error

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let the row travel with the report."""
        report = yield
        fault = fault_of(item)
        if fault not in (None, HEALTHY):
            if report.when == "call" and ROW in item.stash:
                report.mockai_fault = item.stash[ROW]  # type: ignore[attr-defined]
            elif report.when == "setup" and report.failed:
                report.mockai_fault = _failed_before(item, str(fault))  # type: ignore[attr-defined]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect rows."""
        row = getattr(report, "mockai_fault", None)
        if row is not None:
            self._rows.append(row)

    def pytest_sessionfinish(self) -> None:
        """Write the file that was asked for."""
        path = self._config.getoption("mockai_faults_json")
        if path is not None and not hasattr(self._config, "workerinput"):
            import json

            from pytest_mockai.matrix_report import as_json

            Path(path).write_text(json.dumps(as_json(self._rows), indent=2, ensure_ascii=False) + "\n", "utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show a table for each test."""
        if self._rows:
            from pytest_mockai.matrix_report import write

            write(terminalreporter, self._rows)


def _seconds(config: pytest.Config) -> float:
    """After how many real seconds a test with a fault is taken to hang."""
    written = config.getini("mockai_faults_timeout")
    try:
        seconds = float(written)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise pytest.UsageError(f"mockai: mockai_faults_timeout is a number of seconds above 0; seen {written!r}")
    return seconds


def _test_of(item: pytest.Item) -> str:
    """The test's id without the fault."""
    fault = fault_of(item)
    stem, bracket, rest = item.nodeid.partition("[")
    others = rest.removesuffix("]").removesuffix(str(fault)).removesuffix("-")
    return f"{stem}[{others}]" if bracket and others else stem


def _failed_before(item: pytest.Item, fault: str) -> dict[str, Any]:
    row = {"test": _test_of(item), "fault": fault, "outcome": "failed in set-up", "raised": None, "passed": False}
    return row | {"calls": 0, "seconds": None, "findings": []}
