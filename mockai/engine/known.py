"""What reading a request has come to, kept for the next one that is the same to the last byte."""

from __future__ import annotations

from dataclasses import dataclass

from mockai.endpoints.base import Operation, Serving
from mockai.engine.script import Script
from mockai.providers import Dialect
from mockai.request import APIRequest
from mockai.wire import HTTPRequest

__all__ = ["Known", "keep", "known_of"]


@dataclass(slots=True)
class Known:
    """A request that was read and passed all checks: its session's name, and all that can be known of it without asking
    the session. What it takes of keys, limits and rules, each time takes anew."""

    session: str
    dialect: Dialect
    operation: Operation
    serving: Serving
    lenient: bool
    request: APIRequest


def known_of(http: HTTPRequest, script: Script) -> Known | None:
    """What is known of a request, if it has come before under the same script."""
    again = http.again
    known: Known | None = again.made if again is not None and again.by is script else None
    return known


def keep(known: Known, http: HTTPRequest, script: Script) -> None:
    """Know a request when it comes again, if nothing but its bytes and the script decides how it is read: no provider
    rewrites it, it refers to nothing in the session, and which models there are does not depend on added rules."""
    again, request = http.again, known.request
    fixed = known.operation.enrich is None and request.http is http and known.serving.catalogue.mode == "any"
    if again is not None and fixed and script.repeats:
        request.memo = {}
        again.by, again.made = script, known
