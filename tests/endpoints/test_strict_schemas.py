"""Which schemas the API takes, and how it says what is wrong with others, and where."""

from typing import Any

import openai
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockai.api_errors import named
from mockai.endpoints.strict_schemas import fault_in_parameters, fault_in_strict

TEXT = {"type": "string"}


def thing(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def nested(levels: int) -> dict[str, Any]:
    return thing({"a": nested(levels - 1)}) if levels > 1 else thing({})


CLOSED = "'additionalProperties' is required to be supplied and to be false."
REQUIRED = "'required' is required to be supplied and to be an array including every key in properties."
ROOT = "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{}\"'."


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({}, ROOT.format("None")),
        ({"type": "array", "items": TEXT}, ROOT.format("array")),
        ({"$ref": "#/$defs/x", "$defs": {"x": thing({})}}, ROOT.format("None")),
        ({"anyOf": [thing({})]}, ROOT.format("None")),
        ({"type": "object", "properties": {"a": TEXT}, "required": ["a"]}, f"In context=(), {CLOSED}"),
        (thing({}, additionalProperties=TEXT), f"In context=(), {CLOSED}"),
        (
            {"type": "object", "additionalProperties": False},
            "In context=(), object schema missing properties.",
        ),
        (thing({"a": TEXT, "b": TEXT}, required=["a"]), f"In context=(), {REQUIRED} Missing 'b'."),
        (thing({"a": TEXT}, required=None), f"In context=(), {REQUIRED} Missing 'a'."),
        (thing({"a": TEXT}, required=["a", "z"]), f"In context=(), {REQUIRED} Extra required key 'z' supplied."),
        (thing({"a": {}}), "In context=('properties', 'a'), schema must have a 'type' key."),
        (thing({"a": {"description": "x"}}), "In context=('properties', 'a'), schema must have a 'type' key."),
        (thing({"a": {"type": "array"}}), "In context=('properties', 'a'), array schema missing items."),
        (thing({"a": {"oneOf": [TEXT]}}), "In context=('properties', 'a'), 'oneOf' is not permitted."),
        (thing({"a": {"allOf": [TEXT]}}), "In context=('properties', 'a'), 'allOf' is not permitted."),
        (
            thing({"a": {"type": "array", "items": TEXT, "uniqueItems": True}}),
            "In context=('properties', 'a'), 'uniqueItems' is not permitted.",
        ),
        (
            thing({"a": {"type": "array", "items": {"type": "object", "properties": {}}}}),
            f"In context=('properties', 'a', 'items'), {CLOSED}",
        ),
        (
            thing({"a": {"anyOf": [{"type": "null"}, thing({"b": TEXT}, required=[])]}}),
            f"In context=('properties', 'a', 'anyOf', '1'), {REQUIRED} Missing 'b'.",
        ),
        (
            thing({"a": {"$ref": "#/$defs/x"}}, **{"$defs": {"x": {"type": "object", "properties": {}}}}),
            f"In context=('$defs', 'x'), {CLOSED}",
        ),
        (
            thing({"mode": {"$ref": "#/$defs/x", "description": "m"}}, **{"$defs": {"x": TEXT}}),
            "context=('properties', 'mode'), $ref cannot have keywords {'description'}.",
        ),
        (nested(11), "11 levels of nesting exceeds limit of 10."),
        (thing({f"p{n}": TEXT for n in range(5001)}), "5001 parameters exceeds limit of 5000."),
        (thing({}), None),
        (nested(10), None),
        (thing({"a": {"$ref": "#"}, "b": {"enum": ["x"]}, "c": {"const": 1}}), None),
        (thing({"a": {"type": ["string", "null"]}, "b": {"type": "integer", "minimum": 1}}), None),
        (thing({"a": TEXT}, description="x", title="X"), None),
        (True, None),
        (None, None),
    ],
)
def test_a_strict_schema_outside_the_subset_is_told_where(schema, fault):
    assert fault_in_strict(schema) == fault


def enum(count: int, length: int = 1) -> dict[str, Any]:
    return {"type": "string", "enum": [str(n).zfill(length) for n in range(count)]}


def numbers(count: int) -> dict[str, Any]:
    return {"type": "integer", "enum": list(range(count))}


NAMED = "x" * 60_000
LARGE = [
    # values in all, of whatever type, wherever they stand
    (thing({"a": numbers(1001)}), "enum_values", {"count": 1001}),
    (thing({"a": numbers(600), "b": {"type": "array", "items": numbers(408)}}), "enum_values", {"count": 1008}),
    (thing({"a": {"$ref": "#/$defs/b"}}, **{"$defs": {"b": numbers(1002)}}), "enum_values", {"count": 1002}),
    (thing({"a": enum(1001, 60)}), "enum_values", {"count": 1001}),
    (thing({"a": numbers(1000)}), None, {}),
    # characters of one enum with more than 250 values
    (thing({"a": enum(251, 60)}), "enum_length", {"length": 15_060}),
    (thing({"a": enum(3), "b": {"anyOf": [{"type": "null"}, enum(300, 51)]}}), "enum_length", {"length": 15_300}),
    (thing({"a": enum(250, 61)}), None, {}),
    (thing({"a": enum(300, 50)}), None, {}),
    (thing({"a": enum(260, 50), "b": enum(260, 50)}), None, {}),
    # characters of all names and values
    (thing({NAMED: TEXT, NAMED + "y": TEXT}), "string_length", {"length": 120_001}),
    (
        thing({"a": {"const": NAMED}, "b": {"$ref": f"#/$defs/{NAMED}"}}, **{"$defs": {NAMED: TEXT}}),
        "string_length",
        {"length": 120_002},
    ),
    (thing({"a": {"enum": [NAMED, NAMED, 1, None]}}), "string_length", {"length": 120_001}),
    (thing({NAMED: TEXT, NAMED[1:]: TEXT, "z": {"const": 7, "description": NAMED}}), None, {}),
]


@pytest.mark.parametrize(("schema", "fault", "values"), LARGE)
def test_a_strict_schema_that_is_too_large_is_told_by_how_much(schema, fault, values):
    found = fault_in_strict(schema)
    of_format = None if fault is None else named(f"format_schema_{fault}", name="answer", **values).message
    of_tool = None if fault is None else named(f"tool_schema_{fault}", name="f", **values).message
    assert (found and f"Invalid schema for response_format 'answer': {found}") == of_format
    assert (found and f"Invalid schema for function 'f': {found}") == of_tool
    assert fault_in_parameters(schema) is None


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({"type": "string"}, ROOT.format("string")),
        ({"oneOf": [thing({})]}, ROOT.format("None")),
        (
            {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "array"}}}},
            "In context=('properties', 'a', 'items'), array schema missing items.",
        ),
        ({}, None),
        ({"type": "object"}, None),
        ({"type": "object", "properties": {"a": {}, "b": {"oneOf": [TEXT]}}, "additionalProperties": True}, None),
        (None, None),
        ("x", None),
    ],
)
def test_other_parameters_are_an_object_whose_lists_say_of_what(schema, fault):
    assert fault_in_parameters(schema) == fault


class Step(pydantic.BaseModel):
    """Something nested, with a field that may be null."""

    explanation: str
    output: int | None = None


class Answer(pydantic.BaseModel):
    """What an application would ask for."""

    steps: list[Step] = pydantic.Field(description="One after the other.")
    first: Step = pydantic.Field(description="Said once more.")


def test_what_the_sdk_makes_of_a_model_is_taken_and_what_pydantic_makes_is_not():
    made = openai.lib._pydantic.to_strict_json_schema(Answer)
    assert fault_in_strict(made) is None
    assert fault_in_strict(Answer.model_json_schema()) == f"In context=(), {CLOSED}"
    assert openai.pydantic_function_tool(Answer)["function"]["strict"] is True
    assert fault_in_strict(openai.pydantic_function_tool(Answer)["function"]["parameters"]) is None


PLAIN = st.sampled_from([TEXT, {"type": "integer"}, {"type": ["number", "null"]}, {"enum": ["a", "b"]}])


def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.text("abc", min_size=1, max_size=3)
    return st.one_of(
        st.dictionaries(names, inner, max_size=3).map(thing),
        inner.map(lambda each: {"type": "array", "items": each}),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: {"anyOf": each}),
    )


WITHIN = st.dictionaries(st.text("xyz", min_size=1, max_size=2), st.recursive(PLAIN, grown, max_leaves=8)).map(thing)


@given(WITHIN)
def test_every_schema_of_the_subset_is_taken(schema):
    fault = fault_in_strict(schema)
    assert fault is None or fault.endswith("levels of nesting exceeds limit of 10.")
    assert fault_in_parameters(schema) is None


@given(WITHIN, st.data())
def test_one_key_that_is_not_required_is_enough_to_be_refused(schema, data):
    objects = [each for each in walked(schema) if each.get("properties")]
    if not objects:
        return
    spoilt = data.draw(st.sampled_from(objects))
    key = data.draw(st.sampled_from(list(spoilt["properties"])))
    spoilt["required"] = [each for each in spoilt["required"] if each != key]
    assert str(fault_in_strict(schema)).endswith(f"Missing '{key}'.")


def walked(schema: Any) -> list[dict[str, Any]]:
    below = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    below += [schema["items"]] if "items" in schema else []
    return [schema, *(each for one in below for each in walked(one))]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "items", "anyOf", "$defs", "required", "$ref", "enum", "a"]), inner
        )
    ),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_is_sent_as_a_schema_there_is_an_answer(schema):
    for fault in (fault_in_strict(schema), fault_in_parameters(schema)):
        assert fault is None or isinstance(fault, str)
