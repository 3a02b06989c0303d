"""Parameters are read strictly, and refused in the API's words."""

import pytest

from mockai.api_errors import RequestRefused, named
from mockai.endpoints import parameters

KEYS = {f"k{at}": "v" for at in range(17)}
MONTH = 2_592_000


def key(seconds):
    return {"e": {"anchor": "created_at", "seconds": seconds}}


TAKEN = [
    ("required", {"a": 0}, ("a",), {}, 0),
    ("text", {}, ("a",), {}, None),
    ("text", {"a": ""}, ("a",), {}, ""),
    ("text", {"a": "xyz"}, ("a",), {"longest": 3}, "xyz"),
    ("needed_text", {"a": "x"}, ("a",), {}, "x"),
    ("choice", {"a": "y"}, ("a", ("x", "y")), {}, "y"),
    ("choice", {}, ("a", ("x", "y"), "x"), {}, "x"),
    ("number", {}, ("a",), {"least": 1}, None),
    ("number", {"a": 1}, ("a",), {"least": 1, "most": 1}, 1),
    ("mapping", {}, ("a",), {}, None),
    ("mapping", {"a": {"b": 1}}, ("a",), {}, {"b": 1}),
    ("listing", {}, ("a",), {}, []),
    ("listing", {"a": [{"b": 1}]}, ("a",), {"most": 1}, [{"b": 1}]),
    ("texts", {}, ("a",), {}, []),
    ("texts", {"a": ["x", "y"]}, ("a",), {"most": 2}, ["x", "y"]),
    ("metadata", {}, (), {}, None),
    ("metadata", {"metadata": {"k" * 64: "v" * 512}}, (), {}, {"k" * 64: "v" * 512}),
    ("expiry", {}, ("e",), {}, None),
    ("expiry", key(3600), ("e",), {}, 3600),
    ("expiry", key("3600"), ("e",), {}, 3600),
]


@pytest.mark.parametrize(("name", "body", "args", "options", "expected"), TAKEN)
def test_what_is_right_is_taken(name, body, args, options, expected):
    assert getattr(parameters, name)(body, *args, **options) == expected


def wrong(param, expected, got):
    return named("invalid_type", param=param, expected=expected, got=got)


def missing(param):
    return named("missing_required_parameter", param=param)


REFUSED = [
    ("required", {"a": None}, ("a",), {}, missing("a")),
    ("text", {"a": 1}, ("a",), {}, wrong("a", "a string", "an integer")),
    (
        "text",
        {"a": "wxyz"},
        ("a",),
        {"longest": 3},
        named("string_above_max_length", param="a", maximum=3, length=4),
    ),
    ("needed_text", {}, ("a",), {}, missing("a")),
    ("needed_text", {"a": []}, ("a",), {}, wrong("a", "a string", "an array")),
    ("choice", {}, ("a", ("x", "y")), {}, missing("a")),
    ("choice", {"a": None}, ("a", ("x", "y"), "x"), {}, missing("a")),
    ("choice", {"a": 1}, ("a", ("x", "y")), {}, wrong("a", "one of 'x' or 'y'", "an integer")),
    ("choice", {"a": "z"}, ("a", ("x", "y")), {}, named("invalid_value", param="a", value="z", supported=("x", "y"))),
    ("number", {"a": True}, ("a",), {"least": 1}, wrong("a", "an integer", "a boolean")),
    ("number", {"a": 1.5}, ("a",), {"least": 1}, wrong("a", "an integer", "a decimal number")),
    ("number", {"a": 0}, ("a",), {"least": 1}, named("integer_below_min_value", param="a", minimum=1, value=0)),
    (
        "number",
        {"a": 3},
        ("a",),
        {"least": 1, "most": 2},
        named("integer_above_max_value", param="a", maximum=2, value=3),
    ),
    ("mapping", {"a": []}, ("a",), {}, wrong("a", "an object", "an array")),
    ("listing", {"a": {}}, ("a",), {}, wrong("a", "an array of objects", "an object")),
    ("listing", {"a": [1]}, ("a",), {}, wrong("a", "an array of objects", "an array")),
    (
        "listing",
        {"a": [{}, {}]},
        ("a",),
        {"most": 1},
        named("array_above_max_length", param="a", maximum=1, length=2),
    ),
    ("texts", {"a": "x"}, ("a",), {}, wrong("a", "an array of strings", "a string")),
    ("texts", {"a": [1]}, ("a",), {}, wrong("a", "an array of strings", "an array")),
    ("metadata", {"metadata": "x"}, (), {}, wrong("metadata", "a metadata object", "a string")),
    (
        "metadata",
        {"metadata": KEYS},
        (),
        {},
        named("object_above_max_properties", param="metadata", maximum=16, length=17),
    ),
    (
        "metadata",
        {"metadata": {"k" * 65: "v"}},
        (),
        {},
        named("property_name_above_max_length", param="metadata", property="k" * 65, maximum=64, length=65),
    ),
    (
        "metadata",
        {"metadata": {"k": "v" * 513}},
        (),
        {},
        named("string_above_max_length", param="metadata.k", maximum=512, length=513),
    ),
    ("metadata", {"metadata": {"k": 1}}, (), {}, wrong("metadata.k", "a string", "an integer")),
    ("expiry", {"e": {}}, ("e",), {}, missing("e.anchor")),
    ("expiry", {"e": {"anchor": "created_at"}}, ("e",), {}, missing("e.seconds")),
    ("expiry", key("soon"), ("e",), {}, named("not_convertible_to_integer", param="e.seconds")),
    ("expiry", key(1), ("e",), {}, named("integer_below_min_value", param="e.seconds", minimum=3600, value=1)),
    (
        "expiry",
        key(MONTH + 1),
        ("e",),
        {},
        named("integer_above_max_value", param="e.seconds", maximum=MONTH, value=MONTH + 1),
    ),
]


@pytest.mark.parametrize(("name", "body", "args", "options", "error"), REFUSED)
def test_what_is_wrong_is_refused_as_the_api_does(name, body, args, options, error):
    with pytest.raises(RequestRefused) as refused:
        getattr(parameters, name)(body, *args, **options)
    assert refused.value.error == error
