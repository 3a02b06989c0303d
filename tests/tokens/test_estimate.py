"""Tokens without a tokenizer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockai.tokens.estimate import Estimate, _token

split, count = Estimate().split, Estimate().count

PIECES = [
    ("", ()),
    ("Hello world.", ("Hello", " world", ".")),
    ("I'm here, you'll see", ("I", "'m", " here", ",", " you", "'ll", " see")),
    ("'still", ("'", "still")),
    ("in 20241", ("in", " ", "202", "41")),
    ('{"city":"Paris"}', ('{"', "city", '":"', "Paris", '"}')),
    ("snake_case", ("snake", "_", "case")),
    ("internationalization", ("intern", "ationa", "lization")),
    ("a  b\n\n  c", ("a", " ", " b", "\n\n", " ", " c")),
    ("end;\nnext", ("end", ";\n", "next")),
    ("你好 世界", ("你", "好", " ", "世", "界")),
    ("-" * 9, ("----", "----", "-")),
    ("trailing   ", ("trailing", "   ")),
]


@pytest.mark.parametrize(("text", "expected"), PIECES)
def test_a_text_is_cut_into_words_with_their_space_punctuation_and_digits_in_threes(text, expected):
    assert split(text) == expected


@given(st.text(st.characters(max_codepoint=127)) | st.text("aZ '0.\n\r\t\x1c_s"))
def test_ascii_is_cut_as_any_text_is(text):
    assert _token(ascii=True).findall(text) == _token(ascii=False).findall(text)


@given(st.text())
def test_tokens_are_the_text_and_count_says_how_many(text):
    tokens = split(text)
    assert "".join(tokens) == text
    assert "" not in tokens
    assert count(text) == len(tokens)


@pytest.mark.parametrize("text", [" " * 100_000, "a" * 100_000, "\n " * 50_000, "_" * 100_000, "é̩" * 50_000])
def test_odd_texts_take_linear_time(text):
    assert "".join(split(text)) == text
