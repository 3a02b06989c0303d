"""Errors of the API, made from what is written."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import orjson

from mockai.api_errors import ErrorReply, by_status, named
from mockai.replies.filling import Filling, headers_of
from mockai.replies.json_text import json_text
from mockai.request import APIRequest
from mockai.scenario.schema import Defaults, ErrorSpec, Reply

__all__ = ["error_reply"]


def error_reply(spec: ErrorSpec, reply: Reply, defaults: Defaults, filling: Filling) -> ErrorReply:
    """An error by name or by status, with what the reply changes about it."""
    values = _known(filling.scope.request) | _waiting(reply, filling) | filling.value(spec.values)
    error = _usual(spec, values)
    changed = {name: _changed(getattr(spec, name), filling) for name in _given(spec)}
    error = replace(error, **changed) if changed else error
    if spec.body is not None:
        error = _with_body(error, filling.text(spec.body) if isinstance(spec.body, str) else filling.value(spec.body))
    return error.with_headers(headers_of(reply, defaults, filling))


def _usual(spec: ErrorSpec, values: dict[str, Any]) -> ErrorReply:
    if spec.name is None:
        return by_status(spec.status or 500)
    return named(spec.name, **values)


def _given(spec: ErrorSpec) -> list[str]:
    """The fields that replace the usual ones; `type`, `param` and `code` may be replaced by null."""
    replaced = [name for name in ("status", "message") if getattr(spec, name) is not None]
    return replaced + [name for name in ("type", "param", "code") if name in spec.model_fields_set]


def _changed(value: Any, filling: Filling) -> Any:
    return filling.text(value) if isinstance(value, str) else value


def _with_body(error: ErrorReply, body: Any) -> ErrorReply:
    """The error with another body; a text that is not JSON is plain text, unless the error was something else."""
    text = body if isinstance(body, str) else json_text(body)
    kind = error.content_type
    if kind == "application/json" and not _is_json(text):
        kind = "text/plain; charset=utf-8"
    return replace(error, body=text.encode(), content_type=kind)


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _known(request: APIRequest) -> dict[str, Any]:
    """What the messages of the catalogue may name, as far as the request tells."""
    headers = request.headers
    return {
        "model": request.model,
        "method": request.http.method,
        "path": request.http.path,
        "organization": headers.get("openai-organization"),
        "project": headers.get("openai-project"),
        "key": headers.get("authorization", "").removeprefix("Bearer ") or headers.get("api-key"),
    }


def _waiting(reply: Reply, filling: Filling) -> dict[str, Any]:
    """How long the message says to wait, which is what the headers say."""
    for written, unit in ((reply.retry_after_ms, 1000), (reply.retry_after, 1)):
        try:
            seconds = float(filling.text(written or "")) / unit
        except ValueError:  # none given, or a date, which messages do not have
            continue
        return {"wait": seconds} if math.isfinite(seconds) else {}
    return {}
