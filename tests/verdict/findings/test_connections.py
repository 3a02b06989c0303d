"""Streams left open and connections left lying, and clients that tidy up."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
A_WHILE = 0.3
"""Seconds after which a connection that could be used again would have been."""
LONG = {"text": "word " * 50, "latency": {"per_token": 0.5}}


def first_piece(stream):
    """The first piece of content of a stream, and no more."""
    return next(chunk for chunk in stream if chunk.choices and chunk.choices[0].delta.content)


def test_a_stream_neither_read_nor_closed_is_left_open(virtual, found):
    mock = virtual("one two three")
    with mock.client() as client:
        stream = client.chat.completions.create(**ASK, stream=True)
        first_piece(stream)
        assert found(mock.verdict) == {"stream_left_open": "warning"}
        stream.close()
    assert found(mock.verdict) == {}


@pytest.mark.parametrize("stop", [True, False])
def test_a_stream_in_a_with_block_is_closed(virtual, found, stop):
    mock = virtual(LONG)
    with mock.client() as client, client.chat.completions.create(**ASK, stream=True) as stream:
        first_piece(stream) if stop else list(stream)
    assert found(mock.verdict) == {}


def test_over_a_socket_a_stream_still_open_while_the_client_goes_on_is_worth_a_note(served, found):
    mock = served()
    mock.reply("Hi.")
    mock.when(stream=True).reply(**LONG, gate={"name": "held", "after": 1})
    with mock.client() as client:
        stream = client.chat.completions.create(**ASK, stream=True)
        first_piece(stream)
        assert found(mock.verdict) == {}
        client.chat.completions.create(**ASK)
        assert found(mock.verdict) == {"stream_left_open": "note"}
        stream.close()


def test_a_client_for_each_request_leaves_connections_lying(served, found):
    mock = served("Hi.")
    clients = [httpx.Client(base_url=mock.base_url, trust_env=False) for _ in range(4)]
    for client in clients:
        client.post("/chat/completions", json=ASK)
        time.sleep(A_WHILE)
    assert found(mock.verdict) == {"connection_leaked": "warning"}
    seen = "3 connections left open and idle while others were opened, and never used again"
    assert mock.verdict.findings[0].seen == seen
    for client in clients:
        client.close()


def test_clients_that_are_closed_leave_none(served, found):
    mock = served("Hi.")
    for _ in range(4):
        with httpx.Client(base_url=mock.base_url, trust_env=False) as client:
            client.post("/chat/completions", json=ASK)
    assert found(mock.verdict) == {}


def test_many_at_once_need_many_connections_however_quickly_they_are_answered(served, found, ask):
    mock = served("Hi.")
    with mock.client() as client, ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: ask(client), range(64)))
        assert found(mock.verdict) == {}


def test_one_client_needs_one_connection(served, found, ask):
    mock = served("Hi.")
    with mock.client() as client:
        for _ in range(4):
            ask(client, stream=True)
    assert found(mock.verdict) == {}


def test_a_stream_not_drained_costs_a_connection(served, found):
    mock = served("one two three")
    with httpx.Client(base_url=mock.base_url, trust_env=False) as client:
        request = client.build_request("POST", "/chat/completions", json={**ASK, "stream": True})
        undrained = client.send(request, stream=True)
        time.sleep(A_WHILE)
        client.post("/chat/completions", json=ASK)
        assert found(mock.verdict) == {"connection_leaked": "note"}
        undrained.close()
