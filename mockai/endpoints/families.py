"""How the families of models differ on the wire, and which dated snapshot an alias stands for."""

from __future__ import annotations

from functools import lru_cache

from mockai.ids import Mint
from mockai.models import BUILT_IN, Family

__all__ = ["Family", "family_of", "fingerprint", "snapshot"]


def family_of(model: str) -> Family:
    """The family of a model, a fine-tuned one's being that of its base; unknown models are like gpt-4o."""
    return BUILT_IN.facts(model).family


def snapshot(model: str) -> str:
    """The model as replies name it: the dated snapshot of a known alias, else the model itself."""
    known = None if model.startswith("ft:") else BUILT_IN.facts(model).snapshot
    return known or model


@lru_cache(maxsize=1024)
def fingerprint(family: Family, seed: int | str, model: str) -> str | None:
    """The `system_fingerprint` of a model: the same in every reply of a run."""
    if family.fingerprint == "fp":
        return Mint(seed, "fingerprint", model).id("fp_")
    return "" if family.fingerprint == "empty" else None
