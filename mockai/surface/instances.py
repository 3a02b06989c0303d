"""Plausible objects of a type: every field there, and what is known of the object in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson

from mockai.ids import Mint
from mockai.replies.schema_fits import Fits
from mockai.surface.nouns import new_id, singular

__all__ = ["Instances"]

_NOTHING: Mapping[str, Any] = {}
_LISTED = {"data", "items", "output", "results"}
"""Lists that are what an object is about, and so have something in them."""
_HOUR = 3600
_TRUE = {"active", "deleted", "enabled", "success", "valid"}


class Instances:
    """Makes instances of the schemas of one table, deterministically.

    Fields that may be null are, unless a fact says otherwise. A fact is a value that is known beforehand, by the
    name of its field; it is taken where its type agrees. All ids, names and times come from the mint.
    """

    def __init__(self, shapes: Mapping[str, Any], mint: Mint) -> None:
        self._shapes = shapes
        self._fits = Fits({"$defs": shapes})
        self._mint = mint
        self._open: list[str] = []

    def make(self, schema: Mapping[str, Any], thing: str, facts: Mapping[str, Any] = _NOTHING) -> Any:
        """An instance of a schema; `thing` says what it is, for its id."""
        chosen = self.resolved(schema, facts)
        return self._value(chosen, thing, thing, facts)

    def resolved(self, schema: Mapping[str, Any], facts: Mapping[str, Any] = _NOTHING) -> Mapping[str, Any]:
        """The schema itself where this is a reference or a choice: of several, the one most facts agree with."""
        if "$ref" in schema:
            return self.resolved(self._definition(schema), facts)
        options = [self.resolved(each, facts) for each in schema.get("anyOf", ()) if each != {"type": "null"}]
        if not options:
            return schema
        return max(options, key=lambda option: sum(1 for _ in self._agreeing(option, facts)))

    def agreeing(self, schema: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts that the schema has a field for, of a type that agrees; texts become numbers where they must."""
        return dict(self._agreeing(self.resolved(schema, facts), facts))

    def options(self, schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The types that a schema leaves the choice of; the schema itself where it is none."""
        if "$ref" in schema:
            return self.options(self._definition(schema)) if "anyOf" in self._definition(schema) else [schema]
        return [option for each in schema.get("anyOf", ()) for option in self.options(each)] or [schema]

    def outcome(self, schema: Mapping[str, Any], action: str) -> dict[str, Any]:
        """What an action does to a thing: `cancel` makes its status `cancelled`, and sets `cancelled_at`."""
        stem = action.removesuffix("e")
        facts: dict[str, Any] = {}
        for name, field in self.resolved(schema).get("properties", _NOTHING).items():
            states = self.resolved(field).get("enum", (f"{stem}ed",)) if name == "status" else ()
            reached = [state for state in states if state.startswith(stem)]
            if reached:
                facts[name] = reached[0]
            elif name.startswith(stem) and name.endswith("_at"):
                facts[name] = self._value(self.resolved(field), name, "", _NOTHING)
        return facts

    def _agreeing(self, schema: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, field in schema.get("properties", _NOTHING).items():
            if name in facts:
                for value in _readings(facts[name]):
                    if self._fits(field, value):
                        yield name, value
                        break

    def _definition(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._shapes[schema["$ref"].rpartition("/")[2]]
        return found

    # ------------------------------------------------------------------------------------ values

    def _value(self, schema: Mapping[str, Any], name: str, thing: str, facts: Mapping[str, Any]) -> Any:
        if "$ref" in schema:
            return self._referred(schema, name, facts)
        if "anyOf" in schema:
            return self._any_of(schema["anyOf"], name, thing, facts)
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                return self._object(schema, thing, facts)
            case "array":
                return self._array(schema, name, facts)
            case "string":
                return self._text(schema, name, thing)
            case "integer" | "number" as kind:
                return _number(name, kind, self._mint.created)
            case "boolean":
                return name in _TRUE
        return {}

    def _referred(self, schema: Mapping[str, Any], name: str, facts: Mapping[str, Any]) -> Any:
        self._open.append(schema["$ref"])
        try:
            return self._value(self._definition(schema), name, singular(name), facts)
        finally:
            self._open.pop()

    def _any_of(self, options: list[Mapping[str, Any]], name: str, thing: str, facts: Mapping[str, Any]) -> Any:
        if {"type": "null"} in options:
            return self._text({}, name, thing) if name in _SAID and {"type": "string"} in options else None
        ended = [option for option in options if option.get("$ref") not in self._open]
        return self._value((ended or options)[0], name, thing, facts)

    def _object(self, schema: Mapping[str, Any], thing: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        known = dict(self._agreeing(schema, facts))
        fields: Mapping[str, Any] = schema.get("properties", _NOTHING)
        return {
            name: known[name] if name in known else self._value(field, name, thing, _within(name, facts))
            for name, field in fields.items()
        }

    def _array(self, schema: Mapping[str, Any], name: str, facts: Mapping[str, Any]) -> list[Any]:
        items = schema.get("items", _NOTHING)
        if name not in _LISTED or items.get("$ref") in self._open:
            return []
        return [self._value(items, singular(name), singular(name), facts)]

    def _text(self, schema: Mapping[str, Any], name: str, thing: str) -> str:
        if name.endswith("_at") or schema.get("format"):
            moment = datetime.fromtimestamp(_moment(name, self._mint.created), UTC)
            return moment.strftime(_FORMATS[schema.get("format")])
        if name == "id" or name.endswith("_id"):
            return new_id(thing if name == "id" else name.removesuffix("_id"), self._mint)
        return _TEXTS.get(name) or (thing if name == "object" else name.replace("_", " "))


_FORMATS = {None: "%Y-%m-%dT%H:%M:%SZ", "date-time": "%Y-%m-%dT%H:%M:%SZ", "date": "%Y-%m-%d"}
_TEXTS = {
    "currency": "usd",
    "email": "user@example.com",
    "interval": "month",
    "model": "gpt-4o",
    "name": "Example",
    "role": "owner",
    "status": "active",
    "url": "https://example.com/",
}
_SAID = {"email", "id", "name", "role", "status"}
"""Texts that the API says although they may be null."""


def _within(name: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is known inside a field: ids of other things, and its own where a fact names it (`role_id` for `role`)."""
    ids = {each: value for each, value in facts.items() if each.endswith("_id")}
    return {**ids, "id": ids[f"{name}_id"]} if f"{name}_id" in ids else ids


def _moment(name: str, created: int) -> int:
    return created + _HOUR if name.startswith(("expire", "end")) else created


def _number(name: str, kind: str, created: int) -> float:
    if name.endswith(("_at", "_time")) or name == "created":
        return _moment(name, created)
    return 1 if kind == "integer" else 1.0


def _readings(value: Any) -> Iterator[Any]:
    """A value, and what a form means by it if it is a text: a number or a truth."""
    yield value
    if isinstance(value, str):
        with suppress(orjson.JSONDecodeError):
            read = orjson.loads(value)
            if isinstance(read, bool | int | float):
                yield read
