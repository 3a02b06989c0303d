"""What the API refuses of a body, row by row as it was measured, through the real client: class, message, type, param
and code."""

from typing import Any

import openai
import pytest

from mockai import MockOpenAI

USER = {"role": "user", "content": "Hi"}
LONG = "k" * 70
TOOL = {"type": "function", "function": {"name": "f"}}
PICTURE = {"model": "gpt-image-2", "prompt": "A cat"}


def chat(**more: Any) -> tuple[str, dict[str, Any]]:
    return "/chat/completions", {"model": "gpt-4o", "messages": [USER], **more}


def ask(**more: Any) -> tuple[str, dict[str, Any]]:
    whole = {"model": "gpt-4o", "input": "Hi", **more}
    return "/responses", {name: value for name, value in whole.items() if value is not ...}


def image(**more: Any) -> tuple[str, dict[str, Any]]:
    whole = {**PICTURE, **more}
    return "/images/generations", {name: value for name, value in whole.items() if value is not ...}


def typed(param: str, expected: str, got: str) -> tuple[str, str, str]:
    return f"Invalid type for '{param}': expected {expected}, but got {got} instead.", param, "invalid_type"


def missing(param: str) -> tuple[str, str, str]:
    return f"Missing required parameter: '{param}'.", param, "missing_required_parameter"


def unknown(param: str, hint: str = "") -> tuple[str, str, str]:
    return f"Unknown parameter: '{param}'.{hint}", param, "unknown_parameter"


def choice(param: str, value: str, supported: str) -> tuple[str, str, str]:
    return f"Invalid value: '{value}'. Supported values are: {supported}.", param, "invalid_value"


def bound(param: str, kind: str, way: str, limit: str, got: str) -> tuple[str, str, str]:
    below = way == "below"
    words = f"{kind} {'below minimum' if below else 'above maximum'} value. Expected a value {'>=' if below else '<='}"
    code = f"{kind}_{'below_min' if below else 'above_max'}_value"
    return f"Invalid '{param}': {words} {limit}, but got {got} instead.", param, code


def long_text(param: str, limit: int, length: int) -> tuple[str, str, str]:
    words = f"Expected a string with maximum length {limit}, but got a string with length {length} instead."
    return f"Invalid '{param}': string too long. {words}", param, "string_above_max_length"


def long_list(param: str, limit: int, length: int) -> tuple[str, str, str]:
    words = f"Expected an array with maximum length {limit}, but got an array with length {length} instead."
    return f"Invalid '{param}': array too long. {words}", param, "array_above_max_length"


UNREADABLE = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
    "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble "
    "figuring out how to fix this, please contact us through our help center at help.openai.com.)"
)
EMPTY_LIST = "empty array. Expected an array with minimum length 1, but got an empty array instead."
EMPTY_TEXT = "empty string. Expected a string with minimum length 1, but got an empty string instead."
MODES = "'none', 'auto', or 'required'"

CHAT = [
    # what is missing, then what is unknown, then each field in the API's order
    (("/chat/completions", {"messages": [USER]}), ("you must provide a model parameter", None, None)),
    (chat(model=""), ("you must provide a model parameter", None, None)),
    (chat(model=None), ("you must provide a model parameter", None, None)),
    (chat(model=4), (UNREADABLE, None, None)),
    (("/chat/completions", {"model": "m", "n": 0}), missing("messages")),
    (chat(messages=None), typed("messages", "an array of objects", "null")),
    (chat(bogus=1, n=0), unknown("bogus")),
    (chat(bogus=None), unknown("bogus")),
    (chat(stop=7, n=0, tools=7), typed("tools", "an array of objects", "an integer")),
    (chat(verbosity="x", store="x", n="x"), typed("n", "an integer", "a string")),
    # messages
    (chat(messages=[]), (f"Invalid 'messages': {EMPTY_LIST}", "messages", "empty_array")),
    (chat(messages="Hi"), typed("messages", "an array of objects", "a string")),
    (chat(messages=[USER, 7]), typed("messages[1]", "an object", "an integer")),
    (chat(messages=[{"content": "Hi"}]), missing("messages[0].role")),
    (
        chat(messages=[{"role": "bogus"}]),
        choice("messages[0].role", "bogus", "'system', 'assistant', 'user', 'function', 'tool', and 'developer'"),
    ),
    (
        chat(messages=[{"role": "user", "content": 7}]),
        typed("messages[0].content", "one of a string or array of objects", "an integer"),
    ),
    (
        chat(messages=[USER, {"role": "user", "content": [{"type": "thinking"}]}]),
        choice(
            "messages[1].content[0].type",
            "thinking",
            "'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'",
        ),
    ),
    (
        chat(messages=[{"role": "user", "content": [{"type": "text", "text": "Hi", "cache_control": {}}]}]),
        unknown("messages[0].content[0].cache_control"),
    ),
    (chat(messages=[USER, {"role": "assistant", "reasoning": "x"}]), unknown("messages[1].reasoning")),
    (
        chat(messages=[{"role": "user", "content": "x" * 1_048_577}]),
        long_text("messages[0].content", 1_048_576, 1_048_577),
    ),
    # tools
    (chat(tools=[]), None),
    (chat(tools=[TOOL] * 129), long_list("tools", 128, 129)),
    (chat(tools=[{}]), missing("tools[0].type")),
    (chat(tools=[{"type": "web_search"}]), choice("tools[0].type", "web_search", "'function' and 'custom'")),
    (chat(tools=[{"type": "function"}]), missing("tools[0].function")),
    (chat(tools=[{"type": "function", "function": {}}]), missing("tools[0].function.name")),
    (
        chat(tools=[{"type": "function", "function": {"name": ""}}]),
        (f"Invalid 'tools[0].function.name': {EMPTY_TEXT}", "tools[0].function.name", "empty_string"),
    ),
    (
        chat(tools=[{"type": "function", "function": {"name": "a b"}}]),
        (
            "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the "
            "pattern '^[a-zA-Z0-9_-]+$'.",
            "tools[0].function.name",
            "invalid_value",
        ),
    ),
    (
        chat(tools=[{"type": "function", "function": {"name": "f", "description": "x" * 1025}}]),
        long_text("tools[0].function.description", 1024, 1025),
    ),
    (
        chat(tool_choice="auto"),
        (
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
            "tool_choice",
            None,
        ),
    ),
    (chat(tools=[TOOL], tool_choice="bogus"), choice("tool_choice", "bogus", "'none', 'auto', and 'required'")),
    (chat(tools=[TOOL], tool_choice=7), typed("tool_choice", f"one of one of {MODES} or object", "an integer")),
    (
        chat(tools=[TOOL], tool_choice={"type": "function", "function": {"name": "x"}}),
        (
            "Invalid value for 'function_call': no function named 'x' was specified in the 'functions' parameter.",
            "function_call",
            None,
        ),
    ),
    # numbers, flags, choices
    (chat(n=0), bound("n", "integer", "below", "1", "0")),
    (chat(n=130), bound("n", "integer", "above", "128", "130")),
    (chat(n=1.5), typed("n", "an integer", "a decimal number")),
    (chat(n=True), typed("n", "an integer", "a boolean")),
    (chat(temperature=-1), bound("temperature", "decimal", "below", "0", "-1")),
    (chat(temperature=3), bound("temperature", "decimal", "above", "2", "3")),
    (chat(temperature="hot"), typed("temperature", "a decimal", "a string")),
    (chat(top_p=1.5), bound("top_p", "decimal", "above", "1", "1.5")),
    (chat(presence_penalty=-3), bound("presence_penalty", "decimal", "below", "-2", "-3")),
    (chat(frequency_penalty=3), bound("frequency_penalty", "decimal", "above", "2", "3")),
    (chat(max_completion_tokens=0), bound("max_completion_tokens", "integer", "below", "1", "0")),
    (chat(max_tokens=0), bound("max_tokens", "integer", "below", "1", "0")),
    (chat(logprobs=1), typed("logprobs", "a boolean", "an integer")),
    (chat(parallel_tool_calls="no"), typed("parallel_tool_calls", "a boolean", "a string")),
    (chat(stream="yes"), typed("stream", "a boolean", "a string")),
    (chat(store=[]), typed("store", "a boolean", "an array")),
    (
        chat(top_logprobs=2),
        ("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs", None),
    ),
    (
        chat(logprobs=True, top_logprobs=21),
        ("Invalid value for 'top_logprobs': must be less than or equal to 20.", "top_logprobs", None),
    ),
    (
        chat(stream_options={"include_usage": True}),
        ("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", None),
    ),
    (chat(stream=True, stream_options=1), typed("stream_options", "an object", "an integer")),
    (chat(stop=["a"] * 5), long_list("stop", 4, 5)),
    (chat(stop=7), typed("stop", "one of a string or array of strings", "an integer")),
    (chat(verbosity="loud"), choice("verbosity", "loud", "'low', 'medium', and 'high'")),
    (
        chat(service_tier="gold"),
        choice("service_tier", "gold", "'auto', 'default', 'fast', 'flex', and 'priority'"),
    ),
    (chat(prompt_cache_retention=7), typed("prompt_cache_retention", "one of 'in_memory' or '24h'", "an integer")),
    # formats
    (chat(response_format={}), missing("response_format.type")),
    (
        chat(response_format={"type": "xml"}),
        choice("response_format.type", "xml", "'json_object', 'json_schema', and 'text'"),
    ),
    (chat(response_format={"type": "json_schema"}), missing("response_format.json_schema")),
    (chat(response_format={"type": "json_schema", "json_schema": {}}), missing("response_format.json_schema.name")),
    (
        chat(response_format={"type": "json_object"}),
        (
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            "messages",
            None,
        ),
    ),
    # metadata
    (chat(metadata=7), typed("metadata", "a metadata object", "an integer")),
    (chat(metadata={"a": 1}), typed("metadata.a", "a string", "an integer")),
    (chat(metadata={"a": "x" * 600}), long_text("metadata.a", 512, 600)),
    (
        chat(metadata={str(at): "x" for at in range(17)}),
        (
            "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object "
            "with 17 properties instead.",
            "metadata",
            "object_above_max_properties",
        ),
    ),
    (
        chat(metadata={LONG: "x"}),
        (
            "Invalid property name in 'metadata': 'kkk...kkk' is too long. Expected a string with maximum length 64, "
            "but got a string with length 70 instead.",
            f"metadata.{LONG}",
            "property_name_above_max_length",
        ),
    ),
    (chat(verbosity="PINABCDEFGHIJKLMNOPdef"), choice("verbosity", "PIN...def", "'low', 'medium', and 'high'")),
]

ITEMS = (
    "'additional_tools', 'agent_message', 'apply_patch_call', 'apply_patch_call_output', 'code_interpreter_call', "
    "'compaction', 'compaction_trigger', 'computer_call', 'computer_call_output', 'custom_tool_call', "
    "'custom_tool_call_output', 'file_search_call', 'function_call', 'function_call_output', 'image_generation_call', "
    "'item_reference', 'local_shell_call', 'local_shell_call_output', 'mcp_approval_request', "
    "'mcp_approval_response', 'mcp_call', 'mcp_list_tools', 'message', 'multi_agent_call', 'multi_agent_call_output', "
    "'program', 'program_output', 'reasoning', 'shell_call', 'shell_call_output', 'tool_search_call', "
    "'tool_search_output', and 'web_search_call'"
)
PARTS = (
    "'input_text', 'input_image', 'input_audio', 'output_text', 'refusal', 'input_file', 'computer_screenshot', "
    "'summary_text', and 'encrypted_content'"
)
ROLES = "'assistant', 'system', 'developer', and 'user'"

RESPONSES = [
    (ask(model=...), missing("model")),
    (ask(model=None), typed("model", "a string", "an object")),
    (ask(model=""), ("The requested model '' does not exist.", "model", "model_not_found")),
    (ask(input=...), missing("input")),
    *(
        (
            ask(input=empty),
            (
                """One of "input" or "previous_response_id" or 'prompt' or 'conversation' must be provided.""",
                None,
                "missing_required_parameter",
            ),
        )
        for empty in ("", [])
    ),
    (ask(input={}), typed("input", "one of a string or array of input items", "an object")),
    (ask(input=[7]), typed("input[0]", "an input item", "an integer")),
    (ask(input=[None]), typed("input[0]", "an input item", "null")),
    (ask(input=[{"type": "bogus_item"}]), choice("input[0]", "bogus_item", ITEMS)),
    (ask(input=[{"role": "bogus", "content": "Hi"}]), choice("input[0]", "bogus", ROLES)),
    (ask(input=[{"role": "user", "content": "Hi", "bogus": 1}]), unknown("input[0].bogus")),
    (ask(input=[{"role": "user", "content": "Hi", "phase": "commentary"}]), unknown("input[0].phase")),
    (
        ask(input=[{"role": "assistant", "content": [{"type": "input_text", "text": "Hi"}]}]),
        choice("input[0].content[0]", "input_text", "'output_text' and 'refusal'"),
    ),
    (
        ask(input=[{"role": "user", "content": [{"type": "bogus"}]}]),
        choice("input[0].content[0].type", "bogus", PARTS),
    ),
    (
        ask(input=[{"role": "user", "content": [{"type": "output_text", "text": "Hi"}]}]),
        choice(
            "input[0].content[0]",
            "output_text",
            "'input_text', 'input_image', 'input_file', 'scoped_content', and 'input_audio'",
        ),
    ),
    (
        ask(messages=[USER], input=...),
        (
            "Unsupported parameter: 'messages'. In the Responses API, this parameter has moved to 'input'. Try again "
            "with the new parameter. See the API documentation for more information: "
            "https://platform.openai.com/docs/api-reference/responses/create.",
            None,
            "unsupported_parameter",
        ),
    ),
    (ask(tools=[{}]), missing("tools[0].type")),
    (ask(tools=[TOOL]), missing("tools[0].name")),
    (ask(tool_choice=7), typed("tool_choice", f"one of an object or {MODES}", "an integer")),
    (ask(tool_choice={"type": "function"}), missing("tool_choice.name")),
    (
        ask(text={"format": {"type": "bogus"}}),
        choice("text.format.type", "bogus", "'json_object', 'text', and 'json_schema'"),
    ),
    (ask(text={"format": {"type": "json_schema"}}), missing("text.format.name")),
    (ask(text={"verbosity": "loud"}), choice("text.verbosity", "loud", "'low', 'medium', and 'high'")),
    (
        ask(reasoning={"effort": "bogus"}),
        choice("reasoning.effort", "bogus", "'none', 'minimal', 'low', 'medium', 'high', 'xhigh', and 'max'"),
    ),
    (ask(reasoning={"summary": "bogus"}), choice("reasoning.summary", "bogus", "'concise', 'detailed', and 'auto'")),
    (
        ask(include=["bogus"]),
        choice(
            "include[0]",
            "bogus",
            "'file_search_call.results', 'web_search_call.results', 'web_search_call.action.sources', "
            "'message.input_image.image_url', 'computer_call_output.output.image_url', "
            "'code_interpreter_call.outputs', 'reasoning.encrypted_content', and 'message.output_text.logprobs'",
        ),
    ),
    (ask(max_output_tokens=15), bound("max_output_tokens", "integer", "below", "16", "15")),
    (ask(max_tool_calls=0), bound("max_tool_calls", "integer", "below", "1", "0")),
    *((ask(**{name: 1}), unknown(name)) for name in ("n", "seed", "logprobs", "max_tokens")),
    (ask(truncation="bogus"), choice("truncation", "bogus", "'auto' and 'disabled'")),
    (ask(stream_options={"include_usage": True}), unknown("stream_options.include_usage")),
    (
        ask(previous_response_id="resp_1", conversation="conv_1"),
        (
            "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' or 'conversation'.",
            None,
            "mutually_exclusive_parameters",
        ),
    ),
    # what a key was perhaps meant to be
    (ask(sto=True), unknown("sto", " Did you mean 'store'?")),
    (ask(stre=True), unknown("stre", " Did you mean 'store' or 'stream'?")),
    (ask(strem=True), unknown("strem", " Did you mean 'stream' or 'store'?")),
    (ask(stop="x"), unknown("stop", " Did you mean 'store'?")),
    (ask(stop="x", store=True), unknown("stop")),
    # in the API's order
    (
        ask(truncation="x", input=7, max_tool_calls=0),
        typed("input", "one of a string or array of input items", "an integer"),
    ),
    (ask(truncation="x", max_tool_calls=0), bound("max_tool_calls", "integer", "below", "1", "0")),
]

IMAGES = [
    (image(model=...), missing("model")),
    (image(model=123), typed("model", "a string", "an integer")),
    *((image(**{name: "x"}), unknown(name)) for name in ("response_format", "style", "input_fidelity")),
    (image(n=0), bound("n", "integer", "below", "1", "0")),
    (image(n=11), bound("n", "integer", "above", "10", "11")),
    (image(output_compression=-1), bound("output_compression", "integer", "below", "0", "-1")),
    (image(output_compression=101), bound("output_compression", "integer", "above", "100", "101")),
    (image(partial_images=-1), bound("partial_images", "integer", "below", "0", "-1")),
    (image(partial_images=4), bound("partial_images", "integer", "above", "3", "4")),
    (image(moderation="x"), choice("moderation", "x", "'auto' and 'low'")),
    (image(background="x"), choice("background", "x", "'transparent', 'opaque', and 'auto'")),
    (image(prompt=""), (f"Invalid 'prompt': {EMPTY_TEXT}", "prompt", "empty_string")),
    (image(prompt=" "), None),
]

OTHERS = [
    (("/audio/speech", {"model": "tts-1", "voice": "alloy", "input": "x" * 4097}), long_text("input", 4096, 4097)),
    (("/audio/speech", {"model": "tts-1", "voice": "alloy"}), missing("input")),
    (
        ("/embeddings", {"model": "text-embedding-3-small", "input": []}),
        ("Invalid 'input': input cannot be an empty array.", None, None),
    ),
    (
        ("/embeddings", {"model": "text-embedding-3-small", "input": ""}),
        (
            "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
            None,
            None,
        ),
    ),
    (("/embeddings", {"model": "text-embedding-3-small"}), missing("input")),
    (("/vector_stores/vs_1/search", {}), missing("query")),
    (("/conversations", {"items": [{}] * 21}), long_list("items", 20, 21)),
    (("/batches", {"input_file_id": "file-1", "completion_window": "24h"}), missing("endpoint")),
    (("/assistants", {}), missing("model")),
    (("/threads/thread_1/messages", {"role": "user"}), missing("content")),
    (("/fine_tuning/jobs", {"model": "m"}), missing("training_file")),
]


@pytest.fixture(scope="module")
def client():
    with MockOpenAI({"rules": [{"reply": "Yes."}]}, mode="patch") as mock:
        yield mock.client(max_retries=0)


@pytest.mark.parametrize(("asked", "said"), [*CHAT, *RESPONSES, *IMAGES, *OTHERS])
def test_the_api_refuses_this_in_these_words(client, asked, said):
    path, body = asked
    if said is None:
        client.post(path, body=body, cast_to=object)
        return
    with pytest.raises(openai.BadRequestError) as caught:
        client.post(path, body=body, cast_to=object)
    error = caught.value
    assert (error.body["message"], error.param, error.code) == said
    assert error.type == "invalid_request_error"
