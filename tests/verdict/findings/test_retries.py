"""Asking again: clients that do it too early, in vain or not at all, and clients that do it well."""

import asyncio
import re
import time
from email.utils import formatdate

import httpx
import openai
import pytest
import tenacity

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
LIMITED = {"error": 429, "retry_after": 20}


def insist(client, wait, attempts=3, **options):
    """An application's own loop around a client, as tenacity makes it."""
    retrying = tenacity.Retrying(wait=wait, stop=tenacity.stop_after_attempt(attempts), sleep=time.sleep, reraise=True)
    try:
        return retrying(client.chat.completions.create, **{**ASK, **options})
    except openai.OpenAIError as error:
        return error


def as_told(state):
    """A wait for tenacity that reads the header."""
    return float(state.outcome.exception().response.headers["retry-after"])


# ------------------------------------------------------------------------------------- too early


@pytest.mark.parametrize("wait", [0, 1, 19])
def test_a_loop_that_does_not_read_retry_after_comes_too_early(virtual, found, wait):
    mock = virtual(LIMITED, "Hi.")
    with mock.client(max_retries=0) as client:
        insist(client, tenacity.wait_fixed(wait))
    assert found(mock.verdict) == {"retried_too_early": "error"}
    assert mock.verdict.findings[0].calls == (1, 2)


def test_a_loop_that_reads_it_does_not(virtual, found):
    mock = virtual(LIMITED, LIMITED, "Hi.")
    with mock.client(max_retries=0) as client:
        insist(client, as_told)
    assert mock.count == 3
    assert found(mock.verdict) == {}


@pytest.mark.parametrize("reply", [LIMITED, {"error": 503, "retry_after_ms": 1500}, {"error": 429, "retry_after": 120}])
def test_the_sdk_comes_when_it_is_told_to(virtual, found, ask, reply):
    mock = virtual(reply, reply, "Hi.")
    with mock.client() as client:
        ask(client)
    assert mock.count == 3
    assert found(mock.verdict) == {}


def test_the_async_sdk_does_too(virtual, found):
    mock = virtual(LIMITED, "Hi.")

    async def ask():
        async with mock.async_client() as client:
            await client.chat.completions.create(**ASK)

    asyncio.run(ask())
    assert mock.count == 2
    assert found(mock.verdict) == {}


def test_a_date_is_a_time_to_wait_for_as_well(virtual, found, ask):
    mock = virtual()
    mock.reply("Hi.")
    mock.when(call=1).reply(error=429, headers={"retry-after": formatdate(time.time() + 60, usegmt=True)})
    with mock.client(max_retries=0) as client:
        ask(client)
        time.sleep(30)
        ask(client)
    assert found(mock.verdict) == {"retried_too_early": "error"}
    waited, asked = map(float, re.findall(r"([\d.]+) s", mock.verdict.findings[0].seen))
    assert 30 <= waited < asked <= 60


def test_over_a_socket_scripted_seconds_are_judged(served, found, ask):
    mock = served(LIMITED, "Hi.")
    with mock.client() as client:
        ask(client)
    assert mock.count == 2
    assert found(mock.verdict) == {}
    with mock.client(max_retries=0) as client:
        mock.when().replies({"error": 429, "retry_after": 110}, "Hi.")
        ask(client)
        ask(client)
    (finding,) = mock.verdict
    assert (finding.kind, finding.calls) == ("retried_too_early", (3, 4))
    assert finding.seen.endswith("s after a 429 that asked for 110 s")


def test_a_plain_client_is_judged_alike(served, found):
    mock = served({"error": 503, "retry_after": 100}, "Hi.")
    with httpx.Client(base_url=mock.base_url, trust_env=False) as client:
        while client.post("/chat/completions", json=ASK).status_code != 200:
            pass
    assert found(mock.verdict) == {"retried_too_early": "error"}


# --------------------------------------------------------------------------------------- in vain


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_loop_that_retries_everything_retries_in_vain(virtual, found, status):
    mock = virtual({"error": status})
    with mock.client() as client:
        insist(client, tenacity.wait_random_exponential())
    assert found(mock.verdict) == {"retried_in_vain": "error"}
    assert mock.verdict.findings[0].calls == (1, 2, 3)


def test_two_equal_requests_may_be_two_questions(virtual, found, ask):
    mock = virtual({"error": 400})
    with mock.client() as client:
        ask(client)
        ask(client)
    assert found(mock.verdict) == {"retried_in_vain": "warning"}


def test_what_the_reply_forbids_is_in_vain_whatever_its_status(virtual, found):
    mock = virtual({"error": 503, "headers": {"x-should-retry": "false"}})
    with mock.client() as client:
        insist(client, tenacity.wait_random_exponential())
    assert found(mock.verdict) == {"retried_in_vain": "error"}
    assert "`x-should-retry: false`" in mock.verdict.findings[0].seen


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_the_sdk_does_not_retry_what_is_in_vain(virtual, found, ask, status):
    mock = virtual({"error": status})
    with mock.client() as client:
        ask(client)
    assert mock.count == 1
    assert found(mock.verdict) == {}


@pytest.mark.parametrize("reply", [{"error": 409}, {"error": 400, "headers": {"x-should-retry": "true"}}])
def test_what_the_reply_allows_is_not_in_vain(virtual, found, ask, reply):
    mock = virtual(reply, "Hi.")
    with mock.client() as client:
        ask(client)
    assert mock.count == 2
    assert found(mock.verdict) == {}


def test_a_quota_that_is_used_up_is_worth_a_note_since_the_sdk_itself_retries_it(virtual, found, ask):
    mock = virtual({"error": "insufficient_quota"})
    with mock.client() as client:
        ask(client)
    assert mock.count == 3
    assert found(mock.verdict) == {"retried_in_vain": "note"}
    assert mock.verdict.clean


def test_a_request_that_no_rule_answers_says_nothing_about_the_client(virtual, found):
    mock = virtual()
    with mock.client() as client:
        insist(client, tenacity.wait_none())
    assert found(mock.verdict) == {}


# ------------------------------------------------------------------------------------ not at all


@pytest.mark.parametrize("reply", [{"error": 503}, LIMITED, {"error": 409}, {"text": "Hi.", "faults": ["reset"]}])
def test_a_client_that_never_retries_is_seen(virtual, found, ask, reply):
    mock = virtual(reply)
    with mock.client(max_retries=0) as client:
        ask(client)
    assert found(mock.verdict) == {"not_retried": "warning"}


@pytest.mark.parametrize("reply", [{"error": 503}, {"text": "Hi.", "faults": ["reset"]}])
def test_over_a_socket_too(served, found, ask, reply):
    mock = served(reply)
    with mock.client(max_retries=0) as client:
        ask(client)
    assert found(mock.verdict) == {"not_retried": "warning"}


@pytest.mark.parametrize(
    "reply",
    [
        {"error": 503},
        {"error": 500},
        {"text": "Hi.", "faults": ["reset"]},
        {"text": "Hi.", "faults": ["close"]},
        {"error": 429, "retry_after": 121},
        {"error": 503, "headers": {"x-should-retry": "false"}},
    ],
)
def test_the_sdk_does_what_there_is_to_do(virtual, found, ask, reply):
    mock = virtual(reply)
    with mock.client() as client:
        ask(client)
    assert found(mock.verdict) == {}


def test_another_model_is_an_answer_to_a_failure(virtual, found, ask):
    mock = virtual()
    mock.reply("Hi.")
    mock.when(model="gpt-4o").reply(error=503)
    with mock.client(max_retries=0) as client:
        ask(client)
        ask(client, model="gpt-4o-mini")
    assert found(mock.verdict) == {}


@pytest.mark.parametrize("fault", ["disconnect", "stall"])
def test_a_stream_that_broke_off_is_worth_a_note_since_the_sdk_leaves_it_to_the_application(virtual, found, ask, fault):
    mock = virtual({"text": "one two three", "faults": [fault]})
    with mock.client(timeout=10) as client:
        assert isinstance(ask(client, stream=True), openai.APIConnectionError)
    assert found(mock.verdict).get("not_retried", "note") == "note"
    assert mock.verdict.clean


# -------------------------------------------------------------------------------------- too soon


def test_one_retry_is_few(virtual, found, ask):
    mock = virtual({"error": 503})
    with mock.client(max_retries=1) as client:
        ask(client)
    assert found(mock.verdict) == {"gave_up_too_soon": "note"}


def test_the_sdk_gives_up_in_good_time(virtual, found, ask):
    mock = virtual({"error": 503})
    with mock.client() as client:
        ask(client)
    assert mock.count == 3
    assert found(mock.verdict) == {}


def test_a_client_that_hangs_up_on_a_model_that_thinks_never_hears_it(virtual, found, ask):
    mock = virtual({"text": "Hi.", "latency": {"first_token": 8}})
    with mock.client(timeout=2) as client:
        assert isinstance(ask(client), openai.APITimeoutError)
    assert found(mock.verdict) == {"gave_up_too_soon": "warning"}
    assert mock.verdict.findings[0].calls == (1, 2, 3)


def test_a_patient_client_hears_it(virtual, found, ask):
    mock = virtual({"text": "Hi.", "latency": {"first_token": 8}})
    with mock.client() as client:
        ask(client)
    assert found(mock.verdict) == {}


def test_hanging_up_once_may_have_its_reasons(virtual, found, ask):
    mock = virtual({"text": "Hi.", "latency": {"first_token": 8}})
    with mock.client(timeout=2, max_retries=0) as client:
        ask(client)
    assert found(mock.verdict) == {}
