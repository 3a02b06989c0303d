"""The headers of replies: which have them, in which format, and who wins."""

import pytest

from mockai.limits.bucket import Bucket, Level
from mockai.limits.grant import headers_of

RESETS = [
    (0.0, "0s"),
    (0.00026, "0s"),
    (0.004, "4ms"),
    (0.0124, "12ms"),
    (1.0, "1s"),
    (1.2, "1.2s"),
    (8.64, "8.64s"),
    (60.0, "1m0s"),
    (83.5, "1m23.5s"),
    (360.0, "6m0s"),
    (3600.0, "1h0m0s"),
    (86_400.0, "24h0m0s"),
]


@pytest.mark.parametrize(("seconds", "text"), RESETS)
def test_a_reset_is_written_as_go_writes_durations(seconds, text):
    level = Level(Bucket(100, 60.0), seconds * 100 / 60)
    assert dict(headers_of([("tokens", level)]))["x-ratelimit-reset-tokens"] == text


def test_without_limits_a_reply_tells_of_those_of_a_large_account(limited):
    headers = limited(None).ask(text="Hi" * 348).headers
    assert list(headers)[-6:] == [f"x-ratelimit-{a}-{b}" for a in ("limit", "remaining", "reset") for b in KINDS]
    assert list(headers.values())[-6:] == ["15000", "40000000", "14999", "39999826", "4ms", "0s"]


KINDS = ("requests", "tokens")


def test_the_same_request_has_the_same_headers_however_often_it_is_sent_without_limits(limited):
    api = limited(None)
    first = api.ask()
    api.now += 17
    assert {**api.ask().headers, **OWN_OF_EACH} == {**first.headers, **OWN_OF_EACH}


OWN_OF_EACH = {"x-request-id": "", "openai-processing-ms": ""}

ASKED = [
    ("/v1/chat/completions", {}, KINDS),
    ("/v1/chat/completions", {"stream": True}, KINDS),
    ("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"}, KINDS),
    ("/v1/responses", {"input": "Hi"}, KINDS),
    ("/v1/embeddings", {"input": "Hi", "model": "text-embedding-3-small"}, KINDS),
    ("/v1/moderations", {"input": "Hi", "model": "omni-moderation-latest"}, KINDS),
    ("/v1/images/generations", {"prompt": "A cat", "model": "gpt-image-1"}, ("requests",)),
    ("/v1/audio/speech", {"input": "Hi", "model": "tts-1", "voice": "alloy"}, ("requests",)),
]


@pytest.mark.parametrize(("path", "body", "kinds"), ASKED, ids=range(len(ASKED)))
def test_replies_of_models_have_rate_limit_headers(limited, path, body, kinds):
    sent = limited(
        None, rules=[{"when": {"endpoint": ["chat.completions", "completions", "responses"]}, "reply": "Hi"}]
    )
    body = {name: value for name, value in body.items() if value is not None}
    found = sent.ask(path, **body)
    assert found.status == 200
    assert tuple(found.limits("remaining")) == kinds
    assert {"x-request-id", "openai-processing-ms", "openai-version", "openai-organization"} < set(found.headers)


REFUSED = [
    ({"model": 3}, 400, True),
    ({"headers": {"authorization": ""}}, 401, False),
    ({"path": "/v1/nothing"}, 404, False),
]


@pytest.mark.parametrize(("asked", "status", "known"), REFUSED, ids=range(len(REFUSED)))
def test_errors_have_no_rate_limit_headers_and_those_from_the_door_nothing_but_an_id(limited, asked, status, known):
    found = limited(None, keys={"sk-*": "valid"}).ask(**asked)
    assert found.status == status
    assert found.limits("remaining") == {}
    assert "x-request-id" in found.headers
    assert ("openai-version" in found.headers) == known
    assert ("openai-processing-ms" in found.headers) == known


SCRIPTED = [
    ({"text": "Hi", "headers": {"x-ratelimit-remaining-tokens": "7"}}, {"tokens": "7"}),
    ({"raw": {"status": 200, "headers": {"content-type": "application/json"}, "body": "{}"}}, {}),
    ({"error": "rate_limit_exceeded"}, {}),
    ({"error": "rate_limit_exceeded", "headers": {"x-ratelimit-remaining-tokens": "0"}}, {"tokens": "0"}),
]


@pytest.mark.parametrize(("reply", "expected"), SCRIPTED, ids=range(len(SCRIPTED)))
def test_scripted_replies_have_the_headers_that_are_scripted(limited, reply, expected):
    found = limited("tier1", rules=[{"reply": reply}]).ask()
    assert found.limits("remaining") == expected


ELSEWHERE = [
    ("ollama", None, []),
    ("ollama", {"requests_per_minute": 3}, []),
    ("anthropic", {"requests_per_minute": 3}, ["anthropic-ratelimit-requests-remaining"]),
]


@pytest.mark.parametrize(("provider", "limits", "expected"), ELSEWHERE)
def test_other_providers_tell_of_limits_in_their_way_or_not_at_all(limited, provider, limits, expected):
    found = limited(limits, provider=provider).ask()
    assert found.status == 200
    names = [name for name in found.headers if "ratelimit" in name]
    assert set(expected) <= set(names)
    assert bool(names) == bool(expected)
    assert "openai-version" not in found.headers
