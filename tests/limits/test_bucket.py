"""A limit that refills continuously."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockai.limits.bucket import Bucket

# limit, seconds, used until then, seconds since, asked: used, remaining, reset, wait
LEVELS = [
    (3, 60, 0, 0, 1, 0, 3, 0, 0),
    (3, 60, 1, 0, 1, 1, 2, 20, 0),
    (3, 60, 3, 0, 1, 3, 0, 60, 20),
    (3, 60, 3, 10, 1, 2.5, 0, 50, 10),
    (3, 60, 3, 20, 1, 2, 1, 40, 0),
    (3, 60, 3, 600, 1, 0, 3, 0, 0),
    (30_000, 60, 29_937, 0, 385, 29_937, 63, 59.874, 0.644),
    (200, 86_400, 200, 0, 1, 200, 0, 86_400, 432),
    (15_000, 60, 1, 0, 1, 1, 14_999, 0.004, 0),
]


@pytest.mark.parametrize(("limit", "period", "spent", "since", "asked", "used", "remaining", "reset", "wait"), LEVELS)
def test_a_bucket_refills_from_the_moment_it_is_used(limit, period, spent, since, asked, used, remaining, reset, wait):
    bucket = Bucket(limit, period)
    level = bucket.level(spent, since)
    assert level.used == pytest.approx(used)
    assert level.remaining == remaining
    assert level.reset == pytest.approx(reset)
    assert level.wait(asked) == pytest.approx(wait)


@settings(deadline=None)
@given(
    limit=st.integers(1, 1000),
    period=st.sampled_from([60.0, 86_400.0]),
    steps=st.lists(st.tuples(st.floats(0, 50_000), st.integers(1, 40)), max_size=60),
    start=st.floats(0, 1e9),
)
def test_what_is_let_in_never_exceeds_the_rate_over_any_window_beyond_one_burst(limit, period, steps, start):
    bucket, now, used, then = Bucket(limit, period), start, 0.0, start
    taken: list[tuple[float, int]] = []
    for gap, asked in steps:
        now += gap * period / 86_400
        level = bucket.level(used, now - then)
        if not level.wait(asked):
            used, then = level.used + asked, now
            taken.append((now, asked))
    for first, (began, _) in enumerate(taken):
        amount = 0
        for ended, asked in taken[first:]:
            amount += asked
            assert amount <= limit + (ended - began) * bucket.rate + 0.01


@given(
    limit=st.integers(1, 50_000),
    spent=st.integers(0, 50_000),
    asked=st.integers(1, 50_000),
    start=st.floats(0, 1e9),
)
def test_who_waits_as_long_as_is_asked_is_let_in(limit, spent, asked, start):
    bucket, spent, asked = Bucket(limit, 60.0), min(spent, limit), min(asked, limit)
    wait = bucket.level(spent, 0.0).wait(asked)
    assert bucket.level(spent, (start + wait) - start).wait(asked) == 0
    assert wait <= 60.0 + 1e-6
