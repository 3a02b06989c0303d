"""A request to an engine of some provider, and the bytes of its reply."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from mockai.engine import Engine
from mockai.providers import quirk
from mockai.scenario.loading import load_data
from mockai.settings import Settings
from mockai.wire import Body, Head, HTTPRequest, Step, Wait

HELLO = {"reply": "one two"}
MODEL = "gpt-4o"


@dataclass(frozen=True)
class Said:
    """What was sent."""

    steps: tuple[Step, ...]

    @property
    def status(self) -> int:
        return next(step.status for step in self.steps if isinstance(step, Head))

    @property
    def headers(self) -> dict[str, str]:
        return dict(next(step.headers for step in self.steps if isinstance(step, Head)))

    @property
    def data(self) -> bytes:
        return b"".join(step.data for step in self.steps if isinstance(step, Body))

    @property
    def json(self) -> Any:
        assert self.headers.get("content-length", str(len(self.data))) == str(len(self.data))
        return orjson.loads(self.data)

    @property
    def events(self) -> list[str]:
        """Everything between blank lines."""
        return self.data.decode().removesuffix("\n\n").split("\n\n")

    @property
    def chunks(self) -> list[dict[str, Any]]:
        """The chunks of a chat stream, in order."""
        lines = [event.removeprefix("data: ") for event in self.events if event.startswith("data: ")]
        return [orjson.loads(line) for line in lines if line != "[DONE]"]

    @property
    def waits(self) -> list[float]:
        return [step.seconds for step in self.steps if isinstance(step, Wait)]

    def deltas(self) -> list[dict[str, Any]]:
        return [choice["delta"] for chunk in self.chunks for choice in chunk["choices"] if choice.get("delta")]


@pytest.fixture(scope="session")
def say() -> Callable[..., Said]:
    """The reply to a chat request: the quirks, the rule, and what else the body holds."""

    def ask(
        *quirks: Any,
        rule: Any = HELLO,
        provider: str | None = None,
        path: str = "/v1/chat/completions",
        headers: tuple[tuple[str, str], ...] = (),
        query: tuple[tuple[str, str], ...] = (),
        scenario: dict[str, Any] | None = None,
        keys: tuple[str, ...] = (),
        models: Any = "any",
        method: str = "POST",
        **body: Any,
    ) -> Said:
        settings = Settings(
            provider=provider, quirks=tuple(map(quirk, quirks)), api_keys=frozenset(keys), models=models
        )
        engine = Engine(load_data({**(scenario or {}), "rules": [rule] if rule else []}, "a test"), settings)
        whole = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], **body}
        sent = {key: value for key, value in whole.items() if value is not None}
        content = orjson.dumps(sent) if method == "POST" else b""
        exchange = engine.handle(HTTPRequest(method, path, query, headers, content))
        return Said(tuple(exchange.plan))

    return ask
