"""The same clients against LLMock and against MockAI, and what each has to say of them, as JSON.

Run by `test_side_by_side.py` with a Python that has both.
"""

import json
import logging
import sys
import time

import httpx
import openai
from llmock.pytest_plugin import LLMock
from llmock.testing import LLMockServer

from mockai import MockOpenAI

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
ASK_STREAM = {**ASK, "stream": True}
PATH = "/chat/completions"
STALL = 1.2


def sdk(url, **options):
    return openai.OpenAI(**{"base_url": url, "api_key": "sk-side-by-side", **options})


def insist(url, times, wait=0.0):
    """A loop around the SDK that tries again whatever comes."""
    with sdk(url, max_retries=0) as client:
        for _ in range(times):
            try:
                return client.chat.completions.create(**ASK)
            except openai.OpenAIError:
                time.sleep(wait)
    return None


def once(url, *, model="gpt-4o", stream=False, **options):
    """The SDK, once, whatever comes."""
    with sdk(url, **options) as client:
        try:
            answer = client.chat.completions.create(**{**ASK, "model": model}, stream=stream)
            list(answer) if stream else None
        except (openai.OpenAIError, ValueError):
            pass


def layered(url):
    """A loop of the application around the SDK's own."""
    with sdk(url) as client:
        for _ in range(2):
            try:
                return client.chat.completions.create(**ASK)
            except openai.OpenAIError:
                time.sleep(0.1)
    return None


def fall_back(url):
    """Another model where the first is down."""
    for model in ("gpt-4o", "gpt-4o-mini"):
        once(url, model=model, max_retries=0)


def skip_what_cannot_be_read(url):
    """A hand-written client that reads a stream to its end, past what is not JSON."""
    with (
        httpx.Client(trust_env=False) as client,
        client.stream("POST", url + PATH, json=ASK_STREAM) as reply,
    ):
        return [line for line in reply.iter_lines() if line.startswith("data: {") and line.endswith("}")]


def sit_through(url):
    """A hand-written client without a timeout."""
    with (
        httpx.Client(trust_env=False, timeout=None) as client,
        client.stream("POST", url + PATH, json=ASK_STREAM) as reply,
    ):
        return list(reply.iter_lines())


def tell_the_key(url):
    with sdk(url) as client:
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "sk-side-by-side"}])


DOWN = {"error": 500}
TEXT = {"text": "one two three four"}
SITUATIONS = [
    # what the client does, whether it does well, LLMock's script, MockAI's replies, the client
    (
        "comes back before Retry-After",
        False,
        lambda m: m.rate_limit(retry_after=5),
        [{"error": 429, "retry_after": 5}, "Hi."],
        lambda url: insist(url, 2),
    ),
    (
        "asks for a 400 three times",
        False,
        lambda m: m.fail(400, times=None),
        [{"error": 400}],
        lambda url: insist(url, 3),
    ),
    ("asks twelve times without a pause", False, lambda m: m.outage(status=500), [DOWN], lambda url: insist(url, 12)),
    (
        "asks four times, each after the same pause",
        False,
        lambda m: m.outage(status=500),
        [DOWN],
        lambda url: insist(url, 4, 2.0),
    ),
    ("gives up at the first 500", False, lambda m: m.outage(status=500), [DOWN], lambda url: once(url, max_retries=0)),
    (
        "gives up when a stream breaks off",
        False,
        lambda m: m.disconnect(),
        [{**TEXT, "faults": ["disconnect"]}],
        lambda url: once(url, stream=True),
    ),
    (
        "takes a truncated stream for a whole one",
        False,
        lambda m: m.truncate(),
        [{**TEXT, "faults": ["truncate"]}],
        lambda url: once(url, stream=True),
    ),
    (
        "reads on past a malformed chunk",
        False,
        lambda m: m.corrupt(),
        [{**TEXT, "faults": ["malformed_json"]}],
        skip_what_cannot_be_read,
    ),
    (
        "sits through silence without a timeout",
        False,
        lambda m: m.stall(seconds=STALL),
        [{**TEXT, "faults": [{"slow_headers": {"seconds": STALL}}]}],
        sit_through,
    ),
    ("retries in two layers", False, lambda m: m.outage(status=500), [DOWN], layered),
    ("puts its API key into a message", False, lambda m: m, ["Hi."], tell_the_key),
    ("is the SDK, and meets 500s", True, lambda m: m.outage(status=500), [DOWN], once),
    (
        "is the SDK, and is told to wait",
        True,
        lambda m: m.rate_limit(retry_after=1),
        [{"error": 429, "retry_after": 1}, "Hi."],
        once,
    ),
    (
        "is the SDK, and is told to wait for an hour",
        True,
        lambda m: m.rate_limit(retry_after=3600),
        [{"error": 429, "retry_after": 3600}],
        once,
    ),
    (
        "is the SDK, and raises for a malformed chunk",
        True,
        lambda m: m.corrupt(),
        [{**TEXT, "faults": ["malformed_json"]}],
        lambda url: once(url, stream=True),
    ),
    (
        "is the SDK with its timeout, and waits a second",
        True,
        lambda m: m.stall(seconds=STALL),
        [{**TEXT, "faults": [{"slow_headers": {"seconds": STALL}}]}],
        lambda url: once(url, stream=True),
    ),
    ("falls back to another model", True, lambda m: m.outage(status=500), None, fall_back),
]


def llmock(script, client):
    """What LLMock says."""
    with LLMockServer() as server:
        mock = LLMock(server)
        script(mock)
        client(mock.base_url())
        return {found.code: found.severity for found in mock.verdict().findings}


def mockai(replies, client):
    """What MockAI says."""
    rules = [{"replies": replies, "then": "repeat_last"}]
    if replies is None:
        rules = [{"when": {"model": "gpt-4o"}, "reply": DOWN}, {"reply": "Hi."}]
    with MockOpenAI({"rules": rules}, set_env=False) as mock:
        client(mock.base_url)
        return {found.kind: found.severity for found in reversed(mock.verdict.findings)}


if __name__ == "__main__":
    logging.disable()
    rows = [
        {"does": does, "well": well, "llmock": llmock(script, client), "mockai": mockai(replies, client)}
        for does, well, script, replies, client in SITUATIONS
    ]
    sys.stdout.write(json.dumps(rows))
