"""Families of models and dated snapshots."""

from dataclasses import replace

import pytest

from mockai.endpoints.families import Family, family_of, fingerprint, snapshot

SEARCH = Family(logprobs_null=False, fingerprint="empty", tier=False)
AUDIO = Family(logprobs_null=False, modalities=True)
O_SERIES = Family(logprobs_null=False, named_choice_stops=False)
GPT_5 = Family(logprobs_null=False, fingerprint="null", named_choice_stops=False)
GPT_5_6 = Family(logprobs_null=False, fingerprint="null", cache_write=True, named_choice_stops=False)

FAMILIES = [
    ("gpt-4o", Family()),
    ("gpt-4.1-mini-2025-04-14", Family()),
    ("gpt-3.5-turbo", Family()),
    ("my-model", Family()),
    ("", Family()),
    ("gpt-4o-search-preview", SEARCH),
    ("gpt-4o-mini-audio-preview", AUDIO),
    ("gpt-audio", AUDIO),
    ("o1", O_SERIES),
    ("o4-mini", O_SERIES),
    ("gpt-5", GPT_5),
    ("gpt-5.4-mini", GPT_5),
    ("gpt-5.6-sol", GPT_5_6),
    ("gpt-6-luna", GPT_5_6),
    ("ft:gpt-4o-2024-08-06:org::abc", Family()),
    ("ft:o4-mini:org::abc", O_SERIES),
    ("ft:", Family()),
]


@pytest.mark.parametrize(("model", "expected"), FAMILIES)
def test_a_model_belongs_to_the_family_its_name_says(model, expected):
    assert replace(family_of(model), tokens=expected.tokens) == expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-4o-2024-11-20", "gpt-4o-2024-11-20"),
        ("gpt-5.6-sol", "gpt-5.6-sol"),
        ("my-model", "my-model"),
    ],
)
def test_an_alias_is_echoed_as_its_snapshot_anything_else_as_it_is(model, expected):
    assert snapshot(model) == expected


def test_a_fingerprint_is_the_models_own_and_stays_the_same():
    first = fingerprint(Family(), 0, "gpt-4o-2024-08-06")
    assert first == fingerprint(Family(), 0, "gpt-4o-2024-08-06") == "fp_16497a2ca2"
    assert first != fingerprint(Family(), 0, "gpt-4.1")


@pytest.mark.parametrize(("family", "expected"), [(GPT_5, None), (SEARCH, "")])
def test_some_families_have_no_fingerprint(family, expected):
    assert fingerprint(family, 0, "any") == expected
