from typing import Any

import pytest

from mockai.matching.rules import View, match
from mockai.request import Message

TWO_TURNS = (Message("user"), Message("assistant"), Message("user"), Message("assistant"), Message("user"))

CASES: list[tuple[dict[str, Any], dict[str, Any], View, list[str]]] = [
    ({"turn": 2}, {"messages": TWO_TURNS}, View(), []),
    ({"turn": 0}, {}, View(), []),
    ({"turn": 1}, {"messages": TWO_TURNS}, View(), ["turn: expected 1, seen 2"]),
    ({"attempt": [1, 2]}, {"attempt": 2}, View(), []),
    ({"attempt": [1, 2]}, {"attempt": 0}, View(), ["attempt: expected 1 or 2, seen 0"]),
    ({"call": {"at_least": 3}}, {}, View(call=3), []),
    ({"call": {"at_least": 3}}, {}, View(call=2), ["call: expected at least 3, seen 2"]),
    ({"call": {"at_most": 3}}, {}, View(call=3), []),
    ({"call": {"at_most": 3}}, {}, View(call=4), ["call: expected at most 3, seen 4"]),
    (
        {"call": {"at_least": 2, "at_most": 5, "one_of": [1, 3]}},
        {},
        View(call=1),
        ["call: expected 1 or 3 and at least 2 and at most 5, seen 1"],
    ),
    ({"call": {}}, {}, View(call=9), []),
    ({"state": {"step": "paid", "n": 1}}, {}, View({"step": "paid", "n": 1.0, "more": 2}), []),
    ({"state": {"step": None}}, {}, View(), []),
    ({"state": {"flag": True}}, {}, View({"flag": 1}), ["state.flag: expected true, seen 1"]),
    (
        {"state": {"step": "paid", "n": 1}},
        {},
        View({"step": "cart"}),
        ['state.step: expected "paid", seen "cart"', "state.n: expected 1, seen null"],
    ),
]


@pytest.mark.parametrize(("when", "fields", "view", "expected"), CASES)
def test_a_condition_on_progress_holds_or_says_why_not(
    when: dict[str, Any], fields: dict[str, Any], view: View, expected: list[str], reasons: Any
) -> None:
    assert reasons(when, fields, view) == expected


@pytest.mark.parametrize(
    ("count", "seen", "closeness"),
    [(3, 2, 1 / 2), (3, 5, 1 / 3), ([1, 9], 6, 1 / 4), ({"at_least": 3}, 1, 1 / 3), ({"one_of": []}, 1, 0.0)],
)
def test_a_number_is_the_closer_the_nearer_it_is(
    count: Any, seen: int, closeness: float, ask: Any, make_rule: Any
) -> None:
    (mismatch,) = match(make_rule({"call": count}), ask(), View(call=seen)).mismatches
    assert mismatch.closeness == pytest.approx(closeness)
