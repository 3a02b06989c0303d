"""Tiers, and what holds for a model."""

from typing import get_args

import pytest

from mockai.limits.tiers import limits_of, tiers
from mockai.scenario.schema import LimitsSpec
from mockai.scenario.schema.limits import Tier

TIER1 = LimitsSpec(tier="tier1")
OWN = LimitsSpec.model_validate(
    {
        "tier": "tier1",
        "tokens_per_minute": 7,
        "models": {"gpt-4o-mini": {"tokens_per_minute": 5}, "gpt-4o*": {"requests_per_minute": 1}},
    }
)

FOUND = [
    (LimitsSpec(), "gpt-4o", (None, None, None)),
    (TIER1, "gpt-4o", (500, None, 30_000)),
    (TIER1, "gpt-4o-mini-2024-07-18", (500, 10_000, 200_000)),
    (TIER1, "my-own-model", (500, None, 30_000)),
    (OWN, "gpt-4o", (1, None, 7)),
    (OWN, "gpt-4o-mini", (500, 10_000, 5)),
    (OWN, "gpt-5", (500, None, 7)),
]


@pytest.mark.parametrize(("spec", "model", "expected"), FOUND)
def test_what_is_written_for_a_model_goes_before_what_is_written_for_all_and_that_before_the_tier(
    spec, model, expected
):
    found = limits_of(spec, model)
    assert (found.requests_per_minute, found.requests_per_day, found.tokens_per_minute) == expected


def test_every_tier_that_can_be_named_has_limits_and_no_other():
    assert tuple(tiers()) == get_args(Tier)
    assert all(limits.requests_per_minute and limits.tokens_per_minute for limits in tiers().values())
