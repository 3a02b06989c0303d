"""What is worked out of a request before the session is asked, kept for the next one that is the same to the last byte,
or at least in its head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockai.endpoints.base import Operation, Serving
from mockai.engine.script import Script
from mockai.providers import Dialect
from mockai.request import APIRequest
from mockai.wire import HTTPRequest

__all__ = ["Heading", "heading_of", "keep", "known_of", "session_of"]


@dataclass(slots=True)
class Heading:
    """What the head of a request tells: its session's name, whose API is asked for what, how strictly it is checked,
    and what it is served from."""

    session: str
    dialect: Dialect
    operation: Operation
    params: Mapping[str, str]
    lenient: bool
    serving: Serving


def heading_of(http: HTTPRequest, script: Script) -> Heading | None:
    """What is known of a request's head, if it has come before under the same script."""
    again = http.heading
    heading: Heading | None = again.made if again is not None and again.by is script else None
    return heading


def known_of(http: HTTPRequest, script: Script) -> APIRequest | None:
    """A request as it was read, if it has come before under the same script. All that is new is its context."""
    again = http.again
    if again is None or again.by is not script:
        return None
    request: APIRequest = again.made
    request.http.context = http.context
    return request


def keep(request: APIRequest, heading: Heading, http: HTTPRequest, script: Script) -> None:
    """Know a request when it comes again, if nothing but its bytes and the script decides how it is read: no provider
    rewrites it, it refers to nothing in the session, and which models there are does not depend on added rules."""
    fixed = heading.operation.enrich is None and request.http is http and heading.serving.catalogue.mode == "any"
    if http.again is not None and fixed:
        request.memo = {}
        http.again.keep(request, script)


def session_of(http: HTTPRequest) -> tuple[str, HTTPRequest]:
    """The session a request names, and the request without the name: `/s/<name>/…` or `x-mockai-session`."""
    if http.path.startswith("/s/"):
        name, slash, rest = http.path[3:].partition("/")
        if name:
            return name, http.at(slash + rest or "/")
    return http.header("x-mockai-session") or "", http
