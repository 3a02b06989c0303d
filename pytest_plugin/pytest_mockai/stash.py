"""Where the mocks of a test are kept for the report."""

from __future__ import annotations

from typing import Any

import pytest

__all__ = ["MOCKS"]

MOCKS: pytest.StashKey[list[Any]] = pytest.StashKey()
