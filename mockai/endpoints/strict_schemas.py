"""Which JSON schemas the API takes: of strict formats and functions a subset, of other functions nearly all.

A fault is the sentence with which the API names it, the place in the schema included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias

import orjson

__all__ = ["fault_in_parameters", "fault_in_strict"]

_Context: TypeAlias = tuple[str, ...]

_LONGEST_REMEMBERED = 65_536
_DEEPEST = 10
_MOST_PROPERTIES = 5000
_MOST_VALUES = 1000
_LARGE_ENUM = 250
_LONGEST_ENUM = 15_000
_LONGEST_STRINGS = 120_000
_NOT_PERMITTED = (
    *("oneOf", "allOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "patternProperties"),
    *("propertyNames", "unevaluatedProperties", "unevaluatedItems", "contains", "minContains", "maxContains"),
    *("uniqueItems", "minProperties", "maxProperties"),
)
_SAY_WHAT = frozenset({"type", "$ref", "anyOf", "enum", "const"})


def fault_in_strict(schema: Any) -> str | None:
    """What is wrong with the schema of a strict format or function, or None."""
    return _remembered(schema, _strict_fault) if isinstance(schema, Mapping) else None


def fault_in_parameters(schema: Any) -> str | None:
    """What is wrong with the parameters of a function that is not strict, or None; none at all are fine."""
    return _remembered(schema, _loose_fault) if isinstance(schema, Mapping) and schema else None


_Judge: TypeAlias = Callable[[Any], str | None]


def _remembered(schema: Any, judge: _Judge) -> str | None:
    """The same tools come with every request of a conversation, and to write them down is the fastest way to know
    them again."""
    written = orjson.dumps(schema)
    return _judged(written, judge) if len(written) <= _LONGEST_REMEMBERED else judge(schema)


@lru_cache(maxsize=256)
def _judged(written: bytes, judge: _Judge) -> str | None:
    return judge(orjson.loads(written))


def _strict_fault(schema: Mapping[str, Any]) -> str | None:
    root = _root_fault(schema)
    if root is not None:
        return root
    faults = (fault for context, each in _walk(schema, ()) if (fault := _fault_at(each, context)) is not None)
    return next(faults, None) or _too_large(schema)


def _loose_fault(schema: Mapping[str, Any]) -> str | None:
    root = _root_fault(schema)
    if root is not None:
        return root
    bare = (context for context, each in _walk(schema, ()) if _is(each, "array") and "items" not in each)
    at = next(bare, None)
    return None if at is None else f"In context={at!r}, array schema missing items."


def _root_fault(schema: Mapping[str, Any]) -> str | None:
    kind = schema.get("type")
    if kind == "object":
        return None
    return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{kind}\"'."


def _fault_at(schema: Mapping[str, Any], context: _Context) -> str | None:
    """The first thing that is wrong at this place."""
    if "$ref" in schema:
        beside = {key for key in schema if key not in ("$ref", "$defs", "definitions")}
        return f"context={context!r}, $ref cannot have keywords {_as_set(beside)}." if beside else None
    forbidden = next((key for key in _NOT_PERMITTED if key in schema), None)
    if forbidden is not None:
        return f"In context={context!r}, '{forbidden}' is not permitted."
    if _SAY_WHAT.isdisjoint(schema):
        return f"In context={context!r}, schema must have a 'type' key."
    if _is(schema, "object"):
        return _object_fault(schema, context)
    if _is(schema, "array") and "items" not in schema:
        return f"In context={context!r}, array schema missing items."
    return None


def _object_fault(schema: Mapping[str, Any], context: _Context) -> str | None:
    if schema.get("additionalProperties") is not False:
        return f"In context={context!r}, 'additionalProperties' is required to be supplied and to be false."
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, Mapping):
        return f"In context={context!r}, object schema missing properties."
    needed = required if isinstance(required, list) else []
    wrong = next((f"Missing '{key}'." for key in properties if key not in needed), None) or next(
        (f"Extra required key '{key}' supplied." for key in needed if key not in properties), None
    )
    if wrong is None:
        return None
    return (
        f"In context={context!r}, 'required' is required to be supplied and to be an array including every key in "
        f"properties. {wrong}"
    )


def _as_set(keys: set[str]) -> str:
    return "{" + ", ".join(repr(key) for key in sorted(keys)) + "}"


def _is(schema: Mapping[str, Any], kind: str) -> bool:
    written = schema.get("type")
    return written == kind or (isinstance(written, list) and kind in written)


# --------------------------------------------------------------------------------------------- the walk


def _walk(schema: Mapping[str, Any], context: _Context) -> Iterator[tuple[_Context, Mapping[str, Any]]]:
    """Every schema within a schema, itself first, with the way to it."""
    yield context, schema
    for way, below in _below(schema):
        yield from _walk(below, (*context, *way))


def _below(schema: Mapping[str, Any]) -> Iterator[tuple[_Context, Mapping[str, Any]]]:
    for key in ("properties", "$defs", "definitions"):
        named = schema.get(key)
        for name, each in named.items() if isinstance(named, Mapping) else ():
            if isinstance(each, Mapping):
                yield (key, name), each
    items = schema.get("items")
    if isinstance(items, Mapping):
        yield ("items",), items
    choices = schema.get("anyOf")
    for at, each in enumerate(choices if isinstance(choices, list) else ()):
        if isinstance(each, Mapping):
            yield ("anyOf", str(at)), each


def _too_large(schema: Mapping[str, Any]) -> str | None:
    """Which of the limits of the guide on structured outputs the schema as a whole exceeds."""
    depth = _depth(schema)
    if depth > _DEEPEST:
        return f"{depth} levels of nesting exceeds limit of {_DEEPEST}."
    schemas = [each for _, each in _walk(schema, ())]
    properties = [name for each in schemas for name in _keys(each, "properties")]
    if len(properties) > _MOST_PROPERTIES:
        return f"{len(properties)} parameters exceeds limit of {_MOST_PROPERTIES}."
    enums = [each["enum"] for each in schemas if isinstance(each.get("enum"), list)]
    definitions = (name for each in schemas for key in ("$defs", "definitions") for name in _keys(each, key))
    constants = (each.get("const") for each in schemas)
    return _enums_fault(enums) or _strings_fault([*properties, *definitions, *chain(*enums), *constants])


def _keys(schema: Mapping[str, Any], key: str) -> Iterable[str]:
    named = schema.get(key)
    return named if isinstance(named, Mapping) else ()


def _enums_fault(enums: Sequence[Sequence[Any]]) -> str | None:
    count = sum(map(len, enums))
    if count > _MOST_VALUES:
        return (
            f"Expected at most {_MOST_VALUES} enum values in total within a single schema when using structured "
            f"outputs, but received {count}. Consider reducing the number of enums, or use 'strict: false' to opt out "
            "of structured outputs."
        )
    length = max((_length(enum) for enum in enums if len(enum) > _LARGE_ENUM), default=0)
    if length <= _LONGEST_ENUM:
        return None
    return (  # unverified, as `format_schema_enum_length` of the catalogue says
        f"Expected at most {_LONGEST_ENUM} total characters across enum values when there are more than {_LARGE_ENUM} "
        f"enum values, but received {length}. Consider reducing the number of enums, or opt out of structured outputs "
        "by setting 'strict: false'."
    )


def _strings_fault(strings: Iterable[Any]) -> str | None:
    length = _length(strings)
    if length <= _LONGEST_STRINGS:
        return None
    return (  # unverified: the limit is documented, the words are not known
        f"Expected at most {_LONGEST_STRINGS} total characters across property names, definition names, enum values, "
        f"and const values, but received {length}."
    )


def _length(values: Iterable[Any]) -> int:
    """How many characters the texts among these have together."""
    return sum(len(value) for value in values if isinstance(value, str))


def _depth(schema: Mapping[str, Any]) -> int:
    """How many objects and lists stand within one another."""
    own = 1 if _is(schema, "object") or _is(schema, "array") else 0
    return own + max((_depth(below) for _, below in _below(schema)), default=0)
