"""How the headers that tell of limits are written, where there are limits."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import ceil

from mockai.providers.base import Asked, Quirk, register
from mockai.wire import Head

__all__: list[str] = []

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_LIMIT = re.compile(r"x-ratelimit-(limit|remaining|reset)-([\w-]+)")


def _seconds(written: str) -> float | None:
    """The seconds of a duration such as `6m0.5s`; None if it is none."""
    parts = _PART.findall(written)
    if not parts or "".join(number + unit for number, unit in parts) != written:
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


@register
class WholeSecondResets(Quirk):
    """Waits are whole numbers of seconds."""

    name = "whole_second_resets"
    summary = "`x-ratelimit-reset-…` are whole numbers of seconds without a unit; clients that read `6m0s` break."

    def head(self, head: Head, asked: Asked) -> Head:
        """With those numbers."""
        for name, value in head.headers:
            seconds = _seconds(value) if name.startswith("x-ratelimit-reset-") else None
            if seconds is not None:
                head = head.replacing(name, str(ceil(seconds)))
        return head


@register
class AnthropicLimits(Quirk):
    """Limits by other names, and times in place of waits."""

    name = "anthropic_limits"
    summary = "Limits are told by `anthropic-ratelimit-requests-limit` and its like, resets as times of RFC 3339."
    evidence = "documented"

    def head(self, head: Head, asked: Asked) -> Head:
        """With those names and times."""
        for name, value in head.headers:
            found = _LIMIT.fullmatch(name)
            if found is not None:
                told = _when(value, asked.mint.created) if found[1] == "reset" else value
                head = head.without(name).plus((f"anthropic-ratelimit-{found[2]}-{found[1]}", told))
        return head


def _when(value: str, now: int) -> str:
    seconds = _seconds(value)
    return value if seconds is None else datetime.fromtimestamp(now + ceil(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
