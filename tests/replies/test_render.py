"""Replies as they are written, and the answers they become."""

import base64
import io
import wave

import pytest

from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import (
    Annotation,
    Audio,
    Choice,
    Completion,
    CustomEvent,
    Hold,
    Logprob,
    RawAnswer,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from mockai.replies.render import render
from mockai.request import Message, Tool
from mockai.scenario.schema import Chunking, Defaults, Reply, UsageSpec

CUSTOM = Tool("run", kind="custom")
WEATHER = Tool("get_weather", parameters={"type": "object", "properties": {"city": {"type": "string"}}})


def items_of(answer):
    assert isinstance(answer, Completion)
    (choice,) = answer.choices
    return choice.items


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Hello!", (Text("Hello!"),)),
        ({"text": "Paris, {{ match.who }}"}, (Text("Paris, Ann"),)),
        ({"json": {"a": [1, None, True], "b": "é"}}, (Text('{"a":[1,null,true],"b":"é"}'),)),
        ({"json": {"n": "{{ 1 + 2 }}", "s": "{{ 1 }}{{ 2 }}"}}, (Text('{"n":3,"s":"12"}'),)),
        ({"json": None}, (Text("null"),)),
        ({"json": {1: 2**70}}, (Text('{"1":1180591620717411303424}'),)),
        ({"refusal": "No, {{ match.who }}."}, (Refusal("No, Ann."),)),
        ({"text": "4", "reasoning": "2 and {{ 2 }}"}, (Reasoning("2 and 2"), Text("4"))),
        ({"echo": True}, (Text("Hi {{ there }}"),)),
        (
            {"items": ["A", {"reasoning": "B"}, {"refusal": "C"}, {"gate": "g"}]},
            (Text("A"), Reasoning("B"), Refusal("C"), Hold("g")),
        ),
        (
            {"items": [{"event": {"data": {"n": "{{ 1 }}"}, "name": "tick"}}, {"event": {"data": "a\nb"}}]},
            (CustomEvent(b'{"n":1}', "tick"), CustomEvent(b"a\ndata: b")),
        ),
        (
            {"items": [{"event": {"data": "{{ match }}"}}, {"event": {}}]},
            (CustomEvent(b'{"who": "Ann"}'), CustomEvent(b"null")),
        ),
    ],
)
def test_content_is_sent_as_written_with_its_templates_filled_in(rendered, ask, written, expected):
    assert items_of(rendered(written, ask("Hi {{ there }}"), match={"who": "Ann"})) == expected


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ((Message("user", "One"), Message("assistant", "Two")), "One"),
        ((Message("system", "Be kind."),), "Be kind."),
        ((), ""),
    ],
)
def test_echo_says_the_last_user_message_or_else_the_last_one(rendered, ask, messages, expected):
    assert items_of(rendered({"echo": True}, ask(messages=messages))) == (Text(expected),)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {"get_weather": {"city": "{{ 'Paris' }}", "n": "{{ 3 }}"}},
            ("get_weather", '{"city":"Paris","n":3}', "function"),
        ),
        ({"get_weather": None}, ("get_weather", "{}", "function")),
        ("get_weather", ("get_weather", '{"city":"Oslo"}', "function")),
        ("not_offered", ("not_offered", "{}", "function")),
        ({"name": "get_weather", "arguments": '{"broken": '}, ("get_weather", '{"broken": ', "function")),
        ({"name": "get_weather", "arguments": [1]}, ("get_weather", "[1]", "function")),
        ({"name": "anything", "input": "ls {{ 1 }}"}, ("anything", "ls 1", "custom")),
        ("run", ("run", "Weather in Oslo?", "custom")),
        ({"name": "run", "arguments": "print(1)"}, ("run", "print(1)", "custom")),
    ],
)
def test_a_tool_call_has_what_is_written_or_what_fits_the_tool(rendered, ask, written, expected):
    request = ask("Weather in Oslo?", tools=(WEATHER, CUSTOM))
    (call,) = items_of(rendered({"tool_calls": written}, request))
    assert (call.name, call.arguments, call.kind) == expected


def test_tool_calls_have_ids_that_only_the_seed_and_the_call_decide(rendered):
    written = {"tool_calls": [{"f": {}}, {"f": {}}, {"name": "g", "id": "call_{{ call }}"}]}
    first, again, later = (rendered(written), rendered(written), rendered(written, call=2))
    assert first == again
    ids = [item.id for item in items_of(first)]
    assert ids == [call_id(0), call_id(1), "call_1"]
    assert {*ids[:2]}.isdisjoint(item.id for item in items_of(later))


def call_id(number):
    return Mint(0, "rule", 1).child("call", number).id("call_")


def test_tool_calls_of_several_choices_never_share_an_id(rendered):
    answer = rendered({"choices": [{"tool_calls": ["f"]}, {"tool_calls": ["f"]}]})
    ids = [choice.items[0].id for choice in answer.choices]
    assert ids == [call_id(0), call_id(1)]


def test_audio_without_data_is_a_short_tone_in_a_wav_file(rendered):
    (audio,) = items_of(rendered({"audio": "Hello {{ call }}"}))
    assert isinstance(audio, Audio)
    assert (audio.transcript, audio.expires_at) == ("Hello 1", 1_767_229_201)
    assert audio.id.startswith("audio_")
    assert len(audio.id) == 38
    with wave.open(io.BytesIO(base64.b64decode(audio.data))) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getnframes()) == (24_000, 1, 1200)


def test_audio_in_pcm16_is_bare_samples(rendered, ask):
    (audio,) = items_of(rendered({"audio": "Hello"}, ask(body={"audio": {"format": "pcm16", "voice": "alloy"}})))
    samples = base64.b64decode(audio.data)
    assert (len(samples), samples[:4]) == (2400, b"\x00\x00\x97\x03")


def test_audio_may_be_one_of_several_items(rendered):
    text, first, second = items_of(rendered({"items": ["Listen:", {"audio": "One"}, {"audio": "Two"}]}))
    assert (text, first.transcript, second.transcript) == (Text("Listen:"), "One", "Two")
    assert first.id != second.id


def test_audio_data_that_is_written_is_sent(rendered):
    (audio,) = items_of(rendered({"audio": {"transcript": "Hi", "data": "QUJD"}}))
    assert audio.data == "QUJD"


def test_citations_belong_to_the_text_before_them(rendered):
    written = {
        "items": [
            "Paris is large.",
            {"citation": "https://a.example"},
            {"citation": {"url": "https://b.example", "title": "{{ 'B' }}", "start_index": 0, "end_index": 5}},
            {"reasoning": "…"},
            "So is Rome.",
            {"citation": "https://c.example"},
        ]
    }
    assert items_of(rendered(written)) == (
        Text(
            "Paris is large.",
            (Annotation("https://a.example", "", 0, 15), Annotation("https://b.example", "B", 0, 5)),
        ),
        Reasoning("…"),
        Text("So is Rome.", (Annotation("https://c.example", "", 0, 11),)),
    )


def test_annotations_belong_to_the_last_text(rendered):
    answer = rendered({"text": "Paris.", "annotations": ["https://a.example"], "reasoning": "…"})
    assert items_of(answer) == (Reasoning("…"), Text("Paris.", (Annotation("https://a.example", "", 0, 6),)))


@pytest.mark.parametrize(
    "written",
    [
        {"items": [{"citation": "https://a.example"}, "Too late"]},
        {"refusal": "No.", "annotations": ["https://a.example"]},
    ],
)
def test_a_citation_without_a_text_is_refused(rendered, written):
    with pytest.raises(ReplyError) as raised:
        rendered(written)
    expected = "the citation of https://a.example has no text to belong to; write it after a text"
    assert str(raised.value) == expected


def test_choices_share_what_stands_beside_them_unless_they_say_otherwise(rendered):
    written = {
        "choices": [
            "A",
            {"json": {"b": 1}, "reasoning": "own", "finish_reason": "length"},
            {"refusal": "C"},
            {"items": ["D"]},
            {"finish_reason": "content_filter"},
        ],
        "reasoning": "shared",
        "finish_reason": "stop",
        "logprobs": [{"token": "A", "logprob": -0.5, "top": {"B": -1.5}}],
    }
    logprobs = (Logprob("A", -0.5, (("B", -1.5),)),)
    assert rendered(written).choices == (
        Choice((Reasoning("shared"), Text("A")), "stop", logprobs),
        Choice((Reasoning("own"), Text('{"b":1}')), "length", logprobs),
        Choice((Reasoning("shared"), Refusal("C")), "stop", logprobs),
        Choice((Reasoning("shared"), Text("D")), "stop", logprobs),
        Choice((Reasoning("shared"),), "content_filter", logprobs),
    )


def test_everything_beside_the_content_is_carried_over(rendered):
    written = {
        "text": "Hi",
        "finish_reason": "length",
        "usage": {"prompt_tokens": 3},
        "model": "{{ request.model }}-2024-08-06",
        "id": "chatcmpl-{{ call }}",
        "headers": {"X-Call": "{{ call }}"},
        "logprobs": ["Hi"],
        "chunks": ["{{ 'H' }}", "i"],
        "service_tier": "flex",
        "system_fingerprint": "fp_{{ call }}",
        "retry_after": 2,
    }
    assert rendered(written) == Completion(
        choices=(Choice((Text("Hi"),), "length", (Logprob("Hi", 0.0),)),),
        model="gpt-4o-2024-08-06",
        id="chatcmpl-1",
        usage=UsageSpec(prompt_tokens=3),
        headers={"x-call": "1", "retry-after": "2"},
        chunks=Chunking(pieces=("H", "i")),
        service_tier="flex",
        system_fingerprint="fp_1",
    )


def test_a_bare_text_has_nothing_beside_it(rendered):
    assert rendered("Hi") == Completion((Choice((Text("Hi"),)),))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Hi", ("file-model", {"x-a": "file", "x-b": "gpt-4o"}, Chunking(by="word"))),
        (
            {"text": "Hi", "model": "own", "headers": {"X-A": "own"}, "chunks": {"size": 2}},
            ("own", {"x-a": "own", "x-b": "gpt-4o"}, Chunking(size=2)),
        ),
    ],
)
def test_defaults_hold_where_the_reply_says_nothing(rendered, written, expected):
    defaults = {
        "model": "file-model",
        "headers": {"x-a": "file", "x-b": "{{ request.model }}"},
        "chunks": {"by": "word"},
    }
    answer = rendered(written, defaults=defaults)
    assert (answer.model, answer.headers, answer.chunks) == expected


def test_defaults_reach_raw_replies_and_errors(rendered):
    defaults = {"headers": {"x-a": "file"}}
    raw, error = rendered({"raw": {"body": ""}}, defaults=defaults), rendered({"error": 500}, defaults=defaults)
    assert isinstance(raw, RawAnswer)
    assert (raw.headers, dict(error.headers)["x-a"]) == ({"x-a": "file"}, "file")


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (
            "a\r\nset-cookie: b",
            "the header x-a would hold a line break: 'a\\r\\nset-cookie: b'; a header value is one line",
        ),
        ("→", "the header x-a cannot hold '→'; a header value is of Latin-1 characters"),
    ],
)
def test_a_template_cannot_smuggle_anything_into_a_header(rendered, value, complaint):
    with pytest.raises(ReplyError) as raised:
        rendered({"text": "Hi", "headers": {"x-a": "{{ match.who }}"}}, match={"who": value})
    assert str(raised.value) == complaint


def test_a_latin_1_header_may_pass(rendered):
    assert rendered({"text": "Hi", "headers": {"x-a": "{{ match.who }}"}}, match={"who": "é"}).headers == {"x-a": "é"}


def test_what_json_cannot_hold_is_refused(rendered):
    with pytest.raises(ReplyError) as raised:
        rendered({"json": {"a": float("inf"), "b": 2**70, "c": {1, 2}}})
    assert str(raised.value).startswith("{'a': inf, 'b': 1180591620717411303424, 'c': {1, 2}} cannot be sent as JSON: ")


def test_lone_surrogates_are_escaped_in_json(rendered):
    assert items_of(rendered({"json": "\ud800"})) == (Text('"\\ud800"'),)


def test_auto_answers_by_itself(rendered, ask):
    (call,) = items_of(rendered({"auto": True}, ask("Weather in Oslo?", tools=(WEATHER,))))
    assert call == ToolCall("get_weather", '{"city":"Oslo"}', call_id(0))


def test_literal_replies_keep_their_braces(scope_of):
    reply = Reply(text="{{ call }}", headers={"x-a": "{{ call }}"})
    answer = render(reply, scope_of(), Defaults(), literal=True)
    assert (items_of(answer), answer.headers) == ((Text("{{ call }}"),), {"x-a": "{{ call }}"})


def test_a_python_reply_is_not_rendered(scope_of):
    with pytest.raises(ReplyError, match="cannot be another `python` reply"):
        render(Reply(python=lambda: "Hi"), scope_of(), Defaults())
