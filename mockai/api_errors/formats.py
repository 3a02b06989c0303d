"""Errors of chat completions: what is wrong with the tools, the response format, the stream and other options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors.base import Evidence, NamedError

__all__ = ["ERRORS"]

_FAULTS: tuple[tuple[str, str, Mapping[str, Any], Evidence], ...] = (
    (
        "additional_properties",
        "In context=(), 'additionalProperties' is required to be supplied and to be false.",
        {},
        "measured",
    ),
    (
        "required",
        "In context=(), 'required' is required to be supplied and to be an array including every key in properties. "
        "Missing '{key}'.",
        {"key": "a"},
        "measured",
    ),
    ("type", "In context=('properties', '{key}'), schema must have a 'type' key.", {"key": "a"}, "measured"),
    ("properties", "In context=(), object schema missing properties.", {}, "measured"),
    (
        "enum_values",
        "Expected at most 1000 enum values in total within a single schema when using structured outputs, but received "
        "{count}. Consider reducing the number of enums, or use 'strict: false' to opt out of structured outputs.",
        {"count": 1008},
        "measured",
    ),
    (
        "enum_length",
        "Expected at most 15000 total characters across enum values when there are more than 250 enum values, but "
        "received {length}. Consider reducing the number of enums, or opt out of structured outputs by setting "
        "'strict: false'.",
        {"length": 15342},
        "unverified",  # the limit is documented, the text was reported once and at second hand
    ),
    (
        "string_length",
        "Expected at most 120000 total characters across property names, definition names, enum values, and const "
        "values, but received {length}.",
        {"length": 120001},
        "unverified",  # the limit is documented, the text is not known
    ),
)
"""What a strict schema may have wrong: its name, the sentence, what the sentence takes, how sure it is."""


def _schema_errors() -> tuple[NamedError, ...]:
    """The same faults of a strict schema, in a response format and in a tool."""
    of_format = (
        NamedError(
            f"format_schema_{fault}",
            400,
            f"A strict response format whose schema is faulty: {fault}.",
            f"Invalid schema for response_format '{{name}}': {text}",
            param="response_format",
            defaults=values,
            evidence=evidence,
        )
        for fault, text, values, evidence in _FAULTS
    )
    of_tool = (
        NamedError(
            f"tool_schema_{fault}",
            400,
            f"A strict tool whose schema is faulty: {fault}.",
            f"Invalid schema for function '{{name}}': {text}",
            param="{param}",
            code="invalid_function_parameters",
            defaults={**values, "name": "get_weather", "param": "tools[0].function.parameters"},
            evidence=evidence,
        )
        for fault, text, values, evidence in _FAULTS
    )
    return (*of_format, *of_tool)


_TOOLS = (
    NamedError(
        "tool_choice_without_tools",
        400,
        "`tool_choice` without `tools`.",
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
        param="tool_choice",
    ),
    NamedError(
        "parallel_tool_calls_without_tools",
        400,
        "`parallel_tool_calls` without `tools`.",
        "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
        param="parallel_tool_calls",
    ),
    NamedError(
        "invalid_tool_choice",
        400,
        "`tool_choice` is an unknown word.",
        "Invalid value: '{value:echo}'. Supported values are: 'none', 'auto', and 'required'.",
        param="tool_choice",
        code="invalid_value",
        defaults={"value": "bogus"},
    ),
    NamedError(
        "unknown_tool_choice",
        400,
        "`tool_choice` names a tool that is not offered (the API speaks of functions here).",
        "Invalid value for 'function_call': no function named '{name}' was specified in the 'functions' parameter.",
        param="function_call",
        defaults={"name": "x"},
    ),
    NamedError(
        "missing_tool_function",
        400,
        "A tool lacks its function.",
        "Missing required parameter: '{param}'.",
        param="{param}",
        code="missing_required_parameter",
        defaults={"param": "tools[0].function"},
    ),
    NamedError(
        "missing_tool_name",
        400,
        "A tool lacks its name.",
        "Missing required parameter: '{param}'.",
        param="{param}",
        code="missing_required_parameter",
        defaults={"param": "tools[0].function.name"},
    ),
    NamedError(
        "empty_tool_name",
        400,
        "A tool's name is empty.",
        "Invalid '{param}': empty string. Expected a string with minimum length 1, but got an empty string instead.",
        param="{param}",
        code="empty_string",
        defaults={"param": "tools[0].function.name"},
    ),
    NamedError(
        "too_many_tools",
        400,
        "More than 128 tools.",
        "Invalid 'tools': array too long. Expected an array with maximum length {maximum}, but got an array with "
        "length {length} instead.",
        param="tools",
        code="array_above_max_length",
        defaults={"maximum": 128, "length": 325},
    ),
    NamedError(
        "tools_with_reasoning",
        400,
        "Tools are offered over chat to a model that reasons (gpt-5.4 and later).",
        "Function tools with reasoning_effort are not supported for {model} in /v1/chat/completions. To use function "
        "tools, use /v1/responses or set reasoning_effort to 'none'.",
        param="reasoning_effort",
        defaults={"model": "gpt-5.6-terra"},
    ),
    NamedError(
        "tool_message_without_call",
        400,
        "A tool message does not follow a tool call.",
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        param="{param}",
        defaults={"param": "messages.[3].role"},
    ),
    NamedError(
        "unanswered_tool_calls",
        400,
        "A tool call is not followed by its result; `ids` are the calls left open.",
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        "The following tool_call_ids did not have response messages: {ids}",
        param="{param}",
        defaults={"ids": "call_x, call_y"},
    ),
)

_FORMAT = (
    NamedError(
        "json_word_missing",
        400,
        "`response_format: json_object` and no message says JSON.",
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        param="messages",
    ),
    NamedError(
        "missing_response_format",
        400,
        "A part of `response_format` is missing: its type, json_schema, or that one's name or schema.",
        "Missing required parameter: '{param}'.",
        param="{param}",
        code="missing_required_parameter",
        defaults={"param": "response_format.json_schema"},
    ),
    NamedError(
        "invalid_response_format",
        400,
        "`response_format` has an unknown type.",
        "Invalid value: '{value:echo}'. Supported values are: 'json_object', 'json_schema', and 'text'.",
        param="response_format.type",
        code="invalid_value",
        defaults={"value": "bogus"},
    ),
    NamedError(
        "unsupported_response_format",
        400,
        "A response format that the model does not offer.",
        "Invalid parameter: 'response_format' of type '{kind}' is not supported with this model.{more}",
        defaults={
            "kind": "json_schema",
            "more": " Learn more about supported models at the Structured Outputs guide: "
            "https://platform.openai.com/docs/guides/structured-outputs",
        },
    ),
    *_schema_errors(),
)

_OPTIONS = (
    NamedError(
        "stream_options_without_stream",
        400,
        "`stream_options` without `stream: true`.",
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
        param="stream_options",
    ),
    NamedError(
        "unverified_organization",
        400,
        "The model streams to verified organizations only.",
        "Your organization must be verified to stream this model. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just "
        "verified, it can take up to 15 minutes for access to propagate.",
        param="stream",
        code="unsupported_value",
    ),
    NamedError(
        "web_search_unsupported",
        400,
        "`web_search_options` for a model that cannot search.",
        "Web search options not supported with this model.",
        param="web_search_options",
    ),
    NamedError(
        "prompt_cache_retention_unsupported",
        400,
        "A cache retention the model does not offer.",
        "This model is compatible only with 24h extended prompt caching",
        param="prompt_cache_retention",
    ),
    NamedError(
        "invalid_prompt_cache_retention",
        400,
        "A cache retention that is none.",
        "Invalid prompt_cache_retention argument",
        param="prompt_cache_retention",
    ),
    NamedError(
        "metadata_without_store",
        400,
        "`metadata` without `store: true`, in the older API.",
        "The 'metadata' parameter is only allowed when 'store' is enabled.",
        param="metadata",
        evidence="unverified",
    ),
)

ERRORS = (*_TOOLS, *_FORMAT, *_OPTIONS)
