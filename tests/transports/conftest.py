"""Raw sockets: what a client would see that believes nothing. And plans, without the engine that makes them."""

import asyncio
import contextlib
import json
import selectors
import socket
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockai import MockOpenAI
from mockai.engine import Exchange
from mockai.journal import Entry
from mockai.state import Session
from mockai.wire import Body, Head, HTTPRequest, Step


class Wire:
    """A connection on which bytes are sent and read as they are."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=5)

    def send(self, method: str, path: str, body: bytes = b"", headers: tuple[str, ...] = ()) -> None:
        """Send a request."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Content-Length: {len(body)}", *headers]
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def ask(self, body: dict, path: str = "/v1/chat/completions") -> None:
        """Send a JSON body."""
        self.send("POST", path, json.dumps(body).encode(), ("Content-Type: application/json",))

    def read(self) -> tuple[bytes, str]:
        """Everything until the end, and how the connection ended: `fin`, `reset` or `timeout`."""
        data = b""
        while True:
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                return data, "reset"
            except TimeoutError:
                return data, "timeout"
            if not part:
                return data, "fin"
            data += part


@pytest.fixture
def live() -> Iterator[MockOpenAI]:
    """A mock on a server of its own, scripted waits as they are."""
    with MockOpenAI(set_env=False) as mock:
        yield mock


@pytest.fixture
def wire(live: MockOpenAI) -> Iterator[Wire]:
    """A raw connection to it."""
    connection = Wire(live.url)
    with contextlib.closing(connection.socket):
        yield connection


class _Patient(selectors.DefaultSelector):
    """Passes the time of an event loop that has nothing to do, instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0 if timeout else timeout)
        if timeout and not found:
            self.now += timeout
        return found


class LoopTime(asyncio.SelectorEventLoop):
    """An event loop whose time, from 0, is what its timers have waited: a busy machine takes no more of it."""

    def __init__(self) -> None:
        self._patient = _Patient()
        super().__init__(self._patient)

    def time(self) -> float:
        return self._patient.now


@pytest.fixture
def in_loop_time() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine in an event loop that waits no real time; it can look at `loop.time()`."""

    def run(main: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=LoopTime) as runner:
            return runner.run(main)

    return run


class Scripted:
    """An engine that answers with one plan after another; the last one stays."""

    def __init__(self, *plans: Iterable[Step]) -> None:
        self.plans = list(plans)
        self.session = Session("")

    def handle(self, http: HTTPRequest) -> Exchange:
        plan = self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]
        return Exchange(self.session, self.session.journal.arrive("", http), plan)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.session.journal.entries()

    @property
    def entry(self) -> Entry:
        """The only one."""
        (entry,) = self.entries
        return entry


@pytest.fixture
def scripted() -> Callable[..., Scripted]:
    """Make an engine out of plans."""
    return Scripted


@pytest.fixture
def json_plan() -> tuple[Step, ...]:
    """A small JSON reply."""
    head = Head(200, (("content-type", "application/json"), ("content-length", "11")))
    return (head, Body(b'{"ok":true}', "json"))
