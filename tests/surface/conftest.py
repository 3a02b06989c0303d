"""Requests to an engine, answered by what was derived."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from mockai.engine import Engine
from mockai.settings import Settings
from mockai.wire import Body, Head, HTTPRequest

JSON = (("content-type", "application/json"),)


@dataclass
class Client:
    """Asks an engine; the last plan's head and bytes stay to be looked at."""

    engine: Engine
    head: Head = field(default_factory=lambda: Head(0))
    data: bytes = b""

    def send(self, http: HTTPRequest) -> tuple[int, Any]:
        exchange = self.engine.handle(http)
        self.head, *steps = exchange.plan
        exchange.end("complete")
        assert exchange.entry.error is None
        self.data = b"".join(step.data for step in steps if isinstance(step, Body))
        return self.head.status, orjson.loads(self.data) if self.data[:1] in (b"{", b"[") else self.data

    def ask(self, method: str, path: str, body: Any = None, query: Iterable[tuple[str, str]] = ()) -> tuple[int, Any]:
        """Status and body, parsed where it is JSON."""
        data = b"" if body is None else orjson.dumps(body)
        return self.send(HTTPRequest(method, f"/v1{path}", tuple(query), JSON if data else (), data))

    def get(self, path: str, **query: str) -> Any:
        """The body of a 200."""
        return self._fine("GET", path, None, query.items())

    def post(self, path: str, **body: Any) -> Any:
        """The body of a 200."""
        return self._fine("POST", path, body)

    def delete(self, path: str) -> Any:
        """The body of a 200."""
        return self._fine("DELETE", path)

    def _fine(self, *request: Any) -> Any:
        status, body = self.ask(*request)
        assert status == 200, body
        return body

    def headers(self) -> dict[str, str]:
        """The headers of the last reply."""
        return dict(self.head.headers)


@pytest.fixture
def client() -> Client:
    """A client of an engine without rules, which answers whatever values it is sent."""
    return Client(Engine(settings=Settings(validation="lenient")))


@pytest.fixture
def strict() -> Client:
    """A client of an engine that refuses what the API refuses."""
    return Client(Engine())


@pytest.fixture
def demo() -> Client:
    """A client of an engine that answers for ids nobody created, and whatever values it is sent."""
    return Client(Engine(settings=Settings(unknown_ids="synthesize", validation="lenient")))


@pytest.fixture(scope="session")
def schemas() -> Callable[..., dict[str, Any]]:
    """The schema of an object with these fields, all needed."""

    def build(**properties: Any) -> dict[str, Any]:
        return {"type": "object", "properties": properties, "required": [*properties]}

    return build
