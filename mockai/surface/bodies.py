"""The table of what operations take as their bodies, derived from one version of the SDK."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

__all__ = ["FORMAT", "Bodies", "Body", "Written"]

FORMAT = 2
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
    """What one operation takes: the schema of an object. `query` tells it apart from another with the same path."""

    name: str
    method: str
    path: str
    schema: Mapping[str, Any]
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Every operation with a body, and the schemas they refer to by `#/$defs/…`."""

    version: str
    bodies: tuple[Body, ...]
    definitions: Mapping[str, Mapping[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The table as data, each schema a text."""
        bodies = [[each.name, each.method, each.path, _text(each.schema), dict(each.query)] for each in self.bodies]
        definitions = {name: _text(schema) for name, schema in self.definitions.items()}
        return {"format": FORMAT, "version": self.version, "bodies": bodies, "definitions": definitions}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Bodies:
        """The table that was written as this data; ValueError if it is in another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"a table in format {FORMAT} was expected, seen {data.get('format')!r}")
        bodies = (Body(name, method, path, Written(text), query) for name, method, path, text, query in data["bodies"])
        return cls(data["version"], tuple(bodies), {name: Written(text) for name, text in data["definitions"].items()})


def _text(schema: Mapping[str, Any]) -> str:
    return schema.text if isinstance(schema, Written) else orjson.dumps(schema).decode()
