"""Faults as bytes on a real socket."""

import asyncio
import json
import socket
from unittest.mock import Mock

import pytest

from mockai.transports.connection import TRANSPORT, Connection, break_off
from mockai.wire import Abort

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
STREAM = {**ASK, "stream": True}


def events(data: bytes) -> list[bytes]:
    """The events of a chunked body, without the chunk sizes around them."""
    body = data.split(b"\r\n\r\n", 1)[1]
    return [part + b"\n\n" for part in dechunked(body).split(b"\n\n") if part]


def dechunked(body: bytes) -> bytes:
    """A chunked body put together; what follows the last whole chunk is left out."""
    found = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16) if size else 0
        if length == 0:
            break
        found, body = found + rest[:length], rest[length + 2 :]
    return found


@pytest.mark.parametrize(("fault", "end"), [("reset", "reset"), ("close", "fin")])
def test_nothing_is_sent_before_the_connection_ends(live, wire, fault, end):
    live.reply(text="never", faults=[fault])
    wire.ask(ASK)
    assert wire.read() == (b"", end)
    live.wait_for(1)
    assert (live.last.outcome, live.last.status) == ("aborted", None)


@pytest.mark.parametrize(("fault", "end"), [("disconnect", "fin"), ("reset", "reset"), ("close", "fin")])
def test_a_stream_is_cut_after_so_many_pieces_and_without_its_last_chunk(live, wire, fault, end):
    live.reply(text="one two three four", faults=[{fault: {"after": 2}}])
    wire.ask(STREAM)
    data, ended = wire.read()
    assert ended == end
    assert data.startswith(b"HTTP/1.1 200 OK\r\n")
    assert not data.endswith(b"0\r\n\r\n")
    assert [event for event in events(data) if b'" two"' in event]
    assert b" three" not in data


def test_a_json_reply_is_cut_within_its_body(live, wire):
    live.reply(text="Hello there.", faults=[{"disconnect": {"after": 1}}])
    wire.ask(ASK)
    data, ended = wire.read()
    head, _, body = data.partition(b"\r\n\r\n")
    announced = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert (ended, body[:1]) == ("fin", b"{")
    assert 0 < len(body) < announced


def test_a_stall_sends_nothing_and_keeps_the_connection(live, wire):
    live.reply(text="one two", faults=[{"stall": {"after": 1}}])
    wire.socket.settimeout(0.3)
    wire.ask(STREAM)
    data, ended = wire.read()
    assert (ended, b'"one"' in data, b'" two"' in data) == ("timeout", True, False)
    wire.socket.close()
    live.wait_for(1)
    assert live.last.outcome == "client_left"


def test_truncate_ends_the_body_as_if_it_were_whole(live, wire):
    live.reply(text="one two three", faults=[{"truncate": {"after": 2}}])
    wire.send("POST", "/v1/chat/completions", json.dumps(STREAM).encode(), ("Connection: close",))
    data, ended = wire.read()
    assert ended == "fin"
    assert data.endswith(b"0\r\n\r\n")
    assert b"[DONE]" not in data
    assert b'"finish_reason":"stop"' not in data


def test_a_held_stream_has_sent_what_stands_before_the_gate(live, wire):
    live.reply(text="one two three", gate={"name": "half", "after": 2})
    wire.ask(STREAM)
    seen = b""
    while b'" two"' not in seen:
        seen += wire.socket.recv(65536)
    assert b" three" not in seen
    live.gate("half").open()
    while b"[DONE]" not in seen:
        seen += wire.socket.recv(65536)
    assert b" three" in seen


def test_a_connection_is_used_again_after_a_whole_reply(live, wire):
    live.reply("Hi")
    for _ in range(3):
        wire.ask(ASK)
        head = b""
        while not head.endswith(b"}"):
            head += wire.socket.recv(65536)
    assert live.count == 3


def test_nagle_does_not_hold_small_writes_back(live):
    from mockai.transports.server import bind

    listening = bind("127.0.0.1", 0)
    assert listening.proto == socket.IPPROTO_TCP
    listening.close()


@pytest.mark.parametrize("how", ["reset", "close"])
async def test_a_client_that_left_before_the_connection_was_broken_is_no_error(how):
    async def gone():
        return {"type": "http.disconnect"}

    transport = Mock(spec=asyncio.Transport)
    transport.get_write_buffer_size.return_value = 0
    transport.is_closing.return_value = True
    connection = Connection({"extensions": {TRANSPORT: transport}}, gone, Mock())
    assert await break_off(connection, Abort(how), 1.0)
    assert (transport.abort.called, transport.get_extra_info.called, connection.left) == (False, False, True)
