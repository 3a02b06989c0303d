"""A run of a test with a fault: the parameter that says so, and the names that go with it."""

from __future__ import annotations

import pytest

__all__ = ["FIXTURES", "HEALTHY", "MARKER", "PARAMETER", "fault_of"]

MARKER = (
    "mockai_faults(*faults, expect=None, raises=(), strict=False, patience=3600): run the test once for each of these "
    "faults (names, errors, or the sets all, socket, stream, bytes, errors, content); expect maps them to outcomes or "
    "exceptions"
)
PARAMETER = "_mockai_fault"
"""The parameter that a test gets without knowing it."""
HEALTHY = "healthy"
"""The run without a fault, which comes first and is judged as ever."""
FIXTURES = frozenset({"mock_openai", "mockai_openai", "make_mock_openai"})
"""A test that has one of these can be given a fault."""


def fault_of(item: pytest.Item) -> str | None:
    """The fault that this run of a test is for; None without a matrix, `healthy` for the run without one."""
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get(PARAMETER)
