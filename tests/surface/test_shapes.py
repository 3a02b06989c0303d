"""Types as schemas, and what the annotation of a method says it returns."""

# ruff: noqa: UP006, UP007, UP035, UP045 - both spellings are found in the SDK

from datetime import date, datetime
from typing import Annotated, Any, Dict, Generic, List, Literal, Optional, TypeVar, Union

import pytest
from openai import BaseModel, Stream
from openai._legacy_response import HttpxBinaryResponseContent
from openai.pagination import SyncCursorPage, SyncPage
from pydantic import Field

from mockai.surface.shapes import Given, Shapes, given

T = TypeVar("T")


class Leaf(BaseModel):
    id: str


class Tree(BaseModel):
    name: str
    left: Optional["Tree"] = None
    leaf: Leaf
    schema_: Optional[str] = Field(alias="schema", default=None)
    anything: object


class Events(Stream[Leaf]):
    pass


class Typed(Stream[T], Generic[T]):
    pass


PAGE = ("SyncCursorPage", "data", "has_more")
RETURNED = [
    (Leaf, Given("object", (Leaf,))),
    (str, Given("object", (str,))),
    (None, Given("nothing")),
    (HttpxBinaryResponseContent, Given("bytes")),
    (SyncCursorPage[Leaf], Given("page", (Leaf,), PAGE)),
    (SyncPage[Leaf], Given("page", (Leaf,), ("SyncPage", "data", "object"))),
    (Union[Leaf, Tree], Given("object", (Leaf, Tree))),
    (Leaf | str, Given("object", (Leaf, str))),
    (Annotated[Union[Leaf, Tree], "named"], Given("object", (Annotated[Union[Leaf, Tree], "named"],))),
    (Leaf | Stream[Tree], Given("object", (Leaf,), event=Tree)),
    (Stream[Tree], Given("nothing", event=Tree)),
    (Leaf | Events, Given("object", (Leaf,), event=Leaf)),
    (Typed[Tree], Given("nothing", event=T)),
    (Stream, Given("nothing", event=Any)),
]

SCHEMAS = [
    (str, {"type": "string"}),
    (bytes, {"type": "string"}),
    (bool, {"type": "boolean"}),
    (int, {"type": "integer"}),
    (float, {"type": "number"}),
    (None, {"type": "null"}),
    (type(None), {"type": "null"}),
    (datetime, {"type": "string", "format": "date-time"}),
    (date, {"type": "string", "format": "date"}),
    (object, {}),
    (Any, {}),
    (T, {}),
    (Literal["a", "b"], {"enum": ["a", "b"]}),
    (Optional[str], {"anyOf": [{"type": "string"}, {"type": "null"}]}),
    (str | int, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    (List[str], {"type": "array", "items": {"type": "string"}}),
    (list[Leaf], {"type": "array", "items": {"$ref": "#/$defs/Leaf"}}),
    (Dict[str, object], {"type": "object", "additionalProperties": {}}),
    (Annotated[int, "words"], {"type": "integer"}),
    (Leaf, {"$ref": "#/$defs/Leaf"}),
]


@pytest.mark.parametrize(("annotation", "expected"), RETURNED, ids=[str(each) for each, _ in RETURNED])
def test_an_annotation_tells_what_is_given(annotation, expected):
    assert given(annotation) == expected


@pytest.mark.parametrize(("part", "expected"), SCHEMAS, ids=[str(each) for each, _ in SCHEMAS])
def test_a_type_has_a_schema(part, expected):
    assert Shapes().schema(part) == expected


def test_a_model_is_defined_once_and_needs_what_may_not_be_null():
    shapes = Shapes()
    assert shapes.schema(Tree) == shapes.schema(Tree) == {"$ref": "#/$defs/Tree"}
    assert shapes.definitions == {
        "Tree": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "left": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
                "leaf": {"$ref": "#/$defs/Leaf"},
                "schema": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "anything": {},
            },
            "required": ["name", "leaf"],
        },
        "Leaf": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
    }


def test_models_of_the_same_name_are_told_apart():
    class Other(BaseModel):
        name: str

    Other.__name__ = "Leaf"
    shapes = Shapes()
    assert [shapes.schema(each)["$ref"] for each in (Leaf, Other, Leaf)] == [
        "#/$defs/Leaf",
        "#/$defs/Leaf_",
        "#/$defs/Leaf",
    ]
