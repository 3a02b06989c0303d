"""Replies of one turn of an event loop go out together where turns make several, in order and none lost."""

import asyncio
import gc
import json
import socket
import weakref
from typing import Any
from unittest.mock import Mock

import pytest
import uvicorn
from uvicorn.server import ServerState

from mockai import MockOpenAI
from mockai.journal import Connection as Recorded
from mockai.transports import turns as module
from mockai.transports.direct import DirectProtocol
from mockai.transports.turns import Turns, turns


class Written:
    """A transport that notes what it was given, in a list that several share."""

    def __init__(self, name: str, log: list[tuple[str, bytes]]) -> None:
        self.name = name
        self.log = log
        self.closing = False

    def write(self, data: bytes) -> None:
        self.log.append((self.name, data))

    def is_closing(self) -> bool:
        return self.closing


@pytest.fixture
def log() -> list[tuple[str, bytes]]:
    return []


async def busy(log: list[tuple[str, bytes]]) -> Turns:
    """Turns of which the last one made three replies."""
    made = Turns()
    for name in "abc":
        made.write(Written(name, []), b"earlier")
    await asyncio.sleep(0)
    return made


async def test_a_reply_that_comes_alone_waits_for_nothing(log):
    made = Turns()
    for _ in range(5):
        made.write(Written("a", log), b"1")
        assert log.pop() == ("a", b"1")
        await asyncio.sleep(0)


async def test_replies_are_written_together_after_a_turn_that_made_several(log):
    made = await busy(log)
    for name in "abcd":
        made.write(Written(name, log), b"1")
    assert log == []
    await asyncio.sleep(0)
    assert log == [("a", b"1"), ("b", b"1"), ("c", b"1"), ("d", b"1")]


async def test_after_a_turn_that_made_few_they_are_written_one_by_one_again(log):
    made = await busy(log)
    made.write(Written("a", log), b"1")
    await asyncio.sleep(0)
    made.write(Written("a", log), b"2")
    assert log == [("a", b"1"), ("a", b"2")]


async def test_what_is_held_back_goes_before_whatever_else_is_written(log):
    made = await busy(log)
    made.write(Written("a", log), b"1")
    made.flush()
    assert log == [("a", b"1")]
    await asyncio.sleep(0)
    assert log == [("a", b"1")]


async def test_what_is_too_much_to_hold_back_is_written_with_all_before_it(log, monkeypatch):
    monkeypatch.setattr(module, "_MOST", 6)
    made, one = await busy(log), Written("a", log)
    made.write(one, b"123")
    made.write(one, b"456")
    assert log == []
    made.write(one, b"7")
    assert log == [("a", b"123"), ("a", b"456"), ("a", b"7")]
    made.write(one, b"8")
    assert log.pop() == ("a", b"7")
    await asyncio.sleep(0)
    assert log.pop() == ("a", b"8")


async def test_a_connection_that_closes_meanwhile_takes_nothing_from_the_others(log):
    made, first, second = await busy(log), Written("a", log), Written("b", log)
    made.write(first, b"1")
    made.write(second, b"1")
    first.closing = True
    await asyncio.sleep(0)
    assert log == [("b", b"1")]


def test_each_event_loop_has_turns_of_its_own_for_as_long_as_it_lives():
    async def found() -> tuple[weakref.ref[Turns], bool]:
        return weakref.ref(turns()), turns() is turns()

    one, other = asyncio.run(found()), asyncio.run(found())
    gc.collect()
    assert (one[0](), other[0](), one[1], other[1]) == (None, None, True, True)


# ------------------------------------------------------------------------------------------- connections


def request(text: str) -> bytes:
    body = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}).encode()
    return b"POST /v1/chat/completions HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


class Server:
    """So many connections of one server, without sockets."""

    def __init__(self, connections: int) -> None:
        self.log: list[tuple[str, bytes]] = []
        config: Any = {"log_config": None, "access_log": False, "proxy_headers": False}
        mock, state = MockOpenAI({"rules": [{"reply": "Hello"}]}), ServerState()
        self.protocols = [self._connection(uvicorn.Config(mock.app, **config), state) for _ in range(connections)]

    def _connection(self, config: uvicorn.Config, state: ServerState) -> DirectProtocol:
        protocol, transport = DirectProtocol(config, state, {}), Mock(spec=asyncio.Transport)
        transport.is_closing.return_value = False
        number = str(len(state.connections))
        transport.write.side_effect = lambda data: self.log.append((number, data))
        transport.close.side_effect = lambda: self.log.append((number, b"closed"))
        protocol.recorded = Recorded(1, 0.0)
        protocol.connection_made(transport)
        return protocol

    async def become_busy(self) -> None:
        for _ in range(2):  # the first time, heads are not known yet
            self.ask()
            await asyncio.sleep(0)
        self.log.clear()

    def ask(self) -> None:
        for protocol in self.protocols:
            protocol.data_received(request("Hi"))

    @property
    def seen(self) -> list[tuple[str, bytes]]:
        """What was written, by the number of the connection: the status line."""
        return [(name, data.partition(b"\r\n")[0]) for name, data in self.log]


OK = b"HTTP/1.1 200 OK"


async def test_a_busy_server_writes_at_the_end_of_a_turn():
    server = Server(4)
    await server.become_busy()
    server.ask()
    assert server.seen == []
    await asyncio.sleep(0)
    assert server.seen == [("0", OK), ("1", OK), ("2", OK), ("3", OK)]


async def test_a_server_with_few_connections_writes_at_once():
    server = Server(3)
    await server.become_busy()
    server.ask()
    assert server.seen == [("0", OK), ("1", OK), ("2", OK)]


async def test_what_follows_on_a_connection_is_written_behind_what_was_held_back():
    server = Server(4)
    await server.become_busy()
    server.ask()
    server.protocols[0].data_received(b"NONSENSE\r\n\r\n")
    assert [line for name, line in server.seen if name == "0"] == [OK, b"HTTP/1.1 400 Bad Request", b"closed"]


async def test_several_requests_in_one_packet_are_answered_in_their_order():
    server = Server(4)
    await server.become_busy()
    server.ask()
    server.protocols[0].data_received(request("Hi") + request("Hi") + b"NONSENSE\r\n\r\n")
    seen = [line for name, line in server.seen if name == "0"]
    assert seen == [OK, OK, OK, b"HTTP/1.1 400 Bad Request", b"closed"]


async def test_a_server_that_stops_writes_what_it_has_held_back():
    server = Server(4)
    await server.become_busy()
    server.ask()
    server.protocols[2].shutdown()
    assert ("2", OK) in server.seen
    assert server.seen[-1] == ("2", b"closed")


def test_a_busy_server_answers_every_client_what_it_asked_for():
    with MockOpenAI(
        {"rules": [{"when": {"user": {"regex": "(?P<it>.+)"}}, "reply": "You said {{ match.it }}."}]}
    ) as mock:
        host, _, port = mock.url.removeprefix("http://").partition(":")
        clients = [socket.create_connection((host, int(port)), timeout=10) for _ in range(12)]
        for turn in range(20):
            for number, client in enumerate(clients):
                client.sendall(request(f"{number}-{turn}"))
            for number, client in enumerate(clients):
                head, _, body = client.recv(65_536).partition(b"\r\n\r\n")
                assert head.startswith(OK)
                assert json.loads(body)["choices"][0]["message"]["content"] == f"You said {number}-{turn}."
        for client in clients:
            client.close()
        assert mock.count == 240
