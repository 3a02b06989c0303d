"""Kinds that are made of others, and the kind that a type of Python's says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from mockai.records.schemas import JSON, Definitions
from mockai.records.single import Anything, Choice, Flag, Function, Instance, Kind, Number, Text, Whole
from mockai.records.wrong import Location, Wrong

__all__ = ["Bounded", "Kind", "Over", "kind_of"]


def kind_of(annotation: Any) -> Kind:
    """The kind of a type of a field. Marks (`Annotated`) stand in the order in which they are laid over it."""
    marks = getattr(annotation, "__metadata__", None)
    if marks is not None:
        kind = kind_of(annotation.__origin__)
        for mark in marks:
            kind = mark.over(kind)
        return kind
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Union or origin is UnionType:
        return _union([part for part in parts if part is not NoneType], NoneType in parts)
    if origin is Literal:
        return Choice(parts)
    if origin is tuple:
        return _List(kind_of(parts[0])) if parts[-1] is ... else _Row(tuple(map(kind_of, parts)))
    if origin is dict:
        return _Mapping(kind_of(parts[0]), kind_of(parts[1]))
    if origin is list:
        return _PlainList()
    if origin is Callable:
        return Function()
    return _Record(annotation) if hasattr(annotation, "read_as_part") else Instance(annotation)


def _union(parts: Sequence[Any], nullable: bool) -> Kind:
    kind = kind_of(parts[0]) if len(parts) == 1 else _OneOf(tuple(map(kind_of, parts)))
    return _Nullable(kind) if nullable else kind


class Over:
    """A kind that another is laid over."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    @property
    def words(self) -> str:
        """Those of the kind below."""
        return self._kind.words

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        """As the kind below reads it."""
        return self._kind.read(value, where, wrongs)

    def schema(self, definitions: Definitions) -> JSON:
        """That of the kind below: null need not be written, a key that is not wanted is left out."""
        return self._kind.schema(definitions)


class _Nullable(Over):
    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        return None if value is None else self._kind.read(value, where, wrongs)


class _OneOf:
    """The first of several kinds that fits."""

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self._kinds = kinds

    @property
    def words(self) -> str:
        return " or ".join(kind.words for kind in self._kinds)

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        nearest: list[Wrong] = []
        for kind in self._kinds:
            found: list[Wrong] = []
            made = kind.read(value, where, found)
            if not found:
                return made
            if found[0].reason != f"must be {kind.words}":
                nearest = nearest or found
        wrongs += nearest or [Wrong(where, "another", value, f"must be {self.words}")]
        return None

    def schema(self, definitions: Definitions) -> JSON:
        return {"anyOf": [kind.schema(definitions) for kind in self._kinds]}


class _List:
    """Any number of values of a kind, held as a tuple."""

    words = "a list"

    def __init__(self, item: Kind) -> None:
        self._item = item

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        read, items = self._item.read, _listed(value, where, wrongs)
        return tuple([read(item, (*where, number), wrongs) for number, item in enumerate(items or ())])

    def schema(self, definitions: Definitions) -> JSON:
        return {"items": self._item.schema(definitions), "type": "array"}


class _Row:
    """So many values, each of a kind of its own, held as a tuple."""

    words = "a list"

    def __init__(self, items: tuple[Kind, ...]) -> None:
        self._items = items

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        values = _listed(value, where, wrongs)
        if values is None:
            return None
        if len(values) != len(self._items):
            wrongs.append(Wrong(where, "another", value, f"must be a list of {len(self._items)}"))
            return None
        pairs = zip(self._items, values, strict=True)
        return tuple([kind.read(item, (*where, number), wrongs) for number, (kind, item) in enumerate(pairs)])

    def schema(self, definitions: Definitions) -> JSON:
        count = len(self._items)
        items = [kind.schema(definitions) for kind in self._items]
        return {"maxItems": count, "minItems": count, "prefixItems": items, "type": "array"}


class _PlainList:
    """A list of anything."""

    words = "a list"

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        return _listed(value, where, wrongs)

    def schema(self, definitions: Definitions) -> JSON:
        return {"items": {}, "type": "array"}


class _Mapping:
    """Values of a kind under keys of a kind."""

    words = "a mapping"

    def __init__(self, key: Kind, value: Kind) -> None:
        self._key = key
        self._value = value

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        if not isinstance(value, Mapping):
            wrongs.append(Wrong(where, "another", value, "must be a mapping"))
            return None
        result = {}
        for key, item in value.items():
            result[self._key.read(key, (*where, key), wrongs)] = self._value.read(item, (*where, key), wrongs)
        return result

    def schema(self, definitions: Definitions) -> JSON:
        names = {} if isinstance(self._key, Text) else {"propertyNames": self._key.schema(definitions)}
        return {"additionalProperties": self._value.schema(definitions) or True, **names, "type": "object"}


class _Record:
    """A record, or what one is made of."""

    def __init__(self, record: Any) -> None:
        self._record = record
        self.read = record.read_as_part

    @property
    def words(self) -> str:
        return str(self._record.described())

    def schema(self, definitions: Definitions) -> JSON:
        return definitions.reference(self._record.__name__, self._record.schema)


class Bounded(Over):
    """A kind within bounds: of a number, or of the length of a list."""

    def __init__(self, kind: Kind, bounds: Mapping[str, float]) -> None:
        super().__init__(kind)
        self._bounds = bounds

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        before = len(wrongs)
        read = self._kind.read(value, where, wrongs)
        if len(wrongs) == before:
            for name, bound in self._bounds.items():
                _, holds, words = _BOUNDS[name]
                if not holds(read, bound):
                    wrongs.append(Wrong(where, "another", value, f"must be {words} {bound:g}"))
        return read

    def schema(self, definitions: Definitions) -> JSON:
        bounds = {_BOUNDS[name][0]: bound for name, bound in self._bounds.items()}
        return {**self._kind.schema(definitions), **bounds}


_BOUNDS: Mapping[str, tuple[str, Callable[[Any, float], bool], str]] = {
    "ge": ("minimum", lambda value, bound: bool(value >= bound), "at least"),
    "gt": ("exclusiveMinimum", lambda value, bound: bool(value > bound), "more than"),
    "le": ("maximum", lambda value, bound: bool(value <= bound), "at most"),
    "min_length": ("minItems", lambda value, bound: len(value) >= bound, "a list of at least"),
}
"""Each bound by its name: in JSON Schema, when it holds, how it is said."""

_PLAIN: Mapping[Any, Kind] = {Any: Anything(), str: Text(), int: Whole(), float: Number(), bool: Flag()}


def _listed(value: Any, where: Location, wrongs: list[Wrong]) -> list[Any] | None:
    """The values of a list, or of whatever else gives some one by one; None, and a fault, for anything else."""
    if isinstance(value, str | bytes | bytearray | Mapping) or not isinstance(value, Iterable):
        wrongs.append(Wrong(where, "another", value, "must be a list"))
        return None
    return list(value)
