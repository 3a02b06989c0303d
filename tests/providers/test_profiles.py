"""Each provider as the SDK sees it, at its own base URL: streamed and not, and its errors."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import openai
import pytest

from mockai import MockOpenAI
from mockai.providers import PROFILES
from mockai.transports.egress import PROVIDERS as GUARDED

ASK = {"model": "some-model", "messages": [{"role": "user", "content": "Hi"}]}
TOOLS = [{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}]
CALLS = [{"find": {"city": "Paris"}}, {"find": {"city": "Rome"}}]
NAMES = list(PROFILES)


@pytest.fixture(params=NAMES)
def provider(request) -> Iterator[MockOpenAI]:
    rules = [
        {"when": {"user": "tools"}, "reply": {"tool_calls": CALLS}},
        {"when": {"user": "think"}, "reply": {"text": "one two three", "reasoning": "hm so"}},
        {"when": {"user": "Hi"}, "reply": "one two three"},
    ]
    with MockOpenAI({"rules": rules}, provider=request.param, mode="patch") as mock:
        yield mock


def real_client(mock: MockOpenAI, **options: Any) -> openai.OpenAI:
    """A client of the provider's own address, which patch mode answers."""
    url = mock.profile.base_url.replace("NAME", "example")
    if url.startswith("http://localhost"):
        url = mock.base_url
    return openai.OpenAI(base_url=url, api_key="sk-any", max_retries=0, **options)


def text_of(content: Any) -> str:
    """A text, or the text parts of what Mistral sends in its place."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part["type"] == "text")
    return content or ""


def put_together(stream: Any) -> tuple[str, list[tuple[str | None, str, str]]]:
    """The text and the calls of a stream, as a client that expects the worst reads it."""
    text, calls = "", []
    for chunk in stream:
        for choice in chunk.choices:
            if choice.delta is None:
                continue
            text += text_of(choice.delta.content)
            for call in choice.delta.tool_calls or ():
                if call.function.name:
                    calls.append([call.id, call.function.name, call.function.arguments or ""])
                else:
                    calls[-1][2] += call.function.arguments
    return text, [tuple(call) for call in calls]


@pytest.mark.parametrize("asked", ["Hi", "think"])
def test_a_stream_says_what_a_completion_says(provider, asked):
    client, ask = real_client(provider), {**ASK, "messages": [{"role": "user", "content": asked}]}
    whole = client.chat.completions.create(**ask)
    text, calls = put_together(client.chat.completions.create(**ask, stream=True))
    assert (text, calls) == ("one two three", [])
    assert text_of(whole.choices[0].message.content) == "one two three"
    assert (whole.object, whole.choices[0].finish_reason) == ("chat.completion", "stop")


def test_tool_calls_are_the_same_in_a_stream(provider):
    client, ask = real_client(provider), {**ASK, "messages": [{"role": "user", "content": "tools"}], "tools": TOOLS}
    message = client.chat.completions.create(**ask).choices[0].message
    whole = [(call.id, call.function.name, call.function.arguments) for call in message.tool_calls]
    _, streamed = put_together(client.chat.completions.create(**ask, stream=True))
    assert [call[1:] for call in streamed] == [call[1:] for call in whole]
    assert [call[2] for call in streamed] == ['{"city":"Paris"}', '{"city":"Rome"}']
    assert len({call[0] for call in whole}) == 2
    assert {len(call[0]) for call in streamed} == {len(call[0]) for call in whole}


def test_usage_of_a_stream_is_that_of_a_completion(provider):
    client = real_client(provider)
    whole = client.chat.completions.create(**ASK).usage.model_dump(exclude_none=True)
    chunks = list(client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True}))
    last = [chunk.usage for chunk in chunks if chunk.usage][-1]
    assert last.model_dump(exclude_none=True) == whole


@pytest.mark.parametrize("stream", [False, True])
def test_same_seed_and_same_requests_give_same_bytes(provider, stream):
    def read() -> bytes:
        provider.reset()
        return (
            real_client(provider).chat.completions.with_raw_response.create(**ASK, stream=stream).http_response.read()
        )

    assert read() == read()


def test_models_are_the_providers_own(provider):
    names = [model.id for model in real_client(provider).models.list()]
    own = provider.profile.models
    assert names[: len(own)] == list(own)
    assert ("gpt-3.5-turbo" in names) == (not own)


def test_headers_of_openai_are_sent_by_openai_alone(provider):
    raw = real_client(provider).chat.completions.with_raw_response.create(**ASK)
    assert ("openai-version" in raw.headers) == (provider.profile.name == "openai")
    for name, value in provider.profile.headers:
        assert name in raw.headers
        assert "{" not in raw.headers[name], value


# ----------------------------------------------------------------------------------------------- errors

SAYS = "Slow down."
RATE = {"error": {"name": "rate_limit_exceeded", "message": SAYS}, "retry_after": 3}
BAD = {"error": {"status": 400, "message": SAYS, "code": "too_odd", "param": "n"}}
LOST = {"error": {"status": 404, "message": SAYS, "code": "gone"}}
BROKEN = {"error": {"status": 500, "message": SAYS, "type": "server_error", "code": None}}

BODIES = {
    "azure": (
        {"error": {"code": "429", "message": SAYS}},
        {"error": {"message": SAYS, "type": "invalid_request_error", "param": "n", "code": "too_odd"}},
        {"error": {"code": "404", "message": SAYS}},
        {"error": {"message": SAYS, "type": "server_error", "param": None, "code": None}},
    ),
    "openrouter": (
        {"error": {"message": SAYS, "code": 429}, "user_id": "user_mockai"},
        {"error": {"message": SAYS, "code": 400}, "user_id": "user_mockai"},
        {"error": {"message": SAYS, "code": 404}, "user_id": "user_mockai"},
        {"error": {"message": SAYS, "code": 500}, "user_id": "user_mockai"},
    ),
    "groq": (
        {"error": {"message": SAYS, "type": "tokens", "code": "rate_limit_exceeded"}},
        {"error": {"message": SAYS, "type": "invalid_request_error", "code": "too_odd"}},
        {"error": {"message": SAYS, "type": "invalid_request_error", "code": "gone"}},
        {"error": {"message": SAYS, "type": "server_error", "code": None}},
    ),
    "ollama": (
        {"error": {"message": SAYS, "type": "api_error", "param": None, "code": None}},
        {"error": {"message": SAYS, "type": "invalid_request_error", "param": None, "code": None}},
        {"error": {"message": SAYS, "type": "not_found_error", "param": None, "code": None}},
        {"error": {"message": SAYS, "type": "api_error", "param": None, "code": None}},
    ),
    "vllm": (
        {"error": {"message": SAYS, "type": "tokens", "param": None, "code": 429}},
        {"error": {"message": SAYS, "type": "BadRequestError", "param": "n", "code": 400}},
        {"error": {"message": SAYS, "type": "NotFoundError", "param": None, "code": 404}},
        {"error": {"message": SAYS, "type": "InternalServerError", "param": None, "code": 500}},
    ),
    "litellm": (
        {"error": {"message": f"litellm.RateLimitError: {SAYS}", "type": "throttling_error", "param": "None",
                   "code": "429"}},
        {"error": {"message": f"litellm.BadRequestError: {SAYS}", "type": "None", "param": "None", "code": "400"}},
        {"error": {"message": f"litellm.NotFoundError: {SAYS}", "type": "None", "param": "None", "code": "404"}},
        {"error": {"message": f"litellm.InternalServerError: {SAYS}", "type": "None", "param": "None", "code": "500"}},
    ),
    "vercel": (
        {"error": {"message": SAYS, "type": "rate_limit_exceeded", "param": None, "code": "rate_limit_exceeded"},
         "generationId": "gen_mockai"},
        {"error": {"message": SAYS, "type": "invalid_request_error", "param": "n", "code": "too_odd"},
         "generationId": "gen_mockai"},
        {"error": {"message": SAYS, "type": "model_not_found", "param": None, "code": "gone"},
         "generationId": "gen_mockai"},
        {"error": {"message": SAYS, "type": "internal_server_error", "param": None, "code": None},
         "generationId": "gen_mockai"},
    ),
    "anthropic": (
        {"error": {"message": SAYS, "type": "rate_limit_error", "param": None, "code": "rate_limit_exceeded"}},
        {"error": {"message": SAYS, "type": "invalid_request_error", "param": "n", "code": "too_odd"}},
        {"error": {"message": SAYS, "type": "not_found_error", "param": None, "code": "gone"}},
        {"error": {"message": SAYS, "type": "api_error", "param": None, "code": None}},
    ),
    "gemini": (
        [{"error": {"code": 429, "message": SAYS, "status": "RESOURCE_EXHAUSTED"}}],
        [{"error": {"code": 400, "message": SAYS, "status": "INVALID_ARGUMENT"}}],
        [{"error": {"code": 404, "message": SAYS, "status": "NOT_FOUND"}}],
        [{"error": {"code": 500, "message": SAYS, "status": "INTERNAL"}}],
    ),
    "mistral": (
        {"object": "error", "message": SAYS, "type": "tokens", "param": None, "code": "rate_limit_exceeded"},
        {"object": "error", "message": SAYS, "type": "invalid_request_error", "param": "n", "code": "too_odd"},
        {"object": "error", "message": SAYS, "type": "invalid_request_error", "param": None, "code": "gone"},
        {"object": "error", "message": SAYS, "type": "server_error", "param": None, "code": None},
    ),
    "deepseek": (
        {"error": {"message": SAYS, "type": "tokens", "param": None, "code": "invalid_request_error"}},
        {"error": {"message": SAYS, "type": "invalid_request_error", "param": "n", "code": "invalid_request_error"}},
        {"error": {"message": SAYS, "type": "invalid_request_error", "param": None, "code": "invalid_request_error"}},
        {"error": {"message": SAYS, "type": "server_error", "param": None, "code": "invalid_request_error"}},
    ),
    "together": (
        {"id": "mockai",
         "error": {"message": SAYS, "type": "tokens", "param": None, "code": "rate_limit_exceeded"}},
        {"id": "mockai", "error": {"message": SAYS, "type": "invalid_request_error", "param": "n", "code": "too_odd"}},
        {"id": "mockai", "error": {"message": SAYS, "type": "invalid_request_error", "param": None, "code": "gone"}},
        {"id": "mockai", "error": {"message": SAYS, "type": "server_error", "param": None, "code": None}},
    ),
    "fireworks": (
        {"error": {"object": "error", "type": "tokens", "message": SAYS}, "raw_output": None},
        {"error": {"object": "error", "type": "invalid_request_error", "message": SAYS}, "raw_output": None},
        {"error": {"object": "error", "type": "invalid_request_error", "message": SAYS}, "raw_output": None},
        {"error": {"object": "error", "type": "server_error", "message": SAYS}, "raw_output": None},
    ),
    "xai": (
        {"code": "rate_limit_exceeded", "error": SAYS},
        {"code": "Client specified an invalid argument", "error": SAYS},
        {"code": "Some requested entity was not found", "error": SAYS},
        {"code": None, "error": SAYS},
    ),
}  # fmt: skip
BODIES["openai"] = (
    {"error": {"message": SAYS, "type": "tokens", "param": None, "code": "rate_limit_exceeded"}},
    {"error": {"message": SAYS, "type": "invalid_request_error", "param": "n", "code": "too_odd"}},
    {"error": {"message": SAYS, "type": "invalid_request_error", "param": None, "code": "gone"}},
    {"error": {"message": SAYS, "type": "server_error", "param": None, "code": None}},
)
BODIES["perplexity"] = (
    {"error": {"message": SAYS, "type": "tokens", "code": 429}},
    {"error": {"message": SAYS, "type": "invalid_request_error", "code": 400}},
    {"error": {"message": SAYS, "type": "invalid_request_error", "code": 404}},
    {"error": {"message": SAYS, "type": "server_error", "code": 500}},
)


@pytest.mark.parametrize("name", NAMES)
def test_errors_are_in_the_providers_shape(say, name):
    said = [say(provider=name, rule={"reply": reply}) for reply in (RATE, BAD, LOST, BROKEN)]
    assert [each.status for each in said] == [429, 400, 404, 500]
    assert tuple(each.json for each in said) == BODIES[name]
    assert said[0].headers["retry-after"] == "3"


WORDED = {
    "azure": {
        "error": {
            "code": "429",
            "message": "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 "
            "have exceeded token rate limit of your current OpenAI S0 pricing tier. "
            "Please retry after 3 seconds. Please "
            "go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.",
        }
    },
    "mistral": {
        "object": "error",
        "message": "Rate limit exceeded",
        "type": "rate_limited",
        "param": None,
        "code": "1300",
        "raw_status_code": 429,
    },
    "groq": {
        "error": {
            "message": "Rate limit reached for model `gpt-4o` in organization `org-mockai` service tier `on_demand` on "
            "tokens per min (TPM): Limit 30000, Used 29937, Requested 385. Please try again in 3s. Need more tokens? "
            "Upgrade to Dev Tier today at https://console.groq.com/settings/billing",
            "type": "tokens",
            "code": "rate_limit_exceeded",
        }
    },
}


@pytest.mark.parametrize("name", WORDED)
def test_errors_of_openai_become_those_of_the_provider(say, name):
    said = say(provider=name, rule={"reply": {"error": "rate_limit_exceeded", "retry_after": 3}})
    assert (said.status, said.json, said.headers["retry-after"]) == (429, WORDED[name], "3")


def test_a_request_too_large_for_groq_is_a_413(say):
    said = say(provider="groq", rule={"reply": {"error": "tokens_above_rate_limit"}})
    assert (said.status, said.json["error"]["type"], said.json["error"]["code"]) == (
        413,
        "tokens",
        "rate_limit_exceeded",
    )
    assert said.json["error"]["message"].startswith(
        "Request too large for model `gpt-4o` in organization `org-mockai` service tier `on_demand` on tokens per min "
        "(TPM): Limit 30000, Requested 30601, please reduce your message size and try again."
    )


@pytest.mark.parametrize(("name", "own"), [("openai", True), ("azure", True), ("groq", False), ("mistral", False)])
def test_milliseconds_to_wait_are_sent_by_openai_and_azure_unless_they_are_scripted(say, name, own):
    usual = say(provider=name, rule={"reply": {"error": "rate_limit_exceeded", "retry_after": 1}})
    assert "retry-after" in usual.headers
    bare = say(provider=name, rule={"reply": {"error": "rate_limit_exceeded"}})
    assert ("retry-after-ms" in bare.headers) == own
    scripted = say(provider=name, rule={"reply": {"error": "rate_limit_exceeded", "retry_after_ms": 5}})
    assert scripted.headers["retry-after-ms"] == "5"


@pytest.mark.parametrize(
    ("name", "error", "body"),
    [
        ("groq", "model_not_found", {"error": {"message": "The model `gpt-4o` does not exist or you do not have access "
                                               "to it.", "type": "invalid_request_error", "code": "model_not_found"}}),
        ("azure", "model_not_found", {"error": {"code": "DeploymentNotFound", "message": "The API deployment for this "
                                                "resource does not exist. If you created the deployment within the "
                                                "last 5 minutes, please wait a moment and try again."}}),
        ("ollama", "model_not_found", {"error": {"message": "model 'gpt-4o' not found", "type": "not_found_error",
                                                 "param": None, "code": None}}),
    ],
)  # fmt: skip
def test_models_that_are_not_there(say, name, error, body):
    said = say(provider=name, rule={"reply": {"error": error}})
    assert (said.status, said.json) == (404, body)


@pytest.mark.parametrize("name", NAMES)
def test_an_error_of_another_provider_is_sent_as_it_is(say, name):
    said = say(provider=name, rule={"reply": {"error": "xai_invalid_argument"}})
    assert said.json == {"code": "Client specified an invalid argument", "error": "The request is invalid."}
    assert say(provider=name, rule={"reply": {"error": "html_502"}}).data.startswith(b"<html>")


@pytest.mark.parametrize("name", NAMES)
def test_raw_replies_are_sent_as_they_are(say, name):
    said = say(provider=name, rule={"reply": {"raw": {"body": {"a": 1}, "headers": {"openai-version": "1"}}}})
    assert (said.data, said.headers["openai-version"]) == (b'{"a":1}', "1")


def message_of(body: Any) -> str:
    """The message of an error in whatever shape."""
    body = body[0] if isinstance(body, list) else body
    error = body.get("error", body)
    return error if isinstance(error, str) else error.get("message") or error.get("detail")


@pytest.mark.parametrize("name", NAMES)
def test_errors_of_the_engine_are_in_the_shape_too(say, name):
    profile = PROFILES[name]
    shape = set(say(provider=name, rule={"reply": BAD}).json[0] if name == "gemini" else
                say(provider=name, rule={"reply": BAD}).json)  # fmt: skip
    unmatched = say(provider=name, rule={"when": {"user": "Bye"}, "reply": "x"})
    body = unmatched.json[0] if name == "gemini" else unmatched.json
    assert (unmatched.status, set(body)) == (404, shape)
    assert "No rule of 1 matches" in message_of(unmatched.json) or "Bye" in message_of(unmatched.json)
    assert unmatched.headers["x-should-retry"] == "false"
    lost = say(provider=name, path=f"{profile.path if name != 'azure' else '/openai/v1'}/chat/completion")
    refused = say(provider=name, temperature="hot")
    assert (lost.status, refused.status) == (404, 422 if name in ("mistral", "xai") else 400)
    assert b"temperature" in refused.data


SORRY = "The server had an error while processing your request. Sorry about that!"
IN_STREAM = [
    ("openai", {"error": {"message": SORRY, "type": "server_error", "param": None, "code": None}}),
    ("groq", {"error": {"message": SORRY, "type": "server_error", "code": None}}),
    ("vllm", {"error": {"message": SORRY, "type": "InternalServerError", "param": None, "code": 500}}),
    ("ollama", {"error": {"message": SORRY, "type": "api_error", "param": None, "code": None}}),
    ("gemini", {"error": {"code": 500, "message": SORRY, "status": "INTERNAL"}}),
    ("mistral", {"object": "error", "message": SORRY, "type": "server_error", "param": None, "code": None}),
    ("xai", {"code": None, "error": SORRY}),
]


@pytest.mark.parametrize(("name", "body"), IN_STREAM)
def test_an_error_that_ends_a_stream_is_in_the_shape(say, name, body):
    said = say(
        provider=name, rule={"reply": {"text": "one two", "faults": [{"error_event": {"after": 1}}]}}, stream=True
    )
    *_, last = said.chunks
    assert last == body


@pytest.mark.parametrize(("code", "sent"), [(429, 429), ("503", 503), ("odd", 500), (None, 500), (700, 500)])
def test_the_code_of_an_error_in_a_stream_is_its_status(say, code, sent):
    rule = {"reply": {"text": "one", "faults": [{"error_event": {"message": "Later.", "code": code}}]}}
    *_, last = say(provider="vllm", rule=rule, stream=True).chunks
    assert (last["error"]["message"], last["error"]["code"]) == ("Later.", sent)


@pytest.mark.parametrize("error", ["Later.", {"message": "Later."}])
def test_an_error_of_your_own_in_a_stream_is_sent_as_it_is(say, error):
    rule = {"reply": {"items": ["one", {"event": {"data": {"error": error}}}]}}
    assert {"error": error} in say(provider="mistral", rule=rule, stream=True).chunks


@pytest.mark.parametrize(("name", "seen"), [("groq", True), ("gemini", True), ("mistral", False), ("xai", True)])
def test_the_sdk_sees_an_error_in_a_stream_or_does_not(name, seen):
    rule = {"reply": {"text": "one two", "faults": [{"error_event": {"after": 1}}]}}
    with MockOpenAI({"rules": [rule]}, provider=name, mode="patch") as mock:
        stream = mock.client().chat.completions.create(**ASK, stream=True)
        with pytest.raises(openai.APIError) if seen else nullcontext():
            assert [*stream]


@pytest.mark.parametrize("name", NAMES)
def test_an_unmatched_request_is_found_by_whoever_holds_the_mock(name):
    with MockOpenAI({"rules": [{"when": {"user": "Bye"}, "reply": "x"}]}, provider=name, mode="patch") as mock:
        with pytest.raises(openai.NotFoundError):
            mock.client().chat.completions.create(**ASK)
        assert "Bye" in mock.calls[0].unmatched
        with pytest.raises(AssertionError):
            mock.check()


def test_the_host_of_every_provider_is_guarded():
    hosts = [host for profile in PROFILES.values() for host in profile.hosts if host != "api.openai.com"]
    assert [host for host in hosts if host not in GUARDED] == []


# -------------------------------------------------------------------------------------------- Azure


def test_the_azure_client_speaks_to_deployments():
    with MockOpenAI({"rules": [{"reply": "one two"}]}, provider="azure", mode="patch") as mock:
        client = openai.AzureOpenAI(
            azure_endpoint="https://example.openai.azure.com", api_version="2024-10-21", api_key="k"
        )
        whole = client.chat.completions.create(**ASK)
        first, *_ = client.chat.completions.create(**ASK, stream=True)
        assert whole.choices[0].message.content == "one two"
        assert (first.choices, first.id, first.object) == ([], "", "")
        assert whole.choices[0].content_filter_results["hate"] == {"filtered": False, "severity": "safe"}
        assert mock.calls[0].path == "/openai/deployments/some-model/chat/completions"


def test_the_environment_is_enough_for_the_azure_client():
    with MockOpenAI({"rules": [{"reply": "one"}]}, provider="azure") as mock:
        assert openai.AzureOpenAI().chat.completions.create(**ASK).choices[0].message.content == "one"
        assert openai.OpenAI().chat.completions.create(**ASK).choices[0].message.content == "one"
        assert {call.path.split("/")[2] for call in mock.calls} == {"deployments", "v1"}


def test_headers_of_azure(say):
    headers = say(provider="azure").headers
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"
    assert all(re.fullmatch(uuid, headers[name]) for name in ("x-request-id", "apim-request-id"))
    assert len({headers[name] for name in ("x-request-id", "apim-request-id", "x-ms-client-request-id")}) == 3
    assert (
        say(provider="azure", rule={"reply": {"text": "a", "headers": {"x-request-id": "own"}}}).headers["x-request-id"]
        == "own"
    )


def test_anthropic_has_its_request_id_elsewhere(say):
    headers = say(provider="anthropic").headers
    assert "x-request-id" not in headers
    assert re.fullmatch(r"req_[0-9a-f]{32}", headers["request-id"])


def test_errors_of_deepseek_are_not_declared_as_json(say):
    assert say(provider="deepseek", rule={"reply": BAD}).headers["content-type"] == "application/octet-stream"


# ------------------------------------------------------------------------------ clients known to break


def test_the_sdks_own_helper_breaks_without_the_index_of_a_call():
    rule = {"reply": {"tool_calls": CALLS[:1]}}

    def read(**options: Any) -> Any:
        with (
            MockOpenAI({"rules": [rule]}, mode="patch", **options) as mock,
            mock.client().chat.completions.stream(**ASK, tools=TOOLS) as stream,
        ):
            return stream.get_final_completion()

    assert read().choices[0].message.tool_calls[0].function.name == "find"
    with pytest.raises(TypeError, match="list indices must be integers"):
        read(quirks=["no_tool_index"])


def test_code_that_reads_the_first_choice_breaks_with_azures_first_chunk():
    with MockOpenAI({"rules": [{"reply": "one"}]}, quirks=["empty_choices_first"], mode="patch") as mock:
        stream = mock.client().chat.completions.create(**ASK, stream=True)
        with pytest.raises(IndexError):
            _ = [chunk.choices[0].delta.content for chunk in stream]


def test_the_message_of_a_gemini_error_is_lost():
    with MockOpenAI({"rules": [{"reply": BAD}]}, provider="gemini", mode="patch") as mock:
        with pytest.raises(openai.BadRequestError) as caught:
            mock.client().chat.completions.create(**ASK)
        assert (caught.value.code, caught.value.param) == (None, None)


@pytest.mark.parametrize(("name", "code"), [("openrouter", "429"), ("vllm", "429"), ("litellm", "429")])
def test_a_code_that_is_a_number_is_a_text_in_the_sdk(name, code):
    with MockOpenAI({"rules": [{"reply": RATE}]}, provider=name, mode="patch") as mock:
        with pytest.raises(openai.RateLimitError) as caught:
            mock.client(max_retries=0).chat.completions.create(**ASK)
        assert caught.value.code == code


def test_every_host_is_a_name_or_all_below_a_domain():
    """Hosts are found by what they end with: a star anywhere else would find nothing."""
    hosts = [host for profile in PROFILES.values() for host in profile.hosts]
    assert any(host.startswith("*.") for host in hosts)
    assert all("*" not in host.removeprefix("*.") for host in hosts)
