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
    usual = (_JSON, ("content-length", str(length)), *_usual(mint))
    return Head(200, _with(usual, headers) if headers else usual)


def stream_head(mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Head:
    """The head of a stream of events. `headers` replace or join the usual ones."""
    usual = (_STREAM, *_usual(mint))
    return Head(200, _with(usual, headers) if headers else usual)


_JSON = ("content-type", "application/json")
_STREAM = ("content-type", "text/event-stream; charset=utf-8")
_ORGANIZATION = ("openai-organization", "mockai")
_VERSION = ("openai-version", "2020-10-01")


def json_plan(value: Any, mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Plan:
    """Head and body of a JSON reply."""
    return bytes_plan(orjson.dumps(value), mint, headers)


def bytes_plan(data: bytes, mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Plan:
    """Head and body of a JSON reply that is bytes already."""
    return (json_head(len(data), mint, headers), Body(data, "json"))


def _usual(mint: Mint) -> Headers:
    seal = mint.seal()
    milliseconds = str(100 + int.from_bytes(seal[48:52]) % 900)
    request_id = f"req_{seal[32:48].hex()}"
    return (_ORGANIZATION, ("openai-processing-ms", milliseconds), _VERSION, ("x-request-id", request_id))


def _with(usual: Headers, headers: Mapping[str, str]) -> Headers:
    given = {name.lower(): value for name, value in headers.items()}
    kept = tuple((name, given.pop(name, value)) for name, value in usual)
    return kept + tuple(given.items())
