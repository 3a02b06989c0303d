"""Requests for a response: what they ask, what rules see of them, and what the API refuses."""

from typing import Any

import orjson
import pytest

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.responses_checks import check_body
from mockai.endpoints.responses_input import listed_items, messages_of
from mockai.endpoints.responses_request import Asked, decode_create
from mockai.ids import Mint
from mockai.request import APIRequest, CallMade, Message, ResponseFormat, Tool
from mockai.state import Resources
from mockai.wire import HTTPRequest

JSON = (("content-type", "application/json"), ("x-stainless-retry-count", "2"))
USER = Message("user", "Hi")
CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": '{"a":1}'}


def sent(**body: Any) -> HTTPRequest:
    """The request with these keys in its body; an ellipsis takes one out."""
    whole = {"model": "gpt-4o", "input": "Hi", **body}
    keys = {key: value for key, value in whole.items() if value is not ...}
    return HTTPRequest("POST", "/v1/responses", (), JSON, orjson.dumps(keys))


def wrong(param: str, expected: str, got: str) -> dict[str, str]:
    """What the error about a wrong type says."""
    return {"param": param, "expected": expected, "got": got}


def decode(**body: Any) -> APIRequest:
    """The same, decoded."""
    return decode_create(sent(**body), {})


# ----------------------------------------------------------------------------------------- messages


@pytest.mark.parametrize(
    ("items", "messages"),
    [
        ([{"role": "user", "content": "Hi"}], [USER]),
        ([{"type": "message", "role": "developer", "content": "Hi"}], [Message("developer", "Hi")]),
        (
            [{"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]}],
            [Message("user", "a\nb")],
        ),
        (
            [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_image", "image_url": "x"},
                        {"type": "input_audio"},
                        {"type": "input_file"},
                    ],
                }
            ],
            [Message("user", "", frozenset({"image", "audio", "file"}))],
        ),
        ([{"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}], [Message("assistant", "No.")]),
        (
            [
                {"type": "reasoning", "id": "rs_1", "summary": []},
                {"role": "assistant", "content": "Wait."},
                CALL,
                {"type": "custom_tool_call", "call_id": "call_2", "name": "g", "input": "ls"},
                {"type": "function_call_output", "call_id": "call_1", "output": "18"},
                {
                    "type": "custom_tool_call_output",
                    "call_id": "call_2",
                    "output": [{"type": "input_text", "text": "a"}],
                },
            ],
            [
                Message(
                    "assistant", "Wait.", calls=(CallMade("call_1", "f", '{"a":1}'), CallMade("call_2", "g", "ls"))
                ),
                Message("tool", "18", call_id="call_1", name="f"),
                Message("tool", "a", call_id="call_2", name="g"),
            ],
        ),
        (
            [{"type": "computer_call_output", "call_id": "call_1", "output": {"type": "computer_screenshot"}}],
            [Message("tool", "", frozenset({"image"}), call_id="call_1", name="computer")],
        ),
        (
            [{"type": "shell_call_output", "call_id": "call_1", "output": [{"stdout": "out", "stderr": "err"}]}],
            [Message("tool", "out\nerr", call_id="call_1", name="shell")],
        ),
        (
            [{"type": "local_shell_call_output", "id": "call_1", "output": "{}"}],
            [Message("tool", "{}", call_id="call_1", name="local_shell")],
        ),
        (
            [
                {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True},
                {"type": "mcp_approval_response", "approval_request_id": "mcpr_2", "approve": False},
            ],
            [
                Message("tool", "approved", call_id="mcpr_1", name="mcp_approval"),
                Message("tool", "denied", call_id="mcpr_2", name="mcp_approval"),
            ],
        ),
        ([{"type": "web_search_call", "id": "ws_1", "action": {}}], []),
    ],
)
def test_items_are_the_messages_they_say(items, messages):
    assert messages_of(None, items) == tuple(messages)


def test_instructions_are_a_message_of_the_system():
    assert decode(instructions="Be brief.").messages == (Message("system", "Be brief."), USER)
    assert decode(instructions="").messages == (USER,)


def test_what_the_assistant_says_in_one_go_is_one_turn():
    said = [{"role": "assistant", "content": "One."}, {"role": "assistant", "content": "Two."}]
    request = decode(input=[{"role": "user", "content": "Hi"}, *said, {"role": "user", "content": "So?"}])
    assert (request.turn, request.messages[1].text) == (1, "One.\nTwo.")


# ------------------------------------------------------------------------------------------- options


def test_a_request_is_decoded_whole():
    request = decode(stream=True)
    assert (request.endpoint, request.operation, request.model) == ("responses", "create", "gpt-4o")
    assert (request.messages, request.stream, request.attempt) == ((USER,), True, 2)


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        (
            [{"type": "function", "name": "f", "parameters": {"type": "object"}, "description": "F.", "strict": True}],
            [Tool("f", "function", {"type": "object"}, "F.", True)],
        ),
        ([{"type": "custom", "name": "g"}], [Tool("g", "custom")]),
        ([{"type": "web_search"}], [Tool("web_search", "web_search")]),
        ([{"type": "mcp", "server_label": "shop"}], [Tool("shop", "mcp")]),
        ([{"type": "namespace", "name": "n", "tools": [{"type": "function", "name": "f"}]}], [Tool("f")]),
        (None, []),
    ],
)
def test_tools_go_by_their_name_label_or_type(tools, expected):
    assert decode(tools=tools).tools == tuple(expected)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (None, None),
        ("required", "required"),
        ({"type": "function", "name": "f"}, "f"),
        ({"type": "allowed_tools", "mode": "auto", "tools": []}, "auto"),
        ({"type": "mcp", "server_label": "shop"}, "shop"),
        ({"type": "web_search"}, "web_search"),
    ],
)
def test_the_tool_choice_is_a_mode_or_a_name(choice, expected):
    assert decode(tool_choice=choice).tool_choice == expected


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        (None, None),
        ({"type": "text"}, ResponseFormat("text")),
        ({"type": "json_object"}, ResponseFormat("json_object")),
        (
            {"type": "json_schema", "name": "x", "schema": {"type": "object"}, "strict": True},
            ResponseFormat("json_schema", "x", {"type": "object"}, True),
        ),
    ],
)
def test_the_text_format_is_the_response_format(format, expected):
    assert decode(text={"format": format}).response_format == expected


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({}, Asked()),
        ({"max_output_tokens": 20}, Asked(most_tokens=20)),
        ({"top_logprobs": 2}, Asked(logprobs=True, top_logprobs=2)),
        ({"include": ["a", 7]}, Asked(include=frozenset({"a"}))),
        (
            {"include": ["message.output_text.logprobs"]},
            Asked(include=frozenset({"message.output_text.logprobs"}), logprobs=True),
        ),
        ({"reasoning": {"summary": "auto"}}, Asked(thoughts="summary")),
        ({"reasoning": {"generate_summary": "auto"}}, Asked(thoughts="summary")),
        ({"model": "openai/gpt-oss-120b"}, Asked(thoughts="text")),
        ({"stream_options": {"include_obfuscation": False}}, Asked(obfuscated=False)),
        ({"background": True, "store": False}, Asked(background=True, store=False)),
    ],
)
def test_what_is_asked_of_the_shape(body, asked):
    assert Asked.of(body) == asked


# ------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("body", "name", "values"),
    [
        ({"sto": True}, "responses_unknown_parameter", {"param": "sto", "hint": " Did you mean 'store'?"}),
        ({"stre": 1}, "responses_unknown_parameter", {"param": "stre", "hint": " Did you mean 'store' or 'stream'?"}),
        ({"strem": 1}, "responses_unknown_parameter", {"param": "strem", "hint": " Did you mean 'stream' or 'store'?"}),
        ({"stop": 1}, "responses_unknown_parameter", {"param": "stop", "hint": " Did you mean 'store'?"}),
        ({"stop": 1, "store": True}, "responses_unknown_parameter", {"param": "stop", "hint": ""}),
        ({"seed": 1}, "responses_unknown_parameter", {"param": "seed", "hint": ""}),
        (
            {"input": [{"role": "user", "content": "Hi", "phase": "commentary"}]},
            "unknown_parameter",
            {"param": "input[0].phase"},
        ),
        ({"input": [{"role": "user", "bogus": 1}]}, "unknown_parameter", {"param": "input[0].bogus"}),
        ({"messages": [], "input": ...}, "responses_messages_sent", {}),
        ({"model": ...}, "responses_missing_model", {}),
        ({"model": None}, "responses_null_model", {}),
        ({"model": 7}, "responses_null_model", {"got": "an integer"}),
        ({"model": ""}, "model_not_found_responses", {"model": ""}),
        ({"input": ...}, "responses_missing_input", {}),
        ({"input": ..., "previous_response_id": "resp_1"}, "responses_missing_input", {}),
        ({"input": ..., "conversation": "conv_1"}, "responses_missing_input", {}),
        ({"input": None}, "invalid_type", wrong("input", "a string", "an object")),
        ({"input": ""}, "responses_empty_input", {}),
        ({"input": []}, "responses_empty_input", {}),
        ({"input": {}}, "responses_invalid_input", {}),
        ({"input": [7]}, "responses_invalid_item", {}),
        ({"input": [None]}, "responses_invalid_item", {"got": "null"}),
        ({"input": [{"type": "bogus_item"}]}, "responses_invalid_item_type", {}),
        ({"input": [{"type": 7}]}, "responses_invalid_item_type", {"value": ""}),
        ({"input": [{"role": "bogus"}]}, "responses_invalid_role", {}),
        ({"input": [{}]}, "responses_invalid_role", {"value": ""}),
        ({"input": [{"role": []}]}, "responses_invalid_role", {"value": "[]"}),
        ({"input": [{"role": "user", "content": [{"type": "bogus"}]}]}, "responses_invalid_part", {}),
        (
            {"input": [{"role": "user", "content": [7]}]},
            "invalid_type",
            wrong("input[0].content[0]", "an object", "an integer"),
        ),
        ({"input": [{"role": "user", "content": [{"type": "output_text"}]}]}, "responses_invalid_user_part", {}),
        (
            {"input": [{"role": "assistant", "content": [{"type": "input_text", "text": "a"}]}]},
            "responses_invalid_assistant_part",
            {},
        ),
        ({"include": ["bogus"]}, "responses_invalid_include", {}),
        ({"tools": [{}]}, "responses_missing_tool_type", {}),
        ({"tools": [7]}, "invalid_type", wrong("tools[0]", "an object", "an integer")),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "responses_missing_tool_name", {}),
        ({"tool_choice": 7}, "responses_invalid_tool_choice", {}),
        ({"tool_choice": {"type": "function"}}, "responses_missing_tool_choice_name", {}),
        ({"text": {"format": {"type": "bogus"}}}, "responses_invalid_text_format", {}),
        ({"text": {"format": {"type": "json_schema"}}}, "responses_missing_format_name", {}),
        ({"text": {"verbosity": "bogus"}}, "responses_invalid_verbosity", {}),
        (
            {"stream_options": {"include_usage": True}},
            "responses_unknown_parameter",
            {"param": "stream_options.include_usage", "hint": ""},
        ),
        ({"max_output_tokens": 15}, "responses_max_output_tokens_too_small", {}),
        ({"max_tool_calls": 0}, "responses_max_tool_calls_too_small", {}),
        ({"reasoning": {"effort": "bogus"}}, "responses_invalid_reasoning_effort", {}),
        ({"reasoning": {"summary": "bogus"}}, "responses_invalid_summary", {}),
        ({"truncation": "bogus"}, "responses_invalid_truncation", {}),
        ({"previous_response_id": "resp_1", "conversation": "conv_1"}, "mutually_exclusive_parameters", {}),
    ],
)
def test_the_api_refuses(read, body, name, values):
    with pytest.raises(RequestRefused) as caught:
        read(sent(**body))
    assert caught.value.error == named(name, **values)


@pytest.mark.parametrize(
    "body",
    [
        {"input": [], "previous_response_id": "resp_1"},
        {"input": "", "conversation": "conv_1"},
        {"input": ..., "model": ..., "prompt": {"id": "pmpt_1"}},
        {"input": [{"id": "msg_1"}]},
        {"input": [{"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "input_image"}]}]},
        {"input": [{"type": "item_reference", "id": "msg_1"}]},
        {"tool_choice": "none", "tools": [], "include": []},
        {"max_output_tokens": 16, "max_tool_calls": 1, "truncation": "auto", "text": {"verbosity": "low"}},
    ],
)
def test_the_api_takes(body):
    check_body(decode(**body), Serving(Resources()))


# -------------------------------------------------------------------------------------------- listed


@pytest.mark.parametrize(
    ("item", "listed"),
    [
        (
            {"role": "user", "content": "Hi"},
            {
                "type": "message",
                "status": "completed",
                "role": "user",
                "content": [{"type": "input_text", "text": "Hi"}],
            },
        ),
        (
            {"role": "assistant", "content": "Hi", "status": "incomplete"},
            {
                "type": "message",
                "status": "incomplete",
                "role": "assistant",
                "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": "Hi"}],
            },
        ),
        (
            {"role": "user", "content": [{"type": "input_image", "image_url": "x"}]},
            {
                "type": "message",
                "status": "completed",
                "role": "user",
                "content": [{"type": "input_image", "image_url": "x"}],
            },
        ),
        (CALL, {**CALL, "status": "completed"}),
        ({"type": "reasoning", "summary": []}, {"type": "reasoning", "summary": []}),
    ],
)
def test_items_are_listed_with_what_they_lack(item, listed):
    (found,) = listed_items([item], Mint(0))
    assert {key: value for key, value in found.items() if key != "id"} == listed
    assert len(found["id"].partition("_")[2]) == 48


def test_an_id_that_is_given_stays():
    assert listed_items([{"type": "reasoning", "id": "rs_1"}], Mint(0)) == [{"id": "rs_1", "type": "reasoning"}]
