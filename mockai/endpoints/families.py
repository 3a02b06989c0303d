"""How the families of models differ on the wire, and which dated snapshot an alias stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from mockai.ids import Mint
from mockai.tokens import Rules, rules_of

__all__ = ["Family", "family_of", "fingerprint", "snapshot"]


@dataclass(frozen=True, slots=True)
class Family:
    """What one family of models sends differently.

    `logprobs_null`: choices hold `logprobs: null` where others leave the key out. `fingerprint`: what
    `system_fingerprint` looks like. `tier`: replies name their `service_tier`. `cache_write` and `modalities`:
    the further token details in `usage`. `named_choice_stops`: a call that `tool_choice` names ends with `stop`.
    `tokens`: how they count.
    """

    logprobs_null: bool = True
    fingerprint: Literal["fp", "null", "empty"] = "fp"
    tier: bool = True
    cache_write: bool = False
    modalities: bool = False
    named_choice_stops: bool = True
    tokens: Rules = field(default_factory=lambda: rules_of(""))


_FAMILIES: tuple[tuple[re.Pattern[str], Family], ...] = (
    (
        re.compile(r"gpt-.*search"),
        Family(logprobs_null=False, fingerprint="empty", tier=False),
    ),
    (
        re.compile(r"gpt-.*audio"),
        Family(logprobs_null=False, modalities=True),
    ),
    (
        re.compile(r"gpt-(5\.[6-9]|[6-9])"),
        Family(logprobs_null=False, fingerprint="null", cache_write=True, named_choice_stops=False),
    ),
    (
        re.compile(r"gpt-5"),
        Family(logprobs_null=False, fingerprint="null", named_choice_stops=False),
    ),
    (
        re.compile(r"o\d"),
        Family(logprobs_null=False, named_choice_stops=False),
    ),
)

_SNAPSHOTS = {
    "gpt-3.5-turbo": "gpt-3.5-turbo-0125",
    "gpt-4": "gpt-4-0613",
    "gpt-4-turbo": "gpt-4-turbo-2024-04-09",
    "gpt-4-turbo-preview": "gpt-4-0125-preview",
    "gpt-4o": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-4o-audio-preview": "gpt-4o-audio-preview-2025-06-03",
    "gpt-4o-mini-audio-preview": "gpt-4o-mini-audio-preview-2024-12-17",
    "gpt-4o-search-preview": "gpt-4o-search-preview-2025-03-11",
    "gpt-4o-mini-search-preview": "gpt-4o-mini-search-preview-2025-03-11",
    "gpt-4.1": "gpt-4.1-2025-04-14",
    "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14",
    "gpt-4.1-nano": "gpt-4.1-nano-2025-04-14",
    "o1": "o1-2024-12-17",
    "o1-mini": "o1-mini-2024-09-12",
    "o1-preview": "o1-preview-2024-09-12",
    "o3": "o3-2025-04-16",
    "o3-mini": "o3-mini-2025-01-31",
    "o4-mini": "o4-mini-2025-04-16",
    "gpt-5": "gpt-5-2025-08-07",
    "gpt-5-mini": "gpt-5-mini-2025-08-07",
    "gpt-5-nano": "gpt-5-nano-2025-08-07",
    "gpt-5.1": "gpt-5.1-2025-11-13",
    "gpt-5.2": "gpt-5.2-2025-12-11",
    "gpt-5.4-mini": "gpt-5.4-mini-2026-03-17",
    "gpt-5.4-nano": "gpt-5.4-nano-2026-03-17",
    "gpt-5.5": "gpt-5.5-2026-04-23",
}


@lru_cache(maxsize=1024)
def _family(base: str) -> Family:
    family = next((family for pattern, family in _FAMILIES if pattern.match(base)), Family())
    return replace(family, tokens=rules_of(base))


def family_of(model: str) -> Family:
    """The family of a model, a fine-tuned one's being that of its base; unknown models are like gpt-4o."""
    base = model.split(":")[1] if model.startswith("ft:") else model
    return _family(base)


def snapshot(model: str) -> str:
    """The model as replies name it: the dated snapshot of a known alias, else the model itself."""
    return _SNAPSHOTS.get(model, model)


@lru_cache(maxsize=1024)
def fingerprint(family: Family, seed: int | str, model: str) -> str | None:
    """The `system_fingerprint` of a model: the same in every reply of a run."""
    if family.fingerprint == "fp":
        return Mint(seed, "fingerprint", model).id("fp_")
    return "" if family.fingerprint == "empty" else None
