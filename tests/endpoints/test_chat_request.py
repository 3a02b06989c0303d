"""Decoding a chat completion request."""

import pytest

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.chat_request import Asked, decode_create
from mockai.request import APIRequest, CallMade, Message, ResponseFormat, Tool

USER = {"role": "user", "content": "Hi"}


def test_a_request_is_decoded_whole(post):
    body = {"model": "gpt-4o", "messages": [USER], "stream": True, "seed": 1}
    http = post(body, headers=(("content-type", "application/json"), ("x-stainless-retry-count", "1")))
    assert decode_create(http, {}) == APIRequest(
        http=http,
        endpoint="chat.completions",
        operation="create",
        body=body,
        model="gpt-4o",
        messages=(Message("user", "Hi"),),
        stream=True,
        attempt=1,
    )


REFUSED = [
    (b"{", named("invalid_json")),
    ({}, named("missing_model")),
    ({"model": None, "messages": [USER]}, named("missing_model")),
    ({"model": "", "messages": [USER]}, named("missing_model")),
    ({"model": 4, "messages": [USER]}, named("invalid_json")),
    ({"model": "m"}, named("missing_messages")),
    (
        {"model": "m", "messages": None},
        named("invalid_type", param="messages", expected="an array of objects", got="null"),
    ),
    ({"model": "m", "messages": []}, named("empty_array", param="messages")),
    (
        {"model": "m", "messages": "Hi"},
        named("invalid_type", param="messages", expected="an array of objects", got="a string"),
    ),
    (
        {"model": "m", "messages": [USER, "Hi"]},
        named("invalid_type", param="messages[1]", expected="an object", got="a string"),
    ),
    ({"model": "m", "messages": [{"content": "Hi"}]}, named("missing_role", param="messages[0].role")),
    (
        {"model": "m", "messages": [USER, {"role": "bogus"}]},
        named("invalid_role", param="messages[1].role", value="bogus"),
    ),
    (
        {"model": "m", "messages": [{"role": ["user"]}]},
        named("invalid_type", param="messages[0].role", expected="a string", got="an array"),
    ),
    (
        {"model": "m", "messages": [{"role": "user", "content": 5}]},
        named("invalid_content", param="messages[0].content", got="an integer"),
    ),
]


@pytest.mark.parametrize(("body", "error"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_read_is_refused_as_the_api_refuses_it(post, read, body, error):
    with pytest.raises(RequestRefused) as refused:
        read(post(body))
    assert refused.value.error == error


def test_the_first_checks_word_themselves_as_the_reference_has_them(post, read):
    with pytest.raises(RequestRefused) as refused:
        read(post({"model": "m", "messages": [{"role": "bogus"}]}))
    error = refused.value.error
    assert (error.status, error.param, error.code) == (400, "messages[0].role", "invalid_value")
    assert error.message == (
        "Invalid value: 'bogus'. Supported values are: "
        "'system', 'assistant', 'user', 'function', 'tool', and 'developer'."
    )


PARTS = [
    {"type": "text", "text": "What is"},
    {"type": "image_url", "image_url": {"url": "data:"}},
    {"type": "text", "text": "this?"},
    {"type": "input_audio", "input_audio": {}},
    {"type": "file", "file": {}},
    {"type": "bogus"},
    {"type": ["text"]},
    {"type": "text", "text": ""},
    "text",
]

CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Paris"}'}}
CUSTOM = {"id": "call_2", "type": "custom", "custom": {"name": "sql", "input": "select 1"}}

MESSAGES = [
    ({"role": "system", "content": "Be brief."}, Message("system", "Be brief.")),
    ({"role": "user", "content": None, "name": "Ann"}, Message("user", name="Ann")),
    ({"role": "user", "content": PARTS}, Message("user", "What is\nthis?", frozenset({"image", "audio", "file"}))),
    ({"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}, Message("assistant", "No.")),
    ({"role": "assistant", "refusal": "No."}, Message("assistant", "No.")),
    (
        {"role": "assistant", "content": "Wait.", "tool_calls": [CALL, CUSTOM, {}, 1]},
        Message(
            "assistant",
            "Wait.",
            calls=(
                CallMade("call_1", "weather", '{"city":"Paris"}'),
                CallMade("call_2", "sql", "select 1"),
                CallMade("", ""),
            ),
        ),
    ),
    (
        {"role": "assistant", "function_call": {"name": "weather", "arguments": "{}"}},
        Message("assistant", calls=(CallMade("", "weather", "{}"),)),
    ),
    ({"role": "function", "name": "weather", "content": "21"}, Message("function", "21", name="weather")),
    ({"role": "tool", "tool_call_id": "unknown", "content": "21"}, Message("tool", "21", call_id="unknown")),
    ({"role": "tool", "content": "21"}, Message("tool", "21")),
]


@pytest.mark.parametrize(("written", "expected"), MESSAGES, ids=range(len(MESSAGES)))
def test_every_form_of_message_becomes_one_shape(ask, written, expected):
    assert ask(messages=[written]).messages == (expected,)


def test_a_tool_result_has_the_name_of_the_call_it_answers(ask):
    results = [{"role": "tool", "tool_call_id": each["id"], "content": "x"} for each in (CUSTOM, CALL)]
    messages = ask(messages=[USER, {"role": "assistant", "tool_calls": [CALL, CUSTOM]}, *results]).messages
    assert [(each.call_id, each.name) for each in messages[2:]] == [("call_2", "sql"), ("call_1", "weather")]


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}

TOOLS = [
    ({}, ()),
    ({"tools": None}, ()),
    ({"tools": [1, {}]}, (Tool(""),)),
    (
        {
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "weather", "description": "Look", "parameters": SCHEMA, "strict": True},
                },
                {"type": "custom", "custom": {"name": "sql", "description": "Query"}},
            ]
        },
        (Tool("weather", "function", SCHEMA, "Look", strict=True), Tool("sql", "custom", description="Query")),
    ),
    ({"functions": [{"name": "weather", "parameters": SCHEMA}]}, (Tool("weather", "function", SCHEMA),)),
]


@pytest.mark.parametrize(("body", "expected"), TOOLS, ids=range(len(TOOLS)))
def test_tools_and_functions_become_tools(ask, body, expected):
    assert ask(**body).tools == expected


CHOICES = [
    ({}, None),
    ({"tool_choice": "required"}, "required"),
    ({"tool_choice": {"type": "function", "function": {"name": "weather"}}}, "weather"),
    ({"tool_choice": {"type": "custom", "custom": {"name": "sql"}}}, "sql"),
    ({"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}}, "auto"),
    ({"tool_choice": {"type": 1}}, None),
    ({"tool_choice": 1}, None),
    ({"function_call": "none"}, "none"),
    ({"function_call": {"name": "weather"}}, "weather"),
]


@pytest.mark.parametrize(("body", "expected"), CHOICES, ids=range(len(CHOICES)))
def test_the_tool_choice_is_a_mode_or_a_name(ask, body, expected):
    assert ask(**body).tool_choice == expected


FORMATS = [
    (None, None),
    ("json", None),
    ({"type": "bogus"}, None),
    ({"type": "text"}, ResponseFormat("text")),
    ({"type": "json_object"}, ResponseFormat("json_object")),
    ({"type": "json_schema"}, ResponseFormat("json_schema")),
    (
        {"type": "json_schema", "json_schema": {"name": "place", "schema": SCHEMA, "strict": True}},
        ResponseFormat("json_schema", "place", SCHEMA, strict=True),
    ),
]


@pytest.mark.parametrize(("written", "expected"), FORMATS, ids=range(len(FORMATS)))
def test_the_response_format_is_read(ask, written, expected):
    assert ask(response_format=written).response_format == expected


ASKED = [
    ({}, Asked()),
    ({"n": 3}, Asked(choices=3)),
    ({"n": 0}, Asked()),
    ({"n": "3"}, Asked()),
    ({"n": True}, Asked()),
    ({"n": 10**9}, Asked(choices=128)),
    ({"max_tokens": 5}, Asked(most_tokens=5)),
    ({"max_tokens": 5, "max_completion_tokens": 7}, Asked(most_tokens=7)),
    ({"stop": "END"}, Asked(stop=("END",))),
    ({"stop": ["a", "", 1, "b"]}, Asked(stop=("a", "b"))),
    ({"logprobs": True, "top_logprobs": 2}, Asked(logprobs=True, top_logprobs=2)),
    ({"stream_options": {"include_usage": True}}, Asked(include_usage=True)),
    ({"stream_options": {"include_obfuscation": False}}, Asked(obfuscated=False)),
    ({"stream_options": None}, Asked()),
    ({"functions": [{"name": "f"}]}, Asked(legacy=True)),
    ({"functions": [{"name": "f"}], "function_call": {"name": "f"}}, Asked(legacy=True, named=True)),
    ({"functions": [{"name": "f"}], "tools": [{}]}, Asked()),
    ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, Asked(named=True)),
    ({"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto"}}}, Asked()),
    ({"tool_choice": "required"}, Asked()),
    ({"service_tier": "auto"}, Asked()),
    ({"service_tier": "flex"}, Asked(service_tier="flex")),
    ({"service_tier": "fast"}, Asked(service_tier="priority")),
    ({"service_tier": "priority"}, Asked(service_tier="priority")),
    ({"service_tier": []}, Asked()),
]


@pytest.mark.parametrize(("body", "expected"), ASKED, ids=range(len(ASKED)))
def test_what_a_body_asks_of_the_replys_shape(body, expected):
    assert Asked.of(body) == expected
