"""The types of the SDK's parameters as JSON schemas: what an operation takes as its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

from mockai.surface.ranges import ranges
from mockai.surface.shapes import Shapes, forget_unions

__all__ = ["Parameters"]

_Type: TypeAlias = Any


class Parameters(Shapes):
    """Makes JSON schemas of parameters' types. Each `TypedDict` becomes one of the `definitions`; what is sent as a
    file is `{"file": true}`; keys are called as they are sent."""

    def body(self, types: Iterable[_Type], fields: Iterable[str]) -> dict[str, Any]:
        """What a body may hold that is made after one of these types, of which only these fields are sent: needed
        is what each of the types needs. Without fields, all are."""
        options = [option for each in types for option in self._options(each)]
        named = set(fields) or {name for option in options for name in option["properties"]}
        return _merged(options, named)

    def query(self, types: Iterable[_Type], fields: Iterable[str]) -> dict[str, Any]:
        """What a query may hold: as of a body, and whole numbers with the range that the SDK tells of them."""
        types = tuple(types)
        schema = self.body(types, fields)
        for each in types:
            for name, (least, most) in ranges(each).items():
                if schema["properties"].get(name) == {"type": "integer"}:
                    schema["properties"][name] = {"type": "integer", "minimum": least, "maximum": most}
        return schema

    def schema(self, part: _Type) -> dict[str, Any]:
        """The schema of a type."""
        if _is_typed(part):
            return {"$ref": f"#/$defs/{self._named(part)}"}
        if bytes in get_args(part):
            return {"file": True}
        if getattr(get_origin(part), "_name", None) in ("Required", "NotRequired"):
            return self.schema(get_args(part)[0])
        return _simplified(super().schema(part))

    def _options(self, part: _Type) -> list[dict[str, Any]]:
        """The objects that a type may be, looked up."""
        schema = self.schema(part)
        options = schema.get("anyOf", [schema])
        return [self.definitions[each["$ref"].removeprefix("#/$defs/")] for each in options if "$ref" in each]

    def _model(self, model: _Type) -> dict[str, Any]:
        if not _is_typed(model):
            return super()._model(model)
        forget_unions()
        hints = get_type_hints(model, include_extras=True)
        sent = {name: _alias(hint) or name for name, hint in hints.items()}
        properties = {sent[name]: self.schema(hint) for name, hint in hints.items()}
        needed = [sent[name] for name, hint in hints.items() if _is_needed(name, hint, model)]
        return {"type": "object", "properties": properties, "required": needed}


def _simplified(schema: dict[str, Any]) -> dict[str, Any]:
    """A union in which any text will do names no texts (models are such)."""
    options = schema.get("anyOf", ())
    if {"type": "string"} not in options:
        return schema
    kept = [each for each in options if not all(isinstance(value, str) for value in each.get("enum", (None,)))]
    return kept[0] if len(kept) == 1 else {"anyOf": kept}


def _is_typed(part: _Type) -> bool:
    """Whether a type is a `TypedDict`, of `typing` or of `typing_extensions`, which are not the same everywhere."""
    return isinstance(part, type) and hasattr(part, "__total__") and hasattr(part, "__required_keys__")


def _is_needed(name: str, hint: _Type, model: _Type) -> bool:
    marks = list(_marks(hint))
    return "Required" in marks or (name in model.__required_keys__ and "NotRequired" not in marks)


def _marks(hint: _Type) -> Iterable[str]:
    """The qualifiers around a type."""
    while True:
        name = getattr(get_origin(hint), "_name", None)
        if name in ("Required", "NotRequired"):
            yield str(name)
        elif not hasattr(hint, "__metadata__"):
            return
        hint = get_args(hint)[0]


def _alias(hint: _Type) -> str | None:
    """The name that a key is sent by, where it is not its own."""
    for each in getattr(hint, "__metadata__", ()):
        alias = getattr(each, "alias", None)
        if isinstance(alias, str):
            return alias
    inner = get_args(hint)
    return _alias(inner[0]) if inner and list(_marks(hint)) else None


def _merged(options: list[dict[str, Any]], fields: set[str]) -> dict[str, Any]:
    properties: dict[str, list[Mapping[str, Any]]] = {}
    for option in options:
        for name, schema in option["properties"].items():
            found = properties.setdefault(name, [])
            if schema not in found:
                found.append(schema)
    needed = [name for name in properties if all(name in option["required"] for option in options)]
    return {
        "type": "object",
        "properties": {
            name: found[0] if len(found) == 1 else {"anyOf": found}
            for name, found in properties.items()
            if name in fields
        },
        "required": [name for name in needed if name in fields],
    }
