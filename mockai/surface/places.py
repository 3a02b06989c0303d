"""Where the operations of a table stand: collections, what is in them, things there is one of, and actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from mockai.surface.table import Row, Table

__all__ = ["Places", "Role", "prefixes", "shape_of"]


class Role(Enum):
    """What an operation does to what is stored."""

    LIST = "list"
    CREATE = "create"
    RETRIEVE = "retrieve"
    UPDATE = "update"
    DELETE = "delete"
    READ = "read"
    """Gives the only thing at its path, or something made for the occasion."""
    WRITE = "write"
    """Changes the only thing at its path."""
    CLEAR = "clear"
    """Forgets what was written to the only thing at its path."""
    ACT = "act"
    """Does something with the thing it stands below, or gives something new."""


def shape_of(path: str) -> str:
    """A path whose parameters have no names, so that two spellings of a path are one: `/projects/{}`."""
    return "/".join("{}" if segment.startswith("{") else segment for segment in path.split("/"))


def prefixes(path: str) -> Iterator[str]:
    """The things that a path leads through, shortest first: every beginning that ends with a parameter."""
    segments = path.split("/")
    for end, segment in enumerate(segments, 1):
        if segment.startswith("{"):
            yield "/".join(segments[:end])


def _collection(path: str) -> str:
    return path.rpartition("/")[0]


@dataclass(frozen=True)
class Places:
    """What stands where. `others` are the shapes of collections whose things are made elsewhere: nothing is known
    of what exists in them."""

    table: Table
    others: frozenset[str] = frozenset()

    @cached_property
    def _items(self) -> frozenset[str]:
        """Collections: every path below which something with an id stands."""
        return frozenset(_collection(shape_of(each)) for row in self.table.rows for each in prefixes(row.path))

    @cached_property
    def listed(self) -> frozenset[str]:
        """Collections that can be listed."""
        return frozenset(shape_of(row.path) for row in self.table.rows if row.kind == "page" and row.method == "GET")

    @cached_property
    def _read(self) -> frozenset[str]:
        """Paths that can be read without an id at their end."""
        return frozenset(
            shape_of(row.path) for row in self.table.rows if row.method == "GET" and not row.path.endswith("}")
        )

    @cached_property
    def created(self) -> frozenset[str]:
        """Collections that something can be created in."""
        return frozenset(shape_of(row.path) for row in self.table.rows if self.role(row) is Role.CREATE)

    def role(self, row: Row) -> Role:
        """What an operation does."""
        if row.path.endswith("}"):
            return {"GET": Role.RETRIEVE, "DELETE": Role.DELETE}.get(row.method, Role.UPDATE)
        shape = shape_of(row.path)
        if row.method == "GET":
            return Role.LIST if row.kind == "page" else Role.READ
        if shape in self._items or shape in self.listed:
            return Role.CREATE if row.method == "POST" and row.gives else Role.ACT
        if shape in self._read:
            return Role.CLEAR if row.method == "DELETE" else Role.WRITE
        return Role.ACT

    def governed(self, collection: str, *, alone: bool = False) -> bool:
        """Whether it is known here what exists in a collection: it is made here, or at least listed. Where neither
        can be, nothing exists in it, as far as it stands alone at the end of a path."""
        shape = shape_of(collection)
        return shape not in self.others and (alone or shape in self.created or shape in self.listed)

    def seeded(self, collection: str) -> bool:
        """Whether a collection has something in it from the start, since nothing can be created in it."""
        shape = shape_of(collection)
        return shape in self.listed and shape not in self.created

    def is_collection(self, path: str) -> bool:
        """Whether things with ids stand below a path."""
        return shape_of(path) in self._items

    def parameter(self, collection: str) -> str:
        """What the id of a thing in a collection is called: `project_id`."""
        shape = shape_of(collection) + "/{}"
        names = (
            each.rpartition("{")[2][:-1]
            for row in self.table.rows
            for each in prefixes(row.path)
            if shape_of(each) == shape
        )
        return next(names, "id")

    def is_at(self, path: str, schema: Mapping[str, Any]) -> bool:
        """Whether a schema is what the operations on a path give: a type with the same fields."""
        if not path.endswith("}"):
            return False
        own = [
            row for row in self.table.rows if shape_of(row.path) in (shape_of(path), shape_of(path).rpartition("/")[0])
        ]
        return any(self._fields(schema) == self._fields(given) for row in own for given in row.gives)

    def _fields(self, schema: Mapping[str, Any]) -> frozenset[str]:
        options = schema.get("anyOf", (schema,))
        found = (self.table.shapes[each["$ref"].rpartition("/")[2]] for each in options if "$ref" in each)
        return frozenset(name for each in found for name in each["properties"])
