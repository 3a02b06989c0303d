"""Texts for regular expressions."""

import re
from random import Random

import pytest

from mockai.replies.pattern import PatternError, example

PATTERNS = [
    "",
    "abc",
    "^abc$",
    "a|b|",
    "(a|b)(?:c|d)",
    "(?P<year>[0-9]{4})-(?<month>\\d{2})".replace("(?<month>", "(?P<month>"),
    "[a-z]+",
    "[^a-z]{3}",
    "[]a]{2}",
    "[a-]",
    "[\\w.-]+@[\\w-]+\\.[a-z]{2,}",
    "[\\u0041-\\x43]{5}",
    ".{10}",
    "a?b*c+d{2}e{1,}f{0,2}",
    "a*?b+?c??",
    "\\d\\D\\w\\W\\s\\S",
    "\\.\\*\\(\\[\\\\",
    "\\n\\t",
    "^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$",
    "x]y}",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_example_matches_whole(pattern):
    for seed in range(20):
        for full in (False, True):
            assert re.fullmatch(pattern, example(pattern, Random(seed), full=full))


def test_a_group_may_be_named_as_in_ecmascript():
    assert re.fullmatch("[ab]", example("(?<letter>[ab])", Random(0)))


@pytest.mark.parametrize(
    ("reach", "full", "lengths"), [(0, False, {2}), (2, False, {2, 3, 4}), (2, True, {4}), (9, True, {11})]
)
def test_repetitions_reach_so_far_above_their_lower_bound(reach, full, lengths):
    assert {len(example("a{2,}", Random(seed), reach, full=full)) for seed in range(50)} == lengths


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b", "(?i)a", r"(a)\1", r"\bword", "(a", "a)", "[a", "[^\\x20-\\x7e]",
        "*a", "a**", "[z-a]", "[\\d-z]", "a{x}", "a{,3}", "a\\", r"\xzz", r"\p{L}", "[ \\p]",
    ],
)  # fmt: skip
def test_what_is_beyond_this_generator_says_so(pattern):
    with pytest.raises(PatternError):
        example(pattern, Random(0))
