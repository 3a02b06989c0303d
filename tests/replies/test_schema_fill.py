"""Instances of JSON schemas: valid whatever the schema, plausible where names tell something."""

import json
import re

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.schema_fill import fill

MINT = Mint(0, "test")


def check(schema, value):
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(
        value
    )


def obj(required=(), **properties):
    return {"type": "object", "properties": properties, "required": list(required)}


NODE = {
    "$defs": {
        "Node": obj(
            ["value", "children", "next"],
            value={"type": "integer"},
            children={"type": "array", "items": {"$ref": "#/$defs/Node"}},
            next={"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
            parent={"$ref": "#/$defs/Node"},
        )
    },
    "$ref": "#/$defs/Node",
}
MUTUAL = {
    "$defs": {
        "A": obj(["b"], b={"anyOf": [{"$ref": "#/$defs/B"}, {"type": "string"}]}),
        "B": obj(["a"], a={"$ref": "#/$defs/A"}),
    },
    "$ref": "#/$defs/B",
}
WIDE = {
    "$defs": {
        name: obj([], **{other: {"type": "array", "items": {"$ref": f"#/$defs/{other}"}} for other in "ABCDEFGH"})
        for name in "ABCDEFGH"
    },
    "$ref": "#/$defs/A",
}

VALID = {
    "nothing": {},
    "const": {"const": {"a": [1]}},
    "enum of several types": {"type": "string", "enum": [1, None, "a"]},
    "nullable enum": {"enum": [None, 1]},
    "enum that is only null": {"enum": [None]},
    "default that fits not": {"type": "integer", "default": "a"},
    "types": {"type": ["null", "integer"]},
    "only null": {"type": "null"},
    "boolean": {"type": "boolean"},
    "integer multiple": {"type": "integer", "multipleOf": 7, "minimum": 50, "maximum": 56},
    "integer multiple of a fraction": {"type": "integer", "multipleOf": 2.5},
    "multiple of a decimal": {"type": "number", "multipleOf": 0.01, "minimum": 0.995},
    "negative": {"type": "integer", "maximum": -5},
    "exclusive": {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    "narrow": {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.0000001},
    "equal bounds": {"type": "number", "minimum": 2.5, "maximum": 2.5},
    "huge": {"type": "number", "minimum": 1e300},
    "no type, number": {"minimum": 3, "maximum": 4},
    "lengths": {"type": "string", "minLength": 40, "maxLength": 41},
    "short": {"type": "string", "maxLength": 1},
    "empty": {"type": "string", "maxLength": 0},
    "no type, string": {"minLength": 3},
    "pattern": {"type": "string", "pattern": r"^[A-Z]{2}-\d{3}(x|y)?$"},
    "long pattern": {"type": "string", "pattern": "^[a-z]+$", "minLength": 30, "maxLength": 33},
    "short pattern": {"type": "string", "pattern": "^a*$", "maxLength": 0},
    **{
        f"format {name}": {"type": "string", "format": name}
        for name in ("date-time", "date", "time", "duration", "email", "uri", "uuid", "ipv4", "ipv6", "hostname")
    },
    "unknown format": {"type": "string", "format": "moon-phase", "minLength": 3},
    "array": {"type": "array", "items": {"type": "string"}},
    "array of anything": {"type": "array"},
    "no type, array": {"items": {"type": "integer"}, "minItems": 3},
    "at most one": {"type": "array", "maxItems": 1, "items": {"type": "integer"}},
    "unique": {"type": "array", "items": {"enum": [1, 2, 3, 4]}, "minItems": 4, "uniqueItems": True},
    "unique booleans": {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "uniqueItems": True},
    "unique with a default": {
        "type": "array",
        "items": {"default": "a", "type": "string"},
        "minItems": 3,
        "uniqueItems": True,
    },
    "tuple": {"type": "array", "prefixItems": [{"type": "integer"}, {"const": "a"}], "items": False},
    "longer tuple": {"prefixItems": [{"type": "integer"}], "items": {"type": "string"}, "minItems": 3},
    "contains": {"type": "array", "contains": {"const": 5}, "items": {"type": "integer"}},
    "no items possible": {"type": "array", "items": False},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    "map with names": {"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 3},
    "patterns of names": {
        "type": "object",
        "patternProperties": {"^x_": {"type": "integer"}},
        "additionalProperties": False,
    },
    "property that has a pattern too": {
        "properties": {"x_1": {"minimum": 5}},
        "patternProperties": {"^x_": {"type": "integer"}},
    },
    "required and unnamed": {"type": "object", "required": ["a"], "additionalProperties": {"type": "integer"}},
    "required by pattern": {"required": ["x_1"], "patternProperties": {"^x_": {"const": 4}}},
    "at most one property": {**obj(["b"], a={}, b={}, c={}), "maxProperties": 1},
    "at least three properties": {**obj([], a={"const": 1}), "minProperties": 3},
    "closed": {**obj([], a={"type": "integer"}), "additionalProperties": False},
    "forbidden property": obj([], a=False, b=True),
    "all of": {
        "allOf": [obj(["a"], a={"type": "integer"}), {"$ref": "#/$defs/B"}],
        "$defs": {"B": obj(["b"], b={"const": 1})},
    },
    "all of bounds": {"allOf": [{"type": "integer", "minimum": 3}, {"type": "number", "maximum": 4}, {"minimum": 4}]},
    "all of enums": {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]},
    "all of lengths": {
        "allOf": [{"type": "string", "minLength": 3}, {"minLength": 9, "maxLength": 20}, {"maxLength": 9}]
    },
    "all of multiples": {"type": "integer", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}]},
    "all of items": {
        "allOf": [{"type": "array", "items": {"type": "integer"}}, {"items": {"minimum": 9}, "minItems": 1}]
    },
    "all of properties": {"allOf": [obj(["a"], a={"type": "integer"}), {"properties": {"a": {"minimum": 70}}}]},
    "all of choices": {"allOf": [{"anyOf": [{"const": 1}, {"const": 2}]}, {"anyOf": [{"const": 2}, {"const": 3}]}]},
    "all of nots": {
        "type": "integer",
        "minimum": 1,
        "maximum": 3,
        "allOf": [{"not": {"const": 1}}, {"not": {"const": 3}}],
    },
    "all of, one closed": {
        "allOf": [{"properties": {"a": {"type": "integer"}}, "additionalProperties": False}, {"properties": {"b": {}}}]
    },
    "any of": {"anyOf": [{"type": "null"}, {"type": "integer"}]},
    "any of with a rest": {"type": "object", "required": ["k"], "anyOf": [{"properties": {"k": {"const": 1}}}]},
    "any of and one of": {"anyOf": [{"type": "integer"}], "oneOf": [{"minimum": 5}, {"maximum": 2}]},
    "impossible branch": {"anyOf": [False, {"type": "integer"}]},
    "one of": {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    "one of objects": {"oneOf": [obj(["a"], a={"const": 1}), obj(["a", "b"], a={"const": 1}, b={"const": 2})]},
    "not": {"type": "integer", "minimum": 1, "maximum": 2, "not": {"const": 1}},
    "default against not": {"type": "string", "default": "a", "not": {"const": "a"}},
    "condition": {
        **obj(["kind"], kind={"enum": ["a", "b"]}),
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["x"], "properties": {"x": {"const": 1}}},
        "else": {"required": ["y"]},
    },
    "recursive": NODE,
    "mutually recursive": MUTUAL,
    "wide and recursive": WIDE,
    "recursive by the root": obj(["next"], next={"anyOf": [{"$ref": "#"}, {"type": "null"}]}),
    "recursive through all of": {
        "$defs": {"A": obj([], a={"allOf": [{"$ref": "#/$defs/A"}]})},
        "$ref": "#/$defs/A",
    },
    "recursive list": {"$defs": {"L": {"type": "array", "items": {"$ref": "#/$defs/L"}}}, "$ref": "#/$defs/L"},
    "escaped pointer": {"$defs": {"a/b": {"m~n": {"const": 1}}}, "$ref": "#/$defs/a~1b/m~0n"},
    "pointer into a list": {"anyOf": [{"const": 1}], "properties": {"a": {"$ref": "#/anyOf/0"}}},
    "deep": obj(["a"], a=obj(["a"], a=obj(["a"], a=obj(["a"], a=obj(["a"], a={"type": "integer"}))))),
    "many": obj([], **{f"p{n}": {"type": "array", "items": obj([], a={}, b={}, c={})} for n in range(80)}),
    "draft 4 bounds": {"type": "integer", "minimum": 3, "maximum": 5},
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("schema", VALID.values(), ids=VALID)
def test_an_instance_is_valid(schema, seed):
    check(schema, fill(schema, Mint(seed, "test")))


def scalars():
    numbers = st.integers(-20, 20)
    bounded = st.tuples(numbers, st.integers(0, 9)).map(
        lambda pair: {"type": "integer", "minimum": pair[0], "maximum": pair[0] + pair[1]}
    )
    real = st.tuples(numbers, st.floats(0.01, 5)).map(
        lambda pair: {"type": "number", "exclusiveMinimum": pair[0], "exclusiveMaximum": pair[0] + pair[1]}
    )
    sized = st.tuples(st.integers(0, 30), st.integers(0, 9)).map(
        lambda pair: {"type": "string", "minLength": pair[0], "maxLength": pair[0] + pair[1]}
    )
    plain = st.sampled_from(["null", "boolean", "integer", "number", "string"]).map(lambda name: {"type": name})
    patterns = st.sampled_from([r"^\d{4}$", "^(a|b)+$", "[A-F0-9]{6}", r"^\w+@\w+\.(com|org)$"])
    members = st.lists(st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=3)), min_size=1, max_size=4)
    return st.one_of(
        plain,
        bounded,
        real,
        sized,
        patterns.map(lambda pattern: {"type": "string", "pattern": pattern}),
        members.map(lambda found: {"enum": found}),
        numbers.map(lambda number: {"const": number}),
        st.integers(1, 9).map(lambda step: {"type": "integer", "multipleOf": step}),
        st.just({"$ref": "#/$defs/Leaf"}),
        st.just({"$ref": "#/$defs/Tree"}),
    )


def containers(inner):
    names = st.sampled_from(["name", "city", "price", "items", "kind", "x"])
    objects = st.dictionaries(names, inner, max_size=4).flatmap(
        lambda properties: st.tuples(
            st.sets(st.sampled_from(sorted(properties))) if properties else st.just(set()), st.booleans()
        ).map(
            lambda pair: {
                "type": "object",
                "properties": properties,
                "required": sorted(pair[0]),
                "additionalProperties": pair[1],
            }
        )
    )
    lists = st.tuples(inner, st.integers(0, 3), st.integers(0, 2)).map(
        lambda parts: {"type": "array", "items": parts[0], "minItems": parts[1], "maxItems": parts[1] + parts[2]}
    )
    tuples = st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"type": "array", "prefixItems": parts})
    choices = st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"anyOf": parts})
    alone = inner.map(lambda part: {"allOf": [part]})
    return st.one_of(objects, lists, tuples, choices, alone)


DEFINITIONS = {
    "Leaf": {"type": "string", "format": "date"},
    "Tree": obj(["label"], label={"type": "string"}, children={"type": "array", "items": {"$ref": "#/$defs/Tree"}}),
}
SCHEMAS = st.recursive(scalars(), containers, max_leaves=8).map(lambda schema: {"$defs": DEFINITIONS, **schema})


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS, st.sampled_from(["", "Book 3 nights in San Francisco for bob@example.com, please"]))
def test_any_schema_that_can_be_satisfied_is(schema, text):
    value = fill(schema, MINT, text)
    check(schema, value)
    assert value == fill(schema, MINT, text)
    json.dumps(value, allow_nan=False)


TEXT = (
    'Fly from San Francisco to Rome on 2026-05-01, mail bob@example.org, see https://a.example/x. Search "red shoes"!'
)


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        (obj([], city={"type": "string"}), "What's the weather in Paris?", {"city": "Paris"}),
        (obj([], city={"type": "string"}), "Paris is nice, and so is New York's park", {"city": "New York"}),
        (
            obj([], origin={"type": "string"}, destination={"type": "string"}),
            "From Paris to Rome",
            {"origin": "Paris", "destination": "Rome"},
        ),
        (
            obj([], date={"type": "string", "format": "date"}, email={"type": "string"}, url={"type": "string"}),
            TEXT,
            {"date": "2026-05-01", "email": "bob@example.org", "url": "https://a.example/x"},
        ),
        (obj([], search_term={"type": "string"}), TEXT, {"search_term": "red shoes"}),
        (obj([], query={"type": "string"}), "cheap  flights", {"query": "cheap flights"}),
        (obj([], query={"type": "string", "maxLength": 5}), "cheap flights", {"query": "cheap"}),
        (obj([], unit={"enum": ["celsius", "fahrenheit"]}), "In Fahrenheit, please", {"unit": "fahrenheit"}),
        (obj([], mode={"enum": ["one_way", "round_trip"]}), "a round trip", {"mode": "round_trip"}),
        (obj([], a={"type": "integer"}, b={"type": "number"}), "Add 2 and 3.5!", {"a": 2, "b": 3.5}),
        (obj([], a={"type": "integer", "maximum": 9}), "Not 12 but 8", {"a": 8}),
        (
            obj([], cities={"type": "array", "items": {"type": "string"}}),
            "Compare Paris with Rome",
            {"cities": ["Paris", "Rome"]},
        ),
        (obj([], a={"type": "string", "examples": [1, "x"], "default": "y"}), "", {"a": "x"}),
        (obj([], a={"type": "string", "default": "y"}), "", {"a": "y"}),
        (obj([], a={"type": "string", "example": "z"}), "", {"a": "z"}),
        (obj([], a={"anyOf": [{"type": "null"}, {"const": 1}], "default": None}), "", {"a": 1}),
    ],
)
def test_what_the_text_or_the_schema_offers_is_taken(schema, text, expected):
    assert fill(schema, MINT, text) == expected


def test_every_property_is_filled_in_the_order_of_the_schema():
    schema = obj(["c"], a={"type": "integer"}, b={"type": "string"}, c={"type": "boolean"})
    assert list(fill(schema, MINT)) == ["a", "b", "c"]


def test_the_second_level_of_a_recursive_schema_has_only_what_it_must_have():
    value = fill(NODE, MINT)
    assert list(value) == ["value", "children", "next", "parent"]
    assert [(child["children"], child["next"], "parent" in child) for child in value["children"]] == [
        ([], None, False)
    ] * 2


def test_a_recursive_schema_stays_small():
    assert len(json.dumps(fill(WIDE, MINT))) < 4_000


def test_instances_differ_with_the_seed_only():
    schema = obj([], name={"type": "string"}, price={"type": "number"})
    assert fill(schema, Mint(1)) == fill(schema, Mint(1))
    assert fill(schema, Mint(1)) != fill(schema, Mint(2))


@pytest.mark.parametrize("schema", [False, {"enum": []}, {"allOf": [{"enum": [1]}, {"enum": [2]}]}])
def test_a_schema_that_nothing_satisfies_gets_null(schema):
    assert fill(schema, MINT) is None


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"anyOf": [False, False]}, None),
        ({"type": "string", "pattern": "^a$", "minLength": 3, "maxLength": 3, "title": "x"}, r"[a-z ]{3}"),
        ({"type": "string", "format": "date", "maxLength": 3}, r"2026-\d\d-\d\d"),
        ({"type": "string", "format": "date", "pattern": "^b$", "minLength": 2}, "b"),
    ],
)
def test_a_contradiction_gets_the_nearest_instance(schema, expected):
    value = fill(schema, MINT)
    assert value is None if expected is None else re.fullmatch(expected, value)


def test_a_reference_that_only_leads_back_to_itself_adds_nothing():
    schema = {"$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}}, "$ref": "#/$defs/A"}
    assert fill(schema, MINT) is None


def test_a_schema_that_requires_itself_is_cut_somewhere():
    schema = {"$defs": {"A": obj(["a"], a={"$ref": "#/$defs/A"})}, "$ref": "#/$defs/A"}
    assert set(fill(schema, MINT)) == {"a"}


def test_a_pattern_that_is_beyond_the_generator_gets_plausible_text():
    assert isinstance(fill({"type": "string", "pattern": r"(?=a)b"}, MINT), str)


@pytest.mark.parametrize("schema", [True, {}, {"type": "any"}, {"$ref": "other.json#/a"}, {"$ref": "#/nowhere"}])
def test_what_cannot_be_read_allows_anything(schema):
    assert isinstance(fill(schema, MINT), str)


@pytest.mark.parametrize(
    "schema", [{"type": "string", "minLength": "3"}, {"properties": [1], "type": "object"}, {"enum": 3}]
)
def test_a_malformed_schema_is_refused(schema):
    with pytest.raises(ReplyError, match=r"^the JSON schema cannot be filled in: "):
        fill(schema, MINT)


@pytest.mark.parametrize("schema", [{"type": "integer", "minimum": 4, "exclusiveMinimum": True, "maximum": 5}])
def test_the_draft_4_form_of_an_exclusive_bound_is_understood(schema):
    jsonschema.Draft4Validator(schema).validate(fill(schema, MINT))


def test_the_older_form_of_a_tuple_is_understood():
    schema = {"type": "array", "items": [{"const": 1}, {"const": 2}], "additionalItems": {"const": 3}, "minItems": 3}
    assert fill(schema, MINT) == [1, 2, 3]
