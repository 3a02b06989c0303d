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
    ({"error": "insufficient_quota"}, {}),
    ({"error": "server_error"}, {}),
    ({"error": "html_502"}, {}),
    ({"raw": {"status": 429, "headers": {"content-type": "application/json"}, "body": "{}"}}, {}),
]


@pytest.mark.parametrize(("reply", "expected"), SCRIPTED, ids=range(len(SCRIPTED)))
def test_scripted_replies_have_the_headers_that_are_scripted(limited, reply, expected):
    found = limited("tier1", rules=[{"reply": reply}]).ask()
    assert found.limits("remaining") == expected


RPM = {"limit": "3", "remaining": "0", "reset": "1m0s"}
TPM = {"limit": "30000", "remaining": "63", "reset": "59.874s"}
NAMED = [
    ("rate_limit_requests", "requests", RPM, "20"),
    ("rate_limit_requests_day", "requests", {"limit": "200", "remaining": "0", "reset": "24h0m0s"}, "432"),
    ("rate_limit_exceeded", "tokens", TPM, "1"),
    (429, "tokens", TPM, "1"),
    ("rate_limit_tokens_day", "tokens", {"limit": "90000", "remaining": "2", "reset": "23h59m58.08s"}, "19"),
    ("rate_limit_images", "images", {"limit": "5", "remaining": "0", "reset": "1m0s"}, "12"),
    ("tokens_above_rate_limit", "tokens", {"limit": "30000", "remaining": "30000", "reset": "0s"}, None),
    ({"name": "rate_limit_requests", "values": {"limit": 60, "used": 60, "wait": 1}}, "requests", {"limit": "60"}, "1"),
    (
        {"name": "rate_limit_requests", "values": {"limit": "many"}},
        "requests",
        {"remaining": "0", "reset": "15s"},
        "20",
    ),
]


@pytest.mark.parametrize(("error", "unit", "told", "wait"), NAMED, ids=range(len(NAMED)))
@pytest.mark.parametrize("stream", [False, True])
def test_a_scripted_rate_limit_tells_of_its_limit_what_its_message_says(limited, error, unit, told, wait, stream):
    found = limited(None, rules=[{"reply": {"error": error}}]).ask(stream=stream)
    assert found.status == 429
    assert found.headers.get("retry-after") == wait
    assert {what: found.limits(what)[unit] for what in told} == told
    others = {"requests", "tokens", unit}
    assert set(found.limits("limit")) == set(found.limits("remaining")) == set(found.limits("reset")) == others


def test_what_a_scripted_rate_limit_is_not_about_stands_as_it_does(limited):
    reply = {"error": "rate_limit_requests", "retry_after": 2, "headers": {"X-RateLimit-Limit-Requests": "7"}}
    found = limited({"requests_per_minute": 100, "tokens_per_minute": 1000}, rules=[{"reply": reply}]).ask()
    assert found.headers["retry-after"] == "2"
    assert "Please try again in 2s" in found.message
    assert found.limits("limit") == {"requests": "7", "tokens": "1000"}
    assert found.limits("remaining") == {"requests": "0", "tokens": "999"}
    assert found.limits("reset") == {"requests": "6s", "tokens": "60ms"}  # one request comes back in the two seconds


def test_credit_that_is_used_up_tells_of_no_limit(limited):
    api = limited({"total_requests": 1, "requests_per_minute": 5})
    api.ask()
    found = api.ask()
    assert found.body["error"]["code"] == "insufficient_quota"
    assert found.limits("remaining") == {}


ABROAD = [
    ("ollama", {}, []),
    ("ollama", {"x-ratelimit-remaining-requests": "5"}, ["x-ratelimit-remaining-requests"]),
    ("groq", {}, [f"x-ratelimit-{a}-{b}" for a in ("limit", "remaining", "reset") for b in ("requests", "tokens")]),
    ("anthropic", {}, [f"anthropic-ratelimit-requests-{each}" for each in ("limit", "remaining", "reset")]),
]


@pytest.mark.parametrize(("provider", "headers", "expected"), ABROAD)
@pytest.mark.parametrize("scripted", [True, False])
def test_other_providers_tell_of_a_rate_limit_in_their_way_or_not_at_all(
    limited, provider, headers, expected, scripted
):
    rule = {"reply": {"error": "rate_limit_requests", "headers": headers} if scripted else "Hi"}
    api = limited({"requests_per_minute": 9 if scripted else 1}, provider=provider, rules=[rule])
    found = api.ask() if scripted else [api.ask(), api.ask()][1]
    assert found.status == 429
    names = {name for name in found.headers if "ratelimit" in name}
    assert names >= set(expected) if scripted or not headers else names == set()
    assert bool(names) == bool(expected if scripted or not headers else False)


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
