"""The SDK's completions and chunks, read as they stand."""

import base64

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Annotation, Audio, Choice, Completion, Logprob, Reasoning, Refusal, Text, ToolCall
from mockai.replies.sdk import completion_of, completion_of_chunks, kind_of, plain
from mockai.scenario.schema import UsageSpec

MINT = Mint(0, "rule", 1)


def completion(*choices, **fields):
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 5,
        "model": "gpt-4o",
        "choices": list(choices),
        **fields,
    }


def choice(index=0, finish_reason="stop", **message):
    return {
        "index": index,
        "finish_reason": finish_reason,
        "message": {"role": "assistant", "content": None, **message},
    }


def chunk(delta=None, finish_reason=None, index=0, **fields):
    choices = [] if delta is None else [{"index": index, "delta": delta, "finish_reason": finish_reason}]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 5,
        "model": "gpt-4o",
        "choices": choices,
        **fields,
    }


CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
URL = {"url": "https://a.example", "title": "A", "start_index": 0, "end_index": 2}
AUDIO = {"id": "audio_1", "data": "QUJD", "transcript": "Hi", "expires_at": 9}


@pytest.mark.parametrize(
    ("message", "items"),
    [
        ({"content": "Hi"}, (Text("Hi"),)),
        ({"content": ""}, (Text(""),)),
        ({}, ()),
        ({"refusal": "No."}, (Refusal("No."),)),
        (
            {"content": "Hi", "annotations": [{"type": "url_citation", "url_citation": URL}]},
            (Text("Hi", (Annotation("https://a.example", "A", 0, 2),)),),
        ),
        ({"audio": AUDIO}, (Audio("audio_1", "QUJD", "Hi", 9),)),
        ({"content": "4", "reasoning_content": "2+2"}, (Reasoning("2+2"), Text("4"))),
        ({"reasoning": "hm"}, (Reasoning("hm"),)),
        (
            {"tool_calls": [CALL, {"id": "call_2", "type": "custom", "custom": {"name": "g", "input": "x"}}]},
            (ToolCall("f", "{}", "call_1"), ToolCall("g", "x", "call_2", "custom")),
        ),
        (
            {"function_call": {"name": "f", "arguments": "{}"}},
            (ToolCall("f", "{}", MINT.child("choice", 0).child("call", 0).id("call_")),),
        ),
    ],
)
def test_a_message_becomes_items(message, items):
    assert completion_of(completion(choice(**message)), MINT).choices == (Choice(items, "stop"),)


def test_everything_the_completion_says_is_kept():
    usage = {
        "prompt_tokens": 1,
        "completion_tokens": 2,
        "total_tokens": 3,
        "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 5,
            "audio_tokens": 6,
            "accepted_prediction_tokens": 7,
            "rejected_prediction_tokens": 8,
        },
    }
    logprobs = {"content": [{"token": "A", "logprob": -0.1, "top_logprobs": [{"token": "B", "logprob": -2.0}]}]}
    data = completion(
        {**choice(1, "length", content="B"), "logprobs": None},
        {**choice(0, "tool_calls", content="A"), "logprobs": logprobs},
        usage=usage,
        service_tier="flex",
        system_fingerprint="fp_1",
    )
    expected = Completion(
        choices=(
            Choice((Text("A"),), "tool_calls", (Logprob("A", -0.1, (("B", -2.0),)),)),
            Choice((Text("B"),), "length"),
        ),
        model="gpt-4o",
        id="chatcmpl-1",
        created=5,
        usage=UsageSpec(
            prompt_tokens=1,
            completion_tokens=2,
            total_tokens=3,
            cached_tokens=4,
            reasoning_tokens=5,
            audio_tokens=6,
            accepted_prediction_tokens=7,
            rejected_prediction_tokens=8,
        ),
        service_tier="flex",
        system_fingerprint="fp_1",
    )
    assert completion_of(data, MINT) == expected
    assert completion_of(plain(ChatCompletion.model_validate(data)), MINT) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"object": "chat.completion"}, "KeyError: 'choices'"),
        (completion({"index": 0}), "KeyError: 'message'"),
        (completion(choice(tool_calls=[{"id": "a"}])), "KeyError: 'function'"),
    ],
)
def test_what_is_no_completion_is_refused(data, reason):
    with pytest.raises(ReplyError) as raised:
        completion_of(data, MINT)
    assert str(raised.value) == f"the chat.completion returned cannot be read: {reason}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"object": "a"}, "a"),
        ({"object": 1}, None),
        ({}, None),
        ("text", None),
        (ChatCompletionChunk.model_validate(chunk({})), "chat.completion.chunk"),
    ],
)
def test_the_kind_of_an_object_is_what_it_says(value, expected):
    assert kind_of(value) == expected


def test_plain_leaves_out_what_was_not_set():
    made = ChatCompletionChunk(id="c", choices=[], created=1, model="m", object="chat.completion.chunk")
    assert plain(made) == {"id": "c", "choices": [], "created": 1, "model": "m", "object": "chat.completion.chunk"}
    assert plain({"a": 1}) == {"a": 1}
    assert plain(ChatCompletionChunk) is ChatCompletionChunk


# ------------------------------------------------------------------------------------------------ chunks


def test_chunks_add_up_to_a_completion():
    azure = {"choices": [], "created": 0, "id": "", "model": "", "object": ""}
    chunks = [
        azure,
        chunk({"role": "assistant", "content": ""}, system_fingerprint="fp_1"),
        chunk({"reasoning_content": "h"}),
        chunk({"reasoning_content": "m"}),
        chunk({"content": "He"}),
        chunk({"content": "y", "annotations": [{"type": "url_citation", "url_citation": URL}]}),
        chunk({}, "stop"),
        chunk(None, usage={"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}),
        chunk(None, usage=None),
    ]
    assert completion_of_chunks(chunks, MINT) == Completion(
        choices=(Choice((Reasoning("hm"), Text("Hey", (Annotation("https://a.example", "A", 0, 2),))), "stop"),),
        model="gpt-4o",
        id="chatcmpl-1",
        created=5,
        usage=UsageSpec(prompt_tokens=1, completion_tokens=2, total_tokens=3),
        system_fingerprint="fp_1",
    )


def tool(index, id=None, **function):
    call = {"index": index, "id": id, "function": function}
    return chunk({"tool_calls": [{key: value for key, value in call.items() if value not in (None, {})}]})


@pytest.mark.parametrize(
    ("chunks", "items"),
    [
        (
            [
                tool(0, "call_1", name="f", arguments=""),
                tool(1, "call_2", name="g", arguments="["),
                tool(0, arguments="{}"),
                tool(1, arguments="]"),
            ],
            (ToolCall("f", "{}", "call_1"), ToolCall("g", "[]", "call_2")),
        ),
        (
            [
                tool(None, "call_1", name="f", arguments="{"),
                tool(None, arguments="}"),
                tool(None, "call_2", name="g", arguments="[]"),
            ],
            (ToolCall("f", "{}", "call_1"), ToolCall("g", "[]", "call_2")),
        ),
        (
            [
                chunk(
                    {"tool_calls": [{"index": 0, "id": "c", "type": "custom", "custom": {"name": "r", "input": ""}}]}
                ),
                chunk({"tool_calls": [{"index": 0, "custom": {"input": "ls"}}]}),
            ],
            (ToolCall("r", "ls", "c", "custom"),),
        ),
        ([chunk({"refusal": "N"}), chunk({"refusal": "o"})], (Refusal("No"),)),
        (
            [chunk({"function_call": {"name": "f", "arguments": ""}}), chunk({"function_call": {"arguments": "{}"}})],
            (ToolCall("f", "{}", MINT.child("choice", 0).child("call", 0).id("call_")),),
        ),
        (
            [
                chunk({"audio": {"id": "audio_1", "transcript": "H"}}),
                chunk({"audio": {"transcript": "i", "data": base64.b64encode(b"A").decode()}}),
                chunk({"audio": {"data": base64.b64encode(b"BC").decode()}}),
                chunk({"audio": {"expires_at": 9}}),
            ],
            (Audio("audio_1", "QUJD", "Hi", 9),),
        ),
    ],
)
def test_deltas_of_one_kind_are_joined(chunks, items):
    (made,) = completion_of_chunks(chunks, MINT).choices
    assert made.items == items


def test_choices_are_told_apart_by_their_index():
    chunks = [
        chunk({"content": "B"}, index=1),
        chunk({"content": "A"}),
        chunk({}, "stop"),
        chunk({}, "length", index=1),
    ]
    choices = completion_of_chunks(chunks, MINT).choices
    assert choices == (Choice((Text("A"),), "stop"), Choice((Text("B"),), "length"))


def test_log_probabilities_are_joined():
    first, second = chunk({"content": "A"}), chunk({"content": "B"})
    first["choices"][0]["logprobs"] = {"content": [{"token": "A", "logprob": -1.0}]}
    second["choices"][0]["logprobs"] = {"content": [{"token": "B", "logprob": -2.0}]}
    (made,) = completion_of_chunks([first, second, chunk({}, "stop")], MINT).choices
    assert made.logprobs == (Logprob("A", -1.0), Logprob("B", -2.0))


def test_broken_chunks_are_refused():
    with pytest.raises(ReplyError, match=r"^the chat\.completion\.chunks cannot be put together: TypeError: "):
        completion_of_chunks([chunk({"content": 5}), chunk({"content": "a"})], MINT)
