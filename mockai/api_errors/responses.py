"""Errors of the Responses API, where it words them its own way."""

from __future__ import annotations

from mockai.api_errors.base import NamedError

__all__ = ["ERRORS"]

_MISSING = "Missing required parameter: '{param}'."
_SUPPORTED = "Invalid value: '{value:echo}'. Supported values are: {supported:listed}."
_TYPE = "Invalid type for '{param}': expected {expected}, but got {got} instead."
_BELOW = "Invalid '{param}': integer below minimum value. Expected a value >= {minimum}, but got {value} instead."

_ITEMS = (
    *("additional_tools", "agent_message", "apply_patch_call", "apply_patch_call_output", "code_interpreter_call"),
    *("compaction", "compaction_trigger", "computer_call", "computer_call_output", "custom_tool_call"),
    *("custom_tool_call_output", "file_search_call", "function_call", "function_call_output"),
    *("image_generation_call", "item_reference", "local_shell_call", "local_shell_call_output"),
    *("mcp_approval_request", "mcp_approval_response", "mcp_call", "mcp_list_tools", "message", "multi_agent_call"),
    *("multi_agent_call_output", "program", "program_output", "reasoning", "shell_call", "shell_call_output"),
    *("tool_search_call", "tool_search_output", "web_search_call"),
)
_PARTS = (
    *("input_text", "input_image", "input_audio", "output_text", "refusal", "input_file", "computer_screenshot"),
    *("summary_text", "encrypted_content"),
)
_INCLUDE = (
    *("file_search_call.results", "web_search_call.results", "web_search_call.action.sources"),
    *("message.input_image.image_url", "computer_call_output.output.image_url", "code_interpreter_call.outputs"),
    *("reasoning.encrypted_content", "message.output_text.logprobs"),
)


def _missing(name: str, summary: str, param: str) -> NamedError:
    code = "missing_required_parameter"
    return NamedError(name, 400, summary, _MISSING, param="{param}", code=code, defaults={"param": param})


def _choice(name: str, summary: str, param: str, supported: tuple[str, ...], value: str = "bogus") -> NamedError:
    defaults = {"param": param, "value": value, "supported": supported}
    return NamedError(name, 400, summary, _SUPPORTED, param="{param}", code="invalid_value", defaults=defaults)


def _type(name: str, summary: str, param: str, expected: str, got: str) -> NamedError:
    defaults = {"param": param, "expected": expected, "got": got}
    return NamedError(name, 400, summary, _TYPE, param="{param}", code="invalid_type", defaults=defaults)


def _minimum(name: str, param: str, minimum: int) -> NamedError:
    summary = f"`{param}` is below {minimum}."
    defaults = {"param": param, "minimum": minimum, "value": minimum - 1}
    return NamedError(name, 400, summary, _BELOW, param="{param}", code="integer_below_min_value", defaults=defaults)


_INPUT = (
    _missing("responses_missing_model", "No `model` is given.", "model"),
    _type("responses_null_model", "`model` is null (the API speaks of an object).", "model", "a string", "an object"),
    _missing("responses_missing_input", "No `input` is given.", "input"),
    NamedError(
        "responses_empty_input",
        400,
        "`input` is an empty text or list.",
        "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided.",
        code="missing_required_parameter",
    ),
    _type(
        "responses_invalid_input",
        "`input` is neither text nor a list.",
        "input",
        "one of a string or array of input items",
        "an object",
    ),
    _type("responses_invalid_item", "An input item is not an object.", "input[0]", "an input item", "an integer"),
    _choice("responses_invalid_item_type", "An input item has an unknown type.", "input[0]", _ITEMS, "bogus_item"),
    _choice(
        "responses_invalid_role",
        "An input item has an unknown role.",
        "input[0]",
        ("assistant", "system", "developer", "user"),
    ),
    NamedError(
        "responses_unknown_member",
        400,
        "An input item has a key it may not have.",
        "Unknown parameter: '{param}'.",
        param="{param}",
        code="unknown_parameter",
        defaults={"param": "input[0].bogus"},
    ),
    _choice(
        "responses_invalid_assistant_part",
        "An assistant's item has a part of the user's.",
        "input[0].content[0]",
        ("output_text", "refusal"),
        "input_text",
    ),
    _choice("responses_invalid_part", "A content part has an unknown type.", "input[0].content[0].type", _PARTS),
    _choice(
        "responses_invalid_user_part",
        "A user's item has a part of the assistant's.",
        "input[0].content[0]",
        ("input_text", "input_image", "input_file", "scoped_content", "input_audio"),
        "output_text",
    ),
    NamedError(
        "responses_messages_sent",
        400,
        "`messages` are sent, as to chat completions.",
        "Unsupported parameter: 'messages'. In the Responses API, this parameter has moved to 'input'. Try again "
        "with the new parameter. See the API documentation for more information: "
        "https://platform.openai.com/docs/api-reference/responses/create.",
        code="unsupported_parameter",
    ),
)

_OPTIONS = (
    NamedError(
        "responses_unknown_parameter",
        400,
        "A key the endpoint does not know, with the key that was meant as `hint`.",
        "Unknown parameter: '{param}'.{hint}",
        param="{param}",
        code="unknown_parameter",
        defaults={"param": "stop", "hint": " Did you mean 'store'?"},
    ),
    _missing("responses_missing_tool_type", "A tool lacks its type.", "tools[0].type"),
    _missing("responses_missing_tool_name", "A tool lacks its name, as those of chat do here.", "tools[0].name"),
    _type(
        "responses_invalid_tool_choice",
        "`tool_choice` is neither a word nor an object.",
        "tool_choice",
        "one of an object or 'none', 'auto', or 'required'",
        "an integer",
    ),
    _missing("responses_missing_tool_choice_name", "`tool_choice` lacks the function's name.", "tool_choice.name"),
    _choice(
        "responses_invalid_text_format",
        "`text.format` has an unknown type.",
        "text.format.type",
        ("json_object", "text", "json_schema"),
    ),
    _missing("responses_missing_format_name", "A JSON schema lacks its name.", "text.format.name"),
    _choice("responses_invalid_verbosity", "An unknown verbosity.", "text.verbosity", ("low", "medium", "high")),
    _choice(
        "responses_invalid_reasoning_effort",
        "An effort of reasoning no model knows.",
        "reasoning.effort",
        ("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    ),
    NamedError(
        "responses_unsupported_reasoning_effort",
        400,
        "An effort of reasoning this model does not know.",
        "Unsupported value: '{value:echo}' is not supported with the '{model}' model. Supported values are: "
        "{supported:listed}.",
        param="reasoning.effort",
        code="unsupported_value",
        defaults={
            "value": "minimal",
            "model": "gpt-5.6-terra",
            "supported": ("none", "low", "medium", "high", "xhigh", "max"),
        },
    ),
    NamedError(
        "responses_unsupported_reasoning",
        400,
        "A model that does not reason is given an effort.",
        "Unsupported parameter: '{param}' is not supported with this model.",
        param="{param}",
        code="unsupported_parameter",
        defaults={"param": "reasoning.effort"},
    ),
    _choice(
        "responses_invalid_summary",
        "An unknown kind of reasoning summary.",
        "reasoning.summary",
        ("concise", "detailed", "auto"),
    ),
    NamedError(
        "responses_unsupported_parameter",
        400,
        "A sampling parameter is sent to a reasoning model; unlike in chat, without a code.",
        "Unsupported parameter: '{param}' is not supported with this model.",
        param="{param}",
        defaults={"param": "temperature"},
    ),
    NamedError(
        "responses_unsupported_logprobs",
        400,
        "A reasoning model is asked for logprobs.",
        "logprobs are not supported with reasoning models.",
        param="{param}",
        code="unsupported_parameter",
        defaults={"param": "top_logprobs"},
    ),
    _choice("responses_invalid_include", "`include` names something unknown.", "include[0]", _INCLUDE),
    _minimum("responses_max_output_tokens_too_small", "max_output_tokens", 16),
    _minimum("responses_max_tool_calls_too_small", "max_tool_calls", 1),
    _choice("responses_invalid_truncation", "An unknown way to truncate.", "truncation", ("auto", "disabled")),
    NamedError(
        "responses_prompt_cache_retention_unsupported",
        400,
        "A cache retention the model does not offer.",
        "This model is compatible only with 24h extended prompt caching",
        param="prompt_cache_retention",
        code="invalid_parameter",
    ),
    NamedError(
        "responses_json_word_missing",
        400,
        "`text.format: json_object` and no input says JSON.",
        "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
        param="input",
        evidence="unverified",
    ),
)

_LENGTH = (
    NamedError(
        "responses_context_length_exceeded",
        400,
        "The input is longer than the model's context, and `truncation` is not `auto`.",
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
        param="input",
        code="context_length_exceeded",
    ),
)

_STATE = (
    NamedError(
        "previous_response_not_found",
        400,
        "`previous_response_id` names no stored response.",
        "Previous response with id '{id}' not found.",
        param="previous_response_id",
        code="previous_response_not_found",
        defaults={"id": "resp_x"},
        evidence="unverified",  # status and code are certain, the text is not
    ),
    NamedError(
        "item_not_persisted",
        400,
        "An item of a response is referred to that was not stored.",
        "Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` "
        "set to true, or remove this item from your input.",
        param="input",
        defaults={"id": "rs_x"},
    ),
    NamedError(
        "missing_tool_output",
        400,
        "A function call in the input has no output.",
        "No tool output found for function call {id}.",
        param="input",
        defaults={"id": "call_x"},
    ),
    NamedError(
        "missing_tool_call",
        400,
        "A function output in the input has no call.",
        "No tool call found for function call output with call_id {id}.",
        param="input",
        defaults={"id": "call_x"},
    ),
    NamedError(
        "reasoning_without_item",
        400,
        "A reasoning item is sent without the item it led to.",
        "Item '{id}' of type 'reasoning' was provided without its required following item.",
        param="input",
        defaults={"id": "rs_x"},
    ),
    NamedError(
        "item_without_reasoning",
        400,
        "An item is sent without the reasoning that led to it.",
        "Item '{id}' of type '{kind}' was provided without its required 'reasoning' item: '{reasoning}'.",
        param="input",
        defaults={"id": "fc_x", "kind": "function_call", "reasoning": "rs_y"},
    ),
    NamedError(
        "unsupported_file",
        400,
        "An input file is no PDF.",
        "The file type you uploaded is not supported. Please try again with a pdf",
        param="input",
        code="unsupported_file",
        evidence="unverified",  # the param is not known
    ),
)

ERRORS = (*_INPUT, *_OPTIONS, *_LENGTH, *_STATE)
