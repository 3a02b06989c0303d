"""How much of the scenarios the tests used: collected in each process, told once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mockai.stash import COVERAGE

if TYPE_CHECKING:
    from mockai.coverage import Coverage

__all__ = ["CoverageReport"]


class CoverageReport:
    """The hooks of a run that measures. The mocks of the fixtures are watched by way of the stash."""

    def __init__(self, config: pytest.Config) -> None:
        from mockai.coverage import Coverage

        self._config = config
        self._coverage: Coverage = Coverage()
        config.stash[COVERAGE] = self._coverage
        for path in filter(None, config.getoption("mockai_coverage") or ()):
            self._add(path)

    def _add(self, path: str) -> None:
        from mockai.errors import ScenarioError
        from mockai.scenario.loading import load

        try:
            self._coverage.add(load(self._config.invocation_params.dir / path))
        except ScenarioError as error:
            raise pytest.UsageError(f"mockai: --mockai-coverage={path}: {error}") from None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of xdist has seen."""
        self._coverage.merge(getattr(node, "workeroutput", {}).get("mockai_coverage", {}))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what this process has seen, or write the file and judge."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output["mockai_coverage"] = self._coverage.as_data()
            return
        path = self._config.getoption("mockai_coverage_json")
        if path is not None:
            written = json.dumps(self._coverage.as_json(), indent=2, ensure_ascii=False)
            Path(path).write_text(written + "\n", encoding="utf-8")
        if self._is_too_little() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _is_too_little(self) -> bool:
        least = self._config.getoption("mockai_coverage_fail_under")
        return least is not None and self._coverage.percent < least

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the table, and whether it was enough."""
        from mockai.coverage import lines

        terminalreporter.section("mockai coverage", "=")
        for line in lines(self._coverage):
            terminalreporter.write_line(line)
        if self._is_too_little():
            least = self._config.getoption("mockai_coverage_fail_under")
            told = f"FAIL: of the scenarios {self._coverage.percent:g} % was used, {least:g} % is required"
            terminalreporter.write_line(told, red=True)
