"""Schemas as checks: types, choices, unions, variants, limits, forms; each case in the words of the error."""

import pytest

from mockai.validation.compiling import Compiler
from mockai.validation.objects import fields_checker
from mockai.validation.rules import Rules, decimal, integer, length
from mockai.validation.spelling import hint, near
from mockai.validation.wrong import Wrong

TEXT, WHOLE, NUMBER, FLAG = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))
CAT = {"properties": {"type": {"enum": ["cat"]}, "lives": WHOLE}, "required": ["type", "lives"]}
DOG = {"properties": {"type": {"enum": ["dog"]}, "name": TEXT}, "required": ["type"]}
STRAY = {"properties": {"name": TEXT, "age": {"anyOf": [WHOLE, {"type": "null"}]}}, "required": ["name", "age"]}
OWNER = {
    "properties": {
        "role": {"enum": ["owner"]},
        "pets": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}},
    },
    "required": ["role"],
}
TREE = {"properties": {"leaf": TEXT, "branch": {"$ref": "#/$defs/Tree"}}, "required": []}
KEEPER = {"properties": {"kind": {"enum": ["keeper", "vet"]}}, "required": ["kind"]}
GUARD = {"properties": {"kind": {"enum": ["guard"]}, "badge": WHOLE}, "required": ["kind"]}
DEFINED = {
    "Cat": CAT,
    "Dog": DOG,
    "Stray": STRAY,
    "Owner": OWNER,
    "Tree": TREE,
    "Keeper": KEEPER,
    "Guard": GUARD,
}


def any_of(*options):
    return {"anyOf": list(options)}


def ref(*names):
    return any_of(*({"$ref": f"#/$defs/{name}"} for name in names))


def wrong(schema, value, rules=None, limits=None, *, form=False):
    """What is said of a value under the key `x`; None where it fits."""
    compiler = Compiler(DEFINED, rules or Rules(), limits or {}, form=form)
    whole = {"properties": {"x": schema}, "required": []}
    try:
        fields_checker(compiler.body(whole))({"x": value})
    except Wrong as found:
        return found.refused().error.message
    return None


def of(path, expected, got):
    return f"Invalid type for '{path}': expected {expected}, but got {got} instead."


CASES = [
    # plain types
    (TEXT, "a", None),
    (TEXT, 1, of("x", "a string", "an integer")),
    (WHOLE, 1, None),
    (WHOLE, 1.0, of("x", "an integer", "a decimal number")),
    (WHOLE, True, of("x", "an integer", "a boolean")),
    (NUMBER, 1, None),
    (NUMBER, 1.5, None),
    (NUMBER, "1", of("x", "a decimal", "a string")),
    (FLAG, 0, of("x", "a boolean", "an integer")),
    (any_of({"enum": [True]}, {"enum": [False]}), "yes", of("x", "a boolean", "a string")),
    ({}, object(), None),
    ({"file": True}, {"filename": "a"}, None),
    # null is as good as left out, except in a list
    (TEXT, None, None),
    ({"type": "array", "items": TEXT}, ["a", None], of("x[1]", "a string", "null")),
    ({"type": "array", "items": any_of(TEXT, {"type": "null"})}, [None], None),
    # choices
    ({"enum": ["a", "b"]}, "c", "Invalid value: 'c'. Supported values are: 'a' and 'b'."),
    ({"enum": ["a", "b", "c"]}, 1, of("x", "one of 'a', 'b', or 'c'", "an integer")),
    ({"enum": ["a"]}, 1, of("x", "'a'", "an integer")),
    ({"enum": [1, 2]}, 3, "Invalid value: '3'. Supported values are: '1' and '2'."),
    (any_of({"enum": ["inf"]}, WHOLE), "inf", None),
    (any_of({"enum": ["inf"]}, WHOLE), "many", "Invalid value: 'many'. Supported values are: 'inf'."),
    (any_of(TEXT, {"enum": ["gpt-4o"]}), "llama", None),
    # unions
    (any_of(TEXT, {"type": "array", "items": TEXT}), 1, of("x", "one of a string or array of strings", "an integer")),
    (any_of(TEXT, NUMBER, FLAG), [], of("x", "one of a string, decimal, or boolean", "an array")),
    (any_of(any_of(TEXT, WHOLE), {"type": "null"}), 1.5, of("x", "one of a string or integer", "a decimal number")),
    ({"type": "array", "items": any_of(TEXT, WHOLE)}, "a", of("x", "an array", "a string")),
    # maps
    ({"type": "object", "additionalProperties": WHOLE}, {"a": 1, "b": "c"}, of("x.b", "an integer", "a string")),
    ({"type": "object", "additionalProperties": {}}, {"a": object()}, None),
    ({"type": "object"}, [], of("x", "an object", "an array")),
    # objects: what is missing, what is unknown, each value
    (ref("Cat"), {"type": "cat", "lives": 9}, None),
    (ref("Cat"), {"colour": "red"}, "Missing required parameter: 'x.type'."),
    (ref("Cat"), {"type": "cat", "lives": None}, "Missing required parameter: 'x.lives'."),
    (ref("Cat"), {"type": "cat", "lives": "x", "colour": "red"}, "Unknown parameter: 'x.colour'."),
    (ref("Cat"), {"type": "cat", "lives": "x"}, of("x.lives", "an integer", "a string")),
    (ref("Stray"), {"name": "Tom", "age": None}, None),
    (ref("Stray"), {"name": "Tom"}, "Missing required parameter: 'x.age'."),
    (ref("Tree"), {"branch": {"branch": {"leaf": 1}}}, of("x.branch.branch.leaf", "a string", "an integer")),
    # variants
    (ref("Cat", "Dog"), {"type": "dog", "name": "Rex"}, None),
    (ref("Cat", "Dog"), {"type": "dog", "lives": 9}, "Unknown parameter: 'x.lives'."),
    (ref("Cat", "Dog"), {"lives": 9}, "Missing required parameter: 'x.type'."),
    (ref("Cat", "Dog"), {"type": "cow"}, "Invalid value: 'cow'. Supported values are: 'cat' and 'dog'."),
    (ref("Cat", "Dog"), {"type": []}, of("x.type", "a string", "an array")),
    (ref("Cat", "Stray"), {"name": "Tom", "age": 3, "lives": 9}, None),  # nothing tells these apart
    (ref("Keeper", "Guard"), {"kind": "vet"}, None),
    (ref("Keeper", "Guard"), {"kind": "vet", "badge": 1}, "Unknown parameter: 'x.badge'."),
    (
        any_of(TEXT, *ref("Owner")["anyOf"]),
        {"role": "owner", "pets": [{"type": "cat"}]},
        "Missing required parameter: 'x.pets[0].lives'.",
    ),
]


@pytest.mark.parametrize(("schema", "value", "said"), CASES)
def test_a_value_fits_or_is_told_what_is_wrong(schema, value, said):
    assert wrong(schema, value) == said


def bound(path, words, limit, got):
    return f"Invalid '{path}': {words} value. Expected a value {limit}, but got {got} instead."


EMPTY = "Invalid 'x': empty {0}. Expected {1} {0} with minimum length 1, but got an empty {0} instead."
LONG = "Invalid 'x': string too long. Expected a string with maximum length 2, but got a string with length 3 instead."
PATTERN = "Invalid 'x': string does not match pattern. Expected a string that matches the pattern '^[a-z]+$'."
BELOW, ABOVE = "integer below minimum", "integer above maximum"
TEXTS = {"type": "array", "items": TEXT}
LIMITED = [
    (WHOLE, {"x": integer(1, 3)}, 2, None),
    (WHOLE, {"x": integer(1)}, 0, bound("x", BELOW, ">= 1", 0)),
    (NUMBER, {"x": decimal(0.25, 4)}, 0.1, bound("x", "decimal below minimum", ">= 0.25", 0.1)),
    (NUMBER, {"x": decimal(None, 2)}, 3.5, bound("x", "decimal above maximum", "<= 2", 3.5)),
    (TEXT, {"x": length(1, 2)}, "", EMPTY.format("string", "a")),
    (TEXT, {"x": length(1, 2)}, "abc", LONG),
    (TEXT, {"x": length(pattern="^[a-z]+$")}, "A", PATTERN),
    (TEXTS, {"x[#]": length(1)}, [], EMPTY.format("array", "an")),
    (any_of(TEXT, TEXTS), {"x[#]": length(most=1)}, "long enough", None),
    ({"type": "array", "items": WHOLE}, {"x[]": integer(most=5)}, [1, 6], bound("x[1]", ABOVE, "<= 5", 6)),
    (
        {"type": "object", "additionalProperties": WHOLE},
        {"x.*": integer(most=5)},
        {"a": 6},
        bound("x.a", ABOVE, "<= 5", 6),
    ),
]


@pytest.mark.parametrize(("schema", "limits", "value", "said"), LIMITED)
def test_numbers_and_lengths_have_limits(schema, limits, value, said):
    assert wrong(schema, value, limits=limits) == said


AB = {"enum": ["a", "b"]}
RULED = [
    (TEXT, Rules(own=frozenset({"x"})), 7, None),
    (TEXT, Rules(expected={"x": "a nice string"}), 7, of("x", "a nice string", "an integer")),
    (AB, Rules(supported={"x": ("b", "c")}), "d", "Invalid value: 'd'. Supported values are: 'b' and 'c'."),
    (AB, Rules(supported={"x": ("b", "c")}), "a", None),
    (ref("Cat"), Rules(optional=frozenset({"x.lives"})), {"type": "cat"}, None),
    (ref("Dog"), Rules(needed=frozenset({"x.name"})), {"type": "dog"}, "Missing required parameter: 'x.name'."),
    (ref("Dog"), Rules(extra={"x.age": {}}), {"type": "dog", "age": "any"}, None),
    (ref("Dog"), Rules(extra={"x.age": WHOLE}), {"type": "dog", "age": "any"}, of("x.age", "an integer", "a string")),
    (ref("Dog"), Rules(open=frozenset({"x"})), {"type": "dog", "anything": 1}, None),
    (ref("Cat", "Dog"), Rules(paths={"Dog": "y"}, open=frozenset({"y"})), {"type": "dog", "anything": 1}, None),
    (ref("Cat", "Dog"), Rules(supported={"x.type": ("dog", "cow")}), {"type": "cow", "anything": 1}, None),
]


@pytest.mark.parametrize(("schema", "rules", "value", "said"), RULED)
def test_rules_say_what_types_cannot(schema, rules, value, said):
    assert wrong(schema, value, rules) == said


def test_a_choice_may_be_reported_at_the_object_around():
    compiler = Compiler(DEFINED, Rules(outside=frozenset({"x.type"})), {})
    check = fields_checker(compiler.body({"properties": {"x": ref("Cat", "Dog")}, "required": []}))
    for value, param in (({"type": "cow"}, "x"), ({}, "x.type"), ({"type": 1}, "x")):
        with pytest.raises(Wrong) as caught:
            check({"x": value})
        assert caught.value.refused().error.param == param


UNCONVERTED = of("x", "an integer", "a string value that could not be converted into an integer").replace(
    " instead", ""
)
FORMS = [
    (WHOLE, "12", None),
    (WHOLE, "-1", None),
    (WHOLE, "x", UNCONVERTED),
    (WHOLE, "9" * 19, UNCONVERTED),
    (NUMBER, "0.5", None),
    (NUMBER, "nan", of("x", "a decimal", "a string")),
    (NUMBER, "x", of("x", "a decimal", "a string")),
    (FLAG, "true", None),
    (FLAG, "yes", of("x", "a boolean", "a string")),
    (WHOLE, [1], of("x", "an integer", "an array")),
    (any_of({"enum": ["inf"]}, WHOLE), "inf", None),
    (ref("Cat"), "{}", None),
    ({"type": "array", "items": TEXT}, "a", None),
]


@pytest.mark.parametrize(("schema", "value", "said"), FORMS)
def test_forms_write_numbers_and_flags_as_texts(schema, value, said):
    assert wrong(schema, value, form=True) == said


def test_a_number_in_a_form_has_its_limits():
    said = "Invalid 'x': integer above maximum value. Expected a value <= 10, but got 11 instead."
    assert wrong(WHOLE, "11", limits={"x": integer(1, 10)}, form=True) == said


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("sto", ["store", "stream"], " Did you mean 'store'?"),
        ("stre", ["store", "stream"], " Did you mean 'store' or 'stream'?"),
        ("a", ["b", "c", "d"], " Did you mean 'b', 'c' or 'd'?"),
        ("nothing", ["store"], ""),
    ],
)
def test_what_a_key_was_meant_to_be(name, known, said):
    assert hint(name, known) == said


def test_the_nearest_comes_first():
    assert near("strem", ["store", "stream", "model"]) == ["stream", "store"]
