"""A request to a derived operation: body, form or neither, whatever was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.multipart import read_form
from mockai.request import APIRequest
from mockai.surface.table import Row
from mockai.wire import HTTPRequest

__all__ = ["decode"]


def decode(row: Row, http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """The request; raises `RequestRefused` for a body that is not what it says it is."""
    body = _body(row, http)
    model = body.get("model")
    streams = (body.get("stream"), dict(http.query).get("stream"))
    return APIRequest(
        http,
        row.endpoint,
        row.operation,
        params=params,
        body=body,
        model=model if isinstance(model, str) else None,
        stream=any(value in (True, "true") for value in streams),
        attempt=attempt_of(http),
    )


def _body(row: Row, http: HTTPRequest) -> dict[str, Any]:
    kind = (http.header("content-type") or "").partition(";")[0].strip().lower()
    if not http.body or http.method in ("GET", "DELETE"):
        return {}
    if kind == "multipart/form-data":
        return read_form(http).body()
    if row.sends == "multipart" and kind not in ("", "application/json"):
        return {}  # a file as it is, such as the SDP of a call
    return read_object(http)
