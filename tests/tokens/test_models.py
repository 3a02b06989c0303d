"""How the families of models count."""

import pytest

from mockai.tokens.models import encoding_of, rules_of

ENCODINGS = [
    ("gpt-4o-2024-08-06", "o200k_base"),
    ("chatgpt-4o-latest", "o200k_base"),
    ("gpt-4.1-nano", "o200k_base"),
    ("gpt-4.5-preview", "o200k_base"),
    ("o1", "o200k_base"),
    ("o4-mini", "o200k_base"),
    ("gpt-5.6-terra", "o200k_base"),
    ("ft:gpt-4o-mini:org::id", "o200k_base"),
    ("gpt-4", "cl100k_base"),
    ("gpt-4-turbo", "cl100k_base"),
    ("gpt-3.5-turbo-instruct", "cl100k_base"),
    ("gpt-35-turbo", "cl100k_base"),
    ("text-embedding-3-small", "cl100k_base"),
    ("text-embedding-ada-002", "cl100k_base"),
    ("davinci-002", "cl100k_base"),
    ("ft:gpt-3.5-turbo:org::id", "cl100k_base"),
    ("text-davinci-003", "p50k_base"),
    ("text-davinci-001", "r50k_base"),
    ("davinci", "r50k_base"),
    ("gpt-oss-120b", "o200k_base"),
    ("llama3.2", "o200k_base"),
    ("", "o200k_base"),
    ("ft:", "o200k_base"),
]


@pytest.mark.parametrize(("model", "encoding"), ENCODINGS)
def test_a_model_has_the_encoding_openai_gives_it(model, encoding):
    assert encoding_of(model) == encoding


def test_equal_families_have_the_same_rules():
    assert rules_of("gpt-5-mini") is rules_of("gpt-5-nano-2025-08-07")
    assert rules_of("gpt-5-mini") is not rules_of("gpt-5.4-mini")
