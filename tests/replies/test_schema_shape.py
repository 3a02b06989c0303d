"""What schemas come down to."""

import math

import pytest

from mockai.replies.schema_shape import Heights, flat, merged, pointed, types_of

ROOT = {"$defs": {"A": {"type": "integer"}, "B": {"$ref": "#/$defs/A", "minimum": 3}, "L": [{"const": 1}, False]}}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("#", ROOT),
        ("#/$defs/A", {"type": "integer"}),
        ("#/%24defs/A", {"type": "integer"}),
        ("#/$defs/L/0", {"const": 1}),
        ("#/$defs/L/1", {"not": {}}),
        ("#/$defs/L/2", {}),
        ("#/$defs/L/x", {}),
        ("#/$defs/none", {}),
        ("other.json#/A", {}),
        (7, {}),
    ],
)
def test_a_reference_points_into_the_same_document_or_to_anything(reference, expected):
    assert pointed(ROOT, reference) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (True, {}),
        (None, {}),
        (False, {"not": {}}),
        ({"$ref": "#/$defs/B"}, {"type": "integer", "minimum": 3}),
        ({"$ref": "#/$defs/B", "minimum": 5}, {"type": "integer", "minimum": 5}),
        (
            {"allOf": [{"$ref": "#/$defs/A"}, {"maximum": 4}], "minimum": 1},
            {"type": "integer", "maximum": 4, "minimum": 1},
        ),
        (
            {"if": {"const": 1}, "then": {"type": "integer"}},
            {"anyOf": [{"allOf": [{"const": 1}, {"type": "integer"}]}, {"allOf": [{"not": {"const": 1}}, {}]}]},
        ),
    ],
)
def test_references_conditions_and_all_of_are_put_together(schema, expected):
    assert flat(ROOT, schema) == expected


def test_a_circle_of_references_ends():
    assert flat({"$defs": {"A": {"$ref": "#/$defs/A", "minimum": 1}}}, {"$ref": "#/$defs/A"}) == {"minimum": 1}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"minimum": 1}, {"minimum": 2}, {"minimum": 2}),
        ({"maxItems": 1}, {"maxItems": 2}, {"maxItems": 1}),
        ({"multipleOf": 4}, {"multipleOf": 6}, {"multipleOf": 12}),
        ({"multipleOf": 0.5}, {"multipleOf": 2}, {"multipleOf": 2}),
        ({"required": ["a", "b"]}, {"required": ["b", "c"]}, {"required": ["a", "b", "c"]}),
        ({"enum": [1, 2]}, {"enum": [2, 3]}, {"enum": [2]}),
        ({"enum": [1]}, {"enum": [2]}, {"not": {}}),
        ({"type": ["string", "null"]}, {"type": "string"}, {"type": ["string"]}),
        ({"type": "number"}, {"type": "integer"}, {"type": ["integer"]}),
        ({"items": {"minimum": 1}}, {"items": {"maximum": 2}}, {"items": {"allOf": [{"minimum": 1}, {"maximum": 2}]}}),
        ({"anyOf": [1, 2]}, {"anyOf": [3]}, {"anyOf": [{"allOf": [1, 3]}, {"allOf": [2, 3]}]}),
        ({"not": {"const": 1}}, {"not": {"const": 2}}, {"not": {"anyOf": [{"const": 1}, {"const": 2}]}}),
        ({"title": "a"}, {"title": "b"}, {"title": "b"}),
        (
            {"properties": {"a": 1, "b": 2}},
            {"properties": {"b": 3, "c": 4}},
            {"properties": {"a": 1, "b": {"allOf": [2, 3]}, "c": 4}},
        ),
        (
            {"properties": {"a": 1}, "additionalProperties": False},
            {"properties": {"b": 2}},
            {"properties": {"a": 1}, "additionalProperties": False},
        ),
    ],
)
def test_two_schemas_become_one_that_holds_where_both_do(one, other, expected):
    assert merged(one, other) == expected


@pytest.mark.parametrize(("value", "expected"), [("a", ["a"]), (["a", "b"], ["a", "b"]), (None, [])])
def test_types_are_a_list(value, expected):
    assert types_of(value) == expected


TREE = {"$defs": {"T": {"properties": {"t": {"$ref": "#/$defs/T"}}, "required": ["t"]}}}


@pytest.mark.parametrize(
    ("root", "schema", "expected"),
    [
        ({}, {"type": "integer"}, 1),
        ({}, False, math.inf),
        ({}, {"properties": {"a": {}, "b": {}}, "required": ["a", "x"]}, 2),
        ({}, {"items": {"items": {}, "minItems": 1}, "minItems": 1}, 3),
        ({}, {"prefixItems": [{}, {"items": {}, "minItems": 1}], "minItems": 2}, 3),
        ({}, {"anyOf": [{"items": {}, "minItems": 1}, {}]}, 1),
        ({}, {"allOf": [{"items": {}, "minItems": 1}, {}]}, 2),
        ({**TREE, "$ref": "#/$defs/T"}, {"$ref": "#/$defs/T"}, math.inf),
        ({**TREE, "$ref": "#/$defs/T"}, {"anyOf": [{"$ref": "#/$defs/T"}, {"type": "null"}]}, 1),
    ],
)
def test_the_height_is_that_of_the_smallest_instance(root, schema, expected):
    assert Heights(root).of(schema) == expected
