"""What headers tell: the limits that are left, and how long a client waits for the next byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from mockai.wire import Headers, HTTPRequest

__all__ = ["Limit", "limits_of", "read_timeout_of", "seconds_of", "seconds_until"]

_KINDS = ("requests", "tokens", "images", "audio-seconds")
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)(h|ms|m|s|us|µs))")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6}
_FIRST_TO_SAY = (1, 66)
"""The release of openai-python from which on each request names its read timeout, unless it has none."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a reply says is left of a limit (`requests`, `tokens` …), in how many seconds it is full again (`reset`),
    and how large it then is, if it says so."""

    kind: str
    remaining: int
    reset: float
    full: int | None = None

    @property
    def next(self) -> float:
        """Seconds until one more is left: limits come back continuously, and not all at once."""
        missing = None if self.full is None else self.full - self.remaining
        return self.reset / missing if missing and missing > 0 else self.reset


def limits_of(headers: Headers) -> tuple[Limit, ...]:
    """The limits in the headers of a reply."""
    values = {name: value for name, value in headers if name.startswith("x-ratelimit-")}
    return tuple(_limits(values)) if values else ()


def _limits(values: dict[str, str]) -> Iterator[Limit]:
    for kind in _KINDS:
        remaining, reset = values.get(f"x-ratelimit-remaining-{kind}"), values.get(f"x-ratelimit-reset-{kind}")
        seconds = None if reset is None else seconds_of(reset)
        if remaining is not None and remaining.removeprefix("-").isdecimal() and seconds is not None:
            full = values.get(f"x-ratelimit-limit-{kind}", "")
            yield Limit(kind, int(remaining), seconds, int(full) if full.isdecimal() else None)


def seconds_of(duration: str) -> float | None:
    """The seconds of a duration as Go writes it (`1m23.5s`, `4ms`) or of a bare number; None if it is neither."""
    parts = _DURATION.findall(duration)
    if parts and "".join(number + unit for number, unit in parts) == duration:
        return sum(float(number) * _SECONDS[unit] for number, unit in parts)
    try:
        return float(duration)
    except ValueError:
        return None


def seconds_until(date: str, now: float) -> float | None:
    """The seconds from `now` (of `time.time`) to a date as HTTP writes it; None if it is none."""
    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (TypeError, ValueError):
        return None


def read_timeout_of(http: HTTPRequest) -> tuple[float | None, bool]:
    """The read timeout a request says its client has (None for none), and whether it says so at all.

    openai-python sends `x-stainless-read-timeout` in seconds and leaves it out where there is no timeout;
    openai-node sends `x-stainless-timeout`.
    """
    named = http.header("x-stainless-read-timeout") or http.header("x-stainless-timeout")
    if named is not None:
        seconds = seconds_of(named)
        return seconds, seconds is not None
    return None, http.header("x-stainless-lang") == "python" and _version(http) >= _FIRST_TO_SAY


def _version(http: HTTPRequest) -> tuple[int, ...]:
    numbers = re.findall(r"\d+", http.header("x-stainless-package-version") or "")
    return tuple(map(int, numbers[:2]))
