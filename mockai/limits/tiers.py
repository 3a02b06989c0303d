"""The usage tiers, and the limits that hold for a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from mockai.scenario.schema.limits import LimitSpec, LimitsSpec

__all__ = ["limits_of", "tiers"]


@cache
def tiers() -> Mapping[str, LimitsSpec]:
    """The limits of each tier."""
    from importlib.resources import files

    import yaml

    written: Mapping[str, Any] = yaml.safe_load(files("mockai.limits").joinpath("tiers.yaml").read_text("utf-8"))
    return {name: LimitsSpec.model_validate(limits) for name, limits in written.items()}


def limits_of(spec: LimitsSpec, model: str, free: LimitsSpec | None = None) -> LimitSpec:
    """What holds for a model: what is written for it, then what is written for all, then its tier's; `free` is the free
    tier where it is not OpenAI's."""
    sources = tuple(_sources(spec, model, free))
    names = LimitSpec.model_fields
    found = {name: next((v for s in sources if (v := getattr(s, name)) is not None), None) for name in names}
    return LimitSpec(**found)


def _sources(spec: LimitsSpec, model: str, free: LimitsSpec | None) -> Iterator[LimitSpec]:
    own = next((limits for glob, limits in spec.models.items() if fnmatchcase(model, glob)), None)
    if own is not None:
        yield own
    yield spec
    if spec.tier is not None:
        tier = free if spec.tier == "free" and free is not None else tiers()[spec.tier]
        yield from _sources(tier, model, free)
