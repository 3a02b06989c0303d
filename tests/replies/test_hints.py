"""What a text says about values asked for."""

import pytest

from mockai.replies.hints import Hints

QUOTING = "Find \"red shoes\" or \u201cblue\u201d or 'green'"


@pytest.mark.parametrize(
    ("text", "name", "format", "expected"),
    [
        ("What's the weather in Paris?", "city", None, ["Paris"]),
        ("Weather in New York City and Rio de Janeiro", "location", None, ["New York City", "Rio", "Janeiro"]),
        ("Paris is nice.", "city", None, []),
        ("Is it nice? Paris is. I think so: Rome too", "city", None, []),
        ("Ask Ann's brother", "person_name", None, ["Ann"]),
        ("Über Ålborg nach Łódź", "origin", None, ["Ålborg", "Łódź"]),
        (QUOTING, "keyword", None, ["red shoes", "blue", "green", QUOTING]),
        ("don't split it's words", "query", None, ["don't split it's words"]),
        ("  two   words ", "query", None, ["two words"]),
        ("", "query", None, []),
        ("In Paris", "colour", None, []),
        ("Mail a.b@c.example, not @x", "recipient", "email", ["a.b@c.example"]),
        ("Mail a.b@c.example", "email_address", None, ["a.b@c.example"]),
        ("See https://a.example/b?c=1.", "link", None, ["https://a.example/b?c=1"]),
        ("From 2026-01-02 to 2026-02-03", "when", "date", ["2026-01-02", "2026-02-03"]),
        ("In Paris", "city", "moon-phase", []),
        ("Call 10.0.0.1", "ip", None, ["10.0.0.1"]),
        ("Id 123e4567-e89b-12d3-a456-426614174000", "x", "uuid", ["123e4567-e89b-12d3-a456-426614174000"]),
    ],
)
def test_texts_fit_the_name_and_the_format_of_a_property(text, name, format, expected):
    assert list(Hints(text).strings(name, format)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Add 2 and -3.5!", [2, -3.5]),
        ("Add 7.", [7]),
        ("On 2026-05-01 at 10.0.0.1, v1.2.3, x2, 3rd, 1,000", []),
        ("", []),
    ],
)
def test_numbers_stand_alone(text, expected):
    assert Hints(text).numbers() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fahrenheit, not celsius", ["fahrenheit", "celsius"]),
        ("FAHRENHEIT", ["fahrenheit"]),
        ("a round trip", ["round_trip"]),
        ("a round-trip or round_trip", ["round_trip"]),
        ("celsiusly", []),
    ],
)
def test_members_are_named_as_whole_words_in_any_case(text, expected):
    assert Hints(text).members(["celsius", "fahrenheit", "round_trip", 3, None, ""]) == expected


def test_each_hint_is_taken_once():
    hints = Hints("a")
    assert [hints.take(["x", "y"]), hints.take(["x", "y"]), hints.take(["x", "y"])] == ["x", "y", None]
