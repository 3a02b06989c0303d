"""Functions as a model is shown them: declarations of TypeScript, which is what they cost.

Found by holding recorded requests against their `usage`: a type is written on one line unless something in it has a
comment; comments are titles, descriptions and defaults; nothing is indented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from mockai.request import Tool

__all__ = ["declared"]

_DEEPEST, _MOST = 12, 2_000
"""Definitions may contain themselves: so many levels and types of a function are declared, all others are `any`."""


class _Text(NamedTuple):
    """A type, and whether there is a comment in it."""

    text: str
    commented: bool = False


def declared(tools: Iterable[Tool]) -> str:
    """The declarations of functions. Tools that are no functions are not declared so, and take a name here."""
    return "namespace functions {\n\n" + "".join(map(_declaration, tools)) + "} // namespace functions"


def _declaration(tool: Tool) -> str:
    schema = tool.parameters or {}
    takes = ""
    if _properties(schema):
        about = _comment(schema)
        takes = "_: " + "".join(about) + _Types(schema).object(schema, open_up=bool(about)).text
    return f"{''.join(_lines(tool.description))}type {tool.name} = ({takes}) => any;\n\n"


class _Types:
    """The types of one function's parameters; `definitions` are those that its schema refers to."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.left = _MOST
        self.definitions = {
            f"#/{place}/{name}": _mapping(each)
            for place in ("$defs", "definitions")
            for name, each in _mapping(root.get(place)).items()
        }

    def object(self, schema: Mapping[str, Any], depth: int = 0, *, open_up: bool = False) -> _Text:
        """An object: on one line, or each property on a line of its own below its comment."""
        required = schema.get("required")
        needed = required if isinstance(required, list) else []
        fields, lines = [], []
        for name, each in _properties(schema).items():
            one = _mapping(each)
            kind, about = self.type(one, depth + 1), _comment(self.resolved(one))
            field = f"{name}{'' if name in needed else '?'}: {kind.text}"
            default = f" // default: {_literal(one['default'])}" if "default" in one else ""
            open_up = open_up or kind.commented or bool(about or default)
            fields.append(field)
            lines.append(f"{''.join(about)}{field},{default}\n")
        if open_up:
            return _Text("{\n" + "".join(lines) + "}", commented=True)
        return _Text("{ " + ", ".join(fields) + " }" if fields else "{}")

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The definition that a schema refers to, or the schema."""
        name = schema.get("$ref")
        return self.definitions.get(name, schema) if isinstance(name, str) else schema

    def part(self, schema: Mapping[str, Any], depth: int) -> _Text:
        """The type of an item or of one of several, below its comment."""
        about, kind = "".join(_comment(self.resolved(schema))), self.type(schema, depth)
        return _Text(about + kind.text, kind.commented or bool(about))

    def type(self, schema: Mapping[str, Any], depth: int) -> _Text:
        """The type of a value; `any` where none is said."""
        self.left -= 1
        if depth > _DEEPEST or self.left < 0:
            return _Text("any")
        schema = self.resolved(schema)
        if isinstance(schema.get("enum"), list):
            return _Text(" | ".join(map(_literal, schema["enum"])))
        for union in ("anyOf", "oneOf"):
            if isinstance(schema.get(union), list):
                return _one_of(self.part(each, depth) for each in schema[union] if isinstance(each, Mapping))
        kind = schema.get("type")
        if isinstance(kind, list):
            return _one_of(self.type({**schema, "type": each}, depth) for each in kind)
        if kind == "array":
            items = self.part(_mapping(schema.get("items")), depth)
            return items._replace(text=f"{items.text}[]")
        if kind == "object":
            return self.object(schema, depth)
        return _Text("number" if kind == "integer" else str(kind or "any"))


def _one_of(types: Iterator[_Text]) -> _Text:
    found = list(types)
    return _Text(" | ".join(each.text for each in found), any(each.commented for each in found))


def _comment(schema: Mapping[str, Any]) -> list[str]:
    """The comment of a schema: its title, and its description in a paragraph of its own."""
    said = (schema.get("title"), schema.get("description"))
    return _lines("\n\n".join(each for each in said if isinstance(each, str) and each))


def _lines(text: str) -> list[str]:
    return [f"// {line}".rstrip() + "\n" for line in text.strip().splitlines()]


def _literal(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # deeper than it writes
        return "any"


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(schema.get("properties"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
