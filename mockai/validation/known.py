"""What is known of the bodies of operations whose own files say nothing of them."""

from __future__ import annotations

from collections.abc import Mapping

from mockai.validation.rules import NO_RULES, Rules

__all__ = ["RULES", "rules_of"]

_PURPOSE = Rules(own=frozenset({"purpose"}), optional=frozenset({"purpose"}))

RULES: Mapping[str, Rules] = {
    "files.create": _PURPOSE,
    "uploads.create": _PURPOSE,
}
"""By the SDK's name of the operation. The purpose of a file is refused in words of its own."""


def rules_of(operation: str) -> Rules:
    """What is known of an operation."""
    return RULES.get(operation, NO_RULES)
