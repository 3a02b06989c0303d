"""A chat completion in one piece."""

from dataclasses import replace

import orjson
import pytest
from openai.types.chat import ChatCompletion

from mockai.endpoints.chat_reply import completion_json
from mockai.ids import EPOCH, Mint
from mockai.replies.answer import (
    Annotation,
    Audio,
    Choice,
    Completion,
    CustomEvent,
    Hold,
    Logprob,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from mockai.scenario.schema import Chunking, UsageSpec

MINT = Mint(0, "rule", 1)
CALL = ToolCall("weather", '{"city":"Paris"}', "call_1")
SQL = ToolCall("sql", "select 1", "call_2", kind="custom")
SPOKEN = Audio("audio_1", "AAAA", "Hello", EPOCH + 3600)


def test_a_text_is_sent_byte_for_byte_as_the_api_sends_it(ask, answer):
    reply = completion_json(answer(Text("Hello world.")), ask(), MINT)
    ChatCompletion.model_validate(reply, strict=True)
    assert orjson.dumps(reply).decode() == (
        '{"id":"chatcmpl-XGQvJpQVwjFqM5ulcXbx7wIlcQLxB","object":"chat.completion","created":1767225600,'
        '"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"Hello world.",'
        '"refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":8,'
        '"completion_tokens":3,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},'
        '"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,'
        '"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_16497a2ca2"}'
    )


FAMILIES = [
    ("gpt-4o", "gpt-4o-2024-08-06", {"logprobs": None}, {"service_tier": "default"}, "fp_16497a2ca2"),
    ("gpt-5", "gpt-5-2025-08-07", {}, {"service_tier": "default"}, None),
    ("gpt-4o-search-preview", "gpt-4o-search-preview-2025-03-11", {}, {}, ""),
]


TEXTS = ["Hi.", "", 'a "quoted"\n{brace} and \ufffc', "Zwölf Boxkämpfer 🥊"]
MODELS = ["gpt-4o", "gpt-5", "o3", "gpt-4o-search-preview", "gpt-3.5-turbo", "mine-\ufffc"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("options", [{}, {"service_tier": "flex"}, {"user": "me"}], ids=str)
def test_a_text_alone_is_sent_as_one_among_others(ask, answer, text, model, options):
    alone, among = answer(Text(text)), answer(Text(text), Text(""))
    asked = ask(model=model, **options)
    assert completion_json(alone, asked, MINT) == completion_json(among, asked, MINT)


@pytest.mark.parametrize(("model", "echo", "logprobs", "tier", "fingerprint"), FAMILIES)
def test_families_differ_in_logprobs_tier_and_fingerprint(ask, answer, model, echo, logprobs, tier, fingerprint):
    reply = completion_json(answer(Text("Hi")), ask(model=model), MINT)
    (choice,) = reply["choices"]
    assert reply["model"] == echo
    assert {key: choice[key] for key in choice if key == "logprobs"} == logprobs
    assert {key: reply[key] for key in reply if key == "service_tier"} == tier
    assert reply["system_fingerprint"] == fingerprint


def test_what_is_scripted_beside_the_content_stands(ask, answer):
    written = answer(
        Text("Hi"),
        finish_reason="content_filter",
        model="my-model",
        id="chatcmpl-mine",
        created=1,
        usage=UsageSpec(prompt_tokens=7),
        service_tier="scale",
        system_fingerprint="fp_mine",
    )
    reply = completion_json(written, ask(service_tier="flex"), MINT)
    assert (reply["id"], reply["created"], reply["model"]) == ("chatcmpl-mine", 1, "my-model")
    assert (reply["service_tier"], reply["system_fingerprint"]) == ("scale", "fp_mine")
    assert reply["usage"]["total_tokens"] == 8
    assert reply["choices"][0]["finish_reason"] == "content_filter"


@pytest.mark.parametrize(("asked", "echo"), [("auto", "default"), ("flex", "flex"), ("fast", "priority")])
def test_the_service_tier_is_echoed_as_the_tier_served(ask, answer, asked, echo):
    assert completion_json(answer(Text("Hi")), ask(service_tier=asked), MINT)["service_tier"] == echo


def message(**keys):
    return {"role": "assistant", "content": None, "refusal": None, "annotations": [], **keys}


CALL_SENT = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Paris"}'}}
SQL_SENT = {"id": "call_2", "type": "custom", "custom": {"name": "sql", "input": "select 1"}}
AUDIO_SENT = {"id": "audio_1", "data": "AAAA", "expires_at": EPOCH + 3600, "transcript": "Hello"}

MESSAGES = [
    ((), message(), "stop"),
    ((Text(""),), message(content=""), "stop"),
    ((Text("a"), Text("b")), message(content="ab"), "stop"),
    ((Refusal("No."),), message(refusal="No."), "stop"),
    ((Refusal(""),), message(refusal=""), "stop"),
    ((CALL, Text("")), message(content="", tool_calls=[CALL_SENT]), "tool_calls"),
    ((Reasoning(""),), message(reasoning_content=""), "stop"),
    ((Reasoning("Hm."), Text("Hi")), message(content="Hi", reasoning_content="Hm."), "stop"),
    ((CALL,), message(tool_calls=[CALL_SENT]), "tool_calls"),
    ((Text("Look:"), CALL, SQL), message(content="Look:", tool_calls=[CALL_SENT, SQL_SENT]), "tool_calls"),
    ((SPOKEN,), message(audio=AUDIO_SENT), "stop"),
    ((SPOKEN, SPOKEN), message(audio=AUDIO_SENT), "stop"),
    ((CustomEvent(b"{}"), Hold("gate"), Text("Hi")), message(content="Hi"), "stop"),
]


@pytest.mark.parametrize(("items", "expected", "finish_reason"), MESSAGES, ids=range(len(MESSAGES)))
def test_items_become_a_message_and_a_finish_reason(ask, answer, items, expected, finish_reason):
    reply = completion_json(answer(*items), ask(), MINT)
    ChatCompletion.model_validate(reply, strict=True)
    assert reply["choices"] == [{"index": 0, "message": expected, "logprobs": None, "finish_reason": finish_reason}]


def test_the_keys_of_a_message_stand_in_the_apis_order(ask, answer):
    reply = completion_json(answer(Reasoning("r"), Text("t"), CALL, SPOKEN), ask(), MINT)
    order = ["role", "content", "reasoning_content", "tool_calls", "refusal", "audio", "annotations"]
    assert list(reply["choices"][0]["message"]) == order


def test_a_client_that_offers_functions_gets_one_function_call(ask, answer):
    reply = completion_json(answer(CALL, replace(CALL, id="call_2")), ask(functions=[{"name": "weather"}]), MINT)
    (choice,) = reply["choices"]
    assert choice["message"] == message(function_call={"name": "weather", "arguments": '{"city":"Paris"}'})
    assert choice["finish_reason"] == "function_call"


NAMED = {"type": "function", "function": {"name": "weather"}}

CALLED = [
    ({"tool_choice": "required"}, "gpt-4o", "tool_calls"),
    ({"tool_choice": NAMED}, "gpt-4o", "stop"),
    ({"tool_choice": NAMED}, "gpt-5-mini", "tool_calls"),
    ({"tool_choice": NAMED}, "o3", "tool_calls"),
    ({"functions": [{}], "function_call": {"name": "weather"}}, "gpt-4", "stop"),
]


@pytest.mark.parametrize(("body", "model", "expected"), CALLED)
def test_a_call_the_client_names_ends_with_stop_on_older_models(ask, answer, body, model, expected):
    reply = completion_json(answer(CALL), ask(model=model, **body), MINT)
    assert reply["choices"][0]["finish_reason"] == expected


CUT = [
    ({"max_tokens": 2}, "Hello world", "length", 2),
    ({"max_completion_tokens": 1}, "Hello", "length", 1),
    ({"max_tokens": 100}, "Hello world, all of you.", "stop", 7),
    ({"stop": ","}, "Hello world", "stop", 2),
    ({"stop": ["of", "all"]}, "Hello world, ", "stop", 4),
]


@pytest.mark.parametrize(("body", "content", "reason", "tokens"), CUT)
def test_the_text_is_cut_where_the_request_says(ask, answer, body, content, reason, tokens):
    reply = completion_json(answer(Text("Hello world, all of you.")), ask(**body), MINT)
    (choice,) = reply["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == (content, reason)
    assert reply["usage"]["completion_tokens"] == tokens


def test_a_scripted_finish_reason_stands_even_where_the_text_is_cut(ask, answer):
    reply = completion_json(answer(Text("Hello world"), finish_reason="stop"), ask(max_tokens=1), MINT)
    assert reply["choices"][0]["finish_reason"] == "stop"


def test_reasoning_counts_as_completion(ask, answer):
    usage = completion_json(answer(Reasoning("a b"), Text("c")), ask(), MINT)["usage"]
    assert (usage["completion_tokens"], usage["completion_tokens_details"]["reasoning_tokens"]) == (3, 2)


def test_explicit_pieces_are_the_text(ask, answer):
    written = answer(Text("ignored"), chunks=Chunking(pieces=("Hel", "lo")))
    assert completion_json(written, ask(), MINT)["choices"][0]["message"]["content"] == "Hello"


def test_citations_become_annotations(ask, answer):
    text = Text("See it.", (Annotation("https://a.example", "A", 0, 3),))
    assert completion_json(answer(text), ask(), MINT)["choices"][0]["message"]["annotations"] == [
        {
            "type": "url_citation",
            "url_citation": {"end_index": 3, "start_index": 0, "title": "A", "url": "https://a.example"},
        }
    ]


# ------------------------------------------------------------------------------------------ choices


def test_more_choices_than_scripted_repeat_them_under_new_ids(ask, answer):
    reply = completion_json(answer(CALL, SPOKEN), ask(n=3), MINT)
    sent = [choice["message"] for choice in reply["choices"]]
    assert [choice["index"] for choice in reply["choices"]] == [0, 1, 2]
    assert len({each["tool_calls"][0]["id"] for each in sent}) == 3
    assert len({each["audio"]["id"] for each in sent}) == 3
    assert {each["tool_calls"][0]["function"]["arguments"] for each in sent} == {'{"city":"Paris"}'}
    assert reply["usage"]["completion_tokens"] == 3 * (1 + 7 + 5 + 1)


CHOICES = [(None, ["a", "b"]), (1, ["a", "b"]), (2, ["a", "b"]), (5, ["a", "b", "a", "b", "a"])]


@pytest.mark.parametrize(("n", "expected"), CHOICES)
def test_every_scripted_choice_is_sent_and_repeated_in_turn(ask, n, expected):
    written = Completion((Choice((Text("a"),)), Choice((Text("b"),), "length")))
    reply = completion_json(written, ask(n=n), MINT)
    assert [choice["message"]["content"] for choice in reply["choices"]] == expected
    assert [choice["finish_reason"] for choice in reply["choices"]][:2] == ["stop", "length"]


def test_a_completion_without_choices_is_an_empty_message(ask):
    reply = completion_json(Completion(()), ask(), MINT)
    assert [choice["message"] for choice in reply["choices"]] == [message()]


# ----------------------------------------------------------------------------------------- logprobs


def tokens_of(entries):
    return None if entries is None else [entry["token"] for entry in entries]


LOGPROBS = [
    ((Text("Hello"), Text(" you.")), ["Hello", " you", "."], None),
    ((Refusal("No."),), None, ["No", "."]),
    ((Text(""),), [], None),
]


@pytest.mark.parametrize(("items", "content", "refusal"), LOGPROBS, ids=range(len(LOGPROBS)))
def test_logprobs_cover_every_token_of_text_and_refusal(ask, answer, items, content, refusal):
    reply = completion_json(answer(*items), ask(logprobs=True, top_logprobs=2), MINT)
    ChatCompletion.model_validate(reply, strict=True)
    logprobs = reply["choices"][0]["logprobs"]
    assert list(logprobs) == ["content", "refusal"]
    assert (tokens_of(logprobs["content"]), tokens_of(logprobs["refusal"])) == (content, refusal)


def test_a_call_has_no_logprobs(ask, answer):
    assert completion_json(answer(CALL), ask(logprobs=True), MINT)["choices"][0]["logprobs"] is None


def test_scripted_logprobs_are_sent_unasked_even_by_a_reasoning_model(ask, answer):
    written = answer(Text("Hi"), logprobs=(Logprob("Hi", -0.5),))
    reply = completion_json(written, ask(model="gpt-5"), MINT)
    entry = {"token": "Hi", "logprob": -0.5, "bytes": [72, 105], "top_logprobs": []}
    assert reply["choices"][0]["logprobs"] == {"content": [entry], "refusal": None}
