"""Numbers within bounds."""

import pytest

from mockai.ids import Mint
from mockai.replies.numbers import number_in

INTEGER = {"type": "integer"}


@pytest.mark.parametrize(
    ("schema", "name", "low", "high"),
    [
        (INTEGER, "age", 18, 80),
        (INTEGER, "x", 1, 100),
        ({**INTEGER, "minimum": 30}, "age", 30, 80),
        ({**INTEGER, "maximum": 20}, "age", 18, 20),
        ({**INTEGER, "minimum": 200}, "age", 200, 300),
        ({**INTEGER, "maximum": 2}, "age", -98, 2),
        ({**INTEGER, "minimum": 90, "maximum": 91}, "age", 90, 91),
        ({**INTEGER, "multipleOf": 1000}, "x", 1000, 100_000),
        ({}, "latitude", -60, 60),
        ({"minimum": 0, "maximum": 1}, "rating", 0, 1),
        ({"exclusiveMinimum": 5}, "rating", 5.001, 105),
        ({"exclusiveMinimum": 1e300}, "x", 1e300, 1.0001e300),
    ],
)
def test_a_number_is_usual_for_its_name_as_far_as_the_bounds_allow(schema, name, low, high):
    numbers = [number_in(schema, name, Mint(seed)) for seed in range(40)]
    assert [number for number in numbers if not low <= number <= high] == []
    assert len(set(numbers)) > 1 or schema.get("exclusiveMinimum") == 1e300


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({**INTEGER, "exclusiveMinimum": 3, "exclusiveMaximum": 5}, 4),
        ({**INTEGER, "minimum": 4, "exclusiveMinimum": True, "maximum": 5}, 5),
        ({**INTEGER, "multipleOf": 2.5, "minimum": 4, "maximum": 9}, 5),
        ({"multipleOf": 0.25, "minimum": 0.2, "maximum": 0.3}, 0.25),
        ({"multipleOf": 2, "minimum": 3, "maximum": 5}, 4),
        ({"minimum": 2.5, "maximum": 2.5}, 2.5),
    ],
)
def test_the_only_number_that_fits_is_found(schema, expected):
    assert {number_in(schema, "x", Mint(seed)) for seed in range(9)} == {expected}


@pytest.mark.parametrize(("name", "decimals"), [("price", 2), ("temperature", 1), ("lat", 4), ("x", 2)])
def test_a_number_has_the_decimals_of_its_name(name, decimals):
    numbers = [number_in({"type": "number"}, name, Mint(seed)) for seed in range(20)]
    assert numbers == [round(number, decimals) for number in numbers]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({**INTEGER, "minimum": 5, "maximum": 4}, 0),
        ({"multipleOf": 0.1, "minimum": 0.25, "maximum": 0.35}, 0.3),  # 0.3 / 0.1 is not whole in floats
        ({"minimum": 1, "exclusiveMinimum": 1, "exclusiveMaximum": 1.0}, 0.9999999999999999),
    ],
)
def test_bounds_that_nothing_fits_give_a_number_all_the_same(schema, expected):
    assert number_in(schema, "x", Mint(0)) == expected
