"""Limits as a user gives them."""

import pytest

from mockai.errors import ScenarioError, UsageError
from mockai.limits import read_limits
from mockai.scenario.schema import LimitsSpec


def test_a_tier_a_mapping_and_a_file_are_read(tmp_path):
    file = tmp_path / "limits.yaml"
    file.write_text("limits: {requests_per_minute: 3}\n")
    assert read_limits(None) is None
    assert read_limits("tier2") == LimitsSpec(tier="tier2")
    assert read_limits({"requests_per_minute": 3}) == read_limits(file) == read_limits(str(file))
    assert read_limits(LimitsSpec(concurrent=1)) == LimitsSpec(concurrent=1)


def test_what_is_no_limits_is_an_error_that_says_what_is(tmp_path):
    empty = tmp_path / "hello.yaml"
    empty.write_text("rules: [{reply: Hi}]\n")
    with pytest.raises(UsageError, match=r"limits is a tier \(free, tier1, .*\), a mapping or a file; seen 'gold'"):
        read_limits("gold")
    with pytest.raises(UsageError, match=r"hello.yaml has no `limits:`; see docs/limits.md"):
        read_limits(empty)
    with pytest.raises(ScenarioError, match="Did you mean `requests_per_minute`"):
        read_limits({"request_per_minute": 3})
    with pytest.raises(ScenarioError, match="requests_per_minute"):
        read_limits({"requests_per_minute": 0})
    with pytest.raises(ScenarioError, match="tier"):
        read_limits({"tier": "tier9"})
