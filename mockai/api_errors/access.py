"""Errors before a model is asked: keys, organizations, addresses, models, and what became of quota and servers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockai.api_errors.base import NamedError, Slot
from mockai.wire import Headers

__all__ = ["ERRORS"]

_RETRY = (("retry-after", "{wait:seconds}"), ("retry-after-ms", "{wait:ms}"))
_LIMITS_PAGE = "Visit https://platform.openai.com/account/rate-limits to learn more."
_RATE = (
    "Rate limit reached for {model} in organization {organization} on {unit}: Limit {limit}, Used {used}, "
    f"Requested {{requested}}. Please try again in {{wait:wait}}. {_LIMITS_PAGE}"
)
_SCOPES = (
    "You have insufficient permissions for this operation. Missing scopes: {scope}. Check that you have the correct "
    "role in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a restricted "
    "API key, that it has the necessary scopes."
)


def _told(unit: str) -> Headers:
    """The headers that tell how the limit stands that an error is about."""
    return (
        (f"x-ratelimit-limit-{unit}", "{limit}"),
        (f"x-ratelimit-remaining-{unit}", "{remaining}"),
        (f"x-ratelimit-reset-{unit}", "{reset:wait}"),
    )


def _remaining(values: Mapping[str, Any]) -> int:
    limit, used = (_number(values.get(name)) for name in ("limit", "used"))
    return max(0, math.floor(limit - used))


def _reset(values: Mapping[str, Any]) -> float:
    """In how many seconds all of it is there again, if what is missing for the request takes the wait."""
    limit, used, requested, wait = (_number(values.get(name)) for name in ("limit", "used", "requested", "wait"))
    missing = used + requested - limit
    return round(used * wait / missing, 3) if missing > 0 else wait


def _number(value: Any) -> float:
    """A number as it may be written; 0 for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return max(0.0, number) if math.isfinite(number) else 0.0


_STANDING = {"remaining": _remaining, "reset": _reset}


def _audio_limit(name: str, unit: str, limit: int, used: int, requested: int, wait: float) -> NamedError:
    """A limit of recordings, in the words and by the headers of Groq; nobody has seen OpenAI's."""
    error = _rate_limit(name, unit, "seconds", limit, used, requested, wait)
    return replace(error, headers=(*_RETRY, *_told("audio-seconds")), evidence="unverified")


def _rate_limit(name: str, unit: str, kind: str, limit: int, used: int, requested: int, wait: float) -> NamedError:
    numbers = {"limit": limit, "used": used, "requested": requested, "wait": wait}
    return NamedError(
        name,
        429,
        f"Too many {unit}; `wait` is in seconds and also sets the retry-after headers.",
        _RATE.replace("{unit}", unit),
        type=kind,
        code="rate_limit_exceeded",
        defaults=numbers,
        derived=_STANDING,
        headers=(*_RETRY, *_told(kind)),
    )


_KEYS = (
    NamedError(
        "missing_api_key",
        401,
        "The request has no API key.",
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
        "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing "
        "the API from your browser and are prompted for a username and password. You can obtain an API key from "
        "https://platform.openai.com/account/api-keys.",
    ),
    NamedError(
        "invalid_api_key",
        401,
        "The API key is wrong; `key` is masked as the API does.",
        "Incorrect API key provided: {key:masked}. You can find your API key at "
        "https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
        defaults={"key": "sk-foobar"},
    ),
    NamedError(
        "mismatched_organization",
        401,
        "The organization header names another organization than the key's.",
        "OpenAI-Organization header should match organization for API key",
        code="mismatched_organization",
    ),
    NamedError(
        "mismatched_project",
        401,
        "The project header names another project than the key's.",
        "OpenAI-Project header should match project for API key",
        code="mismatched_project",
    ),
    NamedError(
        "account_deactivated",
        401,
        "The key belongs to an account that was closed.",
        "The OpenAI account associated with this API key has been deactivated. If you are the developer for this "
        "OpenAI app, please check your email for more information. If you are seeing this error while using another "
        "app or site, please reach out to them for more help.",
        code="account_deactivated",
    ),
    NamedError(
        "invalid_organization",
        401,
        "The organization header names no organization.",
        "No such organization: {organization}.",
        code="invalid_organization",
        evidence="unverified",  # the text is seen, the code is not certain
    ),
    NamedError(
        "missing_scope",
        401,
        "A restricted key lacks the scope.",
        _SCOPES,
        code="missing_scope",
        defaults={"scope": "model.request"},
        evidence="unverified",  # the text is seen, and 401 more often than 403; type and code are not certain
    ),
    NamedError(
        "missing_scope_administration",
        403,
        "A key that is no admin key is used on an endpoint of administration, where the error is a mere text.",
        _SCOPES,
        type=None,
        layout={"error": Slot.MESSAGE},
        defaults={"scope": "api.management.read"},
    ),
    NamedError(
        "unsupported_country_region_territory",
        403,
        "The client's country is not served.",
        "Country, region, or territory not supported",
        type="request_forbidden",
        code="unsupported_country_region_territory",
        layout={"error": {"code": Slot.CODE, "message": Slot.MESSAGE, "param": Slot.PARAM, "type": Slot.TYPE}},
    ),
)

_MODELS = (
    NamedError(
        "model_not_found",
        404,
        "A model unknown to chat or embeddings, or closed to the key.",
        "The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
    ),
    NamedError(
        "model_retired",
        404,
        "A model that is no longer served.",
        "The model `{model}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations",
        code="model_not_found",
        defaults={"model": "text-davinci-003"},
    ),
    NamedError(
        "model_not_found_retrieve",
        404,
        "An unknown model is retrieved: GET /models/{model}.",
        "The model '{model}' does not exist",
        param="model",
        code="model_not_found",
    ),
    NamedError(
        "model_not_found_responses",
        400,
        "A model unknown to the Responses API, which answers 400.",
        "The requested model '{model}' does not exist.",
        param="model",
        code="model_not_found",
    ),
    NamedError(
        "project_model_not_allowed",
        403,
        "The key's project may not use the model.",
        "Project `{project}` does not have access to model `{model}`",
        code="model_not_found",
    ),
    NamedError(
        "chat_model_in_completions",
        404,
        "A chat model is asked for at /completions.",
        "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use "
        "v1/chat/completions?",
        param="model",
    ),
    NamedError(
        "completion_model_in_chat",
        404,
        "A model that cannot chat is asked for at /chat/completions.",
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use "
        "v1/completions?",
        param="model",
    ),
    NamedError(
        "chat_model_in_embeddings",
        403,
        "A model that makes no embeddings is asked for them.",
        "You are not allowed to generate embeddings from this model",
    ),
    NamedError(
        "not_allowed_to_sample",
        403,
        "A model is asked for what it does not do: one of embeddings to chat, one that chats to speak.",
        "You are not allowed to sample from this model",
    ),
    NamedError(
        "model_not_in_responses",
        400,
        "A model is asked for at /responses that is not served there.",
        "The requested model '{model}' cannot be used with the Responses API.",
        param="model",
        code="unsupported_model",
        defaults={"model": "gpt-audio-mini"},
        evidence="unverified",
    ),
    NamedError(
        "responses_model_in_chat",
        404,
        "A model of the Responses API is asked for at /chat/completions.",
        "This model is only supported in v1/responses and not in v1/chat/completions.",
        param="model",
    ),
)

_ADDRESSES = (
    NamedError(
        "unknown_url",
        404,
        "No such path.",
        "Unknown request URL: {method} {path}. Please check the URL for typos, or see the docs at "
        "https://platform.openai.com/docs/api-reference/.",
        code="unknown_url",
        content_type="application/json; charset=utf-8",
        defaults={"path": "/chat/completion"},
    ),
    NamedError(
        "invalid_url",
        404,
        "No such path, in the older wording.",
        "Invalid URL ({method} {path})",
        content_type="application/json; charset=utf-8",
        defaults={"path": "/v1/foo"},
    ),
    NamedError(
        "not_found_empty",
        404,
        "No such path, without a body: /images/variations and some others.",
        "",
        type=None,
        body="",
        content_type=None,
    ),
    NamedError(
        "method_not_supported",
        405,
        "The path does not take this method.",
        "Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)",
        code="method_not_supported",
        defaults={"method": "GET"},
        evidence="unverified",
    ),
)

_LIMITS = (
    _rate_limit("rate_limit_exceeded", "tokens per min (TPM)", "tokens", 30000, 29937, 385, 0.644),
    _rate_limit("rate_limit_requests", "requests per min (RPM)", "requests", 3, 3, 1, 20),
    _rate_limit("rate_limit_tokens_day", "tokens per day (TPD)", "tokens", 90000, 89998, 21, 18.24),
    _rate_limit("rate_limit_requests_day", "requests per day (RPD)", "requests", 200, 200, 1, 432),
    replace(
        _rate_limit("rate_limit_images", "images per min (IPM)", "images", 5, 5, 1, 12),
        evidence="unverified",
    ),
    _audio_limit("rate_limit_audio", "seconds of audio per min (ASPM)", 600, 590, 30, 2),
    _audio_limit("rate_limit_audio_hour", "seconds of audio per hour (ASPH)", 7200, 5956, 2336, 546),
    _audio_limit("rate_limit_audio_day", "seconds of audio per day (ASPD)", 28800, 28790, 30, 60),
    replace(
        _rate_limit("rate_limit_audio_megabytes", "megabytes of audio per min (AMPM)", "megabytes", 100, 95, 10, 3),
        headers=_RETRY,
        evidence="unverified",
    ),
    NamedError(
        "audio_above_rate_limit",
        429,
        "One recording is longer than a whole limit; waiting does not help.",
        "Request too large for {model} in organization {organization} on {unit}: Limit {limit}, Requested {requested}. "
        f"The audio must be shorter in order to run successfully. {_LIMITS_PAGE}",
        type="seconds",
        code="rate_limit_exceeded",
        defaults={"unit": "seconds of audio per min (ASPM)", "limit": 600, "requested": 1200},
        derived=_STANDING,
        headers=_told("audio-seconds"),
        evidence="unverified",
    ),
    NamedError(
        "tokens_above_rate_limit",
        429,
        "One request is larger than a minute's tokens; waiting does not help, yet clients retry it.",
        "Request too large for {model} in organization {organization} on {unit}: Limit {limit}, "
        "Requested {requested}. The input or output tokens must be reduced in order to run successfully. "
        f"{_LIMITS_PAGE}",
        type="tokens",
        code="rate_limit_exceeded",
        defaults={"unit": "tokens per min (TPM)", "limit": 30000, "requested": 30601},
        derived=_STANDING,
        headers=_told("tokens"),
    ),
    NamedError(
        "rate_limit_concurrent",
        429,
        "Too many requests at the same time; nobody can say how long the others will take.",
        "Rate limit reached for {model} in organization {organization} on concurrent requests: Limit {limit}, Used "
        f"{{used}}, Requested 1. Please try again later. {_LIMITS_PAGE}",
        type="requests",
        code="rate_limit_exceeded",
        defaults={"limit": 5, "used": 5},
        evidence="unverified",
    ),
    NamedError(
        "insufficient_quota",
        429,
        "The credit is used up; clients retry it in vain, for there is no retry-after.",
        "You exceeded your current quota, please check your plan and billing details. For more information on this "
        "error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        type="insufficient_quota",
        code="insufficient_quota",
    ),
    NamedError(
        "billing_hard_limit_reached",
        400,
        "The organization's spending cap is reached.",
        "Billing hard limit has been reached",
        code="billing_hard_limit_reached",
    ),
)

_SERVERS = (
    NamedError(
        "server_error",
        500,
        "The API failed.",
        "The server had an error while processing your request. Sorry about that!",
        type="server_error",
    ),
    NamedError(
        "server_error_long",
        500,
        "The API failed, in the longer wording.",
        "The server had an error processing your request. Sorry about that! You can retry your request, or contact "
        "us through our help center at help.openai.com if you keep seeing this error. (Please include the request "
        "ID {request_id} in your email.)",
        type="server_error",
    ),
    NamedError(
        "overloaded",
        503,
        "The model has more requests than it can serve.",
        "That model is currently overloaded with other requests. You can retry your request, or contact us through "
        "our help center at help.openai.com if the error persists. (Please include the request ID "
        "{request_id:bare} in your message.)",
        type="server_error",
    ),
    NamedError(
        "server_is_overloaded",
        503,
        "The servers have more requests than they can serve; known as an error event of a Responses stream.",
        "Our servers are currently overloaded. Please try again later.",
        type="service_unavailable_error",
        code="server_is_overloaded",
        evidence="unverified",  # as an event it is measured, as a reply with this status it is not
    ),
)

ERRORS = (*_KEYS, *_MODELS, *_ADDRESSES, *_LIMITS, *_SERVERS)
