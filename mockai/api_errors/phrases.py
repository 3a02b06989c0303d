"""How the API words what it echoes: shortened texts, masked keys, lists of choices, durations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from hashlib import sha256
from string import Formatter
from typing import Any

__all__ = ["Phrases", "kind_of", "listed", "literal", "masked", "shorten", "wait_text"]

_LONGEST_ECHO = 16  # words of 12 characters are seen whole, of 20 shortened; where the cut lies is not known


def shorten(value: object) -> str:
    """A long text as the API echoes it: its first three and last three characters."""
    text = str(value)
    return text if len(text) <= _LONGEST_ECHO else f"{text[:3]}...{text[-3:]}"


def masked(key: object) -> str:
    """An API key as the API echoes it: a prefix and the last four characters, short keys whole."""
    text = str(key)
    return text if len(text) <= 12 else f"{text[:8]}{'*' * (len(text) - 12)}{text[-4:]}"


def _last_four(key: object) -> str:
    return f"****{str(key)[-4:]}"


def _ends(key: object) -> str:
    text = str(key)
    return f"{text[:2]}***{text[-2:]}"


def _outer(key: object) -> str:
    return f"sk-...{str(key)[-4:]}"


def literal(value: object) -> str:
    """A value as the API quotes it: text in single quotes, numbers bare, objects as Python writes them."""
    return f"'{shorten(value)}'" if isinstance(value, str) else repr(value)


def listed(values: str | Iterable[object]) -> str:
    """Choices as the API lists them: `'a', 'b', and 'c'`, or `'a' and 'b'`. A text stands as it is."""
    if isinstance(values, str):
        return values
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return " and ".join(quoted)
    return f"{', '.join(quoted[:-1])}, and {quoted[-1]}"


def kind_of(value: object) -> str:
    """What a JSON value is, in the API's words: `a string`, `an integer`, `null` …"""
    if value is None:
        return "null"
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "a boolean"),
        (str, "a string"),
        (int, "an integer"),
        (float, "a decimal number"),
        (list, "an array"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "an object")


def wait_text(seconds: float) -> str:
    """A duration as the API writes it (Go's way): `644ms`, `20s`, `1m23.5s`, `1h0m0s`."""
    milliseconds = _milliseconds(seconds)
    if 0 < milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest / 1000:g}s"
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text


def _milliseconds(seconds: float) -> int:
    try:
        value = float(seconds)
    except (TypeError, ValueError):
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"`wait` is a number of seconds from 0, such as 1.5; seen {seconds!r}")
    return math.ceil(round(value * 1000, 6))


_WORDINGS: dict[str, Callable[[Any], str]] = {
    "echo": shorten,
    "masked": masked,
    "last_four": _last_four,
    "ends": _ends,
    "outer": _outer,
    "sha256": lambda key: sha256(str(key).encode()).hexdigest(),
    "bare": lambda request_id: str(request_id).removeprefix("req_"),
    "literal": literal,
    "listed": listed,
    "wait": wait_text,
    "ms": lambda seconds: str(_milliseconds(seconds)),
    "seconds": lambda seconds: str(max(1, math.ceil(_milliseconds(seconds) / 1000))),
}


class Phrases(Formatter):
    """Fills a template whose placeholders may say how to word the value: `'{value:echo}'`, `{wait:ms}`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """The value in the wording asked for, or as text."""
        return _WORDINGS.get(format_spec, str)(value)
