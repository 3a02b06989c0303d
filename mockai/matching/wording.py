"""How values are put into reasons: quoted, shortened, secrets hidden; and how alike two texts are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import Any

__all__ = ["HIDDEN", "concealed", "did_you_mean", "is_secret", "likeness", "overlap", "quoted", "shortened", "shown"]

HIDDEN = "(hidden)"
"""What stands in a text for a value that may be a secret."""

_SECRET_NAME = re.compile(
    r"auth|cookie|secret|passw|credential|signature|api[-_]?key|(?<!idempotency)[-_]key$|^key$|token$"
)
_SECRET_VALUE = ("bearer ", "basic ", "sk-")


def is_secret(name: str, value: str = "") -> bool:
    """Whether a header or parameter of this name, or with this value, may be a secret."""
    return _SECRET_NAME.search(name.lower()) is not None or value.lower().startswith(_SECRET_VALUE)


def concealed(value: Any) -> Any:
    """A copy of a JSON value in which whatever may be a secret is hidden."""
    if isinstance(value, Mapping):
        return {key: HIDDEN if is_secret(str(key)) else concealed(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [concealed(part) for part in value]
    return HIDDEN if isinstance(value, str) and is_secret("", value) else value


def shortened(text: str, limit: int = 120) -> str:
    """The text, or its beginning and end around an ellipsis."""
    if len(text) <= limit:
        return text
    tail = limit // 3
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"


def quoted(text: str, limit: int = 120) -> str:
    """The text on one line in double quotes, shortened."""
    return json.dumps(shortened(text, limit), ensure_ascii=False)


def shown(value: Any, limit: int = 120) -> str:
    """A value as JSON, shortened."""
    if isinstance(value, str):
        return quoted(value, limit)
    return shortened(json.dumps(value, ensure_ascii=False, default=str), limit)


def likeness(first: str, second: str) -> float:
    """How alike two short names are, from 0 to 1."""
    return SequenceMatcher(None, first[:64], second[:64], autojunk=False).ratio()


def overlap(wanted: str, text: str) -> float:
    """How much of the wanted text occurs in the other, in runs of three characters, from 0 to 1."""
    runs = _runs(wanted)
    return len(runs & _runs(text)) / len(runs)


@lru_cache(maxsize=64)
def _runs(text: str) -> frozenset[str]:
    # The cap keeps the cost of an unmatched request flat, however long its prompt is.
    folded = text[:4000].casefold()
    return frozenset(folded[start : start + 3] for start in range(max(1, len(folded) - 2)))


def did_you_mean(name: str, names: tuple[str, ...]) -> str:
    """`did you mean "x"?` if one of the names is near, else nothing."""
    near = get_close_matches(name, names, n=1)
    return f"did you mean {quoted(near[0])}?" if near else ""
