import pytest

from mockai.matching.text import REGEX_REACH, TextMismatch, describe, text_test
from mockai.scenario.schema import TextMatch

HOLDS = [
    ({"contains": "Paris"}, "in Paris now"),
    ({"contains": ""}, ""),
    ({"equals": "Paris"}, "Paris"),
    ({"equals": ""}, ""),
    ({"starts_with": "in"}, "in Paris"),
    ({"ends_with": "Paris"}, "in Paris"),
    ({"regex": "P.ris$"}, "in Paris"),
    ({"contains": "PARIS", "ignore_case": True}, "in paris"),
    ({"equals": "STRASSE", "ignore_case": True}, "straße"),
    ({"starts_with": "IN", "ignore_case": True}, "in Paris"),
    ({"ends_with": "pARIS", "ignore_case": True}, "in Paris"),
    ({"regex": "paris", "ignore_case": True}, "in Paris"),
    ({"starts_with": "in", "contains": "Par", "ends_with": "now", "regex": r"\w{5}"}, "in Paris now"),
    ({}, "anything"),
]
FAILS = [
    ({"contains": "paris"}, "in Paris"),
    ({"equals": "Paris"}, "Paris "),
    ({"starts_with": "Paris"}, "in Paris"),
    ({"ends_with": "in"}, "in Paris"),
    ({"regex": "^Paris"}, "in Paris"),
    ({"contains": "Paris", "ends_with": "now"}, "in Paris"),
]


@pytest.mark.parametrize(("condition", "text"), HOLDS)
def test_a_text_holds_when_it_meets_every_part_of_the_condition(condition: dict[str, str], text: str) -> None:
    assert text_test(TextMatch(**condition))(text, {}) is True


@pytest.mark.parametrize(("condition", "text"), FAILS)
def test_a_text_fails_when_one_part_of_the_condition_does(condition: dict[str, str], text: str) -> None:
    assert text_test(TextMatch(**condition))(text, {}) is False


def test_named_groups_are_captured_and_one_that_took_no_part_is_empty() -> None:
    captures: dict[str, str] = {}
    text_test(TextMatch(regex=r"in (?P<city>\w+)( on (?P<day>\w+))?"))("in Paris", captures)
    assert captures == {"city": "Paris", "day": ""}


def test_nothing_is_captured_when_another_part_fails() -> None:
    captures: dict[str, str] = {}
    text_test(TextMatch(regex=r"(?P<city>\w+)", ends_with="!"))("Paris", captures)
    assert captures == {}


@pytest.mark.parametrize(("before", "holds"), [(REGEX_REACH - 1, True), (REGEX_REACH, False)])
def test_a_regex_searches_the_first_hundred_thousand_characters(before: int, holds: bool) -> None:
    assert text_test(TextMatch(regex="x"))("." * before + "x", {}) is holds


SENTENCES = [
    ({"contains": "x"}, None, 'expected text containing "x", seen none'),
    ({}, None, "expected any text, seen none"),
    (
        {"contains": "PARIS"},
        "in Paris",
        'expected text containing "PARIS", seen "in Paris"; only the case differs: add `ignore_case: true`',
    ),
    (
        {"regex": "^IN"},
        "in Paris",
        'expected text matching the regex "^IN", seen "in Paris"; only the case differs: add `ignore_case: true`',
    ),
    (
        {"equals": "in Paris"},
        "in Prague",
        'expected text equal to "in Paris", seen "in Prague"; at character 5 it has "rague" instead of "aris"',
    ),
    (
        {"equals": "in Paris"},
        "in Paris now",
        'expected text equal to "in Paris", seen "in Paris now"; at character 9 it has " now" instead of its end',
    ),
    (
        {"equals": "in Paris now", "ignore_case": True},
        "in Paris",
        'expected text equal to "in Paris now", in any case, seen "in Paris"; '
        'at character 9 it has its end instead of " now"',
    ),
    (
        {"starts_with": "in Rome"},
        "in Paris",
        'expected text starting with "in Rome", seen "in Paris"; at character 4 it has "Paris" instead of "Rome"',
    ),
    (
        {"ends_with": "Rome"},
        "in Paris",
        'expected text ending with "Rome", seen "in Paris"; it ends with "aris"',
    ),
    (
        {"contains": "weather in Paris"},
        "Say, is the wether in Paris fine?",
        'expected text containing "weather in Paris", seen "Say, is the wether in Paris fine?"; '
        'at character 15 it has "ther in Paris fine?" instead of "ather in Paris"',
    ),
    ({"contains": "zebra"}, "in Paris", 'expected text containing "zebra", seen "in Paris"'),
    ({"regex": "zebra"}, "in Paris", 'expected text matching the regex "zebra", seen "in Paris"'),
    (
        {"contains": "Paris", "starts_with": "Is"},
        "in Paris",
        'expected text containing "Paris" and starting with "Is", seen "in Paris"; '
        'at character 1 it has "in Paris" instead of "Is"',
    ),
    (
        {"equals": "a" * 200},
        "a" * 50 + "b" * 150,
        f'expected text equal to "{"a" * 79}…{"a" * 40}", seen "{"a" * 50}{"b" * 29}…{"b" * 40}"; '
        f'at character 51 it has "{"b" * 29}…" instead of "{"a" * 29}…"',
    ),
]


@pytest.mark.parametrize(("condition", "text", "sentence"), SENTENCES)
def test_the_reason_shows_both_texts_and_where_they_part(
    condition: dict[str, str], text: str | None, sentence: str
) -> None:
    assert TextMismatch("user", TextMatch(**condition), text).sentence() == f"user: {sentence}"


CLOSENESS = [
    ({"contains": "Paris"}, None, 0.0),
    ({"contains": "PARIS"}, "in Paris", 0.95),
    ({"contains": "zebra"}, "in Paris", 0.0),
    ({"contains": "zebra", "starts_with": "in"}, "in Paris", 0.5),
    ({"regex": "zebra"}, "in Paris", 0.0),
    ({"contains": "Pariss"}, "in Paris", 0.9 * 3 / 4),
    ({"equals": "Paris"}, "in Paris", 0.9 * 3 / 6),
    ({"starts_with": "Paris"}, "in Paris", 0.9),
]


@pytest.mark.parametrize(("condition", "text", "closeness"), CLOSENESS)
def test_a_text_is_the_closer_the_more_of_what_is_expected_it_holds(
    condition: dict[str, str], text: str | None, closeness: float
) -> None:
    assert TextMismatch("user", TextMatch(**condition), text).closeness == pytest.approx(closeness)


def test_every_part_of_a_condition_is_described() -> None:
    condition = TextMatch(contains="a", equals="b", starts_with="c", ends_with="d", regex="e", ignore_case=True)
    assert describe(condition) == (
        'text equal to "b" and containing "a" and starting with "c" and ending with "d" '
        'and matching the regex "e", in any case'
    )
