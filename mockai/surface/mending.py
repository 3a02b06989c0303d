"""Values made to agree with the SDK's types, what agrees in them untouched."""

from __future__ import annotations

from array import array
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator, Mapping
from typing import Any

from mockai.ids import Mint
from mockai.replies.schema_fits import Fits
from mockai.surface.instances import Instances
from mockai.surface.table import Row, Table

__all__ = ["mended"]


def mended(value: Any, row: Row, table: Table, mint: Mint) -> Any:
    """The answer of an operation as its type has it: of a page, each of its items."""
    mending = _Mending(table.shapes, mint)
    if row.kind == "page" and isinstance(value, dict):
        return {**value, "data": [mending.value(row.gives[0], item) for item in value.get("data", ())]}
    if any(mending.fits(schema, value) for schema in row.gives):
        return value
    return mending.value(row.gives[0], value)


class _Mending:
    def __init__(self, shapes: Mapping[str, Any], mint: Mint) -> None:
        self._instances = Instances(shapes, mint)
        self.fits = Fits({"$defs": shapes})

    def value(self, schema: Mapping[str, Any], value: Any, name: str = "object") -> Any:
        """The value itself, another reading of it, as much of it as agrees, or one made up."""
        for reading in _readings(value):
            if self.fits(schema, reading):
                return reading
        chosen = self._instances.resolved(schema, value if isinstance(value, Mapping) else {})
        if chosen.get("type") == "array" and isinstance(value, list):
            return [self.value(chosen.get("items", {}), item, name) for item in value]
        if chosen.get("type") == "object" and isinstance(value, Mapping):
            return self._object(chosen, value, name)
        return self._instances.make(schema, name)

    def _object(self, schema: Mapping[str, Any], value: Mapping[str, Any], name: str) -> dict[str, Any]:
        fields: Mapping[str, Any] = schema.get("properties", {})
        needed = self._instances.make(schema, name, value)
        kept = {each: self.value(fields.get(each, {}), found, each) for each, found in value.items()}
        return {**needed, **kept}


def _readings(value: Any) -> Iterator[Any]:
    """A value, and the vector that a text may stand for: the SDK asks for base64 where its types say a list."""
    yield value
    if isinstance(value, str):
        try:
            yield array("f", b64decode(value, validate=True)).tolist()
        except (Error, ValueError):
            return
