"""Status lines and headers as api.openai.com sends them, and plans that need nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from mockai.api_errors import ErrorReply
from mockai.ids import Mint
from mockai.wire import Body, Head, Headers, Plan

__all__ = ["bytes_plan", "error_plan", "json_head", "json_plan", "stream_head"]

_NOTHING: Mapping[str, str] = {}


def json_head(length: int, mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Head:
    """The head of a JSON reply of so many bytes. `headers` replace or join the usual ones."""
    head = Head(200, lines=_JSON % (length, *_own(mint)), length=length)
    return head.of(_with(head.headers, headers)) if headers else head


def stream_head(mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Head:
    """The head of a stream of events. `headers` replace or join the usual ones."""
    head = Head(200, lines=_STREAM % _own(mint))
    return head.of(_with(head.headers, headers)) if headers else head


_OWN = (
    b"openai-organization: mockai\r\nopenai-processing-ms: %d\r\nopenai-project: proj_mockai\r\n"
    b"openai-version: 2020-10-01\r\nx-request-id: req_%b\r\n"
)
_JSON = b"content-type: application/json\r\ncontent-length: %d\r\n" + _OWN
_STREAM = b"content-type: text/event-stream; charset=utf-8\r\n" + _OWN
_ORGANIZATION = ("openai-organization", "mockai")
_PROJECT = ("openai-project", "proj_mockai")
_VERSION = ("openai-version", "2020-10-01")


def json_plan(value: Any, mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Plan:
    """Head and body of a JSON reply."""
    return bytes_plan(orjson.dumps(value), mint, headers)


def bytes_plan(data: bytes, mint: Mint, headers: Mapping[str, str] = _NOTHING) -> Plan:
    """Head and body of a JSON reply that is bytes already."""
    return (json_head(len(data), mint, headers), Body(data, "json"))


def error_plan(error: ErrorReply, mint: Mint) -> Plan:
    """Head and body of an error. Other providers' and proxies' have headers of their own."""
    request_id = mint.id("req_")
    error = error.with_request_id(request_id)
    if error.body is not None or error.layout is not None or _is_from_the_door(error):
        return error.plan()
    given = {name for name, _ in error.headers}
    milliseconds = str(5 + int(request_id[4:8], 16) % 90)
    usual = (_ORGANIZATION, ("openai-processing-ms", milliseconds), _PROJECT, _VERSION)
    return replace(error, headers=tuple(pair for pair in usual if pair[0] not in given) + error.headers).plan()


def _is_from_the_door(error: ErrorReply) -> bool:
    """Whether the request came no further than to who asks, and where."""
    return error.status == 401 or error.code in ("unknown_url", "method_not_supported")


def _own(mint: Mint) -> tuple[int, bytes]:
    """What no two replies have alike: the milliseconds one is said to have taken, and its request's id."""
    seal = mint.seal()
    return 100 + int.from_bytes(seal[48:52]) % 900, seal[32:48].hex().encode()


def _with(usual: Headers, headers: Mapping[str, str]) -> Headers:
    given = {name.lower(): value for name, value in headers.items()}
    kept = tuple((name, given.pop(name, value)) for name, value in usual)
    return kept + tuple(given.items())
