"""What goes wrong: one small class per fault, each rewriting a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.faults.base import Fault, Place

__all__ = ["FAULTS", "Fault", "Place", "build"]

FAULTS: dict[str, type[Fault]] = {}


def build(name: str, options: Mapping[str, Any]) -> Fault:
    """The fault of this name with these options; ValueError if there is none."""
    raise ValueError(f"no fault is called {name}")
