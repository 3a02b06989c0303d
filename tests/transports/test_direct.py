"""What is answered where it arrives is what uvicorn would have sent by way of a task, byte for byte."""

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from mockai import MockOpenAI
from mockai.journal import Connection as Recorded
from mockai.transports import direct, server
from mockai.transports.direct import DirectProtocol
from mockai.transports.repeats import Repeats

SCENARIO = {
    "rules": [
        {"when": {"user": "stream"}, "reply": {"text": "one two three"}},
        {"when": {"user": "slow"}, "reply": {"text": "one two", "latency": {"first_token": 0.01}}},
        {"when": {"user": "paced"}, "reply": {"text": "one two three four", "latency": {"tokens_per_second": 500}}},
        {"when": {"user": "empty"}, "reply": {"raw": {"status": 204}}},
        {"when": {"user": "close"}, "reply": {"raw": {"body": "bye", "headers": {"connection": "close"}}}},
        {"when": {"user": "error"}, "reply": {"error": "rate_limit_exceeded", "retry_after": 2}},
        {"when": {"user": "long"}, "reply": {"text": "word " * 20_000}},
        {"when": {"user": "named"}, "reply": {"text": "Hi", "headers": {"X-Odd": "ü {{ request.model }}"}}},
        {"when": {"user": "evil"}, "reply": {"text": "Hi", "headers": {"x-odd": "{{ request.body.user }}"}}},
        {"when": {"user": "python"}, "reply": {"text": "Hello"}},
    ]
}


def request(text: str, *lines: str, method: str = "POST", version: str = "1.1", body: dict | None = None) -> bytes:
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **(body or {})}
    data = json.dumps(asked).encode()
    head = [f"{method} /v1/chat/completions HTTP/{version}", "Host: here", "Content-Type: application/json", *lines]
    return "\r\n".join([*head, f"Content-Length: {len(data)}"]).encode() + b"\r\n\r\n" + data


def in_chunks(sent: bytes) -> bytes:
    head, _, data = sent.partition(b"\r\n\r\n")
    head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", head)
    return head + b"\r\n\r\n" + b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data)


STREAM = {"stream": True, "stream_options": {"include_usage": True}}
CASES = {
    "a reply": request("python"),
    "a stream": request("stream", body=STREAM),
    "an error": request("error"),
    "no rule": request("nothing fits"),
    "a wait": request("slow"),
    "a wait in a stream": request("slow", body=STREAM),
    "a paced stream": request("paced", body=STREAM),
    "a status without a body": request("empty"),
    "a connection that ends": request("close"),
    "more than a write": request("long", body=STREAM),
    "a header beyond ASCII": request("named"),
    "a line break for a header": request("evil", body={"user": "a\r\nx-evil: 1"}),
    "bad JSON": b"POST /v1/chat/completions HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\n\r\n{",
    "a GET": b"GET /v1/models HTTP/1.1\r\nHost: here\r\n\r\n",
    "a HEAD": b"HEAD /v1/models HTTP/1.1\r\nHost: here\r\n\r\n",
    "an escaped path": b"GET /v1/models/gpt%2D4o?x=%20&y HTTP/1.1\r\nHost: here\r\n\r\n",
    "an unknown path": b"GET /nowhere HTTP/1.1\r\nHost: here\r\n\r\n",
    "a path that is no ASCII": "GET /v1/ü HTTP/1.1\r\nHost: here\r\n\r\n".encode(),
    "the control API": b"GET /_mockai/health HTTP/1.1\r\nHost: here\r\n\r\n",
    "a session": request("python", "x-mockai-session: other"),
    "chunks": in_chunks(request("python")),
    "100-continue": request("python", "Expect: 100-continue"),
    "HTTP/1.0": request("python", version="1.0"),
    "a client that closes": request("python", "Connection: close"),
    "more than a megabyte": request("python", body={"user": "x" * 1_100_000}),
    "two at once": request("python") + request("stream", body=STREAM),
    "a second one behind a wait": request("slow") + request("python") + request("error"),
    "no HTTP": b"NONSENSE\r\n\r\n",
}


LAST = b"/v1/models/last"
IN_TASKS = {
    "a wait",
    "a wait in a stream",
    "a paced stream",
    "a status without a body",
    "a connection that ends",
    "more than a write",
}
IN_TASKS |= {"a HEAD", "the control API", "chunks", "100-continue", "HTTP/1.0"}
IN_TASKS |= {"a client that closes", "more than a megabyte", "a second one behind a wait"}


@contextlib.contextmanager
def served(protocol: type) -> Iterator[MockOpenAI]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "PROTOCOL", protocol)
        with MockOpenAI(SCENARIO, set_env=False, time_scale=0.5) as mock:
            yield mock


@pytest.fixture(scope="module", params=["heads", "requests"])
def mocks(request) -> Iterator[tuple[MockOpenAI, MockOpenAI]]:
    """The same mock behind both protocols, of which ours knows heads again, or requests too."""
    with served(server.PROTOCOL) as direct, served(HttpToolsProtocol) as usual:
        direct.app.repeats = Repeats() if request.param == "requests" else None
        yield direct, usual


def answered(url: str, *sent: bytes, mock: MockOpenAI | None = None) -> bytes:
    """All that comes back until the server is done with a last request, less what differs each time. With a `mock`,
    each is sent when the one before it has been answered."""
    host, _, port = url.removeprefix("http://").partition(":")
    last = b"GET %b HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n" % LAST
    data = b""
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        for each in sent if mock is not None else ():
            before = len(mock.calls)
            connection.sendall(each)
            while not len(mock.calls) > before or any(call.outcome == "running" for call in mock.calls):
                part = connection.recv(65536)
                assert part, "the server closed the connection"
                data += part
        connection.sendall(last if mock is not None else b"".join(sent) + last)
        while part := connection.recv(65536):
            data += part
    return re.sub(rb"date: [^\r]*", b"date: today", data)


def in_tasks(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The targets of the requests that a task is begun for, from now on."""
    begun: list[bytes] = []
    begin = DirectProtocol._begin_task

    def noted(protocol: DirectProtocol, extensions: dict[str, Any]) -> None:
        begun.append(protocol.url)
        begin(protocol, extensions)

    monkeypatch.setattr(DirectProtocol, "_begin_task", noted)
    return begun


@pytest.mark.parametrize("name", CASES)
def test_each_reply_is_the_same_by_way_of_a_task(name, mocks):
    for mock in mocks:
        mock.reset()
    direct, usual = (answered(mock.url, CASES[name]) for mock in mocks)
    if name == "a paced stream":  # what is late comes together with what follows
        direct, usual = (re.sub(rb"(?<=\r\n)[0-9a-f]+\r\n|(?<=\n\n)\r\n", b"", reply) for reply in (direct, usual))
    assert direct == usual
    seen, expected = ([(call.status, call.outcome, call.events, call.path) for call in mock.calls] for mock in mocks)
    assert seen == expected


ONCE = {"a connection that ends", "HTTP/1.0", "a client that closes", "no HTTP", "the control API"}
ONCE |= {"a path that is no ASCII", "a session", "a paced stream"}


@pytest.mark.parametrize("name", [name for name in CASES if name not in ONCE])
def test_when_its_head_is_known_nothing_else_differs(name, mocks):
    for mock in mocks:
        mock.reset()
    direct, usual = (answered(mock.url, *[CASES[name]] * 5, mock=mock) for mock in mocks)
    assert direct == usual
    seen, expected = ([(call.status, call.outcome, call.events, call.path) for call in mock.calls] for mock in mocks)
    assert seen == expected


def test_a_head_that_is_known_needs_no_parser(mocks, monkeypatch):
    parsed = []

    def noted(protocol: DirectProtocol, url: bytes) -> None:
        parsed.append(url)
        protocol.url += url

    monkeypatch.setattr(DirectProtocol, "on_url", noted)
    sent = request("python", "x-once: only here")
    answered(mocks[0].url, sent, sent, sent, mock=mocks[0])
    assert parsed == [b"/v1/chat/completions", LAST]


class Wire:
    """A protocol and what it has sent, with the targets that its parser has seen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, repeats: Repeats | None) -> None:
        self.parsed: list[bytes] = []
        monkeypatch.setattr(DirectProtocol, "on_url", lambda protocol, url: self._noted(url))
        app = MockOpenAI(SCENARIO).app
        app.repeats = repeats
        self.config = uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False)
        self.protocol, self.transport = DirectProtocol(self.config, ServerState(), {}), Mock(spec=asyncio.Transport)
        self.transport.is_closing.return_value = False
        self.protocol.recorded = Recorded(1, 0.0)
        self.protocol.connection_made(self.transport)

    def _noted(self, url: bytes) -> None:
        self.parsed.append(url)
        self.protocol.url += url

    def receive(self, *parts: bytes) -> bytes:
        """What is sent when these parts arrive one after the other."""
        before = self.transport.write.call_count
        for part in parts:
            self.protocol.data_received(part)
        return b"".join(call.args[0] for call in self.transport.write.call_args_list[before:])


@pytest.mark.parametrize("knows", [False, True], ids=["heads", "requests"])
async def test_a_request_in_parts_is_one_request_and_known_again(monkeypatch, knows):
    wire = Wire(monkeypatch, Repeats() if knows else None)
    sent = request("python", f"x-parts: {knows}")
    at = sent.index(b"\r\n\r\n") + 4
    whole = [wire.receive(sent[:at], sent[at:]), *(wire.receive(sent) for _ in range(4))]
    assert len(wire.parsed) == 1
    parts = [wire.receive(sent[:at], sent[at : at + 9], sent[at + 9 :]) for _ in range(2)]
    cut_in_the_head = wire.receive(sent[:40], sent[40:])
    assert len(wire.parsed) == 2
    assert all(reply.startswith(b"HTTP/1.1 200 OK") for reply in (*whole, *parts, cut_in_the_head))


async def test_what_follows_a_request_in_parts_is_answered_too(monkeypatch):
    wire = Wire(monkeypatch, None)
    sent = request("python", "x-follows: yes")
    at = sent.index(b"\r\n\r\n") + 4
    wire.receive(sent)
    assert wire.receive(sent[:at]) == b""
    assert wire.receive(sent[at:] + sent).count(b"HTTP/1.1 200 OK") == 2


async def test_a_long_body_is_left_to_the_parser(monkeypatch):
    wire = Wire(monkeypatch, None)
    sent = request("python", body={"user": "x" * 70_000})
    at = sent.index(b"\r\n\r\n") + 4
    replies = [wire.receive(sent[:at], sent[at:]) for _ in range(2)]
    assert [reply.startswith(b"HTTP/1.1 200 OK") for reply in replies] == [True, True]
    assert len(wire.parsed) == 2


async def test_a_connection_on_which_a_body_is_awaited_is_not_idle(monkeypatch):
    wire = Wire(monkeypatch, None)
    monkeypatch.setattr(direct, "monotonic", lambda: 1000.0)
    sent = request("python", "x-slow: yes")
    at = sent.index(b"\r\n\r\n") + 4
    wire.receive(sent)
    wire.receive(sent[:at])
    monkeypatch.setattr(direct, "monotonic", lambda: 1000.0 + wire.config.timeout_keep_alive)
    wire.protocol.timeout_keep_alive_handler()
    assert not wire.transport.close.called
    assert wire.receive(sent[at:]).startswith(b"HTTP/1.1 200 OK")


async def test_a_connection_that_is_answered_at_once_lives_on(monkeypatch):
    config = uvicorn.Config(MockOpenAI(SCENARIO).app, log_config=None, access_log=False, proxy_headers=False)
    protocol, transport = DirectProtocol(config, ServerState(), {}), Mock(spec=asyncio.Transport)
    transport.is_closing.return_value = False
    protocol.recorded = Recorded(1, 0.0)
    now = 1000.0
    monkeypatch.setattr(direct, "monotonic", lambda: now)
    protocol.connection_made(transport)
    sent = request("python")
    for _ in range(3):
        protocol.data_received(sent)
        now += config.timeout_keep_alive - 1
    protocol.timeout_keep_alive_handler()
    assert (transport.write.call_count, transport.close.called) == (3, False)
    now += 1
    protocol.timeout_keep_alive_handler()
    assert transport.close.called


@pytest.mark.parametrize("name", [name for name in CASES if name != "no HTTP"])
def test_a_task_is_begun_only_where_it_takes_one(name, mocks, monkeypatch):
    begun = in_tasks(monkeypatch)
    answered(mocks[0].url, CASES[name])
    assert bool(set(begun) - {LAST}) == (name in IN_TASKS)


@pytest.mark.parametrize("options", [{"access_log": True}, {"root_path": "/llm"}, {"limit_concurrency": 9}], ids=str)
async def test_a_server_that_does_more_than_answer_answers_in_tasks(options):
    usual: dict[str, Any] = {"log_config": None, "access_log": False, "proxy_headers": False}
    plain, other = (uvicorn.Config(MockOpenAI().app, **{**usual, **more}) for more in ({}, options))
    found = []
    for config in (plain, other):
        protocol = DirectProtocol(config, ServerState(), {})
        protocol.connection_made(Mock(spec=asyncio.Transport))
        found.append(protocol.answers_at_once)
    assert found == [True, False]
