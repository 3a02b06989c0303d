"""An engine with limits, on a clock that only moves when it is told to."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
import pytest

from mockai.engine import Engine, Exchange
from mockai.scenario.loading import load_data
from mockai.wire import Body, Head, HTTPRequest


class Sent(NamedTuple):
    """Status, headers and JSON of a reply."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def message(self) -> str:
        return str(self.body["error"]["message"])

    def limits(self, what: str) -> dict[str, str]:
        """The rate limit headers of a kind (`remaining`), by what they count."""
        start = f"x-ratelimit-{what}-"
        return {name[len(start) :]: value for name, value in self.headers.items() if name.startswith(start)}


class Limited:
    """An engine that answers everything, as far as its limits let it."""

    def __init__(self, limits: Any, **scenario: Any) -> None:
        self.now = 1000.0
        written = {"limits": limits} if limits is not None else {}
        self.engine = Engine(load_data({**written, "rules": [{"reply": "Hello!"}], **scenario}, "limits.yaml"))
        self.engine.clock = lambda: self.now

    @property
    def session(self) -> Any:
        return self.engine.store.session("")

    def begin(
        self,
        path: str = "/v1/chat/completions",
        *,
        text: str = "Hi",
        headers: dict[str, str] | None = None,
        **body: Any,
    ) -> tuple[Exchange, list[Any]]:
        """Ask, and take the head of the reply; how it goes on, and the steps so far."""
        body = {"model": "gpt-4o", **body}
        if path.endswith("chat/completions"):
            body.setdefault("messages", [{"role": "user", "content": text}])
        given = {"content-type": "application/json", "authorization": "Bearer sk-one-two-three-four", **(headers or {})}
        exchange = self.engine.handle(HTTPRequest("POST", path, (), tuple(given.items()), orjson.dumps(body)))
        return exchange, list(exchange.plan)

    def ask(self, *args: Any, **options: Any) -> Sent:
        """Ask, and take the whole reply."""
        exchange, steps = self.begin(*args, **options)
        exchange.end("complete")
        return sent(steps)


def sent(steps: list[Any]) -> Sent:
    head = next(step for step in steps if isinstance(step, Head))
    data = b"".join(step.data for step in steps if isinstance(step, Body))
    is_json = dict(head.headers)["content-type"].startswith("application/json")
    return Sent(head.status, dict(head.headers), orjson.loads(data) if is_json else data)


@pytest.fixture
def limited() -> Callable[..., Limited]:
    """Make an engine with these limits."""
    return Limited
