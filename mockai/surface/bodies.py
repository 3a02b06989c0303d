"""The table of what operations take as their bodies and in their queries, derived from one version of the SDK."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

__all__ = ["FORMAT", "Bodies", "Body", "Written"]

FORMAT = 3
"""Changes when a table written before cannot be read any more."""


class Written(Mapping[str, Any]):
    """A schema as it is written, read when it is first looked into: of some thousand a process needs a few."""

    __slots__ = ("_read", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._read: Mapping[str, Any] | None = None

    def _whole(self) -> Mapping[str, Any]:
        if self._read is None:
            self._read = orjson.loads(self.text)
        return self._read

    def __getitem__(self, key: str) -> Any:
        return self._whole()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())


@dataclass(frozen=True, slots=True)
class Body:
    """What one operation takes as its body, or in its query: the schema of an object. The constant `query` tells it
    apart from another with the same path."""

    name: str
    method: str
    path: str
    schema: Mapping[str, Any]
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Every operation with a body, the schemas they refer to by `#/$defs/…`, and every operation with a query."""

    version: str
    bodies: tuple[Body, ...]
    definitions: Mapping[str, Mapping[str, Any]]
    queries: tuple[Body, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The table as data, each schema a text."""
        definitions = {name: _text(schema) for name, schema in self.definitions.items()}
        return {
            "format": FORMAT,
            "version": self.version,
            "bodies": _written(self.bodies),
            "definitions": definitions,
            "queries": _written(self.queries),
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Bodies:
        """The table that was written as this data; ValueError if it is in another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"a table in format {FORMAT} was expected, seen {data.get('format')!r}")
        definitions = {name: Written(text) for name, text in data["definitions"].items()}
        return cls(data["version"], _read(data["bodies"]), definitions, _read(data["queries"]))


def _written(bodies: tuple[Body, ...]) -> list[list[Any]]:
    return [[each.name, each.method, each.path, _text(each.schema), dict(each.query)] for each in bodies]


def _read(rows: list[list[Any]]) -> tuple[Body, ...]:
    return tuple(Body(name, method, path, Written(text), query) for name, method, path, text, query in rows)


def _text(schema: Mapping[str, Any]) -> str:
    return schema.text if isinstance(schema, Written) else orjson.dumps(schema).decode()
