"""The types of the SDK as JSON schemas: what an operation gives, by the annotation of its method."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from mockai.surface.table import Kind

__all__ = ["Given", "Shapes", "forget_unions", "given"]

_Type: TypeAlias = Any
_PLAIN: Mapping[_Type, Mapping[str, str]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    None: {"type": "null"},
    NoneType: {"type": "null"},
    bytes: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a method returns: its kind, the types it may be (of a page: of an item), the page's fields, and
    the type of an event where it can be a stream."""

    kind: Kind
    types: tuple[_Type, ...] = ()
    page: tuple[str, ...] = ()
    event: _Type = None


def given(annotation: _Type) -> Given:
    """What the return annotation of a method says."""
    parts = _alternatives(annotation)
    event = next((each for each in map(_event, parts) if each is not None), None)
    whole = [part for part in parts if _event(part) is None]
    for part in whole:
        fields = _page_fields(part)
        if fields:
            return Given("page", _item(part), fields, event)
        if "Binary" in getattr(part, "__name__", ""):
            return Given("bytes", event=event)
    types = tuple(part for part in whole if part not in (None, NoneType))
    return Given("object" if types else "nothing", types, (), event)


def _alternatives(annotation: _Type) -> list[_Type]:
    """The parts of a union of plain types. A union that the SDK gave a name to is one type."""
    if _is_union(annotation):
        return [part for each in get_args(annotation) for part in _alternatives(each)]
    return [annotation]


def _is_union(part: _Type) -> bool:
    origin: Any = get_origin(part)
    return origin is Union or origin is UnionType


def _event(part: _Type) -> _Type:
    """The type of the events of a stream; None for what is no stream."""
    origin = get_origin(part) or part
    if not any(base.__name__ == "Stream" for base in getattr(origin, "__mro__", ())):
        return None
    if origin.__name__ == "Stream":
        return next(iter(get_args(part)), Any)
    bases = (_event(base) for base in getattr(origin, "__orig_bases__", ()))
    return next((each for each in bases if each is not None), Any)


def _page_fields(part: _Type) -> tuple[str, ...]:
    """The fields of a page class; none for what is no page."""
    own = getattr(part, "__pydantic_generic_metadata__", {}).get("origin") or part
    if not any(base.__name__ == "BasePage" for base in getattr(own, "__mro__", ())):
        return ()
    return (own.__name__, *own.model_fields)


def _item(page: _Type) -> tuple[_Type, ...]:
    return tuple(page.__pydantic_generic_metadata__["args"])


class Shapes:
    """Makes JSON schemas of types. Models become `definitions`, which the schemas refer to by `#/$defs/…`.

    Whatever is no type of a model's field (`object`, a type variable, a callable) fits anything.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}
        self._names: dict[type, str] = {}

    def schema(self, part: _Type) -> dict[str, Any]:
        """The schema of a type."""
        origin: Any = get_origin(part)
        args = get_args(part)
        if origin is Annotated:
            return self.schema(args[0])
        if _is_union(part):
            return {"anyOf": [self.schema(each) for each in args]}
        if origin is Literal:
            return {"enum": list(args)}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.schema(args[1])}
        if isinstance(origin, type) and issubclass(origin, Iterable):
            return {"type": "array", "items": self.schema(args[0])}
        if isinstance(part, type) and hasattr(part, "model_fields"):
            return {"$ref": f"#/$defs/{self._named(part)}"}
        return dict(_PLAIN.get(part, {}))

    def _named(self, model: type) -> str:
        """The name a model goes by, which tells it from others of the same name elsewhere."""
        if model not in self._names:
            name = model.__name__
            while name in self.definitions:
                name += "_"
            self._names[model] = name
            self.definitions[name] = {}
            self.definitions[name] = self._model(model)
        return self._names[model]

    def _model(self, model: _Type) -> dict[str, Any]:
        hints = _hints(model)
        names = {field.alias or name: name for name, field in model.model_fields.items()}
        properties = {sent: self.schema(hints[name]) for sent, name in names.items()}
        needed = [name for name, schema in properties.items() if not _admits_null(schema)]
        return {"type": "object", "properties": properties, "required": needed}


def _admits_null(schema: Mapping[str, Any]) -> bool:
    return not schema or {"type": "null"} in schema.get("anyOf", ())


def forget_unions() -> None:
    """Make `typing` forget the unions it has made: it takes `Optional[Literal["a", "b"]]` and `Optional[Literal["b",
    "a"]]` for one, so that the order of the choices would depend on what was imported before."""
    for forget in getattr(typing, "_cleanups", ()):
        forget()


def _hints(model: _Type) -> dict[str, _Type]:
    """The types of a model's fields, whatever is a forward reference resolved where it is written."""
    forget_unions()
    found: dict[str, _Type] = {}
    for owner in reversed(model.__mro__):
        written = inspect.get_annotations(owner)
        own = {name: written[name] for name in model.model_fields if name in written}
        found |= get_type_hints(SimpleNamespace(__annotations__=own), vars(sys.modules[owner.__module__]), None, True)
    return found
