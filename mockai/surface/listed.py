"""The whole surface as a table: every operation, and how it is served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from mockai.endpoints import operations
from mockai.endpoints.base import Operation
from mockai.surface.installed import tables
from mockai.surface.places import shape_of
from mockai.surface.table import Row, Table

__all__ = ["Listed", "Served", "surface"]

Served: TypeAlias = Literal["scripted", "stateful", "derived"]
"""By the rules; from what is stored, unless a rule names it; the same, with types and paths taken from the SDK."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An operation, by the name that a rule calls it."""

    endpoint: str
    method: str
    path: str
    served: Served


def surface(among: Sequence[Table] | None = None) -> list[Listed]:
    """Every operation by its name; of the tables given, or of those that serve."""
    own = {(each.method, shape_of(each.path)): each for each in operations()}
    found = {(each.method, each.path): each for each in map(_own, own.values())}
    for row in _rows(tables() if among is None else among):
        if (row.method, shape_of(row.path)) not in own:
            found.setdefault((row.method, _path(row)), Listed(row.name, row.method, _path(row), "derived"))
    return sorted(found.values(), key=lambda each: each.endpoint.split("."))


def _rows(among: Sequence[Table]) -> Iterator[Row]:
    return (row for table in among for row in table.rows)


def _own(operation: Operation) -> Listed:
    served: Served = "scripted" if operation.serve is None else "stateful"
    return Listed(operation.full_name, operation.method, f"/v1{operation.path}", served)


def _path(row: Row) -> str:
    query = "&".join(f"{name}={value}" for name, value in row.query.items())
    return f"/v1{row.path}?{query}" if query else f"/v1{row.path}"
