"""Prose, and the words of texts."""

import pytest

from mockai.ids import Mint
from mockai.replies.prose import sentences, singular, topic, vocabulary, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is the weather in Paris?", ("weather", "paris")),
        ("get_weather", ("get", "weather")),
        ("sendEMail2Bob", ("send", "email2", "bob")),
        ("kebab-case naïve 東京", ("kebab", "case", "naïve", "東京")),
        ("the of and", ()),
    ],
)
def test_words_are_those_that_carry_meaning(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is the weather in Paris?", "weather Paris"),
        ("one two three four five six", "one two three four"),
        ("x" * 5000, "x" * 40),
        ("What is it?", "this"),
        ("", "this"),
    ],
)
def test_the_topic_is_in_the_first_words_that_carry_meaning(text, expected):
    assert topic(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"), [("cities", "city"), ("tools", "tool"), ("gas", "gas"), ("dies", "die"), ("city", "city")]
)
def test_a_plural_loses_its_ending(word, expected):
    assert singular(word) == expected


def test_a_vocabulary_is_a_set_of_words():
    assert vocabulary("a b\n a") == {"a", "b"}


def test_prose_is_one_to_three_sentences_about_the_text():
    texts = [sentences(Mint(seed), "What is a quark?") for seed in range(60)]
    assert [text for text in texts if "quark" not in text or not text.endswith(".")] == []
    assert len(set(texts)) > 30
