"""Schemas of parameters to closures: a value that fits costs a few dictionary look-ups, and no text is made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, TypeAlias

from mockai.validation.objects import Fields, fields_checker, variants
from mockai.validation.rules import Limit, Rules
from mockai.validation.values import Checker, both, choice, limited, metadata
from mockai.validation.wording import expected
from mockai.validation.wrong import Wrong, wrong_type

__all__ = ["Compiler"]

Schema: TypeAlias = Mapping[str, Any]
_Converter: TypeAlias = Callable[[str], Any]

_LONGEST_NUMBER = 18
_PAIRS = ("metadata", "attributes")
_METADATA = {"metadata": "a metadata object"}


class Compiler:
    """Compiles the schemas of one table under the rules and limits of one operation.

    With `form`, values may be the texts of a form, which writes numbers and booleans so.
    """

    def __init__(
        self, definitions: Mapping[str, Schema], rules: Rules, limits: Mapping[str, Limit], *, form: bool = False
    ) -> None:
        self._definitions = definitions
        self._limits = limits
        self._rules = rules
        self._form = form
        self._made: dict[tuple[str, str], Checker] = {}

    def body(self, schema: Schema) -> Fields:
        """The fields of a body, each with its check."""
        return self._fields(schema, "")

    def value(self, schema: Schema, path: str) -> Checker | None:
        """The check of a value; None where anything will do."""
        beyond = self._rules.beyond.get(path)
        if path in self._rules.own:
            return beyond
        leaves = list(self._leaves(schema))
        options = [option for option in leaves if option.get("type") != "null"]
        if not options or any(not option or "file" in option for option in options):
            return beyond
        by_type = self._by_type(options, path) | ({} if len(options) == len(leaves) else {NoneType: None})
        words = self._rules.expected.get(path) or _METADATA.get(path.rpartition(".")[2]) or expected(options)
        return both(_dispatching(by_type, words, self._form), beyond)

    def _leaves(self, schema: Schema) -> Iterator[Schema]:
        """The alternatives of a union, those of unions inside it too."""
        if "anyOf" in schema:
            for option in schema["anyOf"]:
                yield from self._leaves(option)
        else:
            yield schema

    def _by_type(self, options: Sequence[Schema], path: str) -> dict[type, Checker | None]:
        """The check for each type that a value may have."""
        found: dict[type, Checker | None] = {}
        limit = self._limits.get(path)
        bounds = None if limit is None else limited(limit)
        for option in options:
            kind = option.get("type")
            if kind == "string":
                found[str] = bounds
            elif kind in ("integer", "number"):
                found[int] = bounds
                if kind == "number":
                    found[float] = bounds
            elif kind == "boolean" or ("enum" in option and isinstance(option["enum"][0], bool)):
                found[bool] = None
        if str not in found:
            self._choices(options, path, found)
        lists = [option.get("items", {}) for option in options if option.get("type") == "array"]
        if lists:
            found[list] = both(self._list_bounds(path), self._items(lists, path))
        objects = [each for each in options if "$ref" in each or each.get("type") == "object"]
        if objects:
            found[dict] = self._object(objects, path)
        return found

    def _choices(self, options: Sequence[Schema], path: str, found: dict[type, Checker | None]) -> None:
        values = [value for option in options for value in option.get("enum", ())]
        for kind in (str, int):
            own = [value for value in dict.fromkeys(values) if type(value) is kind]
            if own and found.get(kind, ...) is ...:
                found[kind] = choice(own, self._rules.supported.get(path, tuple(own)))

    def _list_bounds(self, path: str) -> Checker | None:
        limit = self._limits.get(f"{path}[#]")
        return None if limit is None else limited(limit)

    # ------------------------------------------------------------------------- lists and objects

    def _items(self, schemas: Sequence[Schema], path: str) -> Checker | None:
        inner = self.value({"anyOf": schemas}, f"{path}[]")
        if inner is None:
            return None

        def check(values: list[Any]) -> None:
            at = 0
            try:
                for at, value in enumerate(values):  # noqa: B007 - the place is for the error
                    inner(value)
            except Wrong as wrong:
                raise wrong.at(at) from None

        return check

    def _object(self, options: Sequence[Schema], path: str) -> Checker | None:
        if any("$ref" not in option for option in options):
            return self._mapping(next(option for option in options if "$ref" not in option), path)
        names = tuple(option["$ref"].removeprefix("#/$defs/") for option in options)
        return self._later(names, path)

    def _later(self, names: tuple[str, ...], path: str) -> Checker:
        """The check of objects, made when the first of them is met: types may hold themselves."""

        def check(value: Any) -> None:
            made = self._made.get(key)
            if made is None:
                made = self._made[key] = self._variants(names, path)
            made(value)

        key = (" ".join(names), path)
        return check

    def _variants(self, names: tuple[str, ...], path: str) -> Checker:
        schemas = [self._definitions[name] for name in names]
        own = {id(self._definitions.get(name)): where for name, where in self._rules.paths.items()}

        def make(schema: Schema) -> Checker:
            return fields_checker(self._fields(schema, own.get(id(schema), path)))

        return variants(schemas, make, self._rules, path)

    def _fields(self, schema: Schema, path: str) -> Fields:
        rules = self._rules
        dot = f"{path}." if path else ""
        known: dict[str, Checker | None] = {}
        extra = {each.rpartition(".")[2]: more for each, more in rules.extra.items() if each.rpartition(".")[0] == path}
        properties = {**extra, **schema["properties"]}
        first = [name for name in rules.order if not path and name in properties]
        for name in dict.fromkeys([*first, *schema["properties"], *extra]):
            known[name] = self.value(properties[name], f"{dot}{name}")
        nullable = {name for name, each in schema["properties"].items() if self._takes_null(each)}
        needed = [name for name in schema["required"] if f"{dot}{name}" not in rules.optional]
        needed += [name for name in known if f"{dot}{name}" in rules.needed and name not in needed]
        return Fields(known, tuple(needed), frozenset(nullable), path in rules.open)

    def _takes_null(self, schema: Schema) -> bool:
        return any(not option or option.get("type") == "null" for option in self._leaves(schema))

    def _mapping(self, schema: Schema, path: str) -> Checker | None:
        """An object with keys of the client's own."""
        inner = self.value(schema.get("additionalProperties", {}), f"{path}.*")
        own = metadata if path.rpartition(".")[2] in _PAIRS else None
        if inner is None:
            return own

        def check(value: dict[str, Any]) -> None:
            for key, each in value.items():
                try:
                    inner(each)
                except Wrong as wrong:
                    raise wrong.at(key) from None

        return both(own, check)


def _dispatching(by_type: Mapping[type, Checker | None], words: str, form: bool) -> Checker:
    converters = [_CONVERTERS[kind] for kind in (int, float, bool) if kind in by_type and str not in by_type]
    if form and converters:
        return _of_a_form(by_type, words, converters[-1])
    if form and str not in by_type:
        by_type = {**by_type, str: None}  # a form writes objects and lists in ways of its own

    def check(value: Any) -> None:
        try:
            inner = by_type[type(value)]
        except KeyError:
            raise wrong_type(words, value) from None
        if inner is not None:
            inner(value)

    return check


def _of_a_form(by_type: Mapping[type, Checker | None], words: str, convert: _Converter) -> Checker:
    def check(value: Any) -> None:
        if isinstance(value, str):
            value = convert(value)
        if type(value) not in by_type:
            raise wrong_type(words, value)
        inner = by_type[type(value)]
        if inner is not None:
            inner(value)

    return check


def _whole(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
        raise Wrong("not_convertible_to_integer")
    return int(text)


def _decimal(text: str) -> Any:
    """The number; the text where it is none, which then is of a wrong type."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if number == number else text


def _flag(text: str) -> Any:
    return {"true": True, "false": False}.get(text, text)


_CONVERTERS: Mapping[type, _Converter] = {int: _whole, float: _decimal, bool: _flag}
