"""What the API refuses in a request for a completion, in its words."""

from typing import Any

import pytest

from mockai.api_errors import RequestRefused, named

USER = {"role": "user", "content": "Give me JSON."}
WEATHER = {"type": "function", "function": {"name": "weather"}}
NAMED = {"type": "function", "function": {"name": "weather"}}


def calls(*ids: str) -> dict[str, Any]:
    made = [{"id": id, "type": "function", "function": {"name": "f", "arguments": "{}"}} for id in ids]
    return {"role": "assistant", "content": None, "tool_calls": made}


def result(id: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id, "content": "1"}


def below(param: str, minimum: int, value: Any, kind: str = "decimal") -> Any:
    return named(f"{kind}_below_min_value", param=param, minimum=minimum, value=value)


def above(param: str, maximum: int, value: Any, kind: str = "decimal") -> Any:
    return named(f"{kind}_above_max_value", param=param, maximum=maximum, value=value)


def choice(param: str, value: str, *supported: str) -> Any:
    return named("invalid_value", param=param, value=value, supported=supported)


def typed(param: str, expected: str, got: str) -> Any:
    return named("invalid_type", param=param, expected=expected, got=got)


REFUSED = [
    ({"messages": [USER, result("a")]}, named("tool_message_without_call", param="messages.[1].role")),
    ({"messages": [calls("a"), result("b")]}, named("tool_message_without_call", param="messages.[1].role")),
    (
        {"messages": [calls("a"), result("a"), USER, result("a")]},
        named("tool_message_without_call", param="messages.[3].role"),
    ),
    (
        {"messages": [calls("a"), {"role": "tool", "content": "1"}]},
        named("missing_required_parameter", param="messages[1].tool_call_id"),
    ),
    (
        {"messages": [USER, calls("a", "b", "c"), result("b"), USER]},
        named("unanswered_tool_calls", ids="a, c", param="messages.[1].role"),
    ),
    ({"messages": [calls("a")]}, named("unanswered_tool_calls", ids="a", param="messages.[0].role")),
    ({"tools": {}}, typed("tools", "an array of objects", "an object")),
    ({"tools": [WEATHER] * 129}, named("too_many_tools", maximum=128, length=129)),
    ({"tools": [WEATHER, {"type": "function"}]}, named("missing_tool_function", param="tools[1].function")),
    ({"tools": [3]}, typed("tools[0]", "an object", "an integer")),
    ({"tools": [{}]}, named("missing_required_parameter", param="tools[0].type")),
    ({"tools": [{"type": "web_search"}]}, choice("tools[0].type", "web_search", "function", "custom")),
    ({"tools": [{"type": "custom", "custom": {}}]}, named("missing_tool_name", param="tools[0].custom.name")),
    (
        {"tools": [{"type": "function", "function": {"name": 1}}]},
        typed("tools[0].function.name", "a string", "an integer"),
    ),
    (
        {"tools": [{"type": "function", "function": {"name": ""}}]},
        named("empty_tool_name", param="tools[0].function.name"),
    ),
    ({"tool_choice": "auto"}, named("tool_choice_without_tools")),
    ({"tools": [WEATHER], "tool_choice": "bogus"}, named("invalid_tool_choice", value="bogus")),
    (
        {"tools": [WEATHER], "tool_choice": 1},
        typed("tool_choice", "one of one of 'none', 'auto', or 'required' or object", "an integer"),
    ),
    (
        {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "x"}}},
        named("unknown_tool_choice", name="x"),
    ),
    ({"parallel_tool_calls": 1}, typed("parallel_tool_calls", "a boolean", "an integer")),
    ({"max_completion_tokens": 0}, below("max_completion_tokens", 1, 0, "integer")),
    ({"max_tokens": "9"}, typed("max_tokens", "an integer", "a string")),
    ({"n": 0}, below("n", 1, 0, "integer")),
    ({"n": 129}, above("n", 128, 129, "integer")),
    ({"temperature": 2.5}, above("temperature", 2, 2.5)),
    ({"temperature": True}, typed("temperature", "a decimal", "a boolean")),
    ({"top_p": -0.1}, below("top_p", 0, -0.1)),
    ({"presence_penalty": -3}, below("presence_penalty", -2, -3)),
    ({"frequency_penalty": 3}, above("frequency_penalty", 2, 3)),
    ({"logprobs": 5}, typed("logprobs", "a boolean", "an integer")),
    ({"top_logprobs": 3}, named("top_logprobs_without_logprobs")),
    ({"logprobs": True, "top_logprobs": -1}, below("top_logprobs", 0, -1, "integer")),
    ({"logprobs": True, "top_logprobs": 21}, named("top_logprobs_too_large", maximum=20)),
    ({"response_format": "json"}, typed("response_format", "an object", "a string")),
    ({"response_format": {}}, named("missing_response_format", param="response_format.type")),
    ({"response_format": {"type": "bogus"}}, named("invalid_response_format", value="bogus")),
    (
        {"response_format": {"type": "json_schema"}},
        named("missing_response_format", param="response_format.json_schema"),
    ),
    (
        {"response_format": {"type": "json_schema", "json_schema": {}}},
        named("missing_response_format", param="response_format.json_schema.name"),
    ),
    (
        {"messages": [{"role": "user", "content": "Hi"}], "response_format": {"type": "json_object"}},
        named("json_word_missing"),
    ),
    ({"stop": ["a", "b", "c", "d", "e"]}, named("too_many_stop_sequences", maximum=4, length=5)),
    ({"stream": "yes"}, typed("stream", "a boolean", "a string")),
    ({"stream_options": {"include_usage": True}}, named("stream_options_without_stream")),
    ({"stream": True, "stream_options": 1}, typed("stream_options", "an object", "an integer")),
    ({"store": "yes"}, typed("store", "a boolean", "a string")),
    ({"store": "yes", "n": 0}, below("n", 1, 0, "integer")),  # in the API's order, not the client's
]


@pytest.mark.parametrize(("body", "error"), REFUSED)
def test_what_the_api_refuses_is_refused_in_its_words(post, read, body, error):
    with pytest.raises(RequestRefused) as caught:
        read(post({"model": "gpt-4o", "messages": [USER], **body}))
    assert caught.value.error == error


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": [USER, calls("a", "b"), result("b"), result("a"), USER, calls("c"), result("c")]},
        {"messages": [calls("a"), result("a"), result("a")]},
        {"messages": [{"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}, USER]},
        {"tools": [WEATHER, {"type": "custom", "custom": {"name": "x"}}], "tool_choice": NAMED},
        {"tools": [WEATHER], "tool_choice": "required", "parallel_tool_calls": False},
        {"tools": [WEATHER], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}},
        {"n": 128, "temperature": 2, "top_p": 0.5, "presence_penalty": -2, "frequency_penalty": 0},
        {"max_tokens": 1, "max_completion_tokens": None, "logprobs": True, "top_logprobs": 20, "stop": ["a"] * 4},
        {"stop": "a", "stream": True, "stream_options": {"include_usage": True}, "store": False},
        {"response_format": {"type": "json_object"}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}},
        {"response_format": {"type": "text"}, "seed": 3},
        dict.fromkeys(
            ["tools", "tool_choice", "n", "temperature", "stop", "stream_options", "response_format", "store"]
        ),
    ],
)
def test_what_the_api_takes_is_taken(post, read, body):
    whole = {"model": "gpt-4o", "messages": [USER], **body}
    assert read(post(whole)).body == whole
