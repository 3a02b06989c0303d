"""Checks of objects: their keys, and which of several types an object is meant to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from mockai.validation.rules import Rules
from mockai.validation.values import Checker, choice
from mockai.validation.wrong import Wrong, wrong_type

__all__ = ["Fields", "fields_checker", "merged", "variants"]

Schema: TypeAlias = Mapping[str, Any]

_USUAL = ("type", "role")
"""Keys that tell variants of an object apart, in the order in which they are looked for."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys of an object in the order in which they are looked at, each with the check of its value. Those that
    are `needed` may be null only if they are `nullable`; elsewhere null is as good as left out. `open` objects may have
    other keys too."""

    known: Mapping[str, Checker | None]
    needed: tuple[str, ...]
    nullable: frozenset[str]
    open: bool = False

    def missing(self, value: Mapping[str, Any]) -> str | None:
        """The first key that is needed and not there."""
        for name in self.needed:
            if value.get(name) is None and not (name in value and name in self.nullable):
                return name
        return None

    def unknown(self, value: Mapping[str, Any]) -> str | None:
        """The first key that is not known."""
        return None if self.open else next((name for name in value if name not in self.known), None)


def fields_checker(fields: Fields) -> Checker:
    """The check of an object: keys that are missing, then keys that are unknown, then each value."""
    known, needed, closed = fields.known, fields.needed, not fields.open

    def check(value: dict[str, Any]) -> None:
        try:
            for name, each in value.items():
                inner = known[name] if closed else known.get(name)
                if inner is not None and each is not None:
                    inner(each)
            for name in needed:
                if value[name] is None and name not in fields.nullable:
                    break
            else:
                return
        except (KeyError, Wrong):
            pass
        _in_order(value)

    def _in_order(value: dict[str, Any]) -> None:
        """What is wrong first, in the order in which the API looks."""
        missing, unknown = fields.missing(value), fields.unknown(value)
        if missing is not None:
            raise Wrong("missing_required_parameter").at(missing)
        if unknown is not None:
            raise Wrong("unknown_parameter").at(unknown)
        for name, inner in known.items():
            each = value.get(name)
            if inner is not None and each is not None:
                try:
                    inner(each)
                except Wrong as wrong:
                    raise wrong.at(name) from None

    return check


def variants(schemas: Sequence[Schema], make: Callable[[Schema], Checker], rules: Rules, path: str) -> Checker:
    """The check of an object that is one of these types. Which one, its `type` or `role` says, or another key whose
    values they do not share; without such a key it may have the fields of all."""
    key = None if len(schemas) == 1 else _telling(schemas)
    if key is None:
        return make(merged(schemas))
    groups: dict[str, list[Schema]] = {}
    for schema in schemas:
        for value in _values(schema, key):
            groups.setdefault(value, []).append(schema)
    silent = [schema for schema in schemas if key not in schema["required"]]
    made = {value: make(merged(group)) for value, group in groups.items()}
    unsaid = make(merged(silent)) if silent else None
    return _by_key(key, made, unsaid, rules, path)


def _by_key(key: str, made: Mapping[str, Checker], unsaid: Checker | None, rules: Rules, path: str) -> Checker:
    where = f"{path}.{key}"
    known = choice(list(made), rules.supported.get(where, tuple(made)))
    outside = where in rules.outside

    def unknown(value: Any) -> None:
        try:
            if value is None:
                raise Wrong("missing_required_parameter")
            if not isinstance(value, str) and not outside:
                raise wrong_type("a string", value)
            known(value if isinstance(value, str) else "")
        except Wrong as wrong:
            raise wrong if outside and wrong.error == "invalid_value" else wrong.at(key) from None

    def check(value: dict[str, Any]) -> None:
        kind = value.get(key)
        inner = made.get(kind) if isinstance(kind, str) else unsaid if kind is None else None
        if inner is None:
            unknown(kind)
        else:
            inner(value)

    return check


def _telling(schemas: Sequence[Schema]) -> str | None:
    """The key that tells these types apart."""
    names: list[str] = [name for schema in schemas for name in schema["properties"]]
    for name in dict.fromkeys((*_USUAL, *names)):
        if all(_values(schema, name) for schema in schemas):
            return name
    return None


def _values(schema: Schema, key: str) -> list[str]:
    """The texts that a key of an object may be, if it may be nothing else."""
    options = schema["properties"].get(key, {})
    found = [value for option in options.get("anyOf", [options]) for value in option.get("enum", ())]
    plain = all("enum" in each or each.get("type") == "null" for each in options.get("anyOf", [options]))
    return [value for value in found if isinstance(value, str)] if plain else []


def merged(schemas: Sequence[Schema]) -> Schema:
    """An object that may have the fields of any of these, and needs those that all of them need."""
    if len(schemas) == 1:
        return schemas[0]
    properties: dict[str, list[Any]] = {}
    for schema in schemas:
        for name, each in schema["properties"].items():
            found = properties.setdefault(name, [])
            if each not in found:
                found.append(each)
    return {
        "properties": {name: {"anyOf": found} for name, found in properties.items()},
        "required": _shared([schema["required"] for schema in schemas]),
    }


def _shared(lists: Iterable[Sequence[str]]) -> list[str]:
    first, *others = lists
    return [name for name in first if all(name in other for other in others)]
