"""What a JSON schema comes down to: references followed, conditions and `allOf` put together, recursion measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote

__all__ = ["Heights", "Schema", "flat", "merged", "pointed", "sub_schemas"]

Schema: TypeAlias = Mapping[str, Any]

NOTHING: Schema = {"not": {}}
"""What `false` stands for: a schema that no value satisfies."""


def as_schema(value: Any) -> Schema:
    """A schema as a mapping; `true`, and whatever is no schema at all, allows everything."""
    if value is False:
        return NOTHING
    return value if isinstance(value, Mapping) else {}


def pointed(root: Schema, reference: Any) -> Schema:
    """What a `$ref` within the same document points to; `{}` for what cannot be followed."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return {}
    found: Any = root
    for part in reference[1:].split("/")[1:]:
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return {}
    return as_schema(found)


def flat(root: Schema, schema: Any) -> Schema:
    """The schema with `$ref` followed, `if` written as `anyOf`, and `allOf` merged, at its top level only."""
    found = as_schema(schema)
    for _ in range(50):  # a chain of references that only lead to each other ends here
        if "$ref" in found:
            found = merged(pointed(root, found["$ref"]), _less(found, "$ref"))
        elif "if" in found:
            found = merged(_less(found, "if", "then", "else"), _alternatives(found))
        elif "allOf" in found:
            parts, found = found["allOf"], _less(found, "allOf")
            for part in parts:
                found = merged(flat(root, part), found)
        else:
            return found
    return _less(found, "$ref", "allOf")


def _alternatives(schema: Schema) -> Schema:
    condition = schema["if"]
    holds = {"allOf": [condition, schema.get("then", {})]}
    return {"anyOf": [holds, {"allOf": [{"not": condition}, schema.get("else", {})]}]}


def _less(schema: Schema, *keys: str) -> Schema:
    return {key: value for key, value in schema.items() if key not in keys}


def merged(one: Schema, other: Schema) -> Schema:
    """A schema that holds where both hold, as far as that can be written as one."""
    both = {**one, **other}
    for key in one.keys() & other.keys():
        if one[key] != other[key]:
            both[key] = _together(key, one[key], other[key])
    if both.get("enum") == []:
        return NOTHING
    if "properties" in both:
        both["properties"] = {name: part for name, part in both["properties"].items() if _allowed(name, one, other)}
    return both


def _allowed(name: str, *schemas: Schema) -> bool:
    """Whether a property may stand where all of these hold: `additionalProperties: false` shuts others out."""
    closed = (schema for schema in schemas if schema.get("additionalProperties") is False)
    return all(name in schema.get("properties", {}) or schema.get("patternProperties") for schema in closed)


def _together(key: str, one: Any, other: Any) -> Any:
    if key in ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"):
        return max(one, other)
    if key in ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"):
        return min(one, other)
    if key == "multipleOf" and isinstance(one, int) and isinstance(other, int):
        return math.lcm(one, other)
    if key == "required":
        return list(dict.fromkeys([*one, *other]))
    if key == "enum":
        return [value for value in other if value in one]
    if key == "type":
        return _common_types(one, other)
    if key in ("properties", "patternProperties", "$defs", "definitions"):
        return {**one, **{name: _both(one[name], part) if name in one else part for name, part in other.items()}}
    if key in ("items", "additionalProperties", "propertyNames", "contains"):
        return _both(one, other)
    if key in ("anyOf", "oneOf"):
        return [_both(left, right) for left in one for right in other]
    if key == "not":
        return {"anyOf": [one, other]}
    return other


def _both(one: Any, other: Any) -> Schema:
    return {"allOf": [one, other]}


def _common_types(one: Any, other: Any) -> list[str]:
    left, right = types_of(one), types_of(other)
    common = [name for name in left if name in right]
    if "integer" not in common and {"integer", "number"} <= {*left, *right}:
        common.append("integer")
    return common


def types_of(value: Any) -> list[str]:
    """The value of `type` as a list."""
    return [value] if isinstance(value, str) else list(value or ())


_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPPINGS = ("properties", "patternProperties", "$defs", "definitions")
_SINGLE = ("items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames")


def sub_schemas(schema: Any) -> Iterator[Schema]:
    """The schemas directly inside a schema."""
    found = as_schema(schema)
    for key in _SINGLE:
        inner = found.get(key)
        yield from (as_schema(part) for part in (inner if isinstance(inner, list) else [inner]) if part is not None)
    for key in _LISTS:
        yield from (as_schema(part) for part in found.get(key) or ())
    for key in _MAPPINGS:
        yield from (as_schema(part) for part in (found.get(key) or {}).values())


class Heights:
    """How many levels the smallest instance of a schema has; without end for a schema that requires itself."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._known: dict[str, float] = dict.fromkeys(_references(root), math.inf)
        for _ in self._known:  # each round settles at least one reference
            before = dict(self._known)
            for reference in self._known:
                self._known[reference] = self.of(pointed(root, reference))
            if before == self._known:
                break

    def of(self, schema: Any) -> float:
        """The height of a schema that stands anywhere in the document."""
        found = as_schema(schema)
        if found.get("not") == {}:
            return math.inf
        parts = [1 + self._known.get(found["$ref"], 1.0)] if "$ref" in found else []
        parts += [self.of(part) for part in found.get("allOf", ())]
        parts += [min(map(self.of, found[key]), default=1.0) for key in ("anyOf", "oneOf") if key in found]
        properties = found.get("properties", {})
        inner = [properties[name] for name in found.get("required", ()) if name in properties]
        if found.get("minItems", 0) > len(found.get("prefixItems", ())):
            inner.append(found.get("items", {}))
        inner += found.get("prefixItems", ())[: found.get("minItems", 0)]
        return max([1.0, *parts, *(1 + self.of(part) for part in inner)])


def _references(root: Schema) -> set[str]:
    found: set[str] = set()
    waiting: list[Schema] = [root]
    seen: set[int] = set()
    while waiting:
        schema = waiting.pop()
        if id(schema) in seen:
            continue
        seen.add(id(schema))
        if isinstance(schema.get("$ref"), str) and schema["$ref"] not in found:
            found.add(schema["$ref"])
            waiting.append(pointed(root, schema["$ref"]))
        waiting.extend(sub_schemas(schema))
    return found
