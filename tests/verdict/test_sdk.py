"""The SDK as it comes, with every error and every fault there is: it is accused of nothing but what it does."""

import asyncio

import openai
import pytest

from mockai import MockOpenAI
from mockai.api_errors import NAMES
from mockai.faults.catalogue import catalogue

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
ASK = {
    "model": "gpt-4o",
    "messages": [{"role": "user", "content": "Hello"}],
    "tools": [{"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}],
}
SILENT = {"truncation_accepted": "warning"}
"""The SDK says nothing of a stream without a finish."""
LEFT_TO_THE_APPLICATION = {"not_retried": "note"}
TEN_MINUTES = {"hung_on_stall": "note"}

EXPECTED = {
    ("stall", False): TEN_MINUTES,
    ("stall", True): TEN_MINUTES,
    ("truncate", True): SILENT,
    ("disconnect", True): LEFT_TO_THE_APPLICATION,
    ("bad_chunk", True): LEFT_TO_THE_APPLICATION,
}


def ask(mock, stream):
    """The SDK's answer, read to its end, or whatever comes instead."""
    try:
        answer = mock.sdk.chat.completions.create(**ASK, stream=stream)
        list(answer) if stream else None
    except Exception:
        return


def ask_async(mock, stream):
    """The same in an event loop."""

    async def once():
        # Certificates take most of the time, and there is nobody to show one.
        async with mock.async_client(http_client=openai.DefaultAsyncHttpxClient(verify=False)) as client:
            try:
                answer = await client.chat.completions.create(**ASK, stream=stream)
                return [chunk async for chunk in answer] if stream else None
            except Exception:
                return None

    asyncio.run(once())


def judged(mock, reply, asking, stream=False):
    """The findings after one call that meets this reply, each time."""
    mock.reset()
    mock.reply(reply)
    asking(mock, stream)
    assert mock.count
    return {found.kind: found.severity for found in mock.verdict}


@pytest.fixture
def mock():
    """A mock in virtual time, and one client of it."""
    with MockOpenAI(mode="patch", time="virtual") as mock, mock.client() as client:
        mock.sdk = client
        yield mock


@pytest.mark.parametrize("asking", [ask, ask_async])
@pytest.mark.parametrize("stream", [False, True])
def test_with_every_fault(mock, asking, stream):
    replies = {
        entry.name: {"error": entry.name}
        if entry.line.startswith("error")
        else {"text": "one two three", "faults": [entry.name]}
        for entry in catalogue()
    }
    seen = {name: judged(mock, reply, asking, stream) for name, reply in replies.items()}
    assert len(seen) == len(catalogue())
    assert seen == {name: EXPECTED.get((name, stream), {}) for name in replies}


def test_with_every_error(mock):
    seen = {name: judged(mock, {"error": name}, ask) for name in NAMES}
    assert len(seen) > 100
    assert {name: found for name, found in seen.items() if found} == {"insufficient_quota": {"retried_in_vain": "note"}}
