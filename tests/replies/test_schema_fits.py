"""Whether values fit schemas: the same verdict as that of `jsonschema`."""

import itertools

import jsonschema
import pytest

from mockai.replies.schema_fits import Fits, same

VALUES = [
    None, True, False, 0, 1, 1.0, 2.5, 7, -3, "", "a", "abc", "x1",
    [], [1], [1, 1], [1, 1.0], [True, 1], ["a", 1], [[1], [1]], [1, "a", 2],
    {}, {"a": 1}, {"a": "x", "b": 2}, {"x_1": 1}, {"x_1": "a", "c": None}, {"a": {"a": {}}},
]  # fmt: skip
SCHEMAS = [
    True,
    False,
    {},
    {"type": "integer"},
    {"type": ["number", "null"]},
    {"type": "boolean"},
    {"type": "array"},
    {"type": "object"},
    {"enum": [1, "a", {"a": 1.0}, [1, True]]},
    {"const": True},
    {"const": {"a": 1}},
    {"minimum": 1},
    {"maximum": 1},
    {"exclusiveMinimum": 1},
    {"exclusiveMaximum": 1},
    {"multipleOf": 2},
    {"multipleOf": 0.5},
    {"minLength": 2},
    {"maxLength": 1},
    {"pattern": "^[ax]"},
    {"minItems": 2},
    {"maxItems": 1},
    {"uniqueItems": True},
    {"uniqueItems": False},
    {"prefixItems": [{"type": "integer"}, {"type": "string"}], "items": {"type": "integer"}},
    {"prefixItems": [{"type": "integer"}], "items": False},
    {"items": {"type": "integer"}},
    {"contains": {"const": "a"}},
    {"minProperties": 1},
    {"maxProperties": 1},
    {"required": ["a"]},
    {"properties": {"a": {"type": "integer"}}},
    {"patternProperties": {"^x_": {"type": "integer"}}},
    {"properties": {"a": {}}, "patternProperties": {"^x_": {}}, "additionalProperties": False},
    {"additionalProperties": {"type": "integer"}},
    {"propertyNames": {"maxLength": 1}},
    {"allOf": [{"minimum": 1}, {"maximum": 2}]},
    {"anyOf": [{"type": "string"}, {"minimum": 3}]},
    {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
    {"not": {"type": "string"}},
    {"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "integer"}},
    {"if": {"type": "string"}},
    {"$defs": {"T": {"properties": {"a": {"$ref": "#/$defs/T"}}, "type": "object"}}, "$ref": "#/$defs/T"},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_the_verdict_is_that_of_jsonschema(schema):
    fits = Fits(schema if isinstance(schema, dict) else {})
    validator = jsonschema.Draft202012Validator(schema)
    assert [fits(schema, value) for value in VALUES] == [validator.is_valid(value) for value in VALUES]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"minimum": 1, "exclusiveMinimum": True}, 1, False),
        ({"minimum": 1, "exclusiveMinimum": True}, 2, True),
        ({"minimum": 1, "exclusiveMinimum": False}, 1, True),
        ({"maximum": 1, "exclusiveMaximum": True}, 1, False),
        ({"maximum": 1, "exclusiveMaximum": True}, "a", True),
        ({"exclusiveMinimum": True}, "a", True),
        ({"items": [{"type": "integer"}]}, ["a"], False),
        ({"items": [{"type": "integer"}]}, [1, "a"], True),
        ({"pattern": "\\p{L}"}, "a", True),
        ({"pattern": "("}, "a", True),
        ({"multipleOf": 0}, 3, True),
        ({"multipleOf": 0.1}, 0.30000000000000004, False),
        ({"multipleOf": 0.1}, float("inf"), True),
        ({"type": "any"}, 1, False),
    ],
)
def test_older_and_broken_forms_have_a_verdict_too(schema, value, expected):
    assert Fits({})(schema, value) is expected


def test_a_reference_that_leads_back_to_itself_adds_nothing():
    schema = {"$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}}, "$ref": "#/$defs/A"}
    assert [Fits(schema)(schema, value) for value in (None, 1)] == [True, False]


def test_values_are_the_same_as_json_has_it():
    alike = [(1, 1.0), ([1], [1.0]), ({"a": 1, "b": 2}, {"b": 2, "a": 1.0})]
    assert all(same(one, other) for one, other in alike)
    apart = [0, 1, False, True, "1", [1], {"a": 1}, {"a": True}, [True], None]
    assert not any(same(one, other) for one, other in itertools.combinations(apart, 2))
