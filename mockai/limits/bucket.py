"""A limit that refills continuously."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Bucket", "Level"]

_TOLERANCE = 1e-5
"""Seconds: clocks are rounded, and who has waited as long as was asked must be let in."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """So much (`limit`) in so many seconds (`period`): all of it at once if nothing was used, and as fast as it
    refills from then on."""

    limit: int
    period: float

    @property
    def rate(self) -> float:
        """How much comes back in a second."""
        return self.limit / self.period

    def level(self, used: float, since: float) -> Level:
        """How things stand so many seconds after so much was used."""
        return Level(self, min(self.limit, max(0.0, used - max(0.0, since) * self.rate)))


@dataclass(frozen=True, slots=True)
class Level:
    """How full a bucket is; `used` is what has not come back yet."""

    bucket: Bucket
    used: float

    @property
    def remaining(self) -> int:
        """How much can be taken at once."""
        return max(0, math.floor(round(self.bucket.limit - self.used, 6)))

    @property
    def reset(self) -> float:
        """In how many seconds it is full again."""
        return self.used / self.bucket.rate

    def wait(self, asked: float) -> float:
        """In how many seconds so much can be taken; 0 if it can be now."""
        seconds = (self.used + asked - self.bucket.limit) / self.bucket.rate
        return seconds if seconds > _TOLERANCE else 0.0
