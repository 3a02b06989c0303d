"""Where the values of a document stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mockai.errors import Problem
from mockai.records.wrong import Location

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "START", "Document", "Position"]

MAX_BYTES = 1024 * 1024
"""Files above this size are refused."""

MAX_NODES = 300_000
"""Values a document may hold once its aliases are expanded."""

MAX_DEPTH = 100
"""Levels of lists and mappings."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; both numbers count from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


START = Position(1, 1)


@dataclass(slots=True)
class Document:
    """What a text holds, where each of its values stands, and what is wrong with it."""

    name: str
    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    values: dict[Location, Position] = field(default_factory=dict)
    keys: dict[Location, Position] = field(default_factory=dict)
    aliases: dict[Location, Location] = field(default_factory=dict)

    def at(self, path: Location) -> str:
        """`file:line:column` of a value, or of the nearest thing around it."""
        return f"{self.name}:{self._find(self.values, path)}"

    def key_at(self, path: Location) -> str:
        """`file:line:column` of the key a value stands under."""
        return f"{self.name}:{self._find(self.keys, path)}"

    def _find(self, places: dict[Location, Position], path: Location) -> Position:
        found = places.get(path)
        if found is not None:
            return found
        for cut in range(len(path), 0, -1):
            if (target := self.aliases.get(path[:cut])) is not None:
                return self._find(places, target + path[cut:])
        return self._find(self.values, path[:-1]) if path else START
