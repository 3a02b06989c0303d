"""Brown-outs: clients that hammer, and clients that break the circuit, fall back or hedge, and are not accused."""

import asyncio
import time
from pathlib import Path

import openai
import pytest

from mockai import MockOpenAI

SCENARIOS = Path(__file__).parents[3] / "scenarios"
ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Is the service up?"}]}


@pytest.fixture
def outage():
    """A mock whose primary provider is down after two calls, for half a minute."""
    with MockOpenAI(SCENARIOS / "circuit-breaker.yaml", mode="patch", time="virtual", then="repeat_last") as mock:
        yield mock


def asking(mock, upstream):
    """One question to a provider, in one attempt; whether it was answered."""
    with mock.client(base_url=f"{mock.url}/{upstream}/v1", max_retries=0) as client:
        try:
            return client.chat.completions.create(**ASK)
        except openai.APIStatusError:
            return None


def test_a_client_that_asks_on_and_on_hammers(outage, found):
    for _ in range(20):
        asking(outage, "primary")
    assert found(outage.verdict)["outage_hammered"] == "note"
    seen = next(finding.seen for finding in outage.verdict if finding.kind == "outage_hammered")
    assert seen == "13 requests came hard upon others while the service was down, after 5 had failed in a row"


def test_a_circuit_breaker_tries_now_and_then(outage, found):
    failures = 0
    for _ in range(15):
        if failures >= 5:
            time.sleep(5)
        failures = 0 if asking(outage, "primary") else failures + 1
    assert "outage_hammered" not in found(outage.verdict)


def test_another_provider_at_once_is_no_retry_that_came_too_early(outage, found):
    for _ in range(2):
        asking(outage, "primary")
    assert asking(outage, "primary") is None
    assert asking(outage, "backup") is not None
    assert found(outage.verdict) == {}


def test_a_question_that_a_fallback_has_answered_may_be_asked_again(virtual, found):
    mock = virtual()
    mock.reply("Yes.")
    mock.when(model="gpt-4o").reply(error=503)
    with mock.client(max_retries=0) as client:
        for _ in range(7):
            with pytest.raises(openai.InternalServerError):
                client.chat.completions.create(**ASK)
            client.chat.completions.create(**{**ASK, "model": "gpt-4o-mini"})
    assert len(mock.verdict.cases) == 14
    assert found(mock.verdict) == {}


def test_a_hedge_that_was_outrun_did_not_give_up(found):
    with MockOpenAI(SCENARIOS / "hedging.yaml", mode="patch", time="virtual", then="repeat_last") as mock:

        async def hedged(client):
            asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Where is my train?"}]}
            first = asyncio.ensure_future(client.chat.completions.create(**asked))
            await asyncio.wait([first], timeout=1)
            second = asyncio.ensure_future(client.chat.completions.create(**asked))
            done, late = await asyncio.wait([first, second], return_when=asyncio.FIRST_COMPLETED)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            return done.pop().result().choices[0].message.content

        async def twice():
            async with mock.async_client() as client:
                return [await hedged(client) for _ in range(2)]

        assert asyncio.run(twice()) == ["Platform nine."] * 2
        assert found(mock.verdict) == {}
