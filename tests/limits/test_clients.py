"""The SDK against real limits: in virtual time, over a socket, and at the same time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from mockai import MockOpenAI

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
HELLO = {"rules": [{"reply": "Hi"}]}
PER_MINUTE = {"requests_per_minute": 3}


def test_a_client_that_does_as_it_is_told_recovers_in_virtual_time():
    with MockOpenAI(HELLO, limits=PER_MINUTE, mode="patch", time="virtual") as mock:
        client = mock.client(max_retries=1)
        for _ in range(6):
            assert client.chat.completions.create(**ASK).choices[0].message.content == "Hi"
        assert [wait.seconds for wait in mock.clock.waits] == [20.0] * 3
        assert [call.status for call in mock.calls] == [200] * 3 + [429, 200] * 3


def test_a_client_that_does_not_wait_keeps_failing():
    with MockOpenAI(HELLO, limits=PER_MINUTE, mode="patch", time="virtual") as mock:
        client = mock.client(max_retries=0)
        for _ in range(3):
            client.chat.completions.create(**ASK)
        for _ in range(5):
            with pytest.raises(openai.RateLimitError, match="Please try again in 20s"):
                client.chat.completions.create(**ASK)


def test_no_retry_helps_where_the_credit_is_spent():
    with MockOpenAI(HELLO, limits={"total_requests": 1}, mode="patch", time="virtual") as mock:
        client = mock.client(max_retries=2)
        client.chat.completions.create(**ASK)
        with pytest.raises(openai.RateLimitError) as caught:
            client.chat.completions.create(**ASK)
        assert (caught.value.code, len(mock.calls)) == ("insufficient_quota", 4)


def test_the_sdk_does_not_wait_for_a_limit_of_the_day():
    with MockOpenAI(HELLO, limits={"requests_per_day": 200, "per": []}, mode="patch", time="virtual") as mock:
        client = mock.client(max_retries=2)
        for _ in range(200):
            client.chat.completions.create(**ASK)
        with pytest.raises(openai.RateLimitError, match="Please try again in 7m12s"):
            client.chat.completions.create(**ASK)
        assert mock.clock.waits == ()
        mock.clock.advance(432)
        assert client.chat.completions.create(**ASK).choices[0].message.content == "Hi"


async def test_async_clients_that_wait_their_turn_all_get_through_in_virtual_time():
    with MockOpenAI(HELLO, limits=PER_MINUTE, mode="patch", time="virtual") as mock:
        client = mock.async_client(max_retries=10)
        replies = await asyncio.gather(*(client.chat.completions.create(**ASK) for _ in range(6)))
        assert [reply.choices[0].message.content for reply in replies] == ["Hi"] * 6
        assert mock.clock.now() == pytest.approx(60, abs=0.1)


def test_tokens_run_out_before_requests_do():
    long = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi" * 200}]}
    with MockOpenAI(HELLO, limits={"tokens_per_minute": 250}, mode="patch", time="virtual") as mock:
        client = mock.client(max_retries=1)
        for _ in range(3):
            client.chat.completions.create(**long)
        assert [wait.seconds for wait in mock.clock.waits] == [12.0]


@pytest.fixture
def quick(shared_server):
    """A mock over a socket, on which a second takes five milliseconds."""
    with MockOpenAI(HELLO, limits=PER_MINUTE, time_scale=0.005, server=shared_server) as mock:
        yield mock


def test_over_a_socket_waits_and_refilling_are_as_quick_as_the_mock_is(quick):
    client = quick.client(max_retries=3)
    for _ in range(8):
        assert client.chat.completions.create(**ASK).choices[0].message.content == "Hi"
    refused = [call for call in quick.calls if call.status == 429]
    assert 4 <= len(refused) <= 8
    assert all(0 < call.retry_after <= 20 for call in refused)


def test_without_waiting_time_limits_refill_at_once(shared_server):
    with MockOpenAI(HELLO, limits=PER_MINUTE, time_scale=0, server=shared_server) as mock:
        client = mock.client(max_retries=0)
        for _ in range(8):
            client.chat.completions.create(**ASK)


def test_so_many_clients_are_served_at_the_same_time_and_the_others_refused(shared_server):
    slow = {"rules": [{"reply": {"text": "Hi", "gate": "later"}}]}
    with MockOpenAI(slow, limits={"concurrent": 2}, server=shared_server) as mock:
        client = mock.client(max_retries=0)
        with ThreadPoolExecutor(5) as pool:
            asked = [pool.submit(client.chat.completions.create, **ASK) for _ in range(5)]
            refused = [each for each in _first_done(asked, 3) if isinstance(each.exception(), openai.RateLimitError)]
            assert len(refused) == 3
            assert all("concurrent requests: Limit 2, Used 2" in str(each.exception()) for each in refused)
            mock.gate("later").open()
        answered = [each.result() for each in asked if each not in refused]
        assert [reply.choices[0].message.content for reply in answered] == ["Hi", "Hi"]
        assert client.chat.completions.create(**ASK).choices[0].message.content == "Hi"


def _first_done(futures, number):
    from concurrent.futures import as_completed

    done = as_completed(futures, timeout=20)
    return [next(done) for _ in range(number)]


def test_a_stream_counts_until_it_is_closed(shared_server):
    long = {"rules": [{"reply": {"text": "a b c d e f", "gate": {"name": "middle", "after": 2}}}]}
    with MockOpenAI(long, limits={"concurrent": 1}, server=shared_server) as mock:
        client = mock.client(max_retries=0)
        stream = client.chat.completions.create(**ASK, stream=True)
        next(iter(stream))
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(**ASK)
        mock.gate("middle").open()
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream).endswith("f")
        mock.wait_for(2)
        assert client.chat.completions.create(**ASK).choices[0].message.content == "a b c d e f"


def test_what_was_used_is_to_be_seen_and_forgotten():
    with MockOpenAI(HELLO, limits=PER_MINUTE, mode="patch", time="virtual") as mock:
        client = mock.client(max_retries=0)
        for _ in range(3):
            client.chat.completions.create(**ASK)
        (owner,) = mock.quotas
        used = {"limit": 3, "used": 3, "remaining": 0, "reset": 60.0}
        assert owner == {"owner": {"key": "Bearer …", "model": "gpt-4o"}, "limits": {"requests_per_minute": used}}
        mock.reset_quotas()
        assert mock.quotas[0]["limits"]["requests_per_minute"]["used"] == 0
        client.chat.completions.create(**ASK)
        mock.reset()
        assert mock.quotas == []


def test_the_decorator_keeps_the_limits():
    @MockOpenAI(HELLO, limits={"requests_per_minute": 1}, mode="patch", time="virtual")
    def asks(mock_openai):
        client = mock_openai.client(max_retries=0)
        client.chat.completions.create(**ASK)
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(**ASK)

    asks()
    asks()
