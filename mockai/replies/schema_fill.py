"""An instance of a JSON schema: valid, plausible by the names of its properties, and the same for the same seed.

Every property is filled, the optional ones too. Where a schema is recursive, its second level has only what it must
have. Of what JSON Schema knows, `$ref` to other documents, `$anchor`, `dependent…` and `unevaluated…` are not read.
A schema that nothing satisfies gets the nearest instance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.hints import Hints
from mockai.replies.numbers import number_in
from mockai.replies.pattern import PatternError, example
from mockai.replies.plausible import formatted, string_for
from mockai.replies.prose import singular
from mockai.replies.schema_fits import Fits, matches, same
from mockai.replies.schema_shape import NOTHING, Heights, Schema, as_schema, flat, merged, types_of

__all__ = ["fill"]

_DEEP = 12
_TOO_DEEP = 30
_MANY = 400
_TOO_MANY = 4_000
_ATTEMPTS = 12
_LONGEST = 500


def fill(schema: Mapping[str, Any] | bool, mint: Mint, text: str = "") -> Any:
    """A valid instance of a schema, as JSON values; what `text` names (a city, an enum's member) comes first.

    Raises ReplyError for a schema that is malformed.
    """
    root = as_schema(schema)
    try:
        fits = Fits(root)
        for attempt in range(_ATTEMPTS):
            place = _Place("", mint.child("fill", attempt), refs=("#",), fresh=attempt > 0)
            value = _Filler(root, fits, Hints(text)).value(root, place)
            if fits(root, value):
                break
    except (TypeError, ValueError, AttributeError, KeyError, IndexError, RecursionError) as error:
        raise ReplyError(f"the JSON schema cannot be filled in: {type(error).__name__}: {error}") from error
    return value


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the instance a value is made. `small` asks for as little as will do, `fresh` for something drawn
    instead of something given (a default, a hint), because what was given has been tried or used."""

    name: str
    mint: Mint
    depth: int = 0
    refs: tuple[str, ...] = ()
    small: bool = False
    fresh: bool = False

    def down(self, label: object, name: str, *, fresh: bool = False) -> _Place:
        mint = self.mint.child(label)
        return replace(self, name=name, mint=mint, depth=self.depth + 1, fresh=self.fresh or fresh)

    def entering(self, schema: Any) -> _Place:
        """The same place with the references that lead into this schema; small if one of them was met before."""
        parts = (schema, *schema.get("allOf", ())) if isinstance(schema, Mapping) else ()
        met = tuple(part["$ref"] for part in parts if isinstance(part, Mapping) and "$ref" in part)
        return replace(self, refs=self.refs + met, small=self.small or bool(set(met) & set(self.refs)))


class _Filler:
    def __init__(self, root: Schema, fits: Fits, hints: Hints) -> None:
        self.root = root
        self.fits = fits
        self.hints = hints
        self.heights = Heights(root)
        self.made = 0

    def value(self, schema: Any, place: _Place) -> Any:
        self.made += 1
        place = place.entering(schema)
        if place.depth > _DEEP or self.made > _MANY:
            place = replace(place, small=True)
        found = flat(self.root, schema)
        if place.depth > _TOO_DEEP or found == NOTHING or found.get("enum") == []:
            return None
        if "const" in found:
            return found["const"]
        if "enum" in found:
            return self.member(found, place)
        given = None if place.fresh else self.given(found)
        if given is not None:
            return given
        for key in ("anyOf", "oneOf"):
            if found.get(key):
                return self.branch(found, key, place)
        make = getattr(self, self.kind(found, place))
        return make(found, place)

    # -------------------------------------------------------------------------------- any type

    def member(self, schema: Schema, place: _Place) -> Any:
        """A member of an enum: one that the text names, else any."""
        others = {key: rule for key, rule in schema.items() if key != "enum"}
        options = [option for option in schema["enum"] if self.fits(others, option)] or schema["enum"]
        named = None if place.fresh else self.hints.take(self.hints.members(options))
        if named is not None:
            return named
        real = [option for option in options if option is not None] or options
        return place.mint.rng.choice(options if place.fresh else real)

    def given(self, schema: Schema) -> Any:
        """An example or the default, if there is one that fits; a default of null is as good as none."""
        offered = [*schema.get("examples", ()), schema.get("example"), schema.get("default")]
        return next((value for value in offered if value is not None and self.fits(schema, value)), None)

    def branch(self, schema: Schema, key: str, place: _Place) -> Any:
        """An instance of one of the alternatives, the first that works out."""
        rest = {name: rule for name, rule in schema.items() if name != key}
        value: Any = None
        for number, option in enumerate(self.ordered(schema[key], place)):
            below = place.down(f"{key} {number}", place.name).entering(option)
            value = self.value(merged(rest, flat(self.root, option)), below)
            if self.made > _TOO_MANY or self.fits(schema, value):
                break
        return value

    def ordered(self, options: list[Any], place: _Place) -> list[Any]:
        """Alternatives in the order to try them: null last, those without an end never before another."""
        order = place.mint.rng.sample(options, len(options)) if place.fresh else list(options)
        if place.small:
            return sorted(order, key=self.heights.of)
        return sorted(order, key=lambda option: (self.heights.of(option) == math.inf, _is_null(option)))

    def kind(self, schema: Schema, place: _Place) -> str:
        """The type to make: the first that is not null, or the one its keywords belong to."""
        names = [name for name in types_of(schema.get("type")) if name in _KEYWORDS]
        if not names:
            return next((name for name, keys in _KEYWORDS.items() if keys & schema.keys()), "string")
        if place.fresh:
            return place.mint.rng.choice(names)
        if place.small:
            return min(names, key=lambda name: name in ("object", "array"))
        return min(names, key=lambda name: name == "null")

    # ------------------------------------------------------------------------------- containers

    def object(self, schema: Schema, place: _Place) -> dict[str, Any]:
        """A mapping with all its properties, or those required where it has to be small."""
        known, required = schema.get("properties", {}), schema.get("required", ())
        optional = () if place.small else [name for name in known if self.possible(known[name])]
        names = dict.fromkeys([name for name in known if name in required] + [n for n in required if n not in known])
        room = schema.get("maxProperties", math.inf) - len(names)
        extra = [name for name in optional if name not in names][: None if room == math.inf else max(int(room), 0)]
        names |= dict.fromkeys(extra)
        ordered = [name for name in known if name in names] + [name for name in names if name not in known]
        ordered += self.more_names(schema, ordered, place)
        return {name: self.value(self.property(schema, name), place.down(name, name)) for name in ordered}

    def possible(self, schema: Any) -> bool:
        return as_schema(schema) != NOTHING and self.heights.of(schema) < math.inf

    def property(self, schema: Schema, name: str) -> Any:
        """The schema of a property, from everything that speaks about its name."""
        parts = [schema["properties"][name]] if name in schema.get("properties", {}) else []
        parts += [part for pattern, part in schema.get("patternProperties", {}).items() if matches(pattern, name)]
        if not parts:
            return schema.get("additionalProperties", {})
        return parts[0] if len(parts) == 1 else {"allOf": parts}

    def more_names(self, schema: Schema, names: list[str], place: _Place) -> list[str]:
        """Names for properties that the schema does not name: as many as it asks for, one or two for a bare map."""
        rest = schema.get("additionalProperties")
        bare = not names and not place.small and bool(schema.get("patternProperties") or isinstance(rest, Mapping))
        wanted = max(schema.get("minProperties", 0), 2 if bare else 0) - len(names)
        wanted = min(wanted, schema.get("maxProperties", math.inf) - len(names))
        found: list[str] = []
        for number in range(100):
            if len(found) >= wanted:
                break
            name = self.name_like(schema, place.down(f"name {number}", "keyword", fresh=True))
            if name not in (*names, *found) and name not in schema.get("properties", {}):
                found.append(name)
        return found

    def name_like(self, schema: Schema, place: _Place) -> str:
        rule: Schema = {"type": "string", **as_schema(schema.get("propertyNames"))}
        patterns = list(schema.get("patternProperties", {}))
        if patterns:
            rule = {"pattern": place.mint.rng.choice(patterns), **rule}
        return str(self.value(rule, place))

    def array(self, schema: Schema, place: _Place) -> list[Any]:
        """A list of two, unless told otherwise or small."""
        items = schema.get("items", {})
        first = items if isinstance(items, list) else schema.get("prefixItems", ())
        rest = schema.get("additionalItems", {}) if isinstance(items, list) else items
        contained = schema.get("contains")
        found: list[Any] = []
        for number in range(self.length(schema, len(first), rest, place)):
            rule = first[number] if number < len(first) else rest
            if number == 0 and contained is not None:
                rule = {"allOf": [rule, contained]}
            found.append(self.item(rule, found, number, place, bool(schema.get("uniqueItems"))))
        return found

    def length(self, schema: Schema, fixed: int, rest: Any, place: _Place) -> int:
        least, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        least = max(least, 1 if "contains" in schema else 0)
        if rest is False or not self.possible(rest):
            most = min(most, max(fixed, least))
        wanted = fixed if fixed else 2
        return int(least if place.small else max(least, min(wanted, most)))

    def item(self, rule: Any, before: list[Any], number: int, place: _Place, unique: bool) -> Any:
        """One item; where items are unique, one that is not there yet."""
        value: Any = None
        for attempt in range(50 if unique else 1):
            below = place.down(f"{number} {attempt}", singular(place.name), fresh=attempt > 0)
            if number and not self.hints.text:
                below = replace(below, fresh=True)
            value = self.value(rule, below)
            if not any(same(value, other) for other in before):
                break
        return value

    # ---------------------------------------------------------------------------------- scalars

    def string(self, schema: Schema, place: _Place) -> str:
        """A text: one the user's text offers, or one in the format, by the pattern, by the name."""
        if not place.fresh:
            offered = self.hints.strings(place.name, schema.get("format"))
            taken = self.hints.take(text for text in offered if self.fits(schema, text))
            if taken is not None:
                return str(taken)
        text = ""
        for text in self.candidates(schema, place):
            if self.fits(schema, text):
                break
        return text

    def candidates(self, schema: Schema, place: _Place) -> Iterator[str]:
        least, most = int(schema.get("minLength", 0)), schema.get("maxLength", math.inf)
        known = formatted(schema.get("format", ""), place.mint)
        plain = known or string_for(place.name, place.mint, self.hints.text)
        yield plain
        if "pattern" in schema:
            yield from _by_pattern(schema["pattern"], place.mint, least)
        if known is None:
            yield _sized(plain, least, most)

    def integer(self, schema: Schema, place: _Place) -> int:
        """A whole number."""
        return int(self.number({**schema, "type": "integer"}, place))

    def number(self, schema: Schema, place: _Place) -> float:
        """A number: the text's, or one that is usual for the name."""
        offered = () if place.fresh else (number for number in self.hints.numbers() if self.fits(schema, number))
        taken = self.hints.take(offered)
        if taken is not None:
            return float(taken) if isinstance(taken, float) else int(taken)
        return number_in(schema, place.name, place.mint)

    def boolean(self, schema: Schema, place: _Place) -> bool:
        """True or false."""
        return place.mint.rng.random() < 0.5

    def null(self, schema: Schema, place: _Place) -> None:
        """Nothing."""


_KEYWORDS: Mapping[str, frozenset[str]] = {
    "object": frozenset(
        ("properties", "required", "additionalProperties", "patternProperties", "minProperties", "propertyNames")
    ),
    "array": frozenset(("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")),
    "string": frozenset(("minLength", "maxLength", "pattern", "format")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    "integer": frozenset(),
    "boolean": frozenset(),
    "null": frozenset(),
}


def _is_null(option: Any) -> bool:
    return isinstance(option, Mapping) and option.get("type") == "null"


def _sized(text: str, least: int, most: float) -> str:
    """The text, repeated until it is long enough and cut where it is too long."""
    while len(text) < least:
        text = f"{text} {text or 'x'}"
    return text if len(text) <= most else text[: int(most)]


def _by_pattern(pattern: str, mint: Mint, least: int) -> Iterator[str]:
    """Matching texts, then longer and longer ones; none for an expression that is beyond `pattern`."""
    rng = mint.child("pattern").rng
    with suppress(PatternError):
        for _ in range(5):
            yield example(pattern, rng)
        for reach in range(min(least, _LONGEST) + 1):
            yield example(pattern, rng, reach, full=True)
