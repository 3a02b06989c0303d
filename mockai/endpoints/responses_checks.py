"""What the API refuses in the body of a request for a response, beyond the types of its fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mockai.api_errors import NAMES, ErrorReply, RequestRefused, kind_of, named
from mockai.endpoints.base import Serving
from mockai.endpoints.item_checks import check_item
from mockai.endpoints.json_values import object_of
from mockai.endpoints.model_checks import keeps_cache
from mockai.endpoints.tool_checks import check_responses_format, check_responses_tools
from mockai.request import APIRequest
from mockai.validation.bodies import BodyCheck
from mockai.validation.rules import Body, Rules
from mockai.validation.spelling import hint
from mockai.validation.wrong import Wrong

__all__ = ["check_body", "check_compacted", "check_counted", "check_exclusive", "check_says_something"]

_WITHOUT_INPUT = ("previous_response_id", "prompt", "conversation")


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
    """There is an input, though it may be empty where a conversation goes on; a stored prompt brings its own."""
    if body.get("input") is not None or object_of(body.get("prompt")):
        return
    if "input" in body:
        raise Wrong("invalid_type", expected="a string", got=kind_of({})).at("input").refused()  # sic
    raise RequestRefused(named("responses_missing_input"))


def _something(body: Body) -> None:
    """There is something to compact."""
    if body.get("input") is None and not any(body.get(key) for key in _WITHOUT_INPUT):
        raise RequestRefused(named("responses_missing_input"))


def _prompt_cache_retention(request: APIRequest, serving: Serving) -> None:
    if not keeps_cache(request, serving):
        raise RequestRefused(named("responses_prompt_cache_retention_unsupported"))


# --------------------------------------------------------------------------------------------- rules


def _unknown(name: str, body: Body, known: Iterable[str]) -> ErrorReply:
    """The error for an unknown key, with those it may have been meant to be, unless they are there already."""
    meant = hint(name, (each for each in known if each not in body))
    return named("responses_unknown_parameter", param=name, hint=meant)


_NUMBER = {"anyOf": [{"type": "number"}, {"type": "null"}]}
_OPTIONAL_PARTS = ("input[].content[].annotations", "input[].content[].detail")
RULES = Rules(
    presence=(_no_messages, _model, _some_input),
    order=(
        *(
            "input",
            "previous_response_id",
            "prompt",
            "moderation",
            "include",
            "tools",
            "tool_choice",
            "metadata",
            "text",
        ),
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
        "tools": (check_responses_tools,),
        "text": (check_responses_format,),
        "prompt_cache_retention": (_prompt_cache_retention,),
    },
    beyond={"input[]": check_item},
    own=frozenset({"model", "input[].role"}),
    optional=frozenset({"tools[].parameters", "tools[].strict", *_OPTIONAL_PARTS}),
    extra={"input[].status": {}, "presence_penalty": _NUMBER, "frequency_penalty": _NUMBER},
    expected={
        "input": "one of a string or array of input items",
        "input[]": "an input item",
        "include": "an array of one of 'fil...lts', 'web...lts', 'web...ces', 'mes...url', 'com...url', 'cod...uts', "
        "'rea...ent', or 'mes...obs'",
        "tools": "an array of tools",
        "reasoning.effort": "one of one of 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', or 'max' or integer",
        "service_tier": "one of 'auto', 'default', 'fast', 'flex', or 'priority'",
        "tool_choice": "one of an object or 'none', 'auto', or 'required'",
    },
    supported={
        "input[].type": NAMES["responses_invalid_item_type"].defaults["supported"],
        "input[].content[].type": NAMES["responses_invalid_part"].defaults["supported"],
        "text.format.type": ("json_object", "text", "json_schema"),
        "service_tier": ("auto", "default", "fast", "flex", "priority"),
        "reasoning.summary": ("concise", "detailed", "auto"),
    },
    outside=frozenset({"input[].type"}),
    unknown=_unknown,
)
"""In the order of the API, measured on gpt-5.6."""

check_body = BodyCheck("POST", "/responses", RULES)
_UNASKED = replace(RULES, also={})
check_counted = BodyCheck("POST", "/responses/input_tokens", replace(_UNASKED, presence=(_named_model,)))
check_compacted = BodyCheck(
    "POST", "/responses/compact", replace(_UNASKED, presence=(_no_messages, _model, _something))
)
