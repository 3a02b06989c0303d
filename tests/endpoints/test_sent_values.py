"""Parameters of bodies and forms, and what the API says of wrong ones."""

from functools import partial

import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.sent_values import choice_of, flag_of, integer_of, model_of, number_of, string_of

whole = partial(integer_of, minimum=1, maximum=10)
decimal = partial(number_of, minimum=0.25, maximum=4)
choice = partial(choice_of, supported=("a", "b"))


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (whole, 3, 3),
        (whole, "3", 3),
        (whole, None, None),
        (decimal, 1, 1.0),
        (decimal, "0.5", 0.5),
        (decimal, None, None),
        (flag_of, True, True),
        (flag_of, "true", True),
        (flag_of, "false", False),
        (flag_of, None, False),
        (choice, "a", "a"),
        (choice, None, None),
        (string_of, "", ""),
        (string_of, None, None),
    ],
)
def test_good_values_are_read(read, value, expected):
    assert read({"n": value}, "n") == expected


INTEGER = "Invalid type for 'n': expected an integer, but got a"
DECIMAL = "Invalid type for 'n': expected a decimal, but got a"
UNREADABLE = f"{INTEGER} string value that could not be converted into an integer."
BELOW, ABOVE = "integer_below_min_value", "integer_above_max_value"


@pytest.mark.parametrize(
    ("read", "value", "code", "message"),
    [
        (whole, 0, BELOW, "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead."),
        (whole, "-1", BELOW, "Invalid 'n': integer below minimum value. Expected a value >= 1, but got -1 instead."),
        (whole, 11, ABOVE, "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead."),
        (whole, "x", "invalid_type", UNREADABLE),
        (whole, "9" * 5000, "invalid_type", UNREADABLE),
        (whole, True, "invalid_type", f"{INTEGER} boolean instead."),
        (
            decimal,
            0,
            "decimal_below_min_value",
            "Invalid 'n': decimal below minimum value. Expected a value >= 0.25, but got 0 instead.",
        ),
        (
            decimal,
            4.5,
            "decimal_above_max_value",
            "Invalid 'n': decimal above maximum value. Expected a value <= 4, but got 4.5 instead.",
        ),
        (decimal, "nan", "invalid_type", f"{DECIMAL} string instead."),
        (decimal, "fast", "invalid_type", f"{DECIMAL} string instead."),
        (decimal, 10**400, "invalid_type", f"{DECIMAL}n integer instead."),
        (decimal, False, "invalid_type", f"{DECIMAL} boolean instead."),
        (flag_of, "yes", "invalid_type", "Invalid type for 'n': expected a boolean, but got a string instead."),
        (choice, "c", "invalid_value", "Invalid value: 'c'. Supported values are: 'a' and 'b'."),
        (choice, 1, "invalid_type", "Invalid type for 'n': expected a string, but got an integer instead."),
        (partial(string_of, required=True), None, "missing_required_parameter", "Missing required parameter: 'n'."),
    ],
)
def test_bad_values_are_refused(read, value, code, message):
    with pytest.raises(RequestRefused) as refused:
        read({"n": value}, "n")
    assert (refused.value.error.message, refused.value.error.param, refused.value.error.code) == (message, "n", code)


@pytest.mark.parametrize("body", [{}, {"model": None}, {"model": ""}])
def test_a_model_must_be_named(body):
    with pytest.raises(RequestRefused, match="you must provide a model parameter"):
        model_of(body)
    assert model_of({"model": "m"}) == "m"
