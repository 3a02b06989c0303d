"""Which tokenizer counts, and the exact ones."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockai.errors import UsageError
from mockai.tokens import count, encodings, split
from mockai.tokens.encodings import Exact, tokenizer
from mockai.tokens.estimate import Estimate


@pytest.fixture
def fresh(monkeypatch):
    """Tokenizers are looked for anew, and again afterwards."""
    monkeypatch.delenv(encodings.VARIABLE, raising=False)
    tokenizer.cache_clear()
    yield monkeypatch
    tokenizer.cache_clear()


# Ids and counts of OpenAI's own tokenizer for these encodings.
COUNTS = [
    ("o200k_base", "", 0),
    ("o200k_base", "Hello world.", 3),
    ("o200k_base", "What is the capital of France?", 7),
    ("o200k_base", "héllo 你好 <|endoftext|>", 11),
    ("o200k_base", "internationalization", 2),
    ("o200k_base", '{"city":"Paris"}', 5),
    ("o200k_base", "🧠 brain", 4),
    ("cl100k_base", "héllo 你好 <|endoftext|>", 12),
    ("cl100k_base", "🧠 brain", 4),
]


@pytest.mark.parametrize(("encoding", "text", "expected"), COUNTS)
def test_an_exact_count_is_openais(fresh, encoding, text, expected):
    found = tokenizer(encoding)
    assert isinstance(found, Exact)
    assert found.count(text) == expected
    assert len(found.split(text)) == expected


SPLITS = [
    ("I'm here", ("I'm", " here")),
    ("snake_case", ("snake", "_case")),
    ("🧠 brain", ("", "", "🧠", " brain")),  # three tokens make the first character
]


@pytest.mark.parametrize(("text", "expected"), SPLITS)
def test_a_token_is_the_characters_that_it_completes(fresh, text, expected):
    assert tokenizer("o200k_base").split(text) == expected


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
@settings(deadline=None)  # the first example loads the encoding
@given(text=st.text())
def test_exact_tokens_are_the_text(encoding, text):
    exact = tokenizer(encoding)
    assert "".join(exact.split(text)) == text
    assert len(exact.split(text)) == exact.count(text)


def test_text_that_is_no_unicode_is_estimated(fresh):
    exact = tokenizer("o200k_base")
    assert exact.split("a\ud800b") == Estimate().split("a\ud800b")
    assert exact.count("a\ud800b") == Estimate().count("a\ud800b")


@pytest.mark.parametrize("text", [" " * 300_000, "a" * 300_000, "é̩" * 100_000])
def test_odd_texts_are_counted_too(fresh, text):
    assert tokenizer("o200k_base").count(text) > 0


def test_each_model_has_its_encoding():
    assert (count("你好", "gpt-4o"), count("你好", "gpt-4")) == (1, 2)
    assert (split("你好", "gpt-4o"), split("你好", "gpt-4")) == (("你好",), ("你", "好"))


CHOSEN = [
    ("auto", "o200k_base", Exact),
    ("exact", "cl100k_base", Exact),
    ("estimate", "o200k_base", Estimate),
    ("exact", "p50k_base", Estimate),  # no package ships it
]


@pytest.mark.parametrize(("variable", "encoding", "kind"), CHOSEN)
def test_the_environment_chooses(fresh, variable, encoding, kind):
    fresh.setenv("MOCKAI_TOKENIZER", variable)
    assert isinstance(tokenizer(encoding), kind)


def test_without_the_extra_tokens_are_estimated(fresh):
    fresh.setitem(sys.modules, "splintr", None)
    assert tokenizer("o200k_base").split("snake_case") == ("snake", "_", "case")


def test_exact_tokens_without_the_extra_are_an_error_that_says_what_to_install(fresh):
    fresh.setitem(sys.modules, "splintr", None)
    fresh.setenv("MOCKAI_TOKENIZER", "exact")
    with pytest.raises(UsageError, match=r"pip install 'mockai-openai\[tokens\]'"):
        tokenizer("o200k_base")


def test_a_choice_that_is_none_is_an_error_that_names_them(fresh):
    fresh.setenv("MOCKAI_TOKENIZER", "real")
    with pytest.raises(UsageError, match="MOCKAI_TOKENIZER is exact or estimate, or not set at all; seen 'real'"):
        tokenizer("o200k_base")


LATER = """
import sys
from mockai import MockOpenAI
with MockOpenAI({"rules": [{"reply": "Hi"}]}, mode="patch") as mock:
    assert "splintr" not in sys.modules, "loaded before a token was counted"
    mock.client().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
    assert "splintr" in sys.modules
"""


def test_the_tokenizer_is_loaded_when_tokens_are_first_counted():
    subprocess.run([sys.executable, "-c", LATER], check=True)
