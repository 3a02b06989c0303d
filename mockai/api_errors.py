"""The errors of the OpenAI API by name: status, headers and body as the real API sends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockai.wire import Headers, Plan

__all__ = ["ErrorReply", "RequestRefused", "by_status", "named"]


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """An error ready to send. `extra` are further keys inside `error`; `body` replaces the whole envelope."""

    status: int
    message: str
    type: str | None = "invalid_request_error"
    param: str | None = None
    code: str | int | None = None
    headers: Headers = ()
    body: bytes | None = None
    content_type: str = "application/json"

    def plan(self) -> Plan:
        """Head and body."""
        raise NotImplementedError


class RequestRefused(Exception):
    """The API would refuse this request, with this error."""

    def __init__(self, error: ErrorReply) -> None:
        super().__init__(error.message)
        self.error = error


def named(name: str, **values: Any) -> ErrorReply:
    """The error of this name, its message filled from `values`; KeyError for an unknown name."""
    raise NotImplementedError


def by_status(status: int) -> ErrorReply:
    """The API's usual error of this status."""
    raise NotImplementedError
