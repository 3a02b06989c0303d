"""What every endpoint reads the same way: a JSON object as the body, and the retry count."""

from __future__ import annotations

from typing import Any

import orjson

from mockai.api_errors import RequestRefused, named
from mockai.wire import HTTPRequest

__all__ = ["attempt_of", "read_object"]


_DEEPEST = 254


def read_object(http: HTTPRequest) -> dict[str, Any]:
    """The body as a JSON object; refused as the API refuses what is none.

    A request without `content-type` is read all the same, one with another type than JSON is not.
    """
    declared = http.header("content-type")
    if declared is not None and declared != "application/json" and not _is_json(declared):
        raise RequestRefused(named("invalid_json"))
    try:
        body = orjson.loads(http.body)
        if len(http.body) > 2 * _DEEPEST and http.body.count(b"{") + http.body.count(b"[") > _DEEPEST:
            orjson.dumps(body)  # fails where the nesting is deeper than that, which would break recursive readers
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        raise RequestRefused(named("invalid_json")) from None
    if not isinstance(body, dict):
        raise RequestRefused(named("invalid_json"))
    return body


def _is_json(declared: str) -> bool:
    media_type = (declared or "application/json").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def attempt_of(http: HTTPRequest) -> int:
    """How often the SDK says it has tried before, from 0."""
    sent = http.header("x-stainless-retry-count")
    if not sent:
        return 0
    return int(sent) if sent.isascii() and sent.isdigit() else 0
