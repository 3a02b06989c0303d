"""What the API refuses in the body of a request for a response, beyond the types of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from mockai.api_errors import NAMES, ErrorReply, RequestRefused, kind_of, named
from mockai.endpoints.base import Serving
from mockai.endpoints.item_checks import check_input_items
from mockai.endpoints.json_values import object_of
from mockai.endpoints.tool_checks import check_responses_format, check_responses_tools
from mockai.request import APIRequest
from mockai.validation.bodies import BodyCheck
from mockai.validation.rules import Body, Rules
from mockai.validation.spelling import hint

__all__ = ["check_body", "check_compacted", "check_counted", "check_exclusive", "check_says_something"]

_WITHOUT_INPUT = ("previous_response_id", "prompt", "conversation")
_ROLES = frozenset({"assistant", "system", "developer", "user"})


def check_exclusive(request: APIRequest, serving: Serving) -> None:
    """A response continues another one or a conversation, not both."""
    if request.body.get("previous_response_id") and request.body.get("conversation"):
        raise RequestRefused(named("mutually_exclusive_parameters"))


def check_says_something(request: APIRequest, serving: Serving) -> None:
    """There is something to answer."""
    body = request.body
    if body.get("input") in ("", []) and not any(body.get(key) for key in _WITHOUT_INPUT):
        raise RequestRefused(named("responses_empty_input"))


# ------------------------------------------------------------------------------------ what must be there


def _no_messages(body: Body) -> None:
    if "messages" in body:
        raise RequestRefused(named("responses_messages_sent"))


def _model(body: Body) -> None:
    """The model is a text; a stored prompt brings its own."""
    if "model" in body:
        _named_model(body)
    elif not body.get("prompt"):
        raise RequestRefused(named("responses_missing_model"))


def _named_model(body: Body) -> None:
    model = body.get("model", "gpt-4o")
    if not isinstance(model, str):
        raise RequestRefused(named("responses_null_model", got=None if model is None else kind_of(model)))
    if not model:
        raise RequestRefused(named("model_not_found_responses", model=""))


def _some_input(body: Body) -> None:
    if body.get("input") is None and not any(body.get(key) for key in _WITHOUT_INPUT):
        raise RequestRefused(named("responses_missing_input"))


# --------------------------------------------------------------------------------------------- items


def _input(request: APIRequest, serving: Serving) -> None:
    written = request.body["input"]
    for at, item in enumerate(written if isinstance(written, list) else ()):
        _check_item(item, f"input[{at}]")


def _check_item(item: Mapping[str, Any], where: str) -> None:
    kind = item.get("type")
    if kind is None and "id" in item and "role" not in item:
        return  # a reference may leave out its type
    if kind in (None, "message"):
        role = item.get("role", "")
        if not isinstance(role, str) or role not in _ROLES:
            raise RequestRefused(named("responses_invalid_role", param=where, value=role))
        if role != "assistant" and "phase" in item:
            raise RequestRefused(_unknown(f"{where}.phase", {}, ()))
        _check_parts(item.get("content"), role, f"{where}.content")


def _check_parts(content: Any, role: str, where: str) -> None:
    name = "responses_invalid_assistant_part" if role == "assistant" else "responses_invalid_user_part"
    for at, part in enumerate(content if isinstance(content, list) else ()):
        kind = object_of(part).get("type")
        if kind not in _supported(name):
            raise RequestRefused(named(name, param=f"{where}[{at}]", value=kind))


def _supported(name: str) -> tuple[Any, ...]:
    supported: Iterable[Any] = NAMES[name].defaults["supported"]
    return tuple(supported)


# --------------------------------------------------------------------------------------------- rules


def _unknown(name: str, body: Body, known: Iterable[str]) -> ErrorReply:
    """The error for an unknown key, with those it may have been meant to be, unless they are there already."""
    meant = hint(name, (each for each in known if each not in body))
    return named("responses_unknown_parameter", param=name, hint=meant)


_NUMBER = {"anyOf": [{"type": "number"}, {"type": "null"}]}
_OPTIONAL_PARTS = ("input[].content[].annotations", "input[].content[].detail")
_PRESENCE: tuple[Callable[[Body], None], ...] = (_no_messages, _model, _some_input)
RULES = Rules(
    presence=_PRESENCE,
    order=(
        *("input", "previous_response_id", "moderation", "include", "tools", "tool_choice", "metadata", "text"),
        *(
            "temperature",
            "top_p",
            "presence_penalty",
            "frequency_penalty",
            "parallel_tool_calls",
            "stream",
            "stream_options",
        ),
        *("background", "max_output_tokens", "max_tool_calls", "reasoning", "user", "safety_identifier"),
        *("prompt_cache_options", "prompt_cache_key", "prompt_cache_retention", "truncation", "instructions"),
        *("store", "service_tier", "top_logprobs", "context_management"),
    ),
    also={
        "input": (_input, check_input_items),
        "tools": (check_responses_tools,),
        "text": (check_responses_format,),
    },
    own=frozenset({"model", "input[].role"}),
    optional=frozenset({"tools[].parameters", "tools[].strict", *_OPTIONAL_PARTS}),
    extra={"input[].status": {}, "presence_penalty": _NUMBER, "frequency_penalty": _NUMBER},
    expected={
        "input": "one of a string or array of input items",
        "input[]": "an input item",
        "tools": "an array of tools",
        "tool_choice": "one of an object or 'none', 'auto', or 'required'",
    },
    supported={
        "input[].type": _supported("responses_invalid_item_type"),
        "input[].content[].type": _supported("responses_invalid_part"),
        "text.format.type": ("json_object", "text", "json_schema"),
        "reasoning.summary": ("concise", "detailed", "auto"),
    },
    outside=frozenset({"input[].type"}),
    unknown=_unknown,
)
"""In the order of the API, measured on gpt-5.6."""

check_body = BodyCheck("POST", "/responses", RULES)
_UNASKED = replace(RULES, also={"input": (_input,)})
check_counted = BodyCheck("POST", "/responses/input_tokens", replace(_UNASKED, presence=(_named_model,)))
check_compacted = BodyCheck("POST", "/responses/compact", _UNASKED)
