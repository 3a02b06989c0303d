"""Servers that say nothing: clients without a read timeout, clients that hang, and clients that do not."""

import asyncio
from dataclasses import replace

import httpx
import openai
import pytest

from mockai.errors import PatchLimit
from mockai.verdict import attempt_of, verdict_of

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
STALL = {"text": "Hi.", "faults": ["stall"]}


def test_a_client_of_the_sdk_without_a_timeout_says_so_itself(served, found, ask):
    mock = served("Hi.")
    with mock.client(timeout=None) as client:
        ask(client)
        ask(client)
    assert found(mock.verdict) == {"no_read_timeout": "warning"}
    assert mock.verdict.findings[0].calls == (1,)


@pytest.mark.parametrize("options", [{}, {"timeout": 30}, {"timeout": httpx.Timeout(30, connect=5)}])
@pytest.mark.parametrize("way", ["served", "virtual"])
def test_a_client_with_a_timeout_has_one(request, found, ask, options, way):
    mock = request.getfixturevalue(way)("Hi.")
    with mock.client(**options) as client:
        ask(client)
    assert found(mock.verdict) == {}


@pytest.mark.parametrize(("timeout", "expected"), [(None, {"no_read_timeout": "warning"}), (5, {})])
def test_patch_mode_is_told_by_every_client(virtual, found, timeout, expected):
    mock = virtual("Hi.")
    with httpx.Client(base_url=mock.base_url, timeout=timeout) as client:
        client.post("/chat/completions", json=ASK)
    assert found(mock.verdict) == expected


def test_over_a_socket_a_client_without_words_is_judged_by_what_it_sits_through(served, found):
    mock = served({"text": "Hi.", "faults": [{"slow_headers": {"seconds": 1.1}}]}, time_scale=1)
    with httpx.Client(base_url=mock.base_url, timeout=None, trust_env=False) as client:
        client.post("/chat/completions", json=ASK)
    assert found(mock.verdict) == {"no_read_timeout": "note"}
    (attempt,) = verdict_of(mock.session.journal).attempts
    longer = replace(attempt, arrived=attempt.arrived - 70, faults=())
    assert found(verdict_of([longer])) == {"no_read_timeout": "warning"}
    assert found(verdict_of([replace(longer, timeout_known=True, read_timeout=600.0)])) == {}


def test_a_sync_client_without_a_timeout_hangs_on_a_stall(virtual, found):
    mock = virtual(STALL)
    with mock.client(timeout=None) as client, pytest.raises((openai.APIConnectionError, PatchLimit)):
        client.with_options(max_retries=0).chat.completions.create(**ASK)
    assert found(mock.verdict) == {"no_read_timeout": "warning", "hung_on_stall": "error"}
    assert mock.verdict.findings[0].seen == "nothing more came, and the client would have waited for ever"


def test_a_deadline_of_the_application_ends_a_stall_too(virtual, found):
    mock = virtual(STALL)

    async def ask():
        async with mock.async_client(timeout=None, max_retries=0) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.chat.completions.create(**ASK), 20)

    asyncio.run(ask())
    assert "hung_on_stall" not in found(mock.verdict)


def test_a_client_with_a_timeout_leaves_a_stall(virtual, found, ask):
    mock = virtual(STALL)
    with mock.client(timeout=20) as client:
        assert isinstance(ask(client), openai.APITimeoutError)
    assert mock.count == 3
    assert found(mock.verdict) == {}


def test_the_ten_minutes_of_the_sdk_are_worth_a_note(virtual, found, ask):
    mock = virtual(STALL)
    with mock.client() as client:
        assert isinstance(ask(client), openai.APITimeoutError)
    assert found(mock.verdict) == {"hung_on_stall": "note"}
    assert mock.verdict.clean
    assert mock.verdict.findings[0].seen == "nothing came for 600 s, and the client gave up only then"


@pytest.mark.parametrize(
    ("known", "timeout", "seconds", "expected"),
    [
        (False, None, 90, "error"),
        (False, None, 5, "warning"),
        (False, None, 0.2, None),
        (True, 600.0, 90, None),
        (True, None, 0.2, "error"),
    ],
)
def test_a_client_that_still_waits_is_judged_by_how_long(virtual, found, ask, known, timeout, seconds, expected):
    mock = virtual(STALL)
    with mock.client(timeout=1, max_retries=0) as client:
        ask(client)
    (entry,) = mock.session.journal.entries()
    attempt = attempt_of(entry)
    waiting = replace(
        attempt,
        outcome="running",
        ended=None,
        left=None,
        asked_at=attempt.arrived + seconds,
        timeout_known=known,
        read_timeout=timeout,
    )
    assert found(verdict_of([waiting])).get("hung_on_stall") == expected
