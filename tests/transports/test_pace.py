"""A paced stream is sent by a timer, and by its task only where that is needed."""

import asyncio
from unittest.mock import Mock

import pytest

from mockai.transports.asgi_player import Player
from mockai.transports.connection import TRANSPORT, Connection
from mockai.wire import Body, Head, Wait

HEAD = Head(200, (("content-type", "text/event-stream"),))
STREAM = (HEAD, Body(b"a"), Wait(1), Body(b"b"), Wait(1), Body(b"c"))


@pytest.fixture
async def on_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still while anything is done, and is there as soon as it is waited for."""
    loop, now = asyncio.get_running_loop(), 0.0
    select = loop._selector.select

    def skip(timeout: float | None) -> object:
        nonlocal now
        now += timeout or 0.0
        return select(0 if timeout is not None else None)

    monkeypatch.setattr(loop, "time", lambda: now)
    monkeypatch.setattr(loop._selector, "select", skip)


class Client:
    """What a connection sends, past the server and by way of it."""

    def __init__(self, method: str = "POST", waiting: int = 0) -> None:
        self.transport = Mock(spec=asyncio.Transport)
        self.transport.is_closing.return_value = False
        self.transport.get_write_buffer_size.return_value = waiting
        self.sent: list[bytes] = []
        self.gone = asyncio.Event()
        scope = {"method": method, "extensions": {TRANSPORT: self.transport}}
        self.connection = Connection(scope, self._receive, self._send)

    async def _receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        self.sent.append(message.get("body", b"head"))

    @property
    def written(self) -> list[bytes]:
        return [call.args[0] for call in self.transport.write.mock_calls]


async def played(client: Client, *steps) -> Player:
    player = Player(steps, None, 1.0)
    await player.play(client.connection)
    return player


async def test_events_between_waits_are_written_as_the_server_would_have(on_time):
    client = Client()
    await played(client, *STREAM)
    assert client.written == [b"1\r\nb\r\n"]
    assert client.sent == [b"head", b"a", b"c"]


@pytest.mark.parametrize("client", [{"method": "HEAD"}, {"waiting": 1}], ids=str)
async def test_what_the_server_must_see_it_sends_itself(client, on_time):
    client = Client(**client)
    await played(client, *STREAM)
    assert (client.written, client.sent) == ([], [b"head", b"a", b"b", b"c"])


@pytest.mark.parametrize(
    "head",
    [Head(200, (("content-length", "3"),)), Head(200, (("transfer-encoding", "chunked"),)), Head(204, ())],
    ids=lambda head: str(head.headers or head.status),
)
async def test_other_framings_are_the_servers(head, on_time):
    client = Client()
    await played(client, head, *STREAM[1:])
    assert (client.written, client.sent) == ([], [b"head", b"a", b"b", b"c"])


async def test_a_connection_that_is_being_closed_is_not_written_to(on_time):
    client = Client()
    client.transport.is_closing.return_value = True
    await played(client, *STREAM)
    assert client.written == []


async def test_a_wait_before_the_head_is_waited_for_too(on_time):
    client = Client()
    await played(client, Wait(1), *STREAM)
    assert (client.written, client.sent) == ([b"1\r\nb\r\n"], [b"head", b"a", b"c"])


async def test_what_fails_between_two_waits_fails_the_plan(on_time):
    def steps():
        yield from STREAM[:3]
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await Player(steps(), None, 1.0).play(Client().connection)


@pytest.mark.parametrize("how", ["leaves", "is hurried"])
async def test_a_long_wait_ends_when_the_client_leaves_or_everyone_hurries(how):
    client = Client()
    playing = asyncio.ensure_future(played(client, HEAD, Body(b"a"), Wait(1000), Body(b"b")))
    while client.sent != [b"head", b"a"]:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    client.gone.set() if how == "leaves" else client.connection.hurry()
    await asyncio.wait_for(playing, 10)
    assert client.sent == [b"head", b"a", *([] if how == "leaves" else [b"b"])]
    assert client.connection.left == (how == "leaves")


async def test_it_is_told_once_that_a_wait_is_over():
    """The client leaves in the moment in which the timer strikes."""
    client = Client()
    client.connection.hurry()
    told = []
    waiting = asyncio.ensure_future(client.connection.pace(0.0, lambda: told.append(1)))
    await asyncio.sleep(0)
    client.connection.hurry()
    client.connection.hurry()
    await waiting
    assert told == []


async def test_what_a_busy_server_is_late_with_is_written_together(on_time, monkeypatch):
    """After a second in which it did other things, it does not write ever later, but less often."""
    loop, client = asyncio.get_running_loop(), Client()
    clock, ahead = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: clock() + ahead)

    def steps():
        nonlocal ahead
        yield from (HEAD, Body(b"a"), Wait(0.1), Body(b"b"), Wait(0.1), Body(b"c"))
        ahead = 0.95
        for _ in range(9):
            yield from (Wait(0.1), Body(b"d"))
        yield from (Wait(0.1), Body(b"e"), Wait(0.1), Body(b"f"))

    await Player(steps(), None, 1.0).play(client.connection)
    assert client.written == [b"1\r\nb\r\n", b"a\r\ncddddddddd\r\n", b"1\r\ne\r\n"]
    assert client.sent == [b"head", b"a", b"f"]
