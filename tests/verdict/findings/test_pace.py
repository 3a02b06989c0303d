"""The pace of retries: none, constant, in step, too many, in two layers; and the SDK's own."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import openai
import pytest
import tenacity

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
DOWN = {"error": 503}


def insist(client, wait, attempts, **options):
    """An application's own loop around a client, as tenacity makes it."""
    retrying = tenacity.Retrying(wait=wait, stop=tenacity.stop_after_attempt(attempts), sleep=time.sleep, reraise=True)
    try:
        return retrying(client.chat.completions.create, **{**ASK, **options})
    except openai.OpenAIError as error:
        return error


@pytest.mark.parametrize(
    ("wait", "attempts", "expected"),
    [
        (tenacity.wait_none(), 3, {"no_backoff": "error"}),
        (tenacity.wait_fixed(10), 3, {"no_backoff": "note"}),
        (tenacity.wait_fixed(10), 4, {"no_backoff": "warning"}),
        (tenacity.wait_exponential(multiplier=8), 5, {"no_jitter": "warning"}),
        (tenacity.wait_incrementing(start=10, increment=20), 5, {"no_jitter": "warning"}),
        (tenacity.wait_none(), 6, {"no_backoff": "error", "retry_storm": "error"}),
        (tenacity.wait_fixed(10), 12, {"no_backoff": "warning", "retry_storm": "error"}),
        # Three waits, each twice the one before, may be chance.
        (tenacity.wait_exponential(multiplier=8), 4, {}),
        (tenacity.wait_exponential_jitter(initial=1), 5, {}),
        (tenacity.wait_fixed(1) + tenacity.wait_random(0, 3), 5, {}),
        (tenacity.wait_none(), 2, {"gave_up_too_soon": "note"}),
    ],
)
def test_a_loop_is_judged_by_its_waits(virtual, found, wait, attempts, expected):
    mock = virtual(DOWN)
    with mock.client(max_retries=0) as client:
        insist(client, wait, attempts)
    assert mock.count == attempts
    assert found(mock.verdict) == expected


@pytest.mark.parametrize("retries", [2, 4, 6, 9])
def test_the_sdk_backs_off_well_however_often_it_may(virtual, found, ask, retries):
    random.seed(retries)
    mock = virtual(DOWN)
    with mock.client(max_retries=retries) as client:
        ask(client)
    assert mock.count == retries + 1
    assert found(mock.verdict) == {}


def test_a_plain_client_in_a_loop_over_a_socket(served, found):
    mock = served(DOWN)
    with httpx.Client(base_url=mock.base_url, trust_env=False) as client:
        for _ in range(12):
            client.post("/chat/completions", json=ASK)
    assert found(mock.verdict)["retry_storm"] == "error"


def test_equal_requests_side_by_side_are_no_storm(served, found):
    mock = served({"text": "Hi.", "latency": {"first_token": 5}})
    with mock.client() as client, ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: client.chat.completions.create(**ASK), range(12)))
    assert mock.count == 12
    assert found(mock.verdict) == {}


def test_calls_that_all_come_back_after_the_same_wait_come_back_together(virtual, found):
    mock = virtual()
    for number in range(4):
        mock.when(user=f"question {number}").replies({"error": 503}, "Hi.")
    with mock.client(max_retries=0) as client:
        for number in range(4):
            insist(client, tenacity.wait_fixed(10), 2, messages=[{"role": "user", "content": f"question {number}"}])
    assert found(mock.verdict) == {"no_jitter": "warning"}
    assert mock.verdict.findings[0].seen.startswith("4 calls were each retried after the same 10.0")


def test_the_sdk_does_not_bring_its_calls_back_together(virtual, found, ask):
    mock = virtual()
    for number in range(8):
        mock.when(user=f"question {number}").replies({"error": 503}, "Hi.")
    with mock.client() as client:
        for number in range(8):
            ask(client, messages=[{"role": "user", "content": f"question {number}"}])
    assert found(mock.verdict) == {}


@pytest.mark.parametrize(("attempts", "expected"), [(2, "warning"), (3, "error")])
def test_retries_of_the_sdk_within_retries_of_the_application_multiply(virtual, found, attempts, expected):
    mock = virtual(DOWN)
    with mock.client() as client:
        insist(client, tenacity.wait_random_exponential(), attempts)
    assert mock.count == 3 * attempts
    assert found(mock.verdict) == {"layered_retries": expected}
    assert mock.verdict.findings[0].seen.startswith(f"{3 * attempts} requests for one thing: 3 + 3")


def test_retries_in_one_layer_do_not(virtual, found):
    mock = virtual(DOWN)
    with mock.client(max_retries=0) as client:
        insist(client, tenacity.wait_exponential_jitter(initial=1), 3)
    assert found(mock.verdict) == {}
