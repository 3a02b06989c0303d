from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockai.matching.partial import MISSING, Difference, agreement, difference, same

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


@given(JSON)
def test_every_value_holds_itself(value: Any) -> None:
    assert (difference(value, value), agreement(value, value)) == (None, 1.0)


@given(st.dictionaries(st.text(max_size=3), JSON), st.dictionaries(st.text(max_size=3), JSON))
def test_an_object_holds_whatever_part_of_it_is_expected(expected: dict[str, Any], more: dict[str, Any]) -> None:
    assert difference(expected, {**more, **expected}) is None


@given(JSON, JSON)
def test_two_values_agree_in_full_exactly_when_there_is_no_difference(one: Any, other: Any) -> None:
    assert (agreement(one, other) == 1.0) is (difference(one, other) is None)


@pytest.mark.parametrize(
    ("expected", "seen", "found"),
    [
        (1, 1.0, None),
        (1, True, Difference(1, True)),
        (False, 0, Difference(False, 0)),
        (1, "1", Difference(1, "1")),
        (None, 0, Difference(None, 0)),
        ({}, [], Difference({}, [])),
        ({}, None, Difference({}, None)),
        ([1], (1,), None),
        ([1], [1, 2], Difference([1], [1, 2])),
        ({"a": None}, {}, Difference(None, MISSING, ("a",))),
        ({"a": {"b": [0, {"c": 1}]}}, {"a": {"b": [0, {"c": 2}]}}, Difference(1, 2, ("a", "b", 1, "c"))),
    ],
)
def test_the_first_difference_is_found_with_its_place(expected: Any, seen: Any, found: Difference | None) -> None:
    assert difference(expected, seen) == found


@pytest.mark.parametrize(
    ("found", "place", "words"),
    [
        (Difference(1, MISSING, ("a", 0, "b")), ".a[0].b", ("1", "nothing")),
        (Difference([1], []), "", ("a list of 1", "a list of 0")),
        (Difference({"a": 1}, "x"), "", ('{"a": 1}', '"x"')),
    ],
)
def test_a_difference_is_put_into_words(found: Difference, place: str, words: tuple[str, str]) -> None:
    assert (found.place(), found.words()) == (place, words)


@pytest.mark.parametrize(
    ("expected", "seen", "share"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, 0.5),
        ([1, 2, 3, 4], [1, 2, 3, 5], 0.75),
        ([1], [1, 2], 0.0),
        ({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 1}, "d": 3}, 0.75),
        ({}, {"a": 1}, 1.0),
    ],
)
def test_agreement_is_the_share_of_what_is_expected(expected: Any, seen: Any, share: float) -> None:
    assert agreement(expected, seen) == share


def test_what_is_missing_is_nothing_and_equals_no_value() -> None:
    assert (repr(MISSING), same(None, MISSING)) == ("nothing", False)
