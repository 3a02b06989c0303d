"""`POST /audio/speech`: what is read, refused and sent."""

import base64

import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.speech import decode_create, encode
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.media.silence import mp3
from mockai.media.tone import RATE, pcm
from mockai.replies.answer import Audio, Choice, Completion, Picture, Text
from mockai.scenario.schema import UsageSpec
from mockai.wire import Body

MINT = Mint(0, "rule", 1)


@pytest.fixture
def ask(post):
    return lambda **body: decode_create(post({"model": "tts-1", "voice": "alloy", "input": "Hello you", **body}), {})


def sent(plan) -> bytes:
    return b"".join(step.data for step in plan if isinstance(step, Body))


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({}, 0.8),
        ({"input": "Hi"}, 0.5),
        ({"speed": 0.5}, 1.6),
        ({"input": "word " * 500}, 30),
        ({"voice": {"id": "voice_1"}}, 0.8),
    ],
)
def test_speech_lasts_as_long_as_it_takes_to_say(ask, body, seconds):
    assert sent(encode(Completion(()), ask(**body, response_format="pcm"), MINT)) == pcm(round(seconds * RATE))


def test_speech_is_mp3_in_blocks_unless_the_request_says_otherwise(ask):
    head, *blocks = encode(Completion((), headers={"x-mine": "1"}), ask(), MINT)
    assert dict(head.headers)["content-type"] == "audio/mpeg"
    assert dict(head.headers)["x-mine"] == "1"
    assert [len(block.data) for block in blocks] == [4096, 2432]
    assert (b"".join(block.data for block in blocks), {block.kind for block in blocks}) == (mp3(19_200), {"piece"})


def test_what_is_said_and_how_are_messages(ask):
    messages = ask(instructions="Whisper.").messages
    assert [(message.role, message.text) for message in messages] == [("system", "Whisper."), ("user", "Hello you")]


def test_events_hold_the_recording_and_the_usage(ask):
    scripted = Completion((), usage=UsageSpec(prompt_tokens=1, completion_tokens=2, total_tokens=9))
    plan = encode(scripted, ask(stream_format="sse", response_format="opus"), MINT)
    assert [step.kind for step in plan[1:]] == ["piece", "finish"]
    assert plan[-1].data == (
        b'data: {"type":"speech.audio.done","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":9}}\n\n'
    )


def test_a_scripted_recording_is_sent_as_it_is_and_json_is_the_whole_body(ask):
    audio = Audio("audio_1", base64.b64encode(b"mine").decode(), "Hi", 1)
    assert sent(encode(Completion((Choice((audio,)),)), ask(), MINT)) == b"mine"
    assert sent(encode(Completion((Choice((Text("{}"),)),)), ask(), MINT)) == b"{}"


@pytest.mark.parametrize("wrong", [Completion((Choice((Text("Hi"),)),)), Completion((), media=(Picture(),))])
def test_other_replies_cannot_be_sent(ask, wrong):
    with pytest.raises(ReplyError, match=r"audio\.speech\.create cannot send this reply: it takes `audio`"):
        encode(wrong, ask(), MINT)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"model": None}, "you must provide a model parameter"),
        ({"input": None}, "Missing required parameter: 'input'."),
        (
            {"input": "x" * 4097},
            "Invalid 'input': string too long. Expected a string",
        ),
        ({"voice": None}, "Missing required parameter: 'voice'."),
        ({"voice": 1}, "Invalid type for 'voice': expected one of a string or object, but got an integer instead."),
        (
            {"response_format": "ogg"},
            "Invalid value: 'ogg'. Supported values are: 'mp3', 'opus', 'aac', 'flac', 'wav',",
        ),
        ({"stream_format": "x"}, "Invalid value: 'x'. Supported values are: 'sse' and 'audio'."),
        ({"speed": 5}, "Invalid 'speed': decimal above maximum value. Expected a value <= 4, but got 5 instead."),
    ],
)
def test_what_the_api_refuses_is_refused(ask, body, message):
    with pytest.raises(RequestRefused) as refused:
        ask(**body)
    assert refused.value.error.message.startswith(message)
