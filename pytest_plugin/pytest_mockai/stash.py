"""What is kept beside a test for the hooks: its mocks, and the verdict that failed it."""

from __future__ import annotations

from typing import Any

import pytest

__all__ = ["MOCKS", "VERDICT"]

MOCKS: pytest.StashKey[list[Any]] = pytest.StashKey()
"""The active mocks of a test, in the order they were made."""

VERDICT: pytest.StashKey[BaseException] = pytest.StashKey()
"""What a mock raised after the test's own code had passed."""
