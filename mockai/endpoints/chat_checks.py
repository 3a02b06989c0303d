"""What the API refuses in the body of a request for a completion, beyond the types of its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.json_values import object_of, objects_of
from mockai.endpoints.message_checks import check_message, check_results
from mockai.endpoints.model_checks import (
    check_beside_tools,
    check_choices,
    check_contents_taken,
    check_effort,
    check_format,
    check_roles,
    check_top_logprobs,
    keeps_cache,
    unknown_parameters,
    unsupported,
)
from mockai.endpoints.tool_checks import check_chat_format, check_chat_tools, check_functions
from mockai.request import APIRequest
from mockai.validation.bodies import BodyCheck
from mockai.validation.rules import Body, Rules

__all__ = ["check_body"]


def _model(body: Body) -> None:
    model = body.get("model")
    if model is None or model == "":
        raise RequestRefused(named("missing_model"))
    if not isinstance(model, str):
        raise RequestRefused(named("invalid_json"))


def _tool_choice_names_something(request: APIRequest, serving: Serving) -> None:
    choice = request.body["tool_choice"]
    if (
        isinstance(choice, dict)
        and choice.get("type") not in (None, "allowed_tools", "custom")
        and "function" not in choice
    ):
        raise RequestRefused(named("missing_required_parameter", param="tool_choice.function"))


def _tool_choice(request: APIRequest, serving: Serving) -> None:
    body = request.body
    if not body.get("tools"):
        raise RequestRefused(named("tool_choice_without_tools"))
    named_tool = object_of(body["tool_choice"])
    wanted = object_of(named_tool.get(str(named_tool.get("type")))).get("name")
    offered = [object_of(tool.get(str(tool.get("type")))).get("name") for tool in objects_of(body["tools"])]
    if wanted is not None and wanted not in offered:
        raise RequestRefused(named("unknown_tool_choice", name=wanted))


def _top_logprobs(request: APIRequest, serving: Serving) -> None:
    if not request.body.get("logprobs"):
        raise RequestRefused(named("top_logprobs_without_logprobs"))
    check_top_logprobs(request, serving)


def _stream_options(request: APIRequest, serving: Serving) -> None:
    if not request.body.get("stream"):
        raise RequestRefused(named("stream_options_without_stream"))


def _json_word(request: APIRequest, serving: Serving) -> None:
    asked, messages = request.body["response_format"], objects_of(request.body.get("messages"))
    if asked["type"] == "json_object" and not _says_json(messages):
        raise RequestRefused(named("json_word_missing"))


def _known_retention(request: APIRequest, serving: Serving) -> None:
    written = request.body["prompt_cache_retention"]
    if isinstance(written, str) and written not in ("in_memory", "24h"):
        raise RequestRefused(named("invalid_prompt_cache_retention"))


def _prompt_cache_retention(request: APIRequest, serving: Serving) -> None:
    if not keeps_cache(request, serving):
        raise RequestRefused(named("prompt_cache_retention_unsupported"))


def _says_json(messages: Sequence[Mapping[str, Any]]) -> bool:
    return "json" in str([message.get("content") for message in messages]).lower()


_UNSUPPORTED = ("max_tokens", "logit_bias", "stop", "prediction", "web_search_options")
_SENT_BACK = (
    *("messages[].annotations", "messages[].reasoning_content"),
    *("messages[].audio.data", "messages[].audio.expires_at", "messages[].audio.transcript"),
)
RULES = Rules(
    presence=(_model,),
    order=(
        *("messages", "functions", "function_call", "tools", "tool_choice", "parallel_tool_calls"),
        *("max_completion_tokens", "n", "temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs"),
        *("top_logprobs", "user", "seed", "moderation", "safety_identifier", "prompt_cache_options"),
        *("prompt_cache_key", "prompt_cache_retention", "response_format", "service_tier", "max_tokens"),
        *("reasoning_effort", "logit_bias", "stop", "stream", "stream_options", "store", "metadata", "prediction"),
        "verbosity",
    ),
    also={
        "messages": (check_roles, check_contents_taken, check_results),
        "functions": (check_functions,),
        "tools": (unsupported("tools"), check_chat_tools),
        "tool_choice": (_tool_choice,),
        "parallel_tool_calls": (unsupported("parallel_tool_calls"), check_beside_tools),
        "n": (check_choices,),
        "top_logprobs": (_top_logprobs,),
        "response_format": (check_chat_format, check_format, _json_word),
        "prompt_cache_retention": (_prompt_cache_retention,),
        "reasoning_effort": (unsupported("reasoning_effort"),),
        "stream_options": (_stream_options,),
        **{name: (unsupported(name),) for name in _UNSUPPORTED},
    },
    before={
        "tool_choice": (_tool_choice_names_something,),
        "prompt_cache_retention": (_known_retention,),
        "reasoning_effort": (check_effort,),
    },
    not_null={"messages": "an array of objects"},
    beyond={"messages[]": check_message},
    needed=frozenset({"response_format.json_schema.schema"}),
    optional=frozenset({"messages[].content", "messages[system].content"}),
    paths={"ChatCompletionSystemMessageParam": "messages[system]"},
    extra={name: {} for name in (*_SENT_BACK, "messages[].name")},
    open=frozenset({"messages[system].content[]"}),
    expected={"service_tier": "one of 'auto', 'default', 'fast', 'flex', or 'priority'"},
    supported={
        "messages[].role": ("system", "assistant", "user", "function", "tool", "developer"),
        "messages[].content[].type": ("text", "image_url", "input_audio", "refusal", "audio", "file"),
        "service_tier": ("auto", "default", "fast", "flex", "priority"),
        "response_format.type": ("json_object", "json_schema", "text"),
    },
    unknown_to=unknown_parameters,
)
"""In the order of the API, measured on gpt-5.6. A message of the assistant is sent back with all that it came with,
any message may have a name, and parts of a system message may hold what other providers know."""

check_body = BodyCheck("POST", "/chat/completions", RULES)
