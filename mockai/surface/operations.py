"""Operations made of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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

__all__ = ["derived"]


@cache
def derived() -> tuple[Operation, ...]:
    """An operation for every request the SDK can send, those with a file of their own included."""
    others = frozenset(_collections(operation.path for operation in operations()))
    found: dict[tuple[str, str], Operation] = {}
    for table in tables():
        places = Places(table, others)
        for rows in _groups(table):
            found.setdefault((rows[0].method, shape_of(rows[0].path)), _operation(rows, places))
    return tuple(found.values())


def _collections(paths: Iterable[str]) -> Iterator[str]:
    """Collections that a file of its own serves."""
    for path in paths:
        yield shape_of(path)
        yield from (shape_of(each).rpartition("/")[0] for each in prefixes(path))


def _groups(table: Table) -> Iterable[list[Row]]:
    """The operations by method and path; those that a query tells apart go first."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in table.rows:
        groups.setdefault((row.method, shape_of(row.path)), []).append(row)
    return [sorted(rows, key=lambda row: not row.query) for rows in groups.values()]


def _operation(rows: list[Row], places: Places) -> Operation:
    def chosen(http: HTTPRequest) -> Row:
        query = dict(http.query)
        return next((row for row in rows if row.query.items() <= query.items()), rows[-1])

    def decoded(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        return decode(chosen(http), http, params)

    def serve(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
        return Answering(places, chosen(request.http), request, serving, mint).plan()

    usual = rows[-1]
    return Operation(usual.endpoint, usual.operation, usual.method, usual.path, decoded, serve=serve)
