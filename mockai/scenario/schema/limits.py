"""Rate limits and quotas as a scenario writes them."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from mockai.records import Field, Listed
from mockai.scenario.schema.written import Short, Whole, Written

__all__ = ["LimitSpec", "LimitsSpec", "Per", "Tier"]

Per: TypeAlias = Literal["key", "organization", "project", "model"]
"""What has quotas of its own."""

Tier: TypeAlias = Literal["free", "tier1", "tier2", "tier3", "tier4", "tier5"]
"""OpenAI's usage tiers."""

_Some = Annotated[Whole, Field(ge=1)] | None
_Any = Annotated[Whole, Field(ge=0)] | None


class LimitSpec(Written):
    """How much is let through. What is left out is not limited.

    Requests, tokens, images and audio refill continuously; `total_requests` and `total_tokens` are a credit that never
    does, and whose end is `insufficient_quota`.
    """

    requests_per_minute: _Some = Field(default=None, description="Requests per minute.")
    requests_per_day: _Some = Field(default=None, description="Requests per day.")
    tokens_per_minute: _Some = Field(
        default=None, description="Tokens per minute, as estimated before a reply is made."
    )
    tokens_per_day: _Some = Field(default=None, description="Tokens per day, as estimated before a reply is made.")
    images_per_minute: _Some = Field(default=None, description="Images per minute.")
    audio_seconds_per_minute: _Some = Field(
        default=None, description="Seconds of audio per minute, of recordings to transcribe."
    )
    audio_seconds_per_hour: _Some = Field(
        default=None, description="Seconds of audio per hour, of recordings to transcribe."
    )
    audio_seconds_per_day: _Some = Field(
        default=None, description="Seconds of audio per day, of recordings to transcribe."
    )
    audio_megabytes_per_minute: _Some = Field(default=None, description="Megabytes of audio per minute.")
    concurrent: _Some = Field(default=None, description="Requests that may be answered at the same time.")
    total_requests: _Any = Field(default=None, description="Requests there is credit for.")
    total_tokens: _Any = Field(
        default=None, description="Tokens there is credit for, as estimated before a reply is made."
    )


class LimitsSpec(LimitSpec):
    """The limits of a server. A bare word is a `tier`, whose numbers hold where no others are written."""

    short = Short("tier")

    tier: Tier | None = Field(default=None, description="A usage tier of OpenAI's.")
    models: dict[str, LimitSpec] = Field(
        default_factory=dict, description="Limits of models, or globs of them; the first that fits goes before others."
    )
    per: Annotated[tuple[Per, ...], Listed] = Field(
        default=("key", "organization", "project", "model"), description="What has a quota of its own."
    )
