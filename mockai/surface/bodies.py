"""The table of what operations take as their bodies, derived from one version of the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Bodies", "Body"]

FORMAT = 1
"""Changes when a table written before cannot be read any more."""


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
    definitions: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The table as data."""
        bodies = [asdict(body) for body in self.bodies]
        return {"format": FORMAT, "version": self.version, "bodies": bodies, "definitions": self.definitions}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Bodies:
        """The table that was written as this data; ValueError if it is in another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"a table in format {FORMAT} was expected, seen {data.get('format')!r}")
        return cls(data["version"], tuple(Body(**body) for body in data["bodies"]), data["definitions"])
