"""Values made to agree with a type."""

import base64
import struct

import pytest

from mockai.ids import Mint
from mockai.surface.mending import mended
from mockai.surface.table import Row, Table

STRING = {"type": "string"}
NUMBERS = {"type": "array", "items": {"type": "number"}}
LEAF = {
    "type": "object",
    "properties": {"kind": {"enum": ["leaf"]}, "name": {"anyOf": [STRING, {"type": "null"}]}},
    "required": ["kind"],
}
SHAPES = {"Leaf": LEAF}
REF = {"$ref": "#/$defs/Leaf"}
VECTOR = base64.b64encode(struct.pack("<2f", 0.5, -1.0)).decode()

CASES = [
    ("what agrees", REF, {"kind": "leaf", "extra": 1}, {"kind": "leaf", "extra": 1}),
    ("a field of another type", REF, {"kind": "tree", "name": "x"}, {"kind": "leaf", "name": "x"}),
    ("a field that is missing", REF, {"extra": 1}, {"kind": "leaf", "name": "Example", "extra": 1}),
    ("an object where there is none", REF, None, {"kind": "leaf", "name": "Example"}),
    (
        "items of a list",
        {"type": "array", "items": REF},
        [{"kind": "leaf"}, 1],
        [{"kind": "leaf"}, {"kind": "leaf", "name": "Example"}],
    ),
    ("a vector in base64", NUMBERS, VECTOR, [0.5, -1.0]),
    ("a text that is no vector", NUMBERS, "!", []),
    ("a text that is no whole vector", NUMBERS, "AAAA", []),
    ("a list where a text should be", STRING, [], "object"),
    ("one of several types", {"anyOf": [STRING, REF]}, {"kind": 1, "name": "x"}, {"kind": "leaf", "name": "x"}),
]


@pytest.mark.parametrize(("schema", "value", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_value_is_mended_where_it_does_not_agree(schema, value, expected):
    row = Row("a.make", "POST", "/a", "object", (schema,))
    assert mended(value, row, Table("1", (row,), SHAPES), Mint(0)) == expected


def test_any_of_the_types_an_operation_gives_will_do():
    row = Row("a.make", "POST", "/a", "object", (REF, STRING))
    assert mended("text", row, Table("1", (row,), SHAPES), Mint(0)) == "text"


def test_of_a_page_the_items_are_mended():
    row = Row("a.list", "GET", "/a", "page", (REF,), ("SyncPage", "data"))
    table = Table("1", (row,), SHAPES)
    assert mended({"object": "list", "data": [{"kind": 1, "name": None}]}, row, table, Mint(0)) == {
        "object": "list",
        "data": [{"kind": "leaf", "name": None}],
    }
    assert mended({"object": "list"}, row, table, Mint(0)) == {"object": "list", "data": []}
