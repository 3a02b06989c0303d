"""Operations made of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from mockai.endpoints import operations
from mockai.endpoints.base import Operation, Serving
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.surface.answers import Answering
from mockai.surface.decoding import decode
from mockai.surface.installed import tables
from mockai.surface.places import Places, prefixes, shape_of
from mockai.surface.table import Row, Table
from mockai.wire import HTTPRequest, Plan

__all__ = ["Derived", "derived"]


@dataclass(frozen=True)
class Derived:
    """What the SDK can send with one method to one path: one operation, or several that a query tells apart."""

    places: Places
    rows: tuple[Row, ...]

    def row(self, http: HTTPRequest) -> Row:
        """The operation that a request is for."""
        query = dict(http.query)
        return next((row for row in self.rows if row.query.items() <= query.items()), self.rows[-1])

    def operation(self) -> Operation:
        """It as an operation of the router, under the name of the usual one."""
        usual = self.rows[-1]
        return Operation(usual.endpoint, usual.operation, usual.method, usual.path, self.decode, serve=self.serve)

    def decode(self, http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        """The request; raises `RequestRefused` for a body that is not what it says it is."""
        return decode(self.row(http), http, params)

    def serve(self, request: APIRequest, serving: Serving, mint: Mint) -> Plan:
        """The plan that answers; raises `RequestRefused` for an id that was never created."""
        return Answering(self.places, self.row(request.http), request, serving, mint).plan()


@cache
def derived() -> tuple[Derived, ...]:
    """Everything that the SDK can send, what has a file of its own included."""
    others = frozenset(_collections(operation.path for operation in operations()))
    found: dict[tuple[str, str], Derived] = {}
    for table in tables():
        places = Places(table, others)
        for request, rows in _groups(table).items():
            found.setdefault(request, Derived(places, tuple(rows)))
    return tuple(found.values())


def _collections(paths: Iterable[str]) -> Iterator[str]:
    """The collections that files of their own serve."""
    for path in paths:
        yield shape_of(path)
        yield from (shape_of(each).rpartition("/")[0] for each in prefixes(path))


def _groups(table: Table) -> dict[tuple[str, str], list[Row]]:
    """The operations by method and path; those that a query tells apart go first."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(table.rows, key=lambda row: not row.query):
        groups.setdefault((row.method, shape_of(row.path)), []).append(row)
    return groups
