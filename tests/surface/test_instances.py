"""Objects made of schemas."""

import pytest

from mockai.ids import EPOCH, Mint
from mockai.replies.schema_fits import Fits
from mockai.surface.installed import shipped
from mockai.surface.instances import Instances

STRING, NULL = {"type": "string"}, {"type": "null"}
NODE = {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}
CHAIN = {
    "type": "object",
    "properties": {"next": {"anyOf": [{"$ref": "#/$defs/Chain"}, {"$ref": "#/$defs/End"}]}},
}
END = {"type": "object", "properties": {"kind": {"enum": ["end"]}}}
SHAPES = {"Node": NODE, "Chain": CHAIN, "End": END, "Either": {"anyOf": [{"$ref": "#/$defs/End"}, STRING]}}


@pytest.fixture
def make():
    return lambda schema, thing="thing", **facts: Instances(SHAPES, Mint(0, "a")).make(schema, thing, facts)


@pytest.mark.parametrize(
    ("name", "schema", "expected"),
    [
        ("object", {"enum": ["a.thing", "other"]}, "a.thing"),
        ("object", STRING, "thing"),
        ("nothing", {"anyOf": [STRING, NULL]}, None),
        ("name", {"anyOf": [STRING, NULL]}, "Example"),
        ("name", {"anyOf": [{"enum": ["a"]}, NULL]}, None),
        ("model", STRING, "gpt-4o"),
        ("some_words", STRING, "some words"),
        ("created_at", {"type": "integer"}, EPOCH),
        ("created", {"type": "integer"}, EPOCH),
        ("start_time", {"type": "integer"}, EPOCH),
        ("expires_at", {"type": "integer"}, EPOCH + 3600),
        ("end_time", {"type": "integer"}, EPOCH + 3600),
        ("created_at", STRING, "2026-01-01T00:00:00Z"),
        ("moment", {"type": "string", "format": "date-time"}, "2026-01-01T00:00:00Z"),
        ("day", {"type": "string", "format": "date"}, "2026-01-01"),
        ("count", {"type": "integer"}, 1),
        ("share", {"type": "number"}, 1.0),
        ("deleted", {"type": "boolean"}, True),
        ("flagged", {"type": "boolean"}, False),
        ("tags", {"type": "array", "items": STRING}, []),
        ("results", {"type": "array", "items": {"type": "integer"}}, [1]),
        ("anything", {}, {}),
        ("metadata", {"type": "object", "additionalProperties": STRING}, {}),
        ("choice", {"anyOf": [STRING, {"type": "integer"}]}, "choice"),
        ("node", {"$ref": "#/$defs/Node"}, {"items": []}),
        ("chain", {"$ref": "#/$defs/Chain"}, {"next": {"kind": "end"}}),
    ],
)
def test_a_field_gets_what_its_type_and_name_suggest(make, schemas, name, schema, expected):
    assert make(schemas(**{name: schema})) == {name: expected}


def test_ids_are_those_of_the_thing_and_of_what_fields_name(make, schemas):
    made = make(schemas(id=STRING, project_id=STRING), "user")
    assert (made["id"][:5], made["project_id"][:5]) == ("user-", "proj_")
    assert made == make(schemas(id=STRING, project_id=STRING), "user")


@pytest.mark.parametrize(
    ("schema", "fact", "expected"),
    [
        (STRING, "given", "given"),
        ({"type": "integer"}, 5, 5),
        ({"type": "integer"}, "5", 5),
        ({"type": "boolean"}, "true", True),
        ({"type": "number"}, "0.5", 0.5),
        ({"type": "integer"}, "five", 1),
        ({"type": "array", "items": STRING}, '["a"]', []),
        ({"enum": ["a", "b"]}, "b", "b"),
        ({"enum": ["a", "b"]}, "c", "a"),
        ({"anyOf": [STRING, NULL]}, "x", "x"),
        ({"type": "array", "items": STRING}, ["a"], ["a"]),
        ({}, [1], [1]),
    ],
)
def test_a_fact_is_taken_where_its_type_agrees(make, schemas, schema, fact, expected):
    assert make(schemas(field=schema), field=fact) == {"field": expected}


def test_an_object_in_a_field_has_the_id_that_a_fact_names(make, schemas):
    inner = schemas(id=STRING, group_id=STRING)
    assert make(schemas(role=inner), role_id="role-1", group_id="g") == {"role": {"id": "role-1", "group_id": "g"}}


def test_of_several_types_the_one_is_made_that_most_facts_agree_with(make, schemas):
    one, other = schemas(kind={"enum": ["one"]}), schemas(kind={"enum": ["other"]}, size={"type": "integer"})
    either = {"anyOf": [one, other, NULL]}
    assert make(either) == {"kind": "one"}
    assert make(either, kind="other", size=3) == {"kind": "other", "size": 3}


def test_a_choice_is_taken_apart_into_its_options():
    instances = Instances(SHAPES, Mint(0))
    assert instances.options({"anyOf": [{"$ref": "#/$defs/Either"}, {"$ref": "#/$defs/Node"}]}) == [
        {"$ref": "#/$defs/End"},
        STRING,
        {"$ref": "#/$defs/Node"},
    ]


@pytest.mark.parametrize(
    ("action", "fields", "expected"),
    [
        ("cancel", {"status": {"enum": ["running", "cancelling", "cancelled"]}}, {"status": "cancelling"}),
        (
            "archive",
            {"status": STRING, "archived_at": {"type": "integer"}},
            {"status": "archived", "archived_at": EPOCH},
        ),
        ("archive", {"archived_at": {"anyOf": [{"type": "integer"}, NULL]}}, {"archived_at": EPOCH}),
        ("test", {"status": {"enum": ["on", "off"]}, "name": STRING}, {}),
    ],
)
def test_an_action_changes_the_status_and_the_time_that_bear_its_name(schemas, action, fields, expected):
    assert Instances({}, Mint(0)).outcome(schemas(**fields), action) == expected


def test_every_type_of_the_table_has_an_instance_that_fits_it():
    shapes = shipped().shapes
    fits = Fits({"$defs": shapes})
    refused = [
        name
        for name in shapes
        if not fits({"$ref": f"#/$defs/{name}"}, Instances(shapes, Mint(0)).make({"$ref": f"#/$defs/{name}"}, "thing"))
    ]
    assert refused == []
