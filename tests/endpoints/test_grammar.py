"""Conversations that the API refuses, with the real client: its words for calls, contents, ids, tools and schemas."""

from typing import Any

import openai
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockai import MockOpenAI
from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.chat_completions import OPERATIONS
from mockai.endpoints.chat_request import decode_create
from mockai.state import Resources
from mockai.wire import HTTPRequest

(CREATE,) = OPERATIONS

USER = {"role": "user", "content": "Hi"}
PIXEL = "data:image/png;base64,iVBORw0KGgo="
PDF = "data:application/pdf;base64,JVBERi0="
LONG_ID = "call_" + "x" * 40


def calls(*ids: str) -> dict[str, Any]:
    made = [{"id": id, "type": "function", "function": {"name": "f", "arguments": "{}"}} for id in ids]
    return {"role": "assistant", "content": None, "tool_calls": made}


def result(id: str, **more: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id, "content": "1", **more}


def said(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "text", "text": "See?"}, *parts]}


def image(url: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def function(name: str = "f", **more: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, **more}}


def strict(schema: dict[str, Any], name: str = "answer") -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}}


LARGE = {
    "type": "object",
    "properties": {"n": {"type": "integer", "enum": list(range(1008))}},
    "required": ["n"],
    "additionalProperties": False,
}
ONE_KEY = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


@pytest.fixture(scope="module")
def client():
    with MockOpenAI({"rules": [{"reply": "Yes."}]}, mode="patch") as mock:
        yield mock.client(max_retries=0)


@pytest.fixture(scope="module")
def uploaded(client):
    return client.files.create(file=("a.pdf", b"%PDF-"), purpose="user_data").id


def refused(call, **body: Any):
    with pytest.raises(openai.BadRequestError) as caught:
        call(**body)
    error = caught.value
    return error.body["message"], error.body["type"], error.param, error.code


def as_refused(name: str, /, **values: Any):
    error = named(name, **values)
    assert error.status == 400
    return error.message, error.type, error.param, error.code


def too_long(param: str, maximum: int, length: int) -> tuple[str, dict[str, Any]]:
    return "string_above_max_length", {"param": param, "maximum": maximum, "length": length}


def pattern(param: str, pattern: str = "^[a-zA-Z0-9_-]+$") -> tuple[str, dict[str, Any]]:
    return "string_pattern_mismatch", {"param": param, "pattern": pattern}


def missing(param: str) -> tuple[str, dict[str, Any]]:
    return "missing_required_parameter", {"param": param}


def typed(param: str, expected: str, got: str) -> tuple[str, dict[str, Any]]:
    return "invalid_type", {"param": param, "expected": expected, "got": got}


URL = "messages[0].content[1].image_url.url"
CHAT = [
    # calls and results
    ({"messages": [USER, result("a")]}, "tool_message_without_call", {"param": "messages.[1].role"}),
    ({"messages": [calls("a"), USER]}, "unanswered_tool_calls", {"ids": "a", "param": "messages.[0].role"}),
    ({"messages": [calls("a", "a"), result("a")]}, "duplicate_tool_call_id", {"id": "a", "at": 0}),
    ({"messages": [{**calls(), "content": "x"}]}, "empty_array", {"param": "messages[0].tool_calls"}),
    (
        {"messages": [{"role": "assistant", "content": "x", "tool_calls": "x"}]},
        *typed("messages[0].tool_calls", "an array of objects", "a string"),
    ),
    ({"messages": [calls(LONG_ID), result(LONG_ID)]}, *too_long("messages[0].tool_calls[0].id", 40, 45)),
    ({"messages": [calls("a"), result(LONG_ID)]}, *too_long("messages[1].tool_call_id", 40, 45)),
    # contents that are not there, in the API's order: last of all
    ({"messages": []}, "empty_array", {"param": "messages"}),
    ({"messages": [{"role": "user"}]}, "null_content", {"param": "messages.[0].content"}),
    ({"messages": [USER, {"role": "assistant", "content": None}]}, "null_content", {"param": "messages.[1].content"}),
    ({"messages": [{"role": "assistant", "refusal": None}]}, "null_content", {"param": "messages.[0].content"}),
    ({"messages": [{"role": "system", "name": "a"}]}, "null_content", {"param": "messages.[0].content"}),
    ({"messages": [{"role": "developer"}]}, *missing("messages[0].content")),
    ({"messages": [{"role": "developer"}, {"role": "bogus"}]}, *missing("messages[0].content")),
    (
        {"messages": [{**calls(), "content": "x"}, {"role": "bogus"}]},
        "empty_array",
        {"param": "messages[0].tool_calls"},
    ),
    ({"messages": [{"role": "user"}], "n": 0}, "integer_below_min_value", {"param": "n", "minimum": 1, "value": 0}),
    (
        {"messages": [{"role": "developer", "content": None}]},
        *typed("messages[0].content", "one of a string or array of objects", "null"),
    ),
    (
        {"messages": [{"role": "user"}], "model": "gpt-5.6-terra", "temperature": 0.5},
        "unsupported_temperature",
        {"value": 0.5},
    ),
    (
        {"messages": [{"role": "user"}, {"role": "user", "content": [image("no")]}]},
        "invalid_url_format",
        {"param": "messages[1].content[0].image_url.url"},
    ),
    # names
    ({"messages": [{**USER, "name": "A B"}]}, *pattern("messages[0].name", r"^[^\s<|\\/>]+$")),
    ({"tools": [function("get.weather")]}, *pattern("tools[0].function.name")),
    ({"tools": [function("a"), function("b" * 65)]}, *too_long("tools[1].function.name", 64, 65)),
    ({"functions": [{"name": "a b"}]}, *pattern("functions[0].name")),
    ({"response_format": strict(ONE_KEY, "my answer")}, *pattern("response_format.json_schema.name")),
    ({"response_format": strict(ONE_KEY, "a" * 65)}, *too_long("response_format.json_schema.name", 64, 65)),
    # limits
    ({"tools": [function(f"f{n}") for n in range(129)]}, "too_many_tools", {"maximum": 128, "length": 129}),
    ({"stop": list("abcde")}, "too_many_stop_sequences", {"maximum": 4, "length": 5}),
    ({"n": 129}, "integer_above_max_value", {"param": "n", "maximum": 128, "value": 129}),
    ({"response_format": {"type": "json_object"}}, "json_word_missing", {}),
    # parts
    (
        {"messages": [said({"type": "input_text", "text": "x"})]},
        "invalid_part_type",
        {"param": "messages[0].content[1].type", "value": "input_text"},
    ),
    ({"messages": [said({"text": "x"})]}, *missing("messages[0].content[1].type")),
    ({"messages": [said({"type": "image_url"})]}, *missing("messages[0].content[1].image_url")),
    ({"messages": [said({"type": "image_url", "image_url": {}})]}, *missing(URL)),
    (
        {"messages": [said({"type": "image_url", "image_url": PIXEL})]},
        *typed("messages[0].content[1].image_url", "an object", "a string"),
    ),
    ({"messages": [said(image("cat.png"))]}, "invalid_url_format", {"param": URL}),
    ({"messages": [said(image(""))]}, "invalid_url_format", {"param": URL}),
    ({"messages": [said(image("file:///cat.png"))]}, "invalid_url_format", {"param": URL}),
    ({"messages": [said(image(PDF))]}, "invalid_image_mime", {"param": URL, "seen": "application/pdf"}),
    ({"messages": [said(image("data:image/svg+xml;base64,PHN2Zz4="))]}, "invalid_image_format", {}),
    ({"messages": [said(image("data:image/png;base64,"))]}, "invalid_base64_image", {}),
    ({"messages": [said(image("data:image/png;base64,<<<<"))]}, "invalid_base64_image", {}),
    (
        {"messages": [said({"type": "input_audio", "input_audio": {"data": "", "format": "ogg"}})]},
        "invalid_value",
        {"param": "messages[0].content[1].input_audio.format", "value": "ogg", "supported": ("wav", "mp3")},
    ),
    (
        {"messages": [said({"type": "file", "file": {"filename": "a", "file_data": "data:text/plain;base64,eA=="}})]},
        "invalid_file_mime",
        {"param": "messages[0].content[1].file.file_data", "seen": "text/plain"},
    ),
    (
        {"messages": [said({"type": "file", "file": {"file_id": "file-x"}})]},
        "invalid_file_id",
        {"param": "messages[0].content[1].file.file_id", "id": "file-x"},
    ),
    # schemas
    (
        {"tools": [function("f", parameters={"type": "array"})]},
        "invalid_tool_schema",
        {"name": "f", "fault": "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'."},
    ),
    (
        {"functions": [{"name": "f", "parameters": {"properties": {}}}]},
        "invalid_tool_schema",
        {
            "name": "f",
            "param": "functions[0].parameters",
            "fault": "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'.",
        },
    ),
    (
        {"tools": [function("f", parameters={"type": "object", "properties": {"domain": {"type": "array"}}})]},
        "invalid_tool_schema",
        {"name": "f", "fault": "In context=('properties', 'domain'), array schema missing items."},
    ),
    (
        {"tools": [function("f", strict=True, parameters={"type": "object", "properties": {}})]},
        "invalid_tool_schema",
        {
            "name": "f",
            "fault": "In context=(), 'additionalProperties' is required to be supplied and to be false.",
        },
    ),
    (
        {"response_format": strict({**ONE_KEY, "required": []})},
        "invalid_format_schema",
        {
            "fault": "In context=(), 'required' is required to be supplied and to be an array including every key in "
            "properties. Missing 'a'."
        },
    ),
    ({"response_format": strict(LARGE)}, "format_schema_enum_values", {"name": "answer"}),
    ({"tools": [function(strict=True, parameters=LARGE)]}, "tool_schema_enum_values", {"name": "f"}),
]


@pytest.mark.parametrize(("body", "name", "values"), CHAT)
def test_chat_refuses_what_the_api_refuses(client, body, name, values):
    body = {"model": "house-model", "messages": [USER], **body}
    assert refused(client.chat.completions.create, **body) == as_refused(name, **values)


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [calls("a", "b"), result("b"), result("a"), USER]},
        {"messages": [calls("x" * 40), result("x" * 40)]},
        {"messages": [calls("", ""), result("")]},
        {"messages": [{"role": "user", "content": ""}, {"role": "user", "content": []}]},
        {"messages": [{"role": "assistant", "refusal": "No."}, {"role": "assistant", "audio": {"id": "a"}}]},
        {"messages": [{"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}]},
        {"messages": [{"role": "assistant", "content": "x", "tool_calls": None}]},
        {"messages": [{**USER, "name": "Zoë-1.2"}]},
        {"messages": [said(image(PIXEL), image("https://example.com/cat"), image("HTTP://localhost:1/?q"))]},
        {"messages": [said(image("data:image/jpeg;base64," + "A" * 5001))]},
        {"messages": [said({"type": "input_audio", "input_audio": {"data": "eA==", "format": "mp3"}})]},
        {"messages": [said({"type": "file", "file": {"filename": "a.pdf", "file_data": PDF}})]},
        {"messages": [{"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}]},
        {"messages": [{"role": "system", "content": [{"type": "text", "text": "Answer in JSON."}]}, USER],
         "response_format": {"type": "json_object"}},
        {"tools": [function("a-B_9", parameters={})] * 128},
        {"tools": [function("f", parameters={"type": "object"})]},
        {"tools": [function("f", strict=True, parameters=ONE_KEY), {"type": "custom", "custom": {"name": "c"}}]},
        {"response_format": strict(ONE_KEY, "a" * 64)},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"oneOf": []}}}},
    ],
)  # fmt: skip
def test_chat_takes_what_the_api_takes(client, body):
    assert client.chat.completions.create(**{"model": "house-model", "messages": [USER], **body}).choices


def test_a_file_that_was_uploaded_may_be_named(client, uploaded):
    part = {"type": "file", "file": {"file_id": uploaded}}
    assert client.chat.completions.create(model="m", messages=[said(part)]).choices
    item = {"role": "user", "content": [{"type": "input_file", "file_id": uploaded}]}
    assert client.responses.create(model="m", input=[item]).output


def test_where_ids_are_made_up_a_file_that_was_not_uploaded_may_be_named():
    with MockOpenAI({"rules": [{"reply": "Yes."}]}, mode="patch", unknown_ids="synthesize") as mock:
        part = {"type": "file", "file": {"file_id": "file-x"}}
        assert mock.client().chat.completions.create(model="m", messages=[said(part)]).choices


# ------------------------------------------------------------------------------------------- responses


def item(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(parts), **more}


def call(call_id: str = "call_1", /, **more: Any) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": "f", "arguments": "{}", **more}


def output(call_id: str = "call_1", /, **more: Any) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": "1", **more}


def thought(id: str = "rs_1") -> dict[str, Any]:
    return {"type": "reasoning", "id": id, "summary": [], "encrypted_content": "x"}


TOO_MANY = named("format_schema_enum_values", name="x").message.partition(": ")[2]
IMAGE = "input[0].content[0].image_url"
RESPONSES = [
    ({"input": [output()]}, "missing_tool_call", {"id": "call_1"}),
    ({"input": [call()]}, "missing_tool_output", {"id": "call_1"}),
    ({"input": [call(), output(), call("call_2")]}, "missing_tool_output", {"id": "call_2"}),
    ({"input": [thought(), {"role": "user", "content": "Hi"}]}, "reasoning_without_item", {"id": "rs_1"}),
    ({"input": [thought()]}, "reasoning_without_item", {"id": "rs_1"}),
    ({"input": [call(id="x"), output()]}, "invalid_item_id", {"param": "input[0].id", "value": "x", "prefix": "fc"}),
    (
        {"input": [call(), output(id="__fake_id__")]},
        "invalid_item_id",
        {"param": "input[1].id", "value": "__fake_id__", "prefix": "fc"},
    ),
    (
        {"input": [{"role": "assistant", "content": "a", "id": "rs_1"}]},
        "invalid_item_id",
        {"param": "input[0].id", "value": "rs_1", "prefix": "msg"},
    ),
    (
        {"input": [{"role": "assistant", "content": "a", "id": "rs_1"}, {"role": "bogus", "content": "b"}]},
        "invalid_item_id",
        {"param": "input[0].id", "value": "rs_1", "prefix": "msg"},
    ),
    ({"input": [call(id="fc_" + "x" * 62), output()]}, *too_long("input[0].id", 64, 65)),
    ({"input": [call("c" * 65), output("c" * 65)]}, *too_long("input[0].call_id", 64, 65)),
    (
        {
            "input": [
                {"role": "assistant", "content": "a", "id": "msg_1"},
                {"role": "assistant", "content": "b", "id": "msg_1"},
            ]
        },
        "duplicate_item",
        {"id": "msg_1"},
    ),
    ({"input": [item({"type": "input_image", "image_url": "cat.png"})]}, "invalid_url_format", {"param": IMAGE}),
    (
        {"input": [item({"type": "input_image", "image_url": "data:text/markdown;base64,eA=="})]},
        "responses_invalid_image_mime",
        {"param": IMAGE, "seen": "text/markdown"},
    ),
    (
        {"input": [item({"type": "input_image", "image_url": "data:image/png;base64,"})]},
        "responses_empty_image",
        {"param": IMAGE},
    ),
    (
        {"input": [item({"type": "input_image", "image_url": "data:image/tiff;base64,eA=="})]},
        "invalid_image_format",
        {},
    ),
    (
        {"input": [item({"type": "input_image", "file_id": "file-x"})]},
        "invalid_file_id",
        {"param": "input[0].content[0].file_id", "id": "file-x"},
    ),
    (
        {"input": [item({"type": "input_file", "filename": "a", "file_data": "data:text/csv;base64,eA=="})]},
        "invalid_file_mime",
        {"param": "input[0].content[0].file_data", "seen": "text/csv"},
    ),
    (
        {"input": [call(), output(output=[{"type": "input_image", "image_url": "no"}])]},
        "invalid_url_format",
        {"param": "input[1].output[0].image_url"},
    ),
    ({"input": "x" * 10_485_761}, *too_long("input", 10_485_760, 10_485_761)),
    ({"input": [{"role": "user", "content": "x" * 10_485_761}]}, *too_long("input[0].content", 10_485_760, 10_485_761)),
    ({"text": {"format": {"type": "json_object"}}}, "responses_json_word_missing", {}),
    ({"text": {"format": {"type": "json_schema", "name": "a b", "schema": {}}}}, *pattern("text.format.name")),
    (
        {"text": {"format": {"type": "json_schema", "name": "a" * 65, "schema": {}}}},
        *too_long("text.format.name", 64, 65),
    ),
    (
        {"text": {"format": {"type": "json_schema", "name": "x", "strict": True, "schema": {"type": "array"}}}},
        "responses_invalid_format_schema",
        {"name": "x", "fault": "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'."},
    ),
    ({"tools": [{"type": "function", "name": "web:run"}]}, *pattern("tools[0].name")),
    (
        {"tools": [{"type": "function", "name": "f", "strict": True, "parameters": {"type": "object"}}]},
        "invalid_tool_schema",
        {
            "name": "f",
            "param": "tools[0].parameters",
            "fault": "In context=(), 'additionalProperties' is required to be supplied and to be false.",
        },
    ),
    (
        {"tools": [{"type": "function", "name": f"f{n}"} for n in range(129)]},
        "too_many_tools",
        {"maximum": 128, "length": 129},
    ),
    (
        {"text": {"format": {"type": "json_schema", "name": "x", "strict": True, "schema": LARGE}}},
        "responses_invalid_format_schema",
        {"name": "x", "fault": TOO_MANY},
    ),
    (
        {"tools": [{"type": "function", "name": "f", "strict": True, "parameters": LARGE}]},
        "tool_schema_enum_values",
        {"name": "f", "param": "tools[0].parameters"},
    ),
]


@pytest.mark.parametrize(
    ("body", "name", "values"), RESPONSES, ids=[f"{n}-{row[1]}" for n, row in enumerate(RESPONSES)]
)
def test_a_response_is_refused_as_the_api_refuses_it(client, body, name, values):
    assert refused(client.responses.create, **{"model": "m", "input": "Hi", **body}) == as_refused(name, **values)


@pytest.mark.parametrize(
    "body",
    [
        {"input": [thought(), call(id="fc_1"), output(id="fc_2")]},
        {"input": [call("a"), call("b"), output("b"), output("a"), {"role": "user", "content": "Hi", "id": "msg_1"}]},
        {"input": [thought(), {"role": "assistant", "content": "Hi", "id": "msg_1"}]},
        {"input": [item({"type": "input_image", "image_url": PIXEL}, {"type": "input_text", "text": "?"})]},
        {"input": [item({"type": "input_file", "file_url": "https://example.com/a.pdf"})]},
        {"input": [call(), output(output=[{"type": "input_image", "image_url": PIXEL}])]},
        {"input": "Give me JSON.", "text": {"format": {"type": "json_object"}}},
        {"text": {"format": {"type": "json_schema", "name": "x", "strict": True, "schema": ONE_KEY}}},
        {"tools": [{"type": "function", "name": "f", "strict": True, "parameters": ONE_KEY}, {"type": "web_search"}]},
        {"tools": [{"type": "function", "name": "f" * 65, "parameters": None}]},
    ],
)
def test_a_response_is_made_of_what_the_api_takes(client, body):
    assert client.responses.create(**{"model": "m", "input": "Hi", **body}).output


def test_a_call_of_an_earlier_turn_waits_for_its_output(client):
    with MockOpenAI(
        {"rules": [{"when": {"tool_result": {}}, "reply": "Done."}, {"reply": {"tool_calls": [{"f": {}}]}}]},
        mode="patch",
    ) as mock:
        responses = mock.client(max_retries=0).responses
        first = responses.create(model="m", input="call", tools=[{"type": "function", "name": "f"}])
        id = first.output[0].call_id
        again = {"model": "m", "previous_response_id": first.id}
        assert refused(responses.create, **again, input="And?") == as_refused("missing_tool_output", id=id)
        assert responses.create(**again, input=[output(id)]).output_text == "Done."


def test_a_call_is_sent_back_with_the_thought_that_led_to_it():
    reply = {"items": [{"reasoning": "Let me look."}, {"tool_calls": [{"f": {}}]}]}
    scenario = {"rules": [{"when": {"tool_result": {}}, "reply": "Done."}, {"reply": reply}]}
    with MockOpenAI(scenario, mode="patch") as mock:
        responses = mock.client(max_retries=0).responses
        first = responses.create(model="o3", input="call", tools=[{"type": "function", "name": "f"}])
        made = [each.model_dump(exclude_none=True) for each in first.output]
        assert [each["type"] for each in made] == ["reasoning", "function_call"]
        answer = output(made[1]["call_id"])
        assert refused(responses.create, model="o3", input=[made[1], answer]) == as_refused(
            "item_without_reasoning", id=made[1]["id"], reasoning=made[0]["id"]
        )
        assert responses.create(model="o3", input=[*made, answer]).output_text == "Done."
        without_id = {key: value for key, value in made[1].items() if key != "id"}
        assert responses.create(model="o3", input=[without_id, answer]).output_text == "Done."


# ------------------------------------------------------------------------------------- any conversation


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A conversation as it should be: calls, each answered once and in any order, before anyone else speaks."""
    messages, number = [], 0
    for _ in range(draw(st.integers(1, 5))):
        messages.append({"role": draw(st.sampled_from(["user", "system", "assistant"])), "content": draw(st.text())})
        ids = [f"call_{number + each}" for each in range(draw(st.integers(0, 3)))]
        number += len(ids)
        if ids:
            messages += [calls(*ids), *(result(id) for id in draw(st.permutations(ids)))]
    return messages


def outcome(messages: list[dict[str, Any]]) -> str | None:
    """The message of the first check of conversations that refuses them, or None."""
    body = orjson.dumps({"model": "m", "messages": messages})
    request = decode_create(HTTPRequest("POST", "/v1/chat/completions", body=body), {})
    try:
        for check in (*CREATE.checks.form, *CREATE.checks.meaning, *CREATE.checks.model):
            check(request, Serving(Resources()))
    except RequestRefused as refusal:
        return refusal.error.message
    return None


@given(conversations())
def test_every_conversation_in_order_is_taken(messages):
    assert outcome(messages) is None


@given(conversations(), st.data())
def test_without_one_result_or_without_its_calls_a_conversation_is_refused(messages, data):
    results = [at for at, message in enumerate(messages) if message["role"] == "tool"]
    if not results:
        return
    at = data.draw(st.sampled_from(results))
    left = outcome(messages[:at] + messages[at + 1 :])
    assert str(left).endswith(f"did not have response messages: {messages[at]['tool_call_id']}")
    asked = max(before for before in range(at) if "tool_calls" in messages[before])
    assert str(outcome(messages[:asked] + messages[asked + 1 :])).startswith(
        "Invalid parameter: messages with role 'tool'"
    )


def test_lenient_validation_lets_it_all_through():
    with MockOpenAI({"rules": [{"reply": "Yes."}]}, mode="patch", validation="lenient") as mock:
        client = mock.client(max_retries=0)
        for body, _, _ in CHAT:
            if body.get("messages") != []:
                assert client.chat.completions.create(**{"model": "m", "messages": [USER], **body}).choices
        for body, *_ in (row for row in RESPONSES if row[2].get("maximum") != 10_485_760):
            assert client.responses.create(**{"model": "m", "input": "Hi", **body}).output
