"""The table of operations that was derived from one version of the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

__all__ = ["Kind", "Row", "Sends", "Table"]

Kind: TypeAlias = Literal["object", "page", "bytes", "nothing"]
"""What an operation gives: a value in JSON (or a text), a page of a list, a file, no body."""

Sends: TypeAlias = Literal["nothing", "json", "multipart", "content"]
"""What an operation takes as its body."""

FORMAT = 1
"""Changes when a table written before cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One operation as the SDK has it.

    `name` is the SDK's (`admin.organization.projects.create`), `aliases` are other methods that send the same
    request. `gives` are the schemas it may answer with (of a page: of an item), `page` the fields of its page
    class, `event` the schema of a streamed event. `query` tells it apart from another with the same path.
    """

    name: str
    method: str
    path: str
    kind: Kind
    gives: tuple[Mapping[str, Any], ...] = ()
    page: tuple[str, ...] = ()
    event: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    sends: Sends = "nothing"
    accept: str | None = None
    beta: str | None = None
    security: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def endpoint(self) -> str:
        """The resource: the name without its last part."""
        return self.name.rpartition(".")[0]

    @property
    def operation(self) -> str:
        """The method: the last part of the name."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Table:
    """Every operation of one version of the SDK, and the schemas they refer to by `#/$defs/…`."""

    version: str
    rows: tuple[Row, ...]
    shapes: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The table as data; what is empty or None is left out."""
        rows = [{key: value for key, value in asdict(row).items() if value not in (None, (), {})} for row in self.rows]
        return {"format": FORMAT, "version": self.version, "rows": rows, "shapes": self.shapes}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Table:
        """The table that was written as this data; ValueError if it is in another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"a table in format {FORMAT} was expected, seen {data.get('format')!r}")
        return cls(data["version"], tuple(map(_row, data["rows"])), data["shapes"])


_TUPLES = ("gives", "page", "security", "aliases")


def _row(data: Mapping[str, Any]) -> Row:
    fields: dict[str, Any] = {key: tuple(value) if key in _TUPLES else value for key, value in data.items()}
    return Row(**fields)
