"""Limits as a user gives them: a tier, a mapping, or a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias, get_args

from mockai.errors import UsageError
from mockai.scenario.loading import load, load_data
from mockai.scenario.schema import LimitsSpec
from mockai.scenario.schema.limits import Tier

__all__ = ["WrittenLimits", "read_limits"]

WrittenLimits: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any] | LimitsSpec"
"""The name of a tier, a scenario file that has `limits`, or what stands there."""

_TIERS = get_args(Tier)


def read_limits(written: WrittenLimits | None) -> LimitsSpec | None:
    """The limits; None for none. Raises ScenarioError for limits that cannot be meant, UsageError for no limits."""
    if written is None or isinstance(written, LimitsSpec):
        return written
    if isinstance(written, Mapping) or written in _TIERS:
        return load_data({"limits": written}, "limits").files[0].scenario.limits
    path = Path(written) if isinstance(written, str | os.PathLike) else None
    if path is None or not path.is_file():
        seen = written if path is None else os.fspath(written)
        raise UsageError(f"limits is a tier ({', '.join(_TIERS)}), a mapping or a file; seen {seen!r}")
    found = (file.scenario.limits for file in load(path).files)
    limits = next((each for each in found if each is not None), None)
    if limits is None:
        raise UsageError(f"{path} has no `limits:`; see docs/limits.md for what stands there")
    return limits
