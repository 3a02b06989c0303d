"""What was answered may be sent back: a message of the assistant, and the output of a response, as the SDK has them."""

import pytest

from mockai import MockOpenAI

USER = {"role": "user", "content": "Hi"}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
CUSTOM = {"type": "custom", "custom": {"name": "g"}}
AUDIO = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}}
CITED = {"text": "See there.", "annotations": [{"url": "https://example.com", "title": "There"}]}

CHAT = [
    ({"text": "Hello."}, {}),
    ({"refusal": "No."}, {}),
    ({"text": "Hello.", "reasoning": "A greeting."}, {}),
    (CITED, {}),
    ({"audio": "Hello."}, AUDIO),
    ({"tool_calls": ["f"]}, {"tools": [TOOL, CUSTOM]}),
    ({"tool_calls": [{"g": "ls"}]}, {"tools": [TOOL, CUSTOM]}),
    ({"json": {"a": 1}}, {}),
]


@pytest.fixture(scope="module")
def mock():
    with MockOpenAI(mode="patch", then="repeat_last") as mock:
        yield mock


@pytest.mark.parametrize(("reply", "more"), CHAT)
def test_a_message_of_the_assistant_is_taken(mock, reply, more):
    mock.reply(reply)
    client = mock.client(max_retries=0)
    message = client.chat.completions.create(model="gpt-4o", messages=[USER], **more).choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": "1"} for call in message.tool_calls or ()]
    for sent in (message, message.model_dump(), message.model_dump(exclude_none=True)):
        assert client.chat.completions.create(model="gpt-4o", messages=[USER, sent, *results, USER], **more).choices


FUNCTION = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}, "strict": False}
TOOLS = {"tools": [FUNCTION, {"type": "custom", "name": "g"}]}
RESPONSES = [
    ({"text": "Hello."}, {}),
    ({"refusal": "No."}, {}),
    ({"text": "Hello.", "reasoning": "A greeting."}, {"reasoning": {"summary": "auto"}, "model": "o4-mini"}),
    (CITED, {}),
    ({"tool_calls": ["f"]}, TOOLS),
    ({"tool_calls": [{"g": "ls"}]}, TOOLS),
]


ITEMS = [
    {"web_search": "rain"},
    {"file_search": "rain"},
    {"code_interpreter": "print(1)"},
    {"image_generation": "a cat"},
    {"mcp_list_tools": {"server_label": "s"}},
    {"mcp_call": {"server_label": "s", "name": "n", "arguments": "{}"}},
    {"mcp_call": {"server_label": "s", "name": "n", "arguments": "{}", "error": "down"}},
    {"mcp_approval_request": {"server_label": "s", "name": "n"}},
]


@pytest.mark.parametrize("item", ITEMS)
def test_what_a_tool_of_the_api_did_is_taken(mock, item):
    mock.reply({"items": [item, {"text": "Done."}]})
    client = mock.client(max_retries=0)
    output = client.responses.create(model="gpt-4o", input="Hi").output
    assert len(output) == 2
    for sent in (output, [each.to_dict() for each in output]):
        assert client.responses.create(model="gpt-4o", input=[USER, *sent, USER]).output


@pytest.mark.parametrize(("reply", "more"), RESPONSES)
def test_the_output_of_a_response_is_taken(mock, reply, more):
    mock.reply(reply)
    client, asked = mock.client(max_retries=0), {"model": "gpt-4o", **more}
    response = client.responses.create(input="Hi", **asked)
    kinds = {"function_call": "function_call_output", "custom_tool_call": "custom_tool_call_output"}
    results = [
        {"type": kinds[item.type], "call_id": item.call_id, "output": "1"}
        for item in response.output
        if item.type in kinds
    ]
    for sent in (response.output, [item.to_dict() for item in response.output]):
        assert client.responses.create(input=[USER, *sent, *results, USER], **asked).output
