"""What one owner of quotas has used, and how that stands against the limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mockai.limits.bucket import Bucket, Level
from mockai.limits.demand import Demand, Unit
from mockai.scenario.schema.limits import LimitSpec

__all__ = ["Account", "Limit", "Use"]

_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0


class Limit(NamedTuple):
    """A limit that refills: what it counts, in how many seconds, the error of going over it, and its words there."""

    name: str
    unit: Unit
    period: float
    error: str
    words: str


_LIMITS = (
    Limit("requests_per_minute", "requests", _MINUTE, "rate_limit_requests", "requests per min (RPM)"),
    Limit("requests_per_day", "requests", _DAY, "rate_limit_requests_day", "requests per day (RPD)"),
    Limit("tokens_per_day", "tokens", _DAY, "rate_limit_tokens_day", "tokens per day (TPD)"),
    Limit("tokens_per_minute", "tokens", _MINUTE, "rate_limit_exceeded", "tokens per min (TPM)"),
    Limit("images_per_minute", "images", _MINUTE, "rate_limit_images", "images per min (IPM)"),
    Limit("audio_seconds_per_day", "audio-seconds", _DAY, "rate_limit_audio_day", "seconds of audio per day (ASPD)"),
    Limit("audio_seconds_per_minute", "audio-seconds", _MINUTE, "rate_limit_audio", "seconds of audio per min (ASPM)"),
    Limit(
        "audio_seconds_per_hour", "audio-seconds", _HOUR, "rate_limit_audio_hour", "seconds of audio per hour (ASPH)"
    ),
    Limit(
        "audio_megabytes_per_minute",
        "audio-megabytes",
        _MINUTE,
        "rate_limit_audio_megabytes",
        "megabytes of audio per min (AMPM)",
    ),
)
"""Of several limits of a unit, headers tell of the last: requests of the day, tokens of the minute, audio of the
hour."""


class Use(NamedTuple):
    """A limit that a request comes under: how it stands, and how much is asked of it."""

    limit: Limit
    level: Level
    asked: float

    @property
    def wait(self) -> float:
        """In how many seconds the request fits; 0 if it does now."""
        return self.level.wait(self.asked)


@dataclass(slots=True)
class Account:
    """What an owner has used. `used` says of each limit how much, and when that was so, in seconds of the engine's
    clock; `running` is how many of its requests are being answered."""

    used: dict[str, tuple[float, float]] = field(default_factory=dict)
    running: int = 0
    requests: int = 0
    tokens: int = 0

    def uses(self, limits: LimitSpec, demand: Demand, now: float) -> tuple[Use, ...]:
        """The limits that a request comes under."""
        return tuple(self._uses(limits, demand, now))

    def _uses(self, limits: LimitSpec, demand: Demand, now: float) -> Iterator[Use]:
        for limit in _LIMITS:
            most, asked = getattr(limits, limit.name), demand.of(limit.unit)
            if most is not None and asked is not None:
                used, then = self.used.get(limit.name, (0.0, now))
                yield Use(limit, Bucket(most, limit.period).level(used, now - then), asked)

    def take(self, uses: tuple[Use, ...], demand: Demand, now: float) -> None:
        """Use what a request asks for."""
        for use in uses:
            self.used[use.limit.name] = (use.level.used + use.asked, now)
        self.running += 1
        self.requests += 1
        self.tokens += demand.tokens or 0

    def as_json(self, limits: LimitSpec, now: float) -> dict[str, Any]:
        """How things stand, by limit, for people to read."""
        uses = self.uses(limits, Demand(0, 0, 0, 0, 0), now)
        shown: dict[str, Any] = {use.limit.name: _as_json(use.level) for use in uses}
        used = {"concurrent": self.running, "total_requests": self.requests, "total_tokens": self.tokens}
        most = {name: getattr(limits, name) for name in used}
        credit = {name: {"limit": most[name], "used": used[name]} for name in used if most[name] is not None}
        return {**shown, **credit}


def _as_json(level: Level) -> dict[str, Any]:
    most, remaining = level.bucket.limit, level.remaining
    return {"limit": most, "used": most - remaining, "remaining": remaining, "reset": round(level.reset, 3)}
