"""What `time_scale` makes of the waits a reply asks its client for."""

import pytest

from mockai.scaled import scaled_head, scaled_wait
from mockai.wire import Head


@pytest.mark.parametrize(
    ("asked", "time_scale", "expected"),
    [
        (2, 1, 2),
        (2, 3, 2),
        (2, 0.5, 1.0),
        (2, 0.01, 0.02),
        (2, 0, 0.001),
        (0.001, 0.1, 0.001),
        (0, 0.1, 0),
        (120, 0.5, 60),
        (121, 0.5, 121),
    ],
)
def test_a_wait_is_scaled_where_the_client_would_keep_to_it(asked, time_scale, expected):
    assert scaled_wait(asked, time_scale) == expected


@pytest.mark.parametrize(
    ("head", "asked", "time_scale", "added"),
    [
        (Head(429, (("retry-after", "2"),)), 2.0, 0.01, (("retry-after", "2"), ("retry-after-ms", "20"))),
        (Head(503, (("retry-after-ms", "500"), ("a", "b"))), 0.5, 0, (("a", "b"), ("retry-after-ms", "1"))),
        (Head(429, (("retry-after", "2"),)), 2.0, 1, None),
        (Head(429, (("retry-after", "600"),)), 600.0, 0.01, None),
        (Head(200, (("retry-after", "2"),)), 2.0, 0.01, None),
        (Head(500), None, 0.01, None),
    ],
)
def test_an_error_that_asks_for_a_wait_asks_for_a_scaled_one(head, asked, time_scale, added):
    expected = head if added is None else Head(head.status, added)
    assert scaled_head(head, asked, time_scale) == expected
