"""How what is made in the background gets on: a step with each look at it, or a step when its time has passed."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from mockai.endpoints.base import Serving
from mockai.state import Resources

__all__ = ["begun", "clock_at", "ended", "may_step", "unfinished"]

_SHELF = "life_cycles"
_UNFINISHED = "life_cycles.unfinished"


def begun(resources: Resources, id: str, path: str) -> None:
    """Note that something is being made in the background; a look at it is `GET path`."""
    resources.put(_UNFINISHED, id, {"path": f"/v1{path}"})


def ended(resources: Resources, id: str) -> None:
    """Note that it is finished, or gone."""
    resources.delete(_UNFINISHED, id)


def unfinished(resources: Resources) -> tuple[str, ...]:
    """Paths at which everything that is being made can be looked at, oldest first."""
    return tuple(each["path"] for each in resources.all(_UNFINISHED))


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
