"""What was used of the scenarios, told when the server ends."""

from __future__ import annotations

import json

from mockai.coverage import Coverage, lines

__all__ = ["as_json", "as_text"]


def as_text(coverage: Coverage) -> str:
    """For people: a table, and what is missing."""
    return "\n".join(["", *lines(coverage)])


def as_json(coverage: Coverage) -> str:
    """For machines: one object."""
    return json.dumps({"event": "coverage", **coverage.as_json()}, ensure_ascii=False)
