"""Records: what they take, in which words they refuse the rest, and what becomes of them."""

import copy
import enum
import math
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Annotated, Any, ClassVar, Literal

import pytest
from jsonschema import Draft202012Validator

from mockai.errors import UsageError
from mockai.records import After, Before, Definitions, Field, InvalidValue, Listed, Record, Schema, Wrong
from mockai.records.wrong import seen


class Colour(enum.StrEnum):
    RED = "red"


def _even(number: int) -> int:
    if number % 2:
        raise ValueError("an odd number")
    return number


def _halves(value: Any) -> Any:
    if value == "none":
        raise ValueError("must be two halves")
    return value.split("/") if isinstance(value, str) else value


FAILURE = UsageError("x")


class Leaf(Record):
    """A part of another."""

    name: str
    weight: float = 1.0


class Small(Record):
    """What is written as its name alone."""

    name: str = "small"

    @classmethod
    def _read(cls, value: Any) -> Any:
        if value == "bad":
            raise ValueError("no such thing")
        return {"name": value} if isinstance(value, str) else value


class Tree(Record):
    """Every kind
    of field."""

    kinds: ClassVar[str] = "is no field"

    text: str | None = None
    whole: Annotated[int, Field(ge=0, le=9)] = 0
    number: Annotated[float, Field(gt=0)] | None = Field(default=None, description="A number.")
    flag: bool = False
    choice: Literal["a", "b"] | None = None
    always: Literal[True] | None = None
    either: Annotated[float, Field(ge=0)] | tuple[int, int] | None = None
    several: tuple[str, ...] = Field(default=("x",), min_length=1)
    listed: Annotated[tuple[Leaf, ...], Listed] = ()
    pair: Annotated[tuple[str, str], Before(_halves)] | None = None
    plain: list[Any] | None = None
    mapping: dict[Literal["k", "l"], int] = Field(default_factory=dict)
    even: Annotated[int, After(_even), Schema({"multipleOf": 2})] = 0
    leaf: Leaf | None = None
    leafy: Leaf | str | None = None
    small: Small = Field(default=Small(), description="A small one.")
    itself: "Tree | None" = None
    not_: Annotated[Any, Field(description="Anything.")] = Field(default=None, alias="not")
    code: Callable[..., Any] | None = Field(default=None, exclude=True)
    error: UsageError | None = Field(default=None, exclude=True)

    def _check(self) -> None:
        if self.flag and self.text is None:
            raise ValueError("a flag needs a text")


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ({"text": Colour.RED}, "text", "red"),
        ({"whole": 9}, "whole", 9),
        ({"number": 3}, "number", 3.0),
        ({"always": True}, "always", True),
        ({"either": 2}, "either", 2.0),
        ({"either": [1, 2]}, "either", (1, 2)),
        ({"several": iter("ab")}, "several", ("a", "b")),
        ({"listed": {"name": "l"}}, "listed", (Leaf(name="l"),)),
        ({"listed": Leaf(name="l")}, "listed", (Leaf(name="l"),)),
        ({"pair": "a/b"}, "pair", ("a", "b")),
        ({"plain": (1, None)}, "plain", [1, None]),
        ({"mapping": {"k": 1}}, "mapping", {"k": 1}),
        ({"small": "tiny"}, "small", Small(name="tiny")),
        ({"itself": {"itself": {"text": "x"}}}, "itself", Tree(itself=Tree(text="x"))),
        ({"not": 1}, "not_", 1),
        ({"not_": 1}, "not_", 1),
        ({"code": len}, "code", len),
        ({"error": FAILURE}, "error", FAILURE),
    ],
)
def test_what_fits_is_taken(written, name, value):
    record = Tree.model_validate(written)
    assert getattr(record, name) == value
    assert type(getattr(record, name)) is type(value)
    assert record.model_fields_set == {name}


NAN = float("nan")


@pytest.mark.parametrize(
    ("written", "where", "reason"),
    [
        ({"text": 5}, ("text",), "must be text"),
        ({"text": b"x"}, ("text",), "must be text"),
        ({"whole": True}, ("whole",), "must be a whole number"),
        ({"whole": 1.0}, ("whole",), "must be a whole number"),
        ({"whole": -1}, ("whole",), "must be at least 0"),
        ({"whole": 10}, ("whole",), "must be at most 9"),
        ({"number": 0}, ("number",), "must be more than 0"),
        ({"number": "1"}, ("number",), "must be a number"),
        ({"number": False}, ("number",), "must be a number"),
        ({"number": math.inf}, ("number",), "must be a finite number"),
        ({"number": 10**400}, ("number",), "must be a finite number"),
        ({"flag": 1}, ("flag",), "must be true or false"),
        ({"choice": "c"}, ("choice",), "must be one of a, b"),
        ({"always": 1}, ("always",), "must be true"),
        ({"either": "x"}, ("either",), "must be a number or a list"),
        ({"either": [1, "x"]}, ("either", 1), "must be a whole number"),
        ({"either": [1]}, ("either",), "must be a list of 2"),
        ({"several": "ab"}, ("several",), "must be a list"),
        ({"several": {"a": 1}}, ("several",), "must be a list"),
        ({"several": []}, ("several",), "must be a list of at least 1"),
        ({"several": [1]}, ("several", 0), "must be text"),
        ({"listed": [{}]}, ("listed", 0, "name"), "is missing"),
        ({"pair": 5}, ("pair",), "must be a list"),
        ({"pair": "none"}, ("pair",), "must be two halves"),
        ({"plain": "x"}, ("plain",), "must be a list"),
        ({"mapping": []}, ("mapping",), "must be a mapping"),
        ({"mapping": {"m": 1}}, ("mapping", "m"), "must be one of k, l"),
        ({"mapping": {"k": "1"}}, ("mapping", "k"), "must be a whole number"),
        ({"even": 3}, ("even",), "an odd number"),
        ({"even": "3"}, ("even",), "must be a whole number"),
        ({"leaf": "l"}, ("leaf",), "must be a mapping with keys such as name, weight"),
        ({"leafy": 5}, ("leafy",), "must be a mapping with keys such as name, weight or text"),
        ({"small": "bad"}, ("small",), "no such thing"),
        ({"small": 5}, ("small",), "must be a mapping with keys such as name"),
        ({"itself": {"flag": True}}, ("itself",), "a flag needs a text"),
        ({"code": 5}, ("code",), "must be a function"),
        ({"error": 5}, ("error",), "must be a UsageError"),
        ({"kinds": "x"}, ("kinds",), "there is no such key"),
        ({"not": 1, "not_": 1}, ("not_",), "there is no such key"),
        ("x", (), "must be a mapping with keys such as text, whole, number, flag"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(written, where, reason):
    with pytest.raises(InvalidValue) as caught:
        Tree.model_validate(written)
    assert [(wrong.where, wrong.reason) for wrong in caught.value.wrongs] == [(where, reason)]


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(InvalidValue) as caught:
        Tree(text=5, nope=None, leaf={"wieght": 2}, even=3, pair="none")
    assert str(caught.value) == (
        "Tree cannot be made of this: text: must be text; seen the number 5; nope: there is no such key; "
        "leaf.wieght: there is no such key; leaf.name: is missing; even: an odd number; "
        'pair: must be two halves; seen the text "none"'
    )
    assert isinstance(caught.value, UsageError)
    assert isinstance(caught.value, ValueError)


def test_an_error_about_the_whole_says_no_place():
    with pytest.raises(InvalidValue, match=r"^Tree cannot be made of this: a flag needs a text$"):
        Tree(flag=True)
    assert str(Wrong((), "text", None, "must be text")) == "must be text; seen nothing"


def test_an_error_can_be_sent_to_another_process():
    with pytest.raises(InvalidValue) as caught:
        Tree(text=5)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_record_is_a_value():
    record = Leaf(name="a")
    assert record == Leaf(name="a", weight=1)
    assert hash(record) == hash(Leaf(name="a", weight=1))
    assert record != Leaf(name="b")
    assert record != Small(name="a")
    assert Leaf.model_validate(record) is record
    assert repr(Leaf(name="a", weight=2)) == "Leaf(name='a', weight=2.0)"
    assert repr(record) == "Leaf(name='a')"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda record: pickle.loads(pickle.dumps(record))])
def test_a_record_can_be_copied(again):
    record = Tree(text="x", leaf=Leaf(name="a"))
    assert again(record) == record
    assert again(record).model_fields_set == {"text", "leaf"}


def test_a_record_does_not_change():
    record = Leaf(name="a")
    with pytest.raises(FrozenInstanceError, match=r"^Leaf does not change; model_copy\(update=\.\.\.\) makes another$"):
        record.name = "b"
    with pytest.raises(FrozenInstanceError):
        del record.name
    changed = record.model_copy(update={"weight": 2.0})
    assert record.model_copy() == record
    assert (changed, changed.model_fields_set, record.weight) == (Leaf(name="a", weight=2), {"name", "weight"}, 1.0)


def test_what_was_given_is_told_from_what_was_not():
    record = Tree(text="x", choice=None)
    assert record.given("text", "choice", "whole") == ["text"]


def test_a_record_becomes_plain_data():
    class Written:
        def written(self):
            return {"a": 1}

    record = Tree(**{"not": {"a": (1, Written())}}, listed=Leaf(name="l"), code=len)
    expected = {"listed": [{"name": "l", "weight": 1.0}], "not_": {"a": [1, {"a": 1}]}}
    assert {key: value for key, value in record.model_dump(exclude={"text"}).items() if key in expected} == expected
    assert "text" not in record.model_dump(exclude={"text"})
    assert record.model_dump(by_alias=True, exclude_unset=True) == {
        "listed": [{"name": "l"}],
        "not": {"a": [1, {"a": 1}]},
    }


def test_the_schema_says_what_is_taken():
    definitions = Definitions()
    schema = Tree.schema(definitions)
    assert schema["description"] == "Every kind of field."
    assert schema["properties"] == {
        "text": {"type": "string"},
        "whole": {"type": "integer", "minimum": 0, "maximum": 9},
        "number": {"type": "number", "exclusiveMinimum": 0, "description": "A number."},
        "flag": {"type": "boolean"},
        "choice": {"enum": ["a", "b"], "type": "string"},
        "always": {"const": True, "type": "boolean"},
        "either": {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 2,
                    "prefixItems": [{"type": "integer"}, {"type": "integer"}],
                },
            ]
        },
        "several": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "listed": {"anyOf": [{"$ref": "#/$defs/Leaf"}, {"type": "array", "items": {"$ref": "#/$defs/Leaf"}}]},
        "pair": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "prefixItems": [{"type": "string"}, {"type": "string"}],
        },
        "plain": {"type": "array", "items": {}},
        "mapping": {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "propertyNames": {"enum": ["k", "l"], "type": "string"},
        },
        "even": {"multipleOf": 2},
        "leaf": {"$ref": "#/$defs/Leaf"},
        "leafy": {"anyOf": [{"$ref": "#/$defs/Leaf"}, {"type": "string"}]},
        "small": {"$ref": "#/$defs/Small", "description": "A small one."},
        "itself": {"$ref": "#/$defs/Tree"},
        "not": {"description": "Anything."},
    }
    assert definitions.found["Leaf"]["required"] == ["name"]
    assert definitions.found["Tree"] == schema
    Draft202012Validator.check_schema({**schema, "$defs": definitions.found})


@pytest.mark.parametrize("annotation", [Callable[..., Any], UsageError])
def test_what_cannot_be_written_has_no_schema(annotation):
    class Unwritten(Record):
        what: annotation

    with pytest.raises(TypeError, match="cannot be written, so it has no schema"):
        Unwritten.schema(Definitions())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (False, "false"),
        ("a" * 61, f'the text "{"a" * 57}..."'),
        ('a\n"é"', 'the text "a\\n\\"é\\""'),
        (1.5, "the number 1.5"),
        ((), "a list of 0"),
        ({}, "an empty mapping"),
        ({"a": 1, 2: 3}, "a mapping with the keys a, 2"),
        (object(), "a object"),
    ],
)
def test_a_value_is_shown_in_plain_words(value, text):
    assert seen(value) == text
