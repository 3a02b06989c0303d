"""What headers tell: durations, limits, dates, read timeouts."""

import pytest

from mockai.verdict.headers import Limit, limits_of, read_timeout_of, seconds_of, seconds_until
from mockai.wire import HTTPRequest


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0.0),
        ("4ms", 0.004),
        ("1.2s", 1.2),
        ("6m0s", 360.0),
        ("1m23.5s", 83.5),
        ("1h0m0s", 3600.0),
        ("250us", 0.00025),
        ("250µs", 0.00025),
        ("17", 17.0),
        ("soon", None),
        ("1s!", None),
        ("", None),
    ],
)
def test_a_duration(text, seconds):
    assert seconds_of(text) == (None if seconds is None else pytest.approx(seconds))


def test_limits_of_every_kind():
    headers = (
        ("x-ratelimit-limit-requests", "5"),
        ("x-ratelimit-remaining-requests", "3"),
        ("x-ratelimit-reset-requests", "1s"),
        ("x-ratelimit-remaining-tokens", "-5"),
        ("x-ratelimit-reset-tokens", "6m0s"),
        ("x-ratelimit-remaining-audio-seconds", "0"),
        ("x-ratelimit-reset-audio-seconds", "750ms"),
        ("content-type", "text/plain"),
    )
    expected = (Limit("requests", 3, 1.0, 5), Limit("tokens", -5, 360.0), Limit("audio-seconds", 0, 0.75))
    assert limits_of(headers) == expected
    assert limits_of(headers[-1:]) == ()


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [
        (Limit("requests", 0, 60.0, 3), 20.0),
        (Limit("requests", 1, 40.0, 3), 20.0),
        (Limit("requests", 0, 20.0), 20.0),
        (Limit("requests", 3, 0.0, 3), 0.0),
    ],
)
def test_the_next_is_left_before_all_are(limit, seconds):
    assert limit.next == seconds


def test_a_date():
    assert seconds_until("Thu, 01 Jan 1970 00:01:00 GMT", 20.0) == 40.0
    assert seconds_until("soon", 20.0) is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-stainless-read-timeout": "600"}, (600.0, True)),
        ({"x-stainless-timeout": "60"}, (60.0, True)),
        ({"x-stainless-lang": "python", "x-stainless-package-version": "3.52.0"}, (None, True)),
        ({"x-stainless-lang": "python", "x-stainless-package-version": "1.40.0"}, (None, False)),
        ({"x-stainless-lang": "js", "x-stainless-package-version": "7.5.0"}, (None, False)),
        ({"x-stainless-read-timeout": "long"}, (None, False)),
        ({}, (None, False)),
    ],
)
def test_a_read_timeout(headers, expected):
    assert read_timeout_of(HTTPRequest("POST", "/", (), tuple(headers.items()))) == expected
