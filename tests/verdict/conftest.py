"""Clients that misbehave and clients that do not, over a socket and inside httpx."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import openai
import pytest

from mockai import MockOpenAI
from mockai.transports.shared import SharedServer
from mockai.verdict import Verdict

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture
def virtual() -> Iterator[Callable[..., MockOpenAI]]:
    """Make a mock in virtual time, where minutes take none: with these replies, the last of them for ever."""
    with ExitStack() as stack:

        def make(*replies: Any, **options: Any) -> MockOpenAI:
            rules = [{"replies": list(replies), "then": "repeat_last"}] if replies else []
            return stack.enter_context(MockOpenAI({"rules": rules}, mode="patch", time="virtual", **options))

        yield make


@pytest.fixture
def served(shared_server: SharedServer) -> Iterator[Callable[..., MockOpenAI]]:
    """Make a mock over a socket, in a hundredth of the time: with these replies, the last of them for ever."""
    with ExitStack() as stack:

        def make(*replies: Any, **options: Any) -> MockOpenAI:
            rules = [{"replies": list(replies), "then": "repeat_last"}] if replies else []
            scaled = {"time_scale": 0.01, "server": shared_server, **options}
            return stack.enter_context(MockOpenAI({"rules": rules}, **scaled))

        yield make


@pytest.fixture
def ask() -> Callable[..., Any]:
    """Ask once with a client, whatever comes of it; gives the exception or the answer (the text of a stream)."""

    def once(client: openai.OpenAI, **options: Any) -> Any:
        try:
            answer = client.chat.completions.create(**{**ASK, **options})
            return text_of(answer) if options.get("stream") else answer
        except (openai.OpenAIError, ValueError) as error:
            return error

    return once


def text_of(stream: Any) -> str:
    """What a stream of the SDK says."""
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


@pytest.fixture
def found() -> Callable[[Verdict], dict[str, str]]:
    """The findings of a verdict: each kind, with its highest severity."""

    def read(verdict: Verdict) -> dict[str, str]:
        return {finding.kind: finding.severity for finding in reversed(verdict.findings)}

    return read
