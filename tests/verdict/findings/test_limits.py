"""Replies that say nothing is left, and clients that ask nevertheless, or wait."""

import time

import pytest

SPENT = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20s"}


LIMITED = {"requests_per_minute": 3}


def test_a_client_that_is_refused_once_and_then_waits_is_worth_a_note(virtual, found, ask):
    mock = virtual("Hi.", limits=LIMITED)
    with mock.client() as client:
        for _ in range(4):
            ask(client)
    assert [call.status for call in mock.calls] == [200, 200, 200, 429, 200]
    assert found(mock.verdict) == {"limits_ignored": "note"}
    (finding,) = mock.verdict
    assert finding.calls == (3, 4)
    assert finding.seen == "call 3 said that no requests were left, the next in 20 s, and call 4 was refused for it"


def test_a_client_that_runs_into_its_limits_again_and_again_ignores_them(virtual, found, ask):
    mock = virtual("Hi.", limits=LIMITED)
    with mock.client() as client:
        for _ in range(6):
            ask(client)
    assert found(mock.verdict) == {"limits_ignored": "warning"}
    assert mock.verdict.findings[0].seen.endswith("was refused for it, and 2 more like it")


def test_a_client_that_keeps_to_its_limits_is_never_refused(virtual, found, ask):
    mock = virtual("Hi.", limits=LIMITED)
    with mock.client() as client:
        for _ in range(6):
            ask(client)
            time.sleep(20)
    assert found(mock.verdict) == {}


def test_one_that_got_through_is_worth_a_note(virtual, found, ask):
    mock = virtual({"text": "Hi.", "headers": SPENT})
    with mock.client() as client:
        ask(client)
        ask(client)
    assert found(mock.verdict) == {"limits_ignored": "note"}


@pytest.mark.parametrize(("wait", "expected"), [(21, {}), (10, {"limits_ignored": "note"})])
def test_a_client_that_waits_until_the_limit_is_lifted_does_well(virtual, found, ask, wait, expected):
    mock = virtual({"text": "Hi.", "headers": SPENT}, "Hi.")
    with mock.client() as client:
        ask(client)
        time.sleep(wait)
        ask(client)
    assert found(mock.verdict) == expected


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "20s"},
        {"x-ratelimit-remaining-requests": "0"},
        {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "0s"},
        {"x-ratelimit-remaining-requests": "none", "x-ratelimit-reset-requests": "1s"},
        {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "soon"},
        # So many that one more is back at once.
        {"x-ratelimit-limit-requests": "6000000", **SPENT},
        {},
    ],
)
def test_what_does_not_say_that_nothing_is_left_is_no_limit(virtual, found, ask, headers):
    mock = virtual({"text": "Hi.", "headers": headers})
    with mock.client() as client:
        ask(client)
        ask(client)
    assert found(mock.verdict) == {}


def test_another_model_has_limits_of_its_own(virtual, found, ask):
    mock = virtual({"text": "Hi.", "headers": SPENT})
    with mock.client() as client:
        ask(client)
        ask(client, model="gpt-4o-mini")
    assert found(mock.verdict) == {}
