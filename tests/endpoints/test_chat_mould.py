"""Replies that are the same every time are encoded once, and sent as if each were encoded anew."""

from dataclasses import replace

import pytest

from mockai.endpoints import chat_chunks, chat_reply
from mockai.endpoints.chat_choice import Spent
from mockai.endpoints.chat_completions import encode
from mockai.endpoints.chat_frame import Frame
from mockai.endpoints.chat_mould import Mould
from mockai.endpoints.chat_request import Asked
from mockai.ids import Mint
from mockai.kept import Kept
from mockai.replies.answer import Choice, Completion, CustomEvent, Hold, Logprob, Text
from mockai.scenario.schema import UsageSpec
from mockai.wire import Body, Wait

TEXT = Completion((Choice((Text("Hello, how are you today? Very well, thank you."),)),))
BODIES = [
    {},
    {"stream": True},
    {"stream": True, "stream_options": {"include_usage": True}},
    {"stream": True, "stream_options": {"include_obfuscation": False}},
    {"stream": True, "n": 2},
    {"n": 3, "max_tokens": 4},
    {"stop": ["Very"], "service_tier": "flex"},
    {"logprobs": True, "top_logprobs": 2},
    {"stream": True, "logprobs": True},
    {"model": "gpt-5"},
    {"model": "gpt-5", "stream": True},
]


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    monkeypatch.setattr(chat_reply, "_WHOLES", Kept(limit=10))
    monkeypatch.setattr(chat_chunks, "_MOULDS", Kept(limit=10))
    return lambda: len(chat_reply._WHOLES._values) + len(chat_chunks._MOULDS._values)


FRAME = Frame.of(TEXT, "gpt-4o", Asked(), 0)


def mint(number):
    return Mint(0, "rule", number, created=1_767_225_600 + number)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    "completion",
    [
        TEXT,
        replace(TEXT, usage=UsageSpec(prompt_tokens=3)),
        replace(TEXT, id="chatcmpl-own"),
        Completion((Choice((Text("a"), Hold("gate"), CustomEvent(b"{}", "ping"), Text("b"))),)),
        Completion((Choice((Text("ab"),), logprobs=(Logprob("ab", -0.5),)),)),
        Completion(()),
    ],
)
def test_what_is_kept_is_sent_byte_for_byte_as_what_is_not(completion, body, ask):
    still = replace(completion, still=True)
    for number in (1, 2, 3):
        request = ask(**body)
        expected = list(encode(replace(completion), request, mint(number)))
        assert list(encode(still, request, mint(number))) == expected


@pytest.mark.parametrize("body", [{}, {"stream": True}])
def test_equal_requests_share_what_is_kept_and_others_do_not(body, ask, kept):
    still = replace(TEXT, still=True)
    made = []
    for more in ({}, {}, {"max_tokens": 2}, {"max_tokens": 2}, {"max_tokens": 3}):
        encode(still, ask(**body, **more), mint(1))
        made.append(kept())
    assert made == [1, 1, 2, 2, 3]


@pytest.mark.parametrize("body", [{}, {"stream": True}])
@pytest.mark.parametrize(
    ("completion", "more"),
    [
        (TEXT, {}),
        (replace(TEXT, still=True), {"logprobs": True}),
        (Completion((Choice((Text("a"),), logprobs=(Logprob("a", -1.0),)),), still=True), {}),
        (Completion((Choice((Text("a" * 70_000),)),), still=True), {}),
    ],
)
def test_what_changes_and_what_is_large_is_not_kept(completion, more, body, ask, kept):
    encode(completion, ask(**body, **more), mint(1))
    assert kept() == 0


def test_the_usage_counts_each_request_anew(ask):
    still = replace(TEXT, still=True)
    sizes = [
        chat_reply.completion_json(still, ask(messages=[{"role": "user", "content": text}]), mint(1))["usage"]
        for text in ("Hi", "Hi there, you")
    ]
    assert [usage["prompt_tokens"] for usage in sizes] == [8, 11]
    assert {usage["completion_tokens"] for usage in sizes} == {13}


def test_a_mould_takes_another_head_and_leaves_alone_what_has_none():
    steps = (
        Body(b"data: old{1}", "open"),
        Wait(gate="g"),
        Body(b"data: [X]", "event"),
        Body(b"data: old{2}", "piece", 2),
    )
    mould = Mould.of(steps, b"data: old", Spent(2, 0), FRAME)
    assert list(mould.cast(b"data: newer")) == [
        Body(b"data: newer{1}", "open"),
        Wait(gate="g"),
        Body(b"data: [X]", "event"),
        Body(b"data: newer{2}", "piece", 2),
    ]
    assert mould.size == 3 + 9 + 3
