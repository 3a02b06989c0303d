"""`unknown_ids: synthesize`: whatever the SDK can send is answered, with objects that its types accept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from itertools import chain

import orjson

from mockai.api_errors import ErrorReply, RequestRefused
from mockai.endpoints.base import Serving
from mockai.endpoints.routing import Router
from mockai.ids import Mint
from mockai.surface.mending import mended
from mockai.surface.operations import Derived, derived
from mockai.surface.table import Row
from mockai.wire import Body, Head, HTTPRequest, Plan, Step

__all__ = ["Contract"]


class Contract:
    """Stands behind the endpoint files: answers what they refuse, and mends what the SDK's types would not accept."""

    def made_up(self, error: ErrorReply, http: HTTPRequest, serving: Serving, mint: Mint) -> Plan | None:
        """What a request gets in place of an error about an id or a value; None if it should get the error."""
        found = self._derived(http) if error.status in (400, 404) else None
        if found is None:
            return None
        each, params = found
        with suppress(RequestRefused):
            return each.serve(each.decode(http, params), serving, mint)
        return None

    def kept(self, plan: Plan, http: HTTPRequest, mint: Mint) -> Iterator[Step]:
        """The same plan, a JSON body in it as the SDK's types have it."""
        steps = iter(plan)
        first = list(_until_body(steps))
        found = self._derived(http)
        if found is not None and len(first) == 2:
            first = _mended(first, found[0].row(http), found[0], mint)
        yield from chain(first, steps)

    def _derived(self, http: HTTPRequest) -> tuple[Derived, dict[str, str]] | None:
        with suppress(RequestRefused):
            operation, params = self._router.find(http.method, http.path)
            return self._each[operation.method, operation.path], params
        return None

    @cached_property
    def _each(self) -> dict[tuple[str, str], Derived]:
        return {(each.rows[-1].method, each.rows[-1].path): each for each in derived()}

    @cached_property
    def _router(self) -> Router:
        return Router(each.operation() for each in self._each.values())


def _until_body(steps: Iterator[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        if not isinstance(step, Head):
            return


def _mended(first: list[Step], row: Row, each: Derived, mint: Mint) -> list[Step]:
    head, body = first
    if not (isinstance(head, Head) and isinstance(body, Body) and body.kind == "json" and row.gives):
        return first
    value = orjson.loads(body.data)
    data = orjson.dumps(mended(value, row, each.places.table, mint))
    headers = tuple((name, str(len(data)) if name == "content-length" else text) for name, text in head.headers)
    return [Head(head.status, headers), Body(data, "json", body.tokens)]
