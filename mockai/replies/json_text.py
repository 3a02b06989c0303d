"""A value as the JSON text a model would write."""

from __future__ import annotations

import json
from typing import Any

import orjson

from mockai.errors import ReplyError

__all__ = ["json_text"]


def json_text(value: Any) -> str:
    """Compact JSON, in the order given; raises ReplyError for what JSON cannot hold."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return _slowly(value)  # orjson refuses whole numbers of more than 64 bits, and lone surrogates


def _slowly(value: Any) -> str:
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ReplyError(f"{_shown(value)} cannot be sent as JSON: {error}") from None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
