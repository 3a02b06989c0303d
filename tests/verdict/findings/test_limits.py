"""Replies that say nothing is left, and clients that ask nevertheless, or wait."""

import time

import pytest

SPENT = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20s"}


def test_a_request_that_was_sure_to_be_refused_is_seen(virtual, found, ask):
    mock = virtual({"text": "Hi.", "headers": SPENT}, {"error": 429, "retry_after": 20}, "Hi again.")
    with mock.client() as client:
        ask(client)
        ask(client)
    assert mock.count == 3
    assert found(mock.verdict) == {"limits_ignored": "warning"}
    (finding,) = mock.verdict
    assert finding.calls == (1, 2)
    assert finding.seen == "call 1 said that no requests were left for 20 s, and call 2 was refused for it"


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
