"""Clients that misbehave and clients that do not, over a socket and inside httpx."""

from collections.abc import Callable
from typing import Any

import pytest

from mockai.mock import MockOpenAI
from mockai.verdict import Verdict

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}


def kinds_of(verdict: Verdict, *severities: str) -> list[tuple[str, str]]:
    """The kind and severity of each finding, in order."""
    return [(found.kind, found.severity) for found in verdict if not severities or found.severity in severities]


@pytest.fixture
def virtual() -> Any:
    """Make a mock in virtual time: waits of minutes take none."""
    mocks: list[MockOpenAI] = []

    def make(*replies: Any, **options: Any) -> MockOpenAI:
        rules = [{"replies": list(replies), "then": "repeat_last"}] if replies else []
        mock = MockOpenAI({"rules": rules}, mode="patch", time="virtual", **options)
        mocks.append(mock)
        return mock.__enter__()

    yield make
    for mock in mocks:
        mock.__exit__(None, None, None)


@pytest.fixture
def ask() -> Callable[..., Any]:
    """Ask once with a client, whatever comes of it; gives the exception or the answer."""

    def once(client: Any, **options: Any) -> Any:
        import openai

        try:
            answer = client.chat.completions.create(**{**ASK, **options})
            return list(answer) if options.get("stream") else answer
        except (openai.OpenAIError, ValueError) as error:
            return error

    return once
