"""Plausible values: what stands where, and that the seed alone decides."""

import re

import pytest

from mockai.ids import Mint
from mockai.replies import plausible
from mockai.replies.plausible import Range, formatted, number_range, string_for

DATE = r"2026-\d\d-\d\d"


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("email", r"\S+@example\.com"),
        ("contact_email", r"\S+@example\.com"),
        ("websiteUrl", r"https://example\.com/[a-z]+-[a-z]+"),
        ("birth_date", DATE),
        ("created_datetime", DATE + r"T\d\d:\d\d:00Z"),
        ("order_id", "[0-9a-f]{8}"),
        ("zip_code", r"\d{5}"),
        ("country_code", "[A-Z]{2}"),
        ("phoneNumber", r"\+1-\d{3}-555-01\d\d"),
        ("currency", "[A-Z]{3}"),
        ("address", r"[^\n]+, [^\n]+"),
        ("query", "espresso machines"),
        ("summary", r".*espresso machines.*\."),
        ("zzz", "[a-z]+ [a-z]+"),
        ("", "[a-z]+ [a-z]+"),
    ],
)
def test_a_text_is_what_its_name_promises(name, pattern):
    for seed in range(5):
        text = string_for(name, Mint(seed), "Tell me about espresso machines")
        assert re.fullmatch(pattern, text), text
        assert text == string_for(name, Mint(seed), "Tell me about espresso machines")


@pytest.mark.parametrize("name", [*plausible._FAKED, *plausible._FORMATTED, *sorted(plausible._SAID)])
def test_every_name_that_is_known_has_a_text(name):
    assert string_for(name, Mint(0), "a question").strip()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("age", Range(18, 80)),
        ("unit_price", Range(5, 500, 2)),
        ("maxPrice", Range(5, 500, 2)),
        ("price_count", Range(1, 10)),
        ("zzz", Range(1, 100)),
        ("", Range(1, 100)),
    ],
)
def test_a_number_is_in_the_range_of_the_last_word_known(name, expected):
    assert number_range(name) == expected


def test_an_unknown_format_is_none():
    assert formatted("moon-phase", Mint(0)) is None


@pytest.mark.parametrize(
    ("format", "pattern"),
    [
        ("date-time", DATE + r"T\d\d:\d\d:00Z"),
        ("date", DATE),
        ("time", r"\d\d:\d\d:00Z"),
        ("duration", r"PT\d+M"),
        ("uuid", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("ipv4", r"192\.0\.2\.\d{1,3}"),
        ("ipv6", "2001:db8:[0-9a-f:]+"),
        ("hostname", r"[a-z]+-[a-z]+\.example\.com"),
        ("idn-email", r"\S+@example\.com"),
        ("uri-reference", r"https://example\.com/[a-z]+-[a-z]+"),
        ("json-pointer", "/[a-z]+-[a-z]+"),
        ("regex", r"\^[a-z]+-[a-z]+\$"),
        ("byte", "AAAA"),
    ],
)
def test_a_format_gives_a_text_in_it_from_addresses_that_belong_to_nobody(format, pattern):
    for seed in range(5):
        text = formatted(format, Mint(seed))
        assert text is not None
        assert re.fullmatch(pattern, text), text
