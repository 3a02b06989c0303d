"""Errors of what conversations are made of: calls, contents, ids, and schemas outside the subset."""

from __future__ import annotations

from mockai.api_errors.base import NamedError

__all__ = ["ERRORS"]

_IMAGE = (
    "Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), "
)
_SEEN = "but got unsupported MIME type '{seen}'."

_CONVERSATION = (
    NamedError(
        "duplicate_tool_call_id",
        400,
        "Two calls of one message have the same id.",
        "Duplicate value for 'tool_call_id' of {id} in message[{at}]",
        defaults={"id": "call_x", "at": 2},
        evidence="unverified",  # the text is that of an API like OpenAI's
    ),
    NamedError(
        "invalid_part_type",
        400,
        "A content part of chat has an unknown type.",
        "Invalid value: '{value:echo}'. Supported values are: {supported:listed}.",
        param="{param}",
        code="invalid_value",
        defaults={
            "param": "messages[0].content[0].type",
            "value": "image",
            "supported": ("text", "image_url", "input_audio", "refusal", "audio", "file"),
        },
    ),
    NamedError(
        "invalid_item_id",
        400,
        "An input item has the id of another kind of item, or none that the API gave.",
        "Invalid '{param}': '{value}'. Expected an ID that begins with '{prefix}'.",
        param="{param}",
        code="invalid_value",
        defaults={"param": "input[3].id", "value": "__fake_id__", "prefix": "fc"},
    ),
    NamedError(
        "duplicate_item",
        400,
        "Two input items have the same id.",
        "Duplicate item found with id {id}. Remove duplicate items from your input and try again.",
        param="input",
        defaults={"id": "fc_x"},
    ),
)

_CONTENTS = (
    NamedError(
        "invalid_url_format",
        400,
        "An image's URL is none.",
        "Invalid '{param}'. Expected a valid URL, but got a value with an invalid format.",
        param="{param}",
        code="invalid_value",
        defaults={"param": "input[0].content[1].image_url"},
    ),
    NamedError(
        "invalid_image_mime",
        400,
        "A data URL in a message of chat holds no image.",
        "Invalid image URL: '{param}'. " + _IMAGE + _SEEN,
        param="{param}",
        code="invalid_value",
        defaults={"param": "messages[0].content[1].image_url.url", "seen": "application/pdf"},
    ),
    NamedError(
        "responses_invalid_image_mime",
        400,
        "A data URL in an input item holds no image.",
        "Invalid '{param}'. " + _IMAGE + _SEEN,
        param="{param}",
        code="invalid_value",
        defaults={"param": "input[0].content[1].image_url", "seen": "text/markdown"},
    ),
    NamedError(
        "responses_empty_image",
        400,
        "A data URL in an input item holds nothing.",
        "Invalid '{param}'. " + _IMAGE + "but got empty base64-encoded bytes.",
        param="{param}",
        code="invalid_value",
        defaults={"param": "input[0].content[1].image_url"},
    ),
    NamedError(
        "invalid_base64_image",
        400,
        "A data URL is not base64.",
        "Invalid base64 image_url.",
        evidence="unverified",  # the text is seen, the code not always the same
    ),
    NamedError(
        "invalid_file_mime",
        400,
        "A file in a message is no PDF.",
        "Invalid file data: '{param}'. Expected a base64-encoded data URL with an application/pdf MIME type (e.g. "
        "'data:application/pdf;base64,SGVsbG8sIFdvcmxkIQ=='), " + _SEEN,
        param="{param}",
        code="invalid_value",
        defaults={"param": "messages[0].content[1].file.file_data", "seen": "text/plain"},
    ),
    NamedError(
        "invalid_file_id",
        400,
        "A message refers to a file that was never uploaded.",
        "No such File object: {id}",
        param="{param}",
        defaults={"param": "messages[0].content[1].file.file_id", "id": "file-x"},
        evidence="unverified",
    ),
)

_SCHEMAS = (
    NamedError(
        "invalid_format_schema",
        400,
        "The schema of a strict response format is outside the subset: `fault` says how.",
        "Invalid schema for response_format '{name}': {fault}",
        param="response_format",
        defaults={"fault": "In context=(), 'oneOf' is not permitted."},
    ),
    NamedError(
        "responses_invalid_format_schema",
        400,
        "The schema of a strict `text.format` is outside the subset: `fault` says how.",
        "Invalid schema for response_format '{name}': {fault}",
        param="text.format.schema",
        code="invalid_json_schema",
        defaults={"fault": "In context=(), 'oneOf' is not permitted."},
    ),
    NamedError(
        "invalid_tool_schema",
        400,
        "The parameters of a function are no schema that the API takes: `fault` says why.",
        "Invalid schema for function '{name}': {fault}",
        param="{param}",
        code="invalid_function_parameters",
        defaults={
            "name": "get_weather",
            "param": "tools[0].function.parameters",
            "fault": "In context=('properties', 'domain'), array schema missing items.",
        },
    ),
)

ERRORS = (*_CONVERSATION, *_CONTENTS, *_SCHEMAS)
