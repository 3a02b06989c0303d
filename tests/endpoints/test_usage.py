"""The usage of a reply."""

import pytest

from mockai.endpoints.families import Family, family_of
from mockai.endpoints.usage import completion_usage
from mockai.scenario.schema import UsageSpec

NONE = {"reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}


def usage(written=None, *, reasoning=0, family=None):
    return completion_usage(10, 5, reasoning, family or Family(), written)


def test_what_is_counted_is_reported_in_the_apis_order():
    found = usage(reasoning=2)
    assert found == {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {**NONE, "reasoning_tokens": 2},
    }
    assert list(found["completion_tokens_details"]) == list(NONE)


TOTALS = [
    (UsageSpec(), (10, 5, 15)),
    (UsageSpec(prompt_tokens=0), (0, 5, 5)),
    (UsageSpec(completion_tokens=7), (10, 7, 17)),
    (UsageSpec(total_tokens=99), (10, 5, 99)),
    (UsageSpec(reasoning_tokens=100), (10, 103, 113)),
    (UsageSpec(reasoning_tokens=100, completion_tokens=7), (10, 7, 17)),
    (UsageSpec(cached_tokens=1024), (1024, 5, 1029)),
    (UsageSpec(cached_tokens=1024, cache_write_tokens=128), (1152, 5, 1157)),
    (UsageSpec(cached_tokens=1024, prompt_tokens=7), (7, 5, 12)),
    (UsageSpec(audio_tokens=40), (10, 40, 50)),
    (UsageSpec(accepted_prediction_tokens=3), (10, 5, 15)),
    (UsageSpec(rejected_prediction_tokens=7), (10, 12, 22)),
]


@pytest.mark.parametrize(("written", "expected"), TOTALS, ids=range(len(TOTALS)))
def test_what_is_written_stands_and_the_total_follows(written, expected):
    found = usage(written, reasoning=2)
    assert (found["prompt_tokens"], found["completion_tokens"], found["total_tokens"]) == expected


def test_details_are_reported_as_written():
    written = UsageSpec(
        cached_tokens=8,
        cache_write_tokens=2,
        reasoning_tokens=3,
        audio_tokens=1,
        accepted_prediction_tokens=4,
        rejected_prediction_tokens=6,
    )
    found = usage(written)
    assert found["prompt_tokens_details"] == {"cached_tokens": 8, "audio_tokens": 0, "cache_write_tokens": 2}
    assert list(found["completion_tokens_details"].values()) == [3, 1, 4, 6]


def test_newer_models_report_cache_writes():
    found = usage(family=family_of("gpt-5.6-sol"))
    assert found["prompt_tokens_details"] == {"cached_tokens": 0, "audio_tokens": 0, "cache_write_tokens": 0}


def test_audio_models_report_tokens_by_modality():
    found = usage(UsageSpec(audio_tokens=3), family=family_of("gpt-audio"))
    details = {"cached_tokens": 0, "audio_tokens": 0, "image_tokens": 0, "text_tokens": 10}
    assert found["prompt_tokens_details"] == details
    assert found["completion_tokens_details"] == {**NONE, "audio_tokens": 3, "text_tokens": 2}
