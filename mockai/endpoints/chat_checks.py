"""What the API refuses in the body of a request for a completion, beyond the types of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.json_values import object_of
from mockai.request import APIRequest
from mockai.validation.bodies import BodyCheck
from mockai.validation.rules import Body, Rules

__all__ = ["check_body", "check_results"]

_MOST_LOGPROBS = 20


def check_results(request: APIRequest, serving: Serving) -> None:
    """Tool messages follow the calls they answer, and every call is answered before anyone else speaks."""
    asked, made = 0, _NONE
    open: dict[str | None, None] = {}
    for at, message in enumerate(request.messages):
        if message.role == "tool":
            if message.call_id is None:
                raise RequestRefused(named("missing_required_parameter", param=f"messages[{at}].tool_call_id"))
            if message.call_id not in made:
                raise RequestRefused(named("tool_message_without_call", param=f"messages.[{at}].role"))
            open.pop(message.call_id, None)
            continue
        if open:
            _refuse_open(open, asked)
        made = _NONE
        if message.calls:
            asked, made = at, frozenset(call.id for call in message.calls)
            open = {call.id: None for call in message.calls if call.id}
    _refuse_open(open, asked)


def _refuse_open(open: Mapping[str | None, None], at: int) -> None:
    if open:
        ids = ", ".join(filter(None, open))
        raise RequestRefused(named("unanswered_tool_calls", ids=ids, param=f"messages.[{at}].role"))


_NONE = frozenset[str | None]()

# ------------------------------------------------------------------------------------- fields


def _model(body: Body) -> None:
    model = body.get("model")
    if model is None or model == "":
        raise RequestRefused(named("missing_model"))
    if not isinstance(model, str):
        raise RequestRefused(named("invalid_json"))


def _tool_choice(body: Body) -> None:
    choice, tools = body["tool_choice"], body.get("tools")
    if not tools:
        raise RequestRefused(named("tool_choice_without_tools"))
    named_tool = object_of(choice)
    wanted = object_of(named_tool.get(str(named_tool.get("type")))).get("name")
    offered = [object_of(object_of(tool).get(str(object_of(tool).get("type")))).get("name") for tool in tools]
    if wanted is not None and wanted not in offered:
        raise RequestRefused(named("unknown_tool_choice", name=wanted))


def _top_logprobs(body: Body) -> None:
    if not body.get("logprobs"):
        raise RequestRefused(named("top_logprobs_without_logprobs"))
    if body["top_logprobs"] > _MOST_LOGPROBS:
        raise RequestRefused(named("top_logprobs_too_large", maximum=_MOST_LOGPROBS))


def _stream_options(body: Body) -> None:
    if not body.get("stream"):
        raise RequestRefused(named("stream_options_without_stream"))


def _response_format(body: Body) -> None:
    asked: Mapping[str, Any] = body["response_format"]
    if asked["type"] == "json_object" and not _says_json(body["messages"]):
        raise RequestRefused(named("json_word_missing"))


def _says_json(messages: Any) -> bool:
    return "json" in str([message.get("content") for message in messages]).lower()


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
        "tool_choice": _tool_choice,
        "top_logprobs": _top_logprobs,
        "stream_options": _stream_options,
        "response_format": _response_format,
    },
    optional=frozenset({"messages[].content", "messages[system].content"}),
    paths={"ChatCompletionSystemMessageParam": "messages[system]"},
    extra=frozenset({*_SENT_BACK, "messages[].name"}),
    open=frozenset({"messages[system].content[]"}),
    expected={"tools": "an array of tools"},
    supported={
        "messages[].role": ("system", "assistant", "user", "function", "tool", "developer"),
        "messages[].content[].type": ("text", "image_url", "input_audio", "refusal", "audio", "file"),
        "response_format.type": ("json_object", "json_schema", "text"),
    },
)
"""In the order of the API, measured on gpt-5.6. A message of the assistant is sent back with all that it came with,
any message may have a name, and parts of a system message may hold what other providers know."""

check_body = BodyCheck("POST", "/chat/completions", RULES)
