"""How a mock behaves, whatever its scenarios say: what the command line and `MockOpenAI` let a user choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mockai.endpoints.base import UnknownIds, Validation
from mockai.models import Mode
from mockai.providers import ProviderName, Quirk
from mockai.scenario.schema import LimitsSpec, Then

__all__ = ["OnUnmatched", "Settings"]

OnUnmatched: TypeAlias = Literal["error", "auto", "echo"]
"""What a request gets that no rule answers."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an engine is told once, at its start.

    `seed` is what everything generated is drawn from, `then` what follows the last of a rule's replies where
    nothing is written, `on_unmatched` what a request without a rule gets, `api_keys`, if any, are the only keys
    let in, `unknown_ids` is what an id gets that was never created. `validation` is what a request gets that the API
    would refuse; None leaves it to the scenarios, and where they say nothing it is strict. `models` is which models
    there are. `limits` are the rate limits and quotas; None leaves those to the scenarios too, and where they say
    nothing there are none. `provider` is whose API this is, as far as it differs from OpenAI's (without it, the path
    of each request tells), `quirks` are further differences.
    """

    seed: int | str = 0
    then: Then = "fail"
    on_unmatched: OnUnmatched = "error"
    api_keys: frozenset[str] = frozenset()
    unknown_ids: UnknownIds = "404"
    validation: Validation | None = None
    models: Mode = "any"
    limits: LimitsSpec | None = None
    provider: ProviderName | None = None
    quirks: tuple[Quirk, ...] = ()
