"""Errors of chat completions: what is wrong with the messages, the sampling parameters, the length."""

from __future__ import annotations

from mockai.api_errors.base import NamedError

__all__ = ["ERRORS"]

_MISSING = "Missing required parameter: '{param}'."
_UNSUPPORTED = "Unsupported parameter: '{param}' is not supported with this model."
_TOO_LONG = "This model's maximum context length is {limit} tokens. However, "
_FUNCTION_LENGTH = "({prompt} in the messages, {functions} in the functions, {completion} in the completion)"

_BODY = (
    NamedError(
        "invalid_json",
        400,
        "The body is not JSON (or `model` is a number).",
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP "
        "library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have "
        "trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)",
    ),
    NamedError("missing_model", 400, "No `model` is given.", "you must provide a model parameter"),
)

_MESSAGES = (
    NamedError(
        "missing_messages",
        400,
        "No `messages` are given.",
        _MISSING,
        param="{param}",
        code="missing_required_parameter",
    ),
    NamedError(
        "missing_role",
        400,
        "A message has no role.",
        _MISSING,
        param="{param}",
        code="missing_required_parameter",
        defaults={"param": "messages[0].role"},
    ),
    NamedError(
        "invalid_role",
        400,
        "A message has an unknown role.",
        "Invalid value: '{value:echo}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and "
        "'developer'.",
        param="{param}",
        code="invalid_value",
        defaults={"param": "messages[0].role", "value": "bogus"},
    ),
    NamedError(
        "invalid_content",
        400,
        "A message's content is neither text nor parts.",
        "Invalid type for '{param}': expected one of a string or array of objects, but got {got} instead.",
        param="{param}",
        code="invalid_type",
        defaults={"param": "messages[0].content", "got": "an integer"},
    ),
    NamedError(
        "null_content",
        400,
        "A message's content is null, or not there.",
        "Invalid value for 'content': expected a string, got null.",
        param="{param}",
        defaults={"param": "messages.[1].content"},
    ),
    NamedError(
        "invalid_content_part",
        400,
        "A content part has a type this model cannot read.",
        "Invalid '{param}'. Content blocks are expected to be either text or image_url type.",
        param="{param}",
        code="invalid_value",
        defaults={"param": "messages[3]"},
    ),
    NamedError(
        "unsupported_image_content",
        400,
        "A message has an image, and the model does not see.",
        "Invalid content type. image_url is only supported by certain models.",
        param="{param}",
        defaults={"param": "messages.[0].content.[1].type"},
    ),
    NamedError(
        "content_too_long",
        400,
        "A message's text is too long to be read.",
        "Invalid '{param}': string too long. Expected a string with maximum length {maximum}, but got a string with "
        "length {length} instead.",
        param="{param}",
        code="string_above_max_length",
        defaults={"param": "messages[0].content", "maximum": 1048576, "length": 1048577},
    ),
    NamedError(
        "unsupported_system_role",
        400,
        "A system message is sent to a model without one (o1-mini).",
        "Unsupported value: '{param}' does not support '{value}' with this model.",
        param="{param}",
        code="unsupported_value",
        defaults={"param": "messages[0].role", "value": "system"},
    ),
    NamedError(
        "invalid_image_url",
        400,
        "An image cannot be downloaded.",
        "Error while downloading {url}.",
        code="invalid_image_url",
        defaults={"url": "https://example.com/cat.png"},
    ),
    NamedError(
        "image_download_timeout",
        400,
        "An image takes too long to download.",
        "Timeout while downloading {url}.",
        code="invalid_image_url",
        defaults={"url": "https://example.com/cat.png"},
    ),
    NamedError(
        "file_download_failed",
        400,
        "A file's host answers with an error.",
        "Error while downloading file. Upstream status code: {upstream}.",
        code="invalid_image_url",
        defaults={"upstream": 400},
    ),
    NamedError(
        "invalid_image_format",
        400,
        "An image is none of the formats the model reads.",
        "You uploaded an unsupported image. Please make sure your image has of one the following formats: "
        "['png', 'jpeg', 'gif', 'webp'].",
        code="invalid_image_format",
    ),
    NamedError(
        "invalid_prompt",
        400,
        "The prompt is flagged by a safety check.",
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a "
        "different prompt: https://platform.openai.com/docs/guides/reasoning#advice-on-prompting",
        code="invalid_prompt",
        evidence="unverified",
    ),
)

_LENGTH = (
    NamedError(
        "context_length_exceeded",
        400,
        "The messages are longer than the model's context.",
        _TOO_LONG + "your messages resulted in {used} tokens. Please reduce the length of the messages.",
        param="messages",
        code="context_length_exceeded",
        defaults={"limit": 8192, "used": 8227},
    ),
    NamedError(
        "context_length_exceeded_completion",
        400,
        "The messages and `max_tokens` together are longer than the model's context.",
        _TOO_LONG + "you requested {requested} tokens ({prompt} in the messages, {completion} in the completion). "
        "Please reduce the length of the messages or completion.",
        param="messages",
        code="context_length_exceeded",
        defaults={"limit": 4097, "requested": 4203, "prompt": 3703, "completion": 500},
    ),
    NamedError(
        "context_length_exceeded_functions",
        400,
        "The messages, the tools and `max_tokens` together are longer than the model's context.",
        f"{_TOO_LONG}you requested {{requested}} tokens {_FUNCTION_LENGTH}. Please reduce the length of the messages, "
        "functions, or completion.",
        param="messages",
        code="context_length_exceeded",
        defaults={"limit": 4097, "requested": 4303, "prompt": 3703, "functions": 100, "completion": 500},
        evidence="unverified",  # the end of the sentence
    ),
    NamedError(
        "max_tokens_too_large",
        400,
        "More tokens are asked for than the model can write.",
        "max_tokens is too large: {requested}. This model supports at most {limit} completion tokens, whereas you "
        "provided {requested}.",
        param="{param}",
        code="invalid_value",
        defaults={"limit": 16384, "requested": 20480, "param": "max_tokens"},
    ),
    NamedError(
        "output_limit_reached",
        400,
        "A reasoning model used up its tokens before it wrote anything.",
        "Could not finish the message because max_tokens or model output limit was reached. Please try again with "
        "higher max_tokens.",
        evidence="unverified",
    ),
)

_SAMPLING = (
    NamedError(
        "too_many_choices",
        400,
        "`n` is larger than the model allows.",
        "Invalid 'n': integer above maximum value. Expected a value <= {maximum}, but got {value} instead.",
        param="n",
        code="integer_above_max_value",
        defaults={"maximum": 8, "value": 9},
    ),
    NamedError(
        "unsupported_temperature",
        400,
        "A reasoning model is asked for another temperature than 1.",
        "Unsupported value: 'temperature' does not support {value:literal} with this model. Only the default (1) "
        "value is supported.",
        param="temperature",
        code="unsupported_value",
        defaults={"value": 0.2},
    ),
    NamedError(
        "unsupported_stop",
        400,
        "A model without stop sequences is given some; likewise `logit_bias` and `prediction`.",
        _UNSUPPORTED,
        param="{param}",
        code="unsupported_parameter",
        defaults={"param": "stop"},
    ),
    NamedError(
        "unsupported_logprobs",
        400,
        "A model that reasons is asked for logprobs; likewise for penalties.",
        _UNSUPPORTED,
        param="{param}",
        code="unsupported_parameter",
        defaults={"param": "logprobs"},
    ),
    NamedError(
        "unsupported_reasoning_effort",
        400,
        "An effort of reasoning the model does not know.",
        "Unsupported value: 'reasoning_effort' does not support {value:literal} with this model. Supported values "
        "are: {supported:listed}.",
        param="reasoning_effort",
        code="unsupported_value",
        defaults={"value": "max", "supported": ("none", "low", "medium", "high", "xhigh")},
    ),
    NamedError(
        "top_logprobs_without_logprobs",
        400,
        "`top_logprobs` without `logprobs: true`.",
        "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
        param="top_logprobs",
    ),
    NamedError(
        "top_logprobs_too_large",
        400,
        "More alternatives are asked for than the model gives.",
        "Invalid value for 'top_logprobs': must be less than or equal to {maximum}.",
        param="top_logprobs",
        defaults={"maximum": 5},
    ),
    NamedError(
        "too_many_stop_sequences",
        400,
        "More than four stop sequences.",
        "Invalid 'stop': array too long. Expected an array with maximum length {maximum}, but got an array with "
        "length {length} instead.",
        param="stop",
        code="array_above_max_length",
        defaults={"maximum": 4, "length": 5},
    ),
)

ERRORS = (*_BODY, *_MESSAGES, *_LENGTH, *_SAMPLING)
