"""Errors of other servers that speak OpenAI's API, in their own shapes."""

from __future__ import annotations

from typing import Any

from mockai.api_errors.base import OPENAI, NamedError, Slot

__all__ = ["ERRORS"]

_TOP_LEVEL = {"object": "error", **OPENAI}
_DETAIL = {"detail": Slot.MESSAGE}


_NO_PARAM = {"error": {"message": Slot.MESSAGE, "type": Slot.TYPE, "code": Slot.CODE}}
_GROQ_ACCOUNT = "model `{model}` in organization `{organization}` service tier `on_demand`"
_GROQ_BILLING = "Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing"
_TPM = "tokens per minute (TPM)"


def _openrouter(metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"message": Slot.MESSAGE, "code": Slot.CODE}
    return {"error": error if metadata is None else {**error, "metadata": metadata}, "user_id": "user_mockai"}


def _gemini(status: str) -> list[Any]:
    return [{"error": {"code": Slot.CODE, "message": Slot.MESSAGE, "status": status}}]


_ANTHROPIC: dict[str, Any] = {
    "type": "error",
    "error": {"type": Slot.TYPE, "message": Slot.MESSAGE},
    "request_id": "{request_id}",
}

_OPENROUTER = (
    NamedError(
        "openrouter_provider_error",
        429,
        "OpenRouter passes on a provider's error; the code is a number.",
        "Provider returned error",
        type=None,
        code=429,
        layout=_openrouter({"provider_name": "{provider}", "raw": "{raw}"}),
        pretty=False,
        defaults={"provider": "MockAI", "raw": "temporarily rate-limited upstream"},
    ),
    NamedError(
        "openrouter_credits",
        402,
        "OpenRouter's credit is used up.",
        "Insufficient credits",
        type=None,
        code=402,
        layout=_openrouter(),
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "openrouter_moderation",
        403,
        "OpenRouter's moderation stops the prompt.",
        "{model} requires moderation on {provider}. Your input was flagged.",
        type=None,
        code=403,
        layout=_openrouter({"reasons": ["violence"], "flagged_input": "{value}", "provider_name": "{provider}"}),
        pretty=False,
        defaults={"provider": "MockAI", "value": "bogus"},
        evidence="unverified",
    ),
    NamedError(
        "openrouter_timeout",
        408,
        "OpenRouter gave up waiting.",
        "Request timed out",
        type=None,
        code=408,
        layout=_openrouter(),
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "openrouter_model_down",
        502,
        "OpenRouter got nothing usable from the model.",
        "Provider returned error",
        type=None,
        code=502,
        layout=_openrouter(),
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "openrouter_no_provider",
        503,
        "OpenRouter has no provider that meets the request.",
        "No available model provider meets your routing requirements",
        type=None,
        code=503,
        layout=_openrouter(),
        pretty=False,
        evidence="unverified",
    ),
)

_GROQ = (
    NamedError(
        "groq_tool_use_failed",
        400,
        "Groq's model wrote a tool call that cannot be read; it is in `failed_generation`.",
        "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
        code="tool_use_failed",
        layout={
            "error": {
                "message": Slot.MESSAGE,
                "type": Slot.TYPE,
                "code": Slot.CODE,
                "failed_generation": "{generation}",
            }
        },
        pretty=False,
        defaults={"generation": '<function=get_weather{"city": "Paris"</function>'},
    ),
    NamedError(
        "groq_model_not_found",
        404,
        "Groq has no model of this name; the body has no param.",
        "The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
        layout=_NO_PARAM,
        pretty=False,
    ),
    NamedError(
        "groq_rate_limit",
        429,
        "Groq's rate limit; `wait` is in seconds and also sets the retry-after header.",
        f"Rate limit reached for {_GROQ_ACCOUNT} on {{unit}}: Limit {{limit}}, Used {{used}}, Requested {{requested}}. "
        f"Please try again in {{wait:wait}}. {_GROQ_BILLING}",
        type="tokens",
        code="rate_limit_exceeded",
        headers=(("retry-after", "{wait:seconds}"),),
        layout=_NO_PARAM,
        pretty=False,
        defaults={"unit": _TPM, "limit": 6000, "used": 5034, "requested": 1443, "wait": 4.77},
    ),
    NamedError(
        "groq_request_too_large",
        413,
        "One request to Groq is larger than a minute's tokens; unlike OpenAI's, it is a 413, which no client retries.",
        f"Request too large for {_GROQ_ACCOUNT} on {{unit}}: Limit {{limit}}, Requested {{requested}}, please reduce "
        f"your message size and try again. {_GROQ_BILLING}",
        type="tokens",
        code="rate_limit_exceeded",
        layout=_NO_PARAM,
        pretty=False,
        defaults={"unit": _TPM, "limit": 6000, "requested": 12328},
    ),
    NamedError(
        "groq_capacity",
        498,
        "Groq's flex tier has no room; no client retries a 498.",
        "Flex tier capacity exceeded",
        code="capacity_exceeded",
        layout=_NO_PARAM,
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "groq_json_validate_failed",
        400,
        "Groq's model wrote JSON that breaks the schema; it is in `failed_generation`.",
        "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.",
        code="json_validate_failed",
        layout={
            "error": {
                "message": Slot.MESSAGE,
                "type": Slot.TYPE,
                "code": Slot.CODE,
                "failed_generation": "{generation}",
            }
        },
        pretty=False,
        defaults={"generation": "{"},
        evidence="unverified",
    ),
)

_DEEPSEEK = (
    NamedError(
        "deepseek_insufficient_balance",
        402,
        "DeepSeek's credit is used up; its errors are not declared as JSON.",
        "Insufficient Balance",
        type="unknown_error",
        code="invalid_request_error",
        content_type="application/octet-stream",
        pretty=False,
        evidence="documented",
    ),
    NamedError(
        "deepseek_tool_message_without_call",
        400,
        "DeepSeek's words for a tool message that does not follow a tool call.",
        "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'",
        code="invalid_request_error",
        content_type="application/octet-stream",
        pretty=False,
    ),
    NamedError(
        "deepseek_reasoning_missing",
        400,
        "DeepSeek is asked to think, and a tool call of the conversation has lost the thoughts behind it.",
        "The `reasoning_content` in the thinking mode must be passed back to the API.",
        code="invalid_request_error",
        content_type="application/octet-stream",
        pretty=False,
    ),
)

_MISTRAL = (
    NamedError(
        "mistral_rate_limited",
        429,
        "Mistral's rate limit; there is no `error` key.",
        "Rate limit exceeded",
        type="rate_limited",
        code="1300",
        layout={**_TOP_LEVEL, "raw_status_code": 429},
        pretty=False,
    ),
    NamedError(
        "mistral_capacity",
        429,
        "Mistral has no room for the model in this tier.",
        "Service tier capacity exceeded for this model.",
        layout=_TOP_LEVEL,
        pretty=False,
    ),
    NamedError(
        "mistral_tool_call_id",
        400,
        "Mistral takes no tool call ids but its own: nine letters and digits.",
        "Tool call id was {id} but must be a-z, A-Z, 0-9, with a length of 9.",
        type="invalid_function_call",
        code="3280",
        layout={**_TOP_LEVEL, "raw_status_code": 400},
        pretty=False,
        defaults={"id": "call_1"},
    ),
    NamedError(
        "mistral_unauthorized",
        401,
        "Mistral does not know the key.",
        "Unauthorized",
        type=None,
        layout=_DETAIL,
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "mistral_validation",
        422,
        "Mistral refuses a parameter; `detail` is a list.",
        "Field required",
        type="missing",
        layout={"detail": [{"type": Slot.TYPE, "loc": ["body", "{param}"], "msg": Slot.MESSAGE}]},
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "mistral_validation_object",
        422,
        "Mistral refuses a parameter; `message` is an object.",
        "Field required",
        layout={
            **_TOP_LEVEL,
            "message": {"detail": [{"type": "missing", "loc": ["body", "{param}"], "msg": Slot.MESSAGE}]},
        },
        pretty=False,
        evidence="unverified",
    ),
)

_GEMINI = (
    NamedError(
        "gemini_invalid_argument",
        400,
        "Gemini refuses the request; the body is a list, which hides the message from the SDK.",
        "{reason}",
        type=None,
        code=400,
        defaults={"reason": "Request contains an invalid argument."},
        layout=_gemini("INVALID_ARGUMENT"),
    ),
    NamedError(
        "gemini_thought_signature_missing",
        400,
        "A conversation with Gemini 3 has lost the signature of a tool call.",
        "Function call is missing a thought_signature in functionCall parts. This is required for tools to work "
        "correctly, and missing thought_signature may lead to degraded model performance. Additional data, function "
        "call `default_api:{name}` , position {position}. Please refer to "
        "https://ai.google.dev/gemini-api/docs/thought-signatures for more details.",
        type=None,
        code=400,
        defaults={"name": "get_weather", "position": 2},
        layout=_gemini("INVALID_ARGUMENT"),
    ),
    NamedError(
        "gemini_resource_exhausted",
        429,
        "Gemini's rate limit or quota.",
        "Resource has been exhausted (e.g. check quota).",
        type=None,
        code=429,
        layout=_gemini("RESOURCE_EXHAUSTED"),
        evidence="unverified",
    ),
    NamedError(
        "gemini_overloaded",
        503,
        "Gemini's model has more requests than it can serve.",
        "The model is overloaded. Please try again later.",
        type=None,
        code=503,
        layout=_gemini("UNAVAILABLE"),
        evidence="unverified",
    ),
)

_ANTHROPIC_ERRORS = (
    NamedError(
        "anthropic_overloaded",
        529,
        "Anthropic has more requests than it can serve.",
        "Overloaded",
        type="overloaded_error",
        headers=(("request-id", "{request_id}"),),
        layout=_ANTHROPIC,
        pretty=False,
        evidence="documented",
    ),
    NamedError(
        "anthropic_version_missing",
        400,
        "Anthropic's own API is called without its version header.",
        "anthropic-version: header is required",
        headers=(("request-id", "{request_id}"),),
        layout=_ANTHROPIC,
        pretty=False,
    ),
)

ERRORS = (*_OPENROUTER, *_GROQ, *_DEEPSEEK, *_MISTRAL, *_GEMINI, *_ANTHROPIC_ERRORS)
