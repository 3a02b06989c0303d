"""How what is made in the background gets on: a step with each look at it, or a step when its time has passed."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from mockai.endpoints.base import Serving

__all__ = ["clock_at", "may_step"]

_SHELF = "life_cycles"


def may_step(serving: Serving, id: str) -> bool:
    """Whether an object gets on at this look at it. Where steps take time, the time begins with the first look."""
    if serving.step_seconds is None:
        return True
    now, resources = serving.clock(), serving.resources
    last = resources.get(_SHELF, id)
    if last is None or now - last["at"] >= serving.step_seconds:
        resources.put(_SHELF, id, {"at": now})
    return last is not None and now - last["at"] >= serving.step_seconds


def clock_at(time_scale: float) -> Callable[[], float]:
    """A clock on which waits are as long as this scale makes them; at 0, no time is long."""
    return lambda: monotonic() / max(time_scale, 1e-9)
