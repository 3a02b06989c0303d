"""Bodies and headers that are not the usual ones, byte for byte."""

import pytest

from mockai.api_errors import NAMES, named


@pytest.mark.parametrize(
    ("name", "values", "headers"),
    [
        ("rate_limit_exceeded", {}, (("retry-after", "1"), ("retry-after-ms", "644"))),
        ("rate_limit_exceeded", {"wait": 2.5}, (("retry-after", "3"), ("retry-after-ms", "2500"))),
        ("rate_limit_requests", {}, (("retry-after", "20"), ("retry-after-ms", "20000"))),
        ("insufficient_quota", {}, ()),
        ("azure_429", {}, (("retry-after", "86400"),)),
        ("redirect", {"location": "/v1/elsewhere"}, (("location", "/v1/elsewhere"),)),
        ("anthropic_overloaded", {"request_id": "req_abc"}, (("request-id", "req_abc"),)),
    ],
)
def test_the_headers_say_when_to_come_back(name, values, headers):
    found = named(name, **values).headers
    assert tuple(pair for pair in found if not pair[0].startswith("x-ratelimit-")) == headers


def test_a_rate_limit_tells_how_its_limit_stands():
    found = dict(named("rate_limit_requests", limit=10, used=10, wait=3).headers)
    told = {name: value for name, value in found.items() if name.startswith("x-ratelimit-")}
    assert told == {
        "x-ratelimit-limit-requests": "10",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "30s",
    }


BODIES = [
    (
        "unsupported_country_region_territory",
        b'{\n  "error": {\n    "code": "unsupported_country_region_territory",\n    "message": "Country, region, or '
        b'territory not supported",\n    "param": null,\n    "type": "request_forbidden"\n  }\n}',
    ),
    (
        "audio_too_large",
        b'{\n  "error": {\n    "message": "413: Maximum content size limit (26214400) exceeded (26294972 bytes read)",'
        b'\n    "type": "server_error",\n    "param": null,\n    "code": null\n  },\n  "usage": {\n    "type": '
        b'"duration",\n    "seconds": 0\n  }\n}',
    ),
    ("azure_not_found", b'{"error":{"code":"404","message":"Resource not found"}}'),
    (
        "azure_deployment_not_found",
        b'{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you '
        b'created the deployment within the last 5 minutes, please wait a moment and try again."}}',
    ),
    (
        "azure_content_filter",
        b'{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI\'s content '
        b"management policy. Please modify your prompt and retry. To learn more about our content filtering policies "
        b'please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766","type":null,"param":"prompt",'
        b'"code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation",'
        b'"content_filter_result":{"hate":{"filtered":false,"severity":"safe"},"jailbreak":{"filtered":true,'
        b'"detected":true},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":'
        b'"safe"},"violence":{"filtered":false,"severity":"safe"}}}}}',
    ),
    (
        "azure_429",
        b'{"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation under Azure OpenAI API '
        b"version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after "
        b"86400 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the "
        b'default rate limit."}}',
    ),
    (
        "openrouter_provider_error",
        b'{"error":{"message":"Provider returned error","code":429,"metadata":{"provider_name":"MockAI","raw":'
        b'"temporarily rate-limited upstream"}},"user_id":"user_mockai"}',
    ),
    (
        "groq_tool_use_failed",
        b'{"error":{"message":"Failed to call a function. Please adjust your prompt. See \'failed_generation\' for '
        b'more details.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":'
        b'"<function=get_weather{\\"city\\": \\"Paris\\"</function>"}}',
    ),
    (
        "mistral_rate_limited",
        b'{"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300",'
        b'"raw_status_code":429}',
    ),
    (
        "mistral_capacity",
        b'{"object":"error","message":"Service tier capacity exceeded for this model.","type":"invalid_request_error",'
        b'"param":null,"code":null}',
    ),
    (
        "gemini_invalid_argument",
        b'[\n  {\n    "error": {\n      "code": 400,\n      "message": "Request contains an invalid argument.",\n      '
        b'"status": "INVALID_ARGUMENT"\n    }\n  }\n]',
    ),
    (
        "anthropic_overloaded",
        b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_abc"}',
    ),
    (
        "ollama_model_not_found",
        b'{"error":{"message":"model \'gpt-4o\' not found","type":"not_found_error","param":null,"code":null}}',
    ),
    ("ollama_model_not_found_legacy", b'{"error":"model \\"gpt-4o\\" not found, try pulling it first"}'),
    (
        "vllm_bad_request",
        b'{"error":{"message":"The request is invalid.","type":"BadRequestError","param":null,"code":400}}',
    ),
    (
        "vllm_bad_request_legacy",
        b'{"object":"error","message":"The request is invalid.","type":"BadRequestError","param":null,"code":400}',
    ),
    (
        "xai_invalid_argument",
        b'{"code":"Client specified an invalid argument","error":"The request is invalid."}',
    ),
    ("empty_body", b""),
    ("not_found_empty", b""),
]


def test_no_body_is_written_out_that_nobody_has_seen():
    assert [name for name, _ in BODIES if NAMES[name].evidence == "unverified"] == []


@pytest.mark.parametrize(("name", "body"), BODIES, ids=[name for name, _ in BODIES])
def test_the_body_is_byte_for_byte(name, body):
    assert named(name).with_request_id("req_abc").content() == body


def test_the_pictures_refused_for_safety_say_why():
    assert named("moderation_blocked", category="violence").envelope() == {
        "error": {
            "message": "Your request was rejected by the safety system. If you believe this is an error, contact us at "
            "help.openai.com and include the request ID req_00000000000000000000000000000000. "
            "safety_violations=[violence].",
            "type": "image_generation_user_error",
            "param": None,
            "code": "moderation_blocked",
            "moderation_details": {"moderation_stage": "output", "categories": ["violence"]},
        }
    }
