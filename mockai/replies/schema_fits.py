"""Whether a value is an instance of a JSON schema, as far as filling one in needs to know."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from mockai.replies.schema_shape import Schema, as_schema, pointed, types_of

__all__ = ["Fits", "same"]

Check: TypeAlias = "Callable[[Fits, Any, Any, Schema], bool]"


def same(one: Any, other: Any) -> bool:
    """Whether two values are one in JSON: 1 is 1.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


class Fits:
    """Tells whether values fit the schemas of one document. `format` is not looked at."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._open: set[tuple[str, int]] = set()

    def __call__(self, schema: Any, value: Any) -> bool:
        """Whether the value is an instance of the schema."""
        if schema is False:
            return False
        found = as_schema(schema)
        return all(check(self, found[key], value, found) for key, check in _CHECKS.items() if key in found)

    def reference(self, rule: Any, value: Any) -> bool:
        """Whether the value fits what a `$ref` points to; a reference that leads back to itself adds nothing."""
        step = str(rule), id(value)
        if step in self._open:
            return False
        self._open.add(step)
        try:
            return self(pointed(self._root, rule), value)
        finally:
            self._open.discard(step)


def _is_type(name: str, value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return name == ("null" if value is None else "boolean")
    if name == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(value, _KINDS.get(name, ()))


_KINDS: Mapping[str, Any] = {"number": (int, float), "string": str, "array": list, "object": Mapping}


def _is_number(value: Any) -> bool:
    return _is_type("number", value)


def matches(pattern: Any, text: str) -> bool:
    """Whether a text matches; an expression that Python cannot read matches everything."""
    try:
        return re.search(pattern, text) is not None
    except (re.error, TypeError, RecursionError, OverflowError):
        return True


def is_multiple(value: float, step: float) -> bool:
    """Whether a number is a multiple: exactly if both are whole, else as close as floats come."""
    if not step or not math.isfinite(value):
        return True
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    return (Fraction(str(value)) / Fraction(str(step))).denominator == 1 and (value / step).is_integer()


def _above(fits: Fits, rule: Any, value: Any, schema: Schema) -> bool:
    if isinstance(rule, bool):  # the draft-4 form, which makes `minimum` exclusive
        return not rule or not _is_number(value) or value > schema.get("minimum", -math.inf)
    return not _is_number(value) or value > rule


def _below(fits: Fits, rule: Any, value: Any, schema: Schema) -> bool:
    if isinstance(rule, bool):
        return not rule or not _is_number(value) or value < schema.get("maximum", math.inf)
    return not _is_number(value) or value < rule


def _items(fits: Fits, rule: Any, value: Any, schema: Schema) -> bool:
    if not isinstance(value, list):
        return True
    if isinstance(rule, list):  # the form before `prefixItems`
        return all(map(fits, rule, value))
    return all(fits(rule, item) for item in value[len(schema.get("prefixItems", ())) :])


def _others(schema: Schema, value: Mapping[str, Any]) -> list[str]:
    """The properties that neither `properties` nor `patternProperties` names."""
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [name for name in value if name not in known and not any(matches(p, name) for p in patterns)]


def _properties(fits: Fits, rule: Any, value: Any, schema: Schema) -> bool:
    return not isinstance(value, Mapping) or all(fits(rule[name], value[name]) for name in rule if name in value)


def _by_pattern(fits: Fits, rule: Any, value: Any, schema: Schema) -> bool:
    if not isinstance(value, Mapping):
        return True
    return all(fits(rule[pattern], value[name]) for pattern in rule for name in value if matches(pattern, name))


def _additional(fits: Fits, rule: Any, value: Any, schema: Schema) -> bool:
    return not isinstance(value, Mapping) or all(fits(rule, value[name]) for name in _others(schema, value))


def _names(fits: Fits, rule: Any, value: Any, schema: Schema) -> bool:
    return not isinstance(value, Mapping) or all(fits(rule, name) for name in value)


def _condition(fits: Fits, rule: Any, value: Any, schema: Schema) -> bool:
    return fits(schema.get("then" if fits(rule, value) else "else", {}), value)


def unique(values: list[Any]) -> bool:
    """Whether no two values are the same in JSON."""
    return not any(same(one, other) for at, one in enumerate(values) for other in values[:at])


def _sized(kind: type, holds: Callable[[int, int], bool]) -> Check:
    def check(fits: Fits, rule: Any, value: Any, schema: Schema) -> bool:
        return not isinstance(value, kind) or holds(len(value), rule)  # type: ignore[arg-type]

    return check


_CHECKS: Mapping[str, Check] = {
    "$ref": lambda fits, rule, value, schema: fits.reference(rule, value),
    "type": lambda fits, rule, value, schema: any(_is_type(name, value) for name in types_of(rule)),
    "enum": lambda fits, rule, value, schema: any(same(option, value) for option in rule),
    "const": lambda fits, rule, value, schema: same(rule, value),
    "minimum": lambda fits, rule, value, schema: not _is_number(value) or value >= rule,
    "maximum": lambda fits, rule, value, schema: not _is_number(value) or value <= rule,
    "exclusiveMinimum": _above,
    "exclusiveMaximum": _below,
    "multipleOf": lambda fits, rule, value, schema: not _is_number(value) or is_multiple(value, rule),
    "minLength": _sized(str, lambda size, rule: size >= rule),
    "maxLength": _sized(str, lambda size, rule: size <= rule),
    "pattern": lambda fits, rule, value, schema: not isinstance(value, str) or matches(rule, value),
    "minItems": _sized(list, lambda size, rule: size >= rule),
    "maxItems": _sized(list, lambda size, rule: size <= rule),
    "uniqueItems": lambda fits, rule, value, schema: not rule or not isinstance(value, list) or unique(value),
    "prefixItems": lambda fits, rule, value, schema: not isinstance(value, list) or all(map(fits, rule, value)),
    "items": _items,
    "contains": lambda fits, rule, value, schema: (
        not isinstance(value, list) or any(fits(rule, item) for item in value)
    ),
    "minProperties": _sized(dict, lambda size, rule: size >= rule),
    "maxProperties": _sized(dict, lambda size, rule: size <= rule),
    "required": lambda fits, rule, value, schema: not isinstance(value, Mapping) or all(name in value for name in rule),
    "properties": _properties,
    "patternProperties": _by_pattern,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "allOf": lambda fits, rule, value, schema: all(fits(part, value) for part in rule),
    "anyOf": lambda fits, rule, value, schema: any(fits(part, value) for part in rule),
    "oneOf": lambda fits, rule, value, schema: sum(fits(part, value) for part in rule) == 1,
    "not": lambda fits, rule, value, schema: not fits(rule, value),
    "if": _condition,
}
