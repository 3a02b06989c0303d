"""From what a user writes to a fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.by_name import made
from mockai.faults.base import FAULTS, PLACES, Fault

__all__ = ["build"]


def build(name: str, options: Mapping[str, Any]) -> Fault:
    """The fault of this name with these options; ValueError if there is none, or an option does not fit.

    The options are the fault's own: its place has been read before, with `Place.read`.
    """
    return made("fault", FAULTS, name, options, beside=("on", "probability", *PLACES))
