"""What is kept beside a test for the hooks: its mocks, its fault, and the verdict that failed it; and beside a run."""

from __future__ import annotations

from typing import Any

import pytest

__all__ = ["COVERAGE", "IMPOSED", "MOCKS", "ROW", "SERVER", "VERDICT"]

MOCKS: pytest.StashKey[list[Any]] = pytest.StashKey()
"""The active mocks of a test, in the order they were made."""

COVERAGE: pytest.StashKey[Any] = pytest.StashKey()
"""What has been used of the scenarios in this run (`mockai.coverage.Coverage`), if somebody wants to know."""

IMPOSED: pytest.StashKey[Any] = pytest.StashKey()
"""The fault that this run of a test is for (`mockai.engine.imposed.Imposed`)."""

ROW: pytest.StashKey[dict[str, Any]] = pytest.StashKey()
"""What came of it."""

VERDICT: pytest.StashKey[BaseException] = pytest.StashKey()
"""What a mock raised after the test's own code had passed."""

SERVER: pytest.StashKey[Any] = pytest.StashKey()
"""The server of a run (`mockai.transports.shared.SharedServer`), once a test has had a mock."""
