"""Events of a response before they have their numbers, and the bytes of those that carry a piece of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from mockai.wire import Kind

__all__ = ["Delta", "DeltaShape", "Event"]


class Event(NamedTuple):
    """An event before it has its number."""

    name: str
    fields: Mapping[str, Any]
    kind: Kind = "event"
    tokens: int = 0


class Delta(NamedTuple):
    """A piece of text that goes into the shape of its event."""

    shape: DeltaShape
    piece: str
    tokens: int


class DeltaShape:
    """The bytes of a delta event around the piece, the padding and the number, in alphabetical order of the keys."""

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        start = orjson.dumps({"type": name, **_between(fields, "", "delta")})
        self._start = b"event: " + name.encode() + b"\ndata: " + start[:-1] + b',"delta":'
        self._before_padding = _keys(_between(fields, "delta", "obfuscation"))
        self._after_padding = _keys(_between(fields, "obfuscation", "sequence_number")) + b',"sequence_number":'
        self._end = _keys(_between(fields, "sequence_number", "~")) + b"}\n\n"

    def data(self, piece: str, padding: bytes, number: int) -> bytes:
        """The whole event."""
        return b"%b%b%b%b%b%d%b" % (
            self._start,
            orjson.dumps(piece),
            self._before_padding,
            padding,
            self._after_padding,
            number,
            self._end,
        )


def _between(fields: Mapping[str, Any], first: str, last: str) -> dict[str, Any]:
    return {key: fields[key] for key in sorted(fields) if first < key < last}


def _keys(fields: Mapping[str, Any]) -> bytes:
    return b"," + orjson.dumps(fields)[1:-1] if fields else b""
