"""Status lines and headers as api.openai.com sends them, and plans that need nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockai.ids import Mint
from mockai.wire import Body, Head, Headers, Plan

__all__ = ["bytes_plan", "json_head", "json_plan", "stream_head"]

_NOTHING: Mapping[str, str] = {}


def json_head(length: int, mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Head:
    """The head of a JSON reply of so many bytes. `headers` replace or join the usual ones."""
    framing = (("content-type", "application/json"), ("content-length", str(length)))
    return Head(200, _with(framing + _usual(mint), headers))


def stream_head(mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Head:
    """The head of a stream of events. `headers` replace or join the usual ones."""
    framing = (("content-type", "text/event-stream; charset=utf-8"),)
    return Head(200, _with(framing + _usual(mint), headers))


def json_plan(value: Any, mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Plan:
    """Head and body of a JSON reply."""
    return bytes_plan(orjson.dumps(value), mint, headers)


def bytes_plan(data: bytes, mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Plan:
    """Head and body of a JSON reply that is bytes already."""
    return (json_head(len(data), mint, headers), Body(data, "json"))


def _usual(mint: Mint) -> Headers:
    own = mint.child("head")
    return (
        ("openai-organization", "mockai"),
        ("openai-processing-ms", str(100 + own.number() % 900)),
        ("openai-version", "2020-10-01"),
        ("x-request-id", own.id("req_")),
    )


def _with(usual: Headers, headers: Mapping[str, str]) -> Headers:
    if not headers:
        return usual
    given = {name.lower(): value for name, value in headers.items()}
    kept = tuple((name, given.pop(name, value)) for name, value in usual)
    return kept + tuple(given.items())
