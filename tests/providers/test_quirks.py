"""Each quirk by itself: what is on the wire with it, beside what there is without."""

import re
from pathlib import Path

import openai
import pytest

from mockai import MockOpenAI
from mockai.providers import QUIRKS, quirk, register
from mockai.wire import HTTPRequest

HELLO = {"reply": "one two"}
CALL = {"reply": {"tool_calls": [{"find": {"city": "Paris"}}]}}
CALLS = {"reply": {"tool_calls": [{"find": {"city": "Paris"}}, {"sum": {"of": [1, 2]}}]}}
THOUGHT = {"reply": {"text": "one two", "reasoning": "hm so"}}
CITED = {"reply": {"text": "one", "annotations": ["https://a.example/"]}}
CACHED = {"reply": {"text": "one", "usage": {"prompt_tokens": 10, "completion_tokens": 4, "cached_tokens": 6}}}
THOUGHT_LONG = {"reply": {"text": "one", "usage": {"completion_tokens": 9, "reasoning_tokens": 7, "prompt_tokens": 10}}}
USAGE = {"stream_options": {"include_usage": True}}
SAFE = {"filtered": False, "severity": "safe"}
FILTERED = dict.fromkeys(("hate", "self_harm", "sexual", "violence"), SAFE)
OF_PROMPT = [
    {
        "prompt_index": 0,
        "content_filter_results": {
            "hate": SAFE,
            "jailbreak": {"filtered": False, "detected": False},
            "self_harm": SAFE,
            "sexual": SAFE,
            "violence": SAFE,
        },
    }
]


# --------------------------------------------------------------------------------------- keys left out


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("no_obfuscation", "obfuscation"),
        ("no_service_tier", "service_tier"),
        ("no_fingerprint", "system_fingerprint"),
    ],
)
def test_a_key_of_chunks_and_completions_is_missing(say, name, key):
    assert all(key in chunk for chunk in say(stream=True).chunks)
    assert not any(key in chunk for chunk in say(name, stream=True).chunks)
    assert key not in say(name).json


def test_the_fingerprint_is_fixed(say):
    assert say("fixed_fingerprint").json["system_fingerprint"] == "fp_ollama"
    named = {"fixed_fingerprint": {"value": "fp_1"}}
    assert {chunk["system_fingerprint"] for chunk in say(named, stream=True).chunks} == {"fp_1"}


def test_messages_are_role_and_content(say):
    assert say("no_refusal").json["choices"][0]["message"] == {"role": "assistant", "content": "one two"}
    assert say("no_refusal", stream=True).deltas() == [
        {"role": "assistant", "content": ""},
        {"content": "one"},
        {"content": " two"},
    ]


def test_a_refusal_that_says_something_stays(say):
    refused = say("no_refusal", rule={"reply": {"refusal": "No."}}).json["choices"][0]["message"]
    assert refused == {"role": "assistant", "content": None, "refusal": "No."}


def test_there_are_no_null_logprobs(say):
    assert "logprobs" in say().json["choices"][0]
    assert "logprobs" not in say("no_null_logprobs").json["choices"][0]
    assert say("no_null_logprobs", logprobs=True).json["choices"][0]["logprobs"]["content"]


def test_the_model_is_the_one_asked_for(say):
    assert say().json["model"] == "gpt-4o-2024-08-06"
    assert say("asked_model").json["model"] == "gpt-4o"
    assert say("asked_model", rule={"reply": {"text": "a", "model": "house"}}).json["model"] == "house"


def test_finish_reason_and_logprobs_come_at_the_end_only(say):
    *before, last = say("no_early_finish_reason", stream=True).chunks
    assert all(set(chunk["choices"][0]) == {"index", "delta"} for chunk in before)
    assert last["choices"][0] == {"index": 0, "delta": {}, "finish_reason": "stop"}


# ---------------------------------------------------------------------------------------- keys of one's own


def test_every_delta_has_its_role(say):
    assert say("role_in_every_delta", stream=True).deltas() == [
        {"role": "assistant", "content": "", "refusal": None},
        {"role": "assistant", "content": "one"},
        {"role": "assistant", "content": " two"},
        {"role": "assistant", "content": ""},
    ]


def test_the_provider_is_named(say):
    assert say("provider_name").json["provider"] == "MockAI"
    assert {chunk["provider"] for chunk in say({"provider_name": {"value": "X"}}, stream=True).chunks} == {"X"}


def test_the_native_finish_reason_stands_beside_the_other(say):
    assert say("native_finish_reason").json["choices"][0]["native_finish_reason"] == "stop"
    reasons = [chunk["choices"][0]["native_finish_reason"] for chunk in say("native_finish_reason", stream=True).chunks]
    assert reasons == [None, None, None, "stop"]


def test_the_engine_tells_what_nobody_asked(say):
    whole = say("engine_fields").json
    assert (whole["prompt_logprobs"], whole["kv_transfer_params"]) == (None, None)
    assert (whole["choices"][0]["stop_reason"], whole["choices"][0]["token_ids"]) == (None, None)
    chunk = say("engine_fields", stream=True).chunks[1]
    assert chunk["choices"][0] | {"stop_reason": None, "token_ids": None} == chunk["choices"][0]
    assert "prompt_logprobs" not in chunk


def test_every_key_is_there(say):
    whole = say("every_key").json
    empty = dict.fromkeys(("refusal", "annotations", "audio", "function_call", "reasoning"))
    message = {"role": "assistant", "content": "one two", "tool_calls": [], **empty}
    assert whole["choices"][0]["message"] == message
    assert [whole[key] for key in ("service_tier", "system_fingerprint", "prompt_token_ids")] == [None] * 3
    assert whole["usage"] == {
        "prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10, "prompt_tokens_details": None,
    }  # fmt: skip


def test_what_a_key_says_stays_where_every_key_is_there(say):
    called = say("every_key", rule=CALL).json["choices"][0]["message"]
    assert called["tool_calls"][0]["function"]["name"] == "find"
    thought = say("reasoning_key", "every_key", rule=THOUGHT).json["choices"][0]["message"]
    assert thought["reasoning"] == "hm so"
    assert "tool_calls" not in say("every_key", stream=True).deltas()[0]


def test_choices_are_the_first_key_and_the_id_the_last(say):
    for reply in (say("choices_first").json, *say("choices_first", stream=True).chunks):
        assert (next(iter(reply)), next(reversed(reply))) == ("choices", "id")


def test_citations_are_the_urls_of_the_annotations(say):
    assert say("citations", rule=CITED).json["citations"] == ["https://a.example/"]
    each = [chunk["citations"] for chunk in say("citations", rule=CITED, stream=True).chunks]
    assert each == [["https://example.com/"], ["https://example.com/"], ["https://a.example/"], ["https://a.example/"]]


# ------------------------------------------------------------------------------------------------- ids


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("generation_ids", r"gen-1767225601-[0-9A-Za-z]{20}"),
        ("hex_ids", r"[0-9a-f]{32}"),
        ("short_ids", r"chatcmpl-\d{1,3}"),
        ("message_ids", r"msg_01[0-9A-Za-z]{22}"),
    ],
)
def test_ids_of_completions(say, name, form):
    assert re.fullmatch(form, say(name).json["id"])
    (streamed,) = {chunk["id"] for chunk in say(name, stream=True).chunks}
    assert streamed == say(name).json["id"]
    assert say(name, rule={"reply": {"text": "a", "id": "own"}}).json["id"] == "own"


def test_an_id_may_have_a_prefix(say):
    assert re.fullmatch(r"chatcmpl-[0-9a-f]{32}", say({"hex_ids": {"prefix": "chatcmpl-"}}).json["id"])


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("short_tool_ids", r"[0-9A-Za-z]{9}"),
        ("numbered_tool_ids", r"call_00_[0-9A-Za-z]{24}"),
        ("hex_tool_ids", r"chatcmpl-tool-[0-9a-f]{32}"),
        ("empty_tool_ids", ""),
    ],
)
def test_ids_of_tool_calls(say, name, form):
    whole = [call["id"] for call in say(name, rule=CALLS).json["choices"][0]["message"]["tool_calls"]]
    deltas = [call for delta in say(name, rule=CALLS, stream=True).deltas() for call in delta.get("tool_calls", ())]
    assert [call["id"] for call in deltas if "id" in call] == whole
    assert all(re.fullmatch(form, id) for id in whole)
    assert len(set(whole)) == (2 if form else 1)


def test_ids_that_a_scenario_gives_stay(say):
    own = {"reply": {"tool_calls": [{"name": "find", "arguments": {}, "id": "call_1"}]}}
    assert say("short_tool_ids", rule=own).json["choices"][0]["message"]["tool_calls"][0]["id"] == "call_1"


# -------------------------------------------------------------------------------------------- tool calls


def calls(said) -> list:
    return [delta["tool_calls"] for delta in said.deltas() if "tool_calls" in delta]


@pytest.mark.parametrize("rule", [CALL, CALLS], ids=["one", "two"])
def test_tool_calls_come_whole(say, rule):
    whole = say(rule=rule).json["choices"][0]["message"]["tool_calls"]
    expected = [[{"index": number, **call}] for number, call in enumerate(whole)]
    said = say("whole_tool_calls", rule=rule, stream=True)
    assert calls(said) == expected
    assert said.deltas()[0]["role"] == "assistant"
    assert [chunk["choices"][0]["finish_reason"] for chunk in said.chunks][-1] == "tool_calls"


def test_tool_calls_of_several_choices_come_whole_each(say):
    said = say("whole_tool_calls", rule=CALL, stream=True, n=2)
    found = [(chunk["choices"][0]["index"], calls) for chunk in said.chunks
             if (calls := chunk["choices"][0]["delta"].get("tool_calls"))]  # fmt: skip
    assert [(index, call["function"]["arguments"]) for index, (call,) in found] == [
        (0, '{"city":"Paris"}'),
        (1, '{"city":"Paris"}'),
    ]


def test_a_custom_tool_call_comes_whole(say):
    custom = {"reply": {"tool_calls": [{"name": "find", "input": "a b c"}]}}
    ((call,),) = calls(say("whole_tool_calls", rule=custom, stream=True))
    assert call["custom"] == {"name": "find", "input": "a b c"}


def test_tool_calls_come_with_the_finish_reason(say):
    last = say("tool_calls_with_finish", rule=CALLS, stream=True).chunks[-1]["choices"][0]
    assert [call["function"]["name"] for call in last["delta"]["tool_calls"]] == ["find", "sum"]
    assert (last["finish_reason"], last["delta"]["content"]) == ("tool_calls", "")
    assert len(calls(say("tool_calls_with_finish", rule=CALLS, stream=True))) == 1


@pytest.mark.parametrize(("name", "key"), [("no_tool_index", "index"), ("no_tool_type", "type")])
def test_a_key_of_streamed_tool_calls_is_missing(say, name, key):
    usual = [call for each in calls(say(rule=CALLS, stream=True)) for call in each]
    without = [call for each in calls(say(name, rule=CALLS, stream=True)) for call in each]
    assert without == [{own: value for own, value in call.items() if own != key} for call in usual]
    assert without != usual
    assert say(name, rule=CALLS).json["choices"] == say(rule=CALLS).json["choices"]


def test_fragments_have_an_empty_name(say):
    first, *rest = [call["function"] for (call,) in calls(say("empty_tool_names", rule=CALL, stream=True))]
    assert first["name"] == "find"
    assert rest
    assert {fragment["name"] for fragment in rest} == {""}


def test_a_stream_that_calls_tools_says_it_stopped(say):
    assert say("stop_for_tool_calls", rule=CALL, stream=True).chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert say("stop_for_tool_calls", rule=CALL).json["choices"][0]["finish_reason"] == "tool_calls"


# --------------------------------------------------------------------------------------------- thoughts


def test_thoughts_have_the_shorter_name(say):
    message = say("reasoning_key", rule=THOUGHT).json["choices"][0]["message"]
    assert message["reasoning"] == "hm so"
    assert "reasoning_content" not in message
    deltas = say("reasoning_key", rule=THOUGHT, stream=True).deltas()
    assert [delta["reasoning"] for delta in deltas if "reasoning" in delta] == ["hm", " so"]


def test_thoughts_come_twice(say):
    detail = {"type": "reasoning.text", "text": "hm so", "format": "unknown", "index": 0}
    message = say("reasoning_details", rule=THOUGHT).json["choices"][0]["message"]
    assert (message["reasoning"], message["reasoning_details"]) == ("hm so", [detail])
    # Whichever of the two is applied first.
    for both in (("reasoning_key", "reasoning_details"), ("reasoning_details", "reasoning_key")):
        message = say(*both, rule=THOUGHT).json["choices"][0]["message"]
        assert (message["reasoning"], message["reasoning_details"]) == ("hm so", [detail])


def test_thoughts_are_a_part_of_the_content(say):
    assert say("thinking_parts", rule=THOUGHT).json["choices"][0]["message"]["content"] == [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm so"}]},
        {"type": "text", "text": "one two"},
    ]
    contents = [delta["content"] for delta in say("thinking_parts", rule=THOUGHT, stream=True).deltas()]
    assert contents[1:] == [
        [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}],
        [{"type": "thinking", "thinking": [{"type": "text", "text": " so"}]}],
        "one",
        " two",
    ]
    assert say("thinking_parts").json["choices"][0]["message"]["content"] == "one two"


def test_content_is_null_beside_thoughts(say):
    deltas = say("null_content_beside_reasoning", rule=THOUGHT, stream=True).deltas()
    assert deltas[1:] == [
        {"content": None, "reasoning_content": "hm"},
        {"content": None, "reasoning_content": " so"},
        {"content": "one", "reasoning_content": None},
        {"content": " two", "reasoning_content": None},
    ]
    assert say("null_content_beside_reasoning", stream=True).deltas() == say(stream=True).deltas()


# ------------------------------------------------------------------------------------------------ usage


def test_usage_is_three_numbers(say):
    assert set(say("plain_usage").json["usage"]) == {"prompt_tokens", "completion_tokens", "total_tokens"}
    assert set(say("plain_usage", stream=True, **USAGE).chunks[-1]["usage"]) == set(say("plain_usage").json["usage"])
    assert not any("usage" in chunk for chunk in say("plain_usage", stream=True).chunks)


@pytest.mark.parametrize("options", [{}, USAGE], ids=["unasked", "asked"])
def test_usage_is_on_the_chunk_with_the_finish_reason(say, options):
    *before, last = say("usage_on_finish", stream=True, **options).chunks
    assert (last["choices"][0]["finish_reason"], last["usage"]) == ("stop", say().json["usage"])
    assert not any("usage" in chunk for chunk in before)


def test_usage_is_on_the_last_of_several_choices(say):
    finishes = [
        chunk for chunk in say("usage_on_finish", stream=True, n=2).chunks if chunk["choices"][0]["finish_reason"]
    ]
    assert ["usage" in chunk for chunk in finishes] == [False, True]


@pytest.mark.parametrize("options", [{}, USAGE], ids=["unasked", "asked"])
def test_usage_so_far_is_on_every_chunk(say, options):
    chunks = say("usage_on_every_chunk", stream=True, **options).chunks
    prompt = say().json["usage"]["prompt_tokens"]
    counts = [(chunk["usage"]["prompt_tokens"], chunk["usage"]["completion_tokens"]) for chunk in chunks]
    assert counts == [(prompt, 0), (prompt, 1), (prompt, 2), (prompt, 2)]
    assert chunks[-1]["usage"] == say().json["usage"]


def test_usage_so_far_begins_with_the_prompt_that_is_scripted(say):
    chunks = say("usage_on_every_chunk", rule=CACHED, stream=True).chunks
    assert [chunk["usage"]["prompt_tokens"] for chunk in chunks] == [10] * len(chunks)


def test_usage_so_far_is_for_those_who_ask(say):
    options = {"stream_options": {"include_usage": True, "continuous_usage_stats": True}}
    chunks = say("continuous_usage", stream=True, scenario={"validation": "lenient"}, **options).chunks
    assert [chunk["usage"]["completion_tokens"] for chunk in chunks] == [0, 1, 2, 2, 2]
    assert chunks[-1]["choices"] == []
    assert say("continuous_usage", stream=True, **USAGE).chunks == say(stream=True, **USAGE).chunks


def test_the_usage_chunk_has_a_choice(say):
    last = say("usage_with_choice", stream=True, **USAGE).chunks[-1]
    empty = {"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}
    assert (last["choices"], last["usage"]) == ([empty], say().json["usage"])


def test_usage_says_how_long_it_took(say):
    usage = say("usage_times", rule=CACHED).json["usage"]
    times = {key: usage[key] for key in ("queue_time", "prompt_time", "completion_time", "total_time")}
    assert times == {"queue_time": 0.02, "prompt_time": 0.001, "completion_time": 0.008, "total_time": 0.009}


def test_usage_says_what_it_cost(say):
    usage = say("usage_cost", rule=CACHED).json["usage"]
    own = {key: usage[key] for key in ("cost", "is_byok", "cost_details")}
    assert own == {"cost": 0.000014, "is_byok": False, "cost_details": {"upstream_inference_cost": None}}


def test_usage_says_what_the_cache_held(say):
    usage = say("cache_hit_usage", rule=CACHED).json["usage"]
    assert (usage["prompt_cache_hit_tokens"], usage["prompt_cache_miss_tokens"]) == (6, 4)


def test_thoughts_are_counted_apart(say):
    usage = say("separate_reasoning_tokens", rule=THOUGHT_LONG).json["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (10, 2, 19)


def test_x_groq_stands_at_both_ends(say):
    said = say("usage_on_finish", "x_groq", stream=True)
    first, *between, last = said.chunks
    request_id = said.headers["x-request-id"]
    assert re.fullmatch(r"req_[0-9a-z]{26}", request_id)
    assert first["x_groq"] == {"id": request_id}
    assert last["x_groq"] == {"id": request_id, "usage": last["usage"]}
    assert not any("x_groq" in chunk for chunk in between)
    whole = say("x_groq")
    assert whole.json["x_groq"] == {"id": whole.headers["x-request-id"]}


# ----------------------------------------------------------------------------------------------- filters


def test_the_first_chunk_has_no_choices(say):
    said = say("empty_choices_first", stream=True)
    assert said.events[0].startswith('data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_')
    assert said.chunks[0]["prompt_filter_results"] == OF_PROMPT
    assert said.chunks[1:] == say(stream=True).chunks
    assert say("empty_choices_first").json["prompt_filter_results"] == OF_PROMPT


def test_choices_have_what_the_filter_found(say):
    assert say("content_filter_results").json["choices"][0]["content_filter_results"] == FILTERED
    results = [
        chunk["choices"][0]["content_filter_results"] for chunk in say("content_filter_results", stream=True).chunks
    ]
    assert results == [{}, FILTERED, FILTERED, {}]


@pytest.mark.parametrize("stream", [False, True])
def test_a_filtered_choice_says_so(say, stream):
    rule = {"reply": {"text": "one", "finish_reason": "content_filter"}}
    said = say("content_filter_results", rule=rule, stream=stream)
    choice = (said.chunks[-1] if stream else said.json)["choices"][0]
    assert [name for name, found in choice["content_filter_results"].items() if found["filtered"]] == ["violence"]


def test_the_filter_comes_after_what_it_looked_at(say):
    *_, looked, finish = say("async_content_filter", stream=True).chunks
    assert looked == {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "choices": [
            {
                "index": 0,
                "finish_reason": None,
                "content_filter_results": FILTERED,
                "content_filter_offsets": {"check_offset": 7, "start_offset": 0, "end_offset": 7},
            }
        ],
    }
    assert finish["choices"][0]["finish_reason"] == "stop"


# ------------------------------------------------------------------------------------------------- ends


def test_the_last_chunk_is_another_object(say):
    objects = [chunk["object"] for chunk in say("done_object", stream=True).chunks]
    assert objects == ["chat.completion.chunk"] * 3 + ["chat.completion.done"]


def test_the_finish_reason_is_eos(say):
    assert say("eos_finish_reason").json["choices"][0]["finish_reason"] == "eos"
    assert say("eos_finish_reason", rule=CALL).json["choices"][0]["finish_reason"] == "tool_calls"


def test_a_completion_of_status_200_holds_an_error(say):
    said = say({"error_in_choice": {"code": 429}})
    choice = said.json["choices"][0]
    assert said.status == 200
    assert (choice["finish_reason"], choice["error"]) == ("error", {"code": 429, "message": "Provider returned error"})


FAILS = {"reply": {"text": "one two", "faults": [{"error_event": {"message": "Token limit reached", "code": 400}}]}}


def test_an_error_in_a_stream_is_a_chunk(say):
    said = say("error_in_chunk", rule=FAILS, stream=True)
    assert said.events[-1] == "data: [DONE]"
    *before, last = said.chunks
    assert last["error"] == {"code": 400, "message": "Token limit reached"}
    assert (last["choices"][0]["finish_reason"], last["id"]) == ("error", before[0]["id"])
    with MockOpenAI({"rules": [FAILS]}, quirks=["error_in_chunk"], mode="patch") as mock:
        stream = mock.client().chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        with pytest.raises(openai.APIError, match="Token limit reached"):
            list(stream)


@pytest.mark.parametrize(("code", "expected"), [(None, 502), ("server_error", 502), (7, 502), ("503", 503)])
def test_an_error_without_a_status_is_a_bad_gateway(say, code, expected):
    rule = {"reply": {"text": "one", "faults": [{"error_event": {"code": code, "after_headers": True}}]}}
    (chunk,) = say("error_in_chunk", rule=rule, stream=True).chunks
    assert (chunk["object"], chunk["error"]["code"]) == ("chat.completion.chunk", expected)


@pytest.mark.parametrize("fault", ["error_event", "late_error"])
def test_done_follows_an_error(say, fault):
    rule = {"reply": {"text": "one", "faults": [fault]}}
    events = say("done_after_error", rule=rule, stream=True).events
    assert events[-2].startswith('data: {"error":')
    assert events.count("data: [DONE]") == 1


@pytest.mark.parametrize(("code", "status"), [("429", 429), (None, 500), ("server_error", 500)])
def test_an_error_before_the_first_event_has_a_status(say, code, status):
    rule = {"reply": {"text": "one", "faults": [{"error_event": {"code": code, "after_headers": True}}]}}
    said = say("first_error_as_status", rule=rule, stream=True)
    assert (said.status, said.json["error"]["code"]) == (status, str(status))
    assert said.headers["content-type"] == "application/json"
    later = {"reply": {"text": "one", "faults": ["error_event"]}}
    assert say("first_error_as_status", rule=later, stream=True).data == say(rule=later, stream=True).data


@pytest.mark.parametrize("fault", [{"disconnect": {"after_headers": True}}, {"truncate": {"after_headers": True}}])
def test_a_stream_that_ends_with_its_head_still_has_one(say, fault):
    rule = {"reply": {"text": "one", "faults": [fault]}}
    assert say("first_error_as_status", rule=rule, stream=True).steps == say(rule=rule, stream=True).steps


# ----------------------------------------------------------------------------------------------- elsewhere


def test_log_probabilities_are_ignored(say):
    assert "logprobs" not in say("no_logprobs", logprobs=True).json["choices"][0]
    assert not any("logprobs" in chunk["choices"][0] for chunk in say("no_logprobs", logprobs=True, stream=True).chunks)


def test_how_long_it_took_stands_at_the_end(say):
    *before, last = say("time_info", stream=True).chunks
    assert set(last["time_info"]) == {"queue_time", "prompt_time", "completion_time", "total_time", "created"}
    assert not any("time_info" in chunk for chunk in before)
    assert say("time_info").json["time_info"] == last["time_info"]


def test_all_is_well_and_one_is_asked_to_wait(say):
    assert say({"retry_after_on_success": {"seconds": 3}}).headers["retry-after"] == "3"
    assert "retry-after" not in say("retry_after_on_success", rule=None).headers


# --------------------------------------------------------------------------------------------- keep-alive


def test_a_stream_begins_with_a_comment(say):
    assert say("comment_keepalive", stream=True).data.startswith(b': OPENROUTER PROCESSING\n\ndata: {"id"')
    assert say("comment_keepalive").data == say().data


def test_comments_come_until_the_first_piece(say):
    slow = {"reply": {"text": "one two", "latency": {"first_token": 1.25, "per_token": 2}}}
    said = say({"comment_keepalive": {"text": "keep-alive", "every": 0.5}}, rule=slow, stream=True)
    assert [event for event in said.events if event.startswith(":")] == [": keep-alive"] * 3
    assert said.waits == [0.5, 0.5, 0.25, 2]


@pytest.mark.parametrize("options", [{"text": "a\nb"}, {"every": 0.0}])
def test_a_comment_is_one_line_and_takes_its_time(options):
    with pytest.raises(ValueError, match="comment_keepalive"):
        quirk({"comment_keepalive": options})


def test_empty_lines_stand_before_a_completion(say):
    said = say("blank_line_keepalive")
    assert said.data.startswith(b'\n\n{"id"')
    assert "content-length" not in said.headers
    assert say("blank_line_keepalive", stream=True).data == say(stream=True).data


# --------------------------------------------------------------------------------------------- responses


def test_events_of_responses_have_no_names_and_end_with_done(say):
    path = "/v1/responses"
    usual = say(path=path, stream=True, input="Hi", messages=None, rule=HELLO).events
    events = say("unnamed_events", path=path, stream=True, input="Hi", messages=None, rule=HELLO).events
    assert events == [event.partition("\n")[2] for event in usual] + ["data: [DONE]"]
    assert say("unnamed_events", stream=True).data == say(stream=True).data


def test_items_have_other_ids_while_they_are_made(say):
    said = say("changing_item_ids", path="/v1/responses", stream=True, input="Hi", messages=None, rule=HELLO)
    *passing, completed = said.events
    assert 'item_id":"msg_tmp_' in "".join(passing)
    assert "_tmp_" not in completed
    assert '"id":"msg_' in completed


# --------------------------------------------------------------------------------------------- requests


def turn(id: str, **message) -> list:
    call = {"id": id, "type": "function", "function": {"name": "find", "arguments": "{}"}}
    return [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": None, "tool_calls": [{**call, **message.pop("call", {})}], **message},
        {"role": "tool", "tool_call_id": id, "content": "{}"},
    ]


def test_tool_ids_must_have_nine_letters_and_digits(say):
    said = say("tool_id_length", messages=turn("call_1"))
    assert said.status == 400
    assert said.json == {
        "object": "error",
        "message": "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.",
        "type": "invalid_function_call",
        "param": None,
        "code": "3280",
        "raw_status_code": 400,
    }
    assert say("tool_id_length", messages=turn("abcABC123")).status == 200


def test_thoughts_must_be_sent_back(say):
    asking = {"thinking": {"type": "enabled"}}
    said = say("reasoning_returned", messages=turn("call_1"), **asking)
    message = "The `reasoning_content` in the thinking mode must be passed back to the API."
    assert (said.status, said.json["error"]["message"]) == (400, message)
    assert say("reasoning_returned", messages=turn("call_1", reasoning_content="hm"), **asking).status == 200
    assert say("reasoning_returned", messages=turn("call_1")).status == 200


def test_thought_signatures_must_be_sent_back(say):
    (call,) = say("thought_signatures", rule=CALL).json["choices"][0]["message"]["tool_calls"]
    signed = {"call": {"extra_content": call["extra_content"]}}
    assert re.fullmatch(r"[0-9A-Za-z]{64}", call["extra_content"]["google"]["thought_signature"])
    asking = {"model": "gemini-3-pro-preview"}
    said = say("thought_signatures", messages=turn("call_1"), **asking)
    ((error),) = said.json
    assert error["error"]["status"] == "INVALID_ARGUMENT"
    assert "function call `default_api:find` , position 2." in error["error"]["message"]
    assert say("thought_signatures", messages=turn("call_1", **signed), **asking).status == 200
    older = asking | {"model": "gemini-2.5-flash"}
    assert say("thought_signatures", messages=turn("call_1"), **older).status == 200


def test_only_the_first_delta_of_a_call_is_signed(say):
    deltas = [call for each in calls(say("thought_signatures", rule=CALL, stream=True)) for call in each]
    assert ["extra_content" in call for call in deltas] == [True] + [False] * (len(deltas) - 1)


def test_there_is_one_choice(say):
    assert (say("single_choice", n=2).status, say("single_choice", n=1).status) == (400, 200)


def test_an_api_version_is_required_where_azure_has_always_required_it(say):
    deployed = "/openai/deployments/mine/chat/completions"
    said = say("api_version_required", path=deployed)
    assert (said.status, said.json) == (404, {"error": {"code": "404", "message": "Resource not found"}})
    assert say("api_version_required", path=deployed, query=(("api-version", "2024-10-21"),)).status == 200
    assert say("api_version_required", path="/openai/v1/chat/completions").status == 200
    assert say("api_version_required").status == 200


@pytest.mark.parametrize(("model", "expected"), [(None, "mine"), ("other", "other")])
def test_the_deployment_is_the_model(say, model, expected):
    path = "/openai/deployments/mine/chat/completions"
    query = (("api-version", "2024-10-21"),)
    assert say("model_from_deployment", path=path, query=query, model=model).json["model"] == expected
    assert say("model_from_deployment", model=None).status == 400


def test_a_body_that_is_no_json_is_left_for_the_endpoint_to_refuse():
    http = HTTPRequest("POST", "/openai/deployments/mine/chat/completions", body=b"{no json")
    assert quirk("model_from_deployment").heard(http) is http


def test_two_quirks_cannot_have_one_name():
    with pytest.raises(ValueError, match="two quirks are called no_tool_index: NoToolIndex and NoToolIndex"):
        register(QUIRKS["no_tool_index"])


def test_an_event_of_your_own_passes_every_quirk_as_it_is(say):
    rule = {"reply": {"items": ["one", {"event": {"data": {"mine": 1}}}, " two"]}}
    every = [name for name in QUIRKS if name not in ("unnamed_events", "error_in_choice")]
    assert 'data: {"mine":1}' in say(*every, rule=rule, stream=True).events


# ----------------------------------------------------------------------------------------------- limits

LIMITED = {
    "reply": {
        "text": "a",
        "headers": {
            "x-ratelimit-limit-tokens": "6000",
            "x-ratelimit-remaining-requests": "2",
            "x-ratelimit-reset-requests": "6m0.5s",
            "x-ratelimit-reset-tokens": "40ms",
        },
    }
}


def test_resets_are_whole_seconds(say):
    headers = say("whole_second_resets", rule=LIMITED).headers
    resets = [headers[f"x-ratelimit-reset-{what}"] for what in ("requests", "tokens")]
    assert (resets, headers["x-ratelimit-limit-tokens"]) == (["361", "1"], "6000")
    odd = {"reply": {"text": "a", "headers": {"x-ratelimit-reset-tokens": "soon"}}}
    assert say("whole_second_resets", rule=odd).headers["x-ratelimit-reset-tokens"] == "soon"


def test_limits_are_told_as_anthropic_tells_them(say):
    headers = say("anthropic_limits", rule=LIMITED).headers
    assert not any(name.startswith("x-ratelimit") for name in headers)
    assert {name: value for name, value in headers.items() if name.startswith("anthropic-")} == {
        "anthropic-ratelimit-tokens-limit": "6000",
        "anthropic-ratelimit-requests-remaining": "2",
        "anthropic-ratelimit-requests-reset": "2026-01-01T00:06:02Z",
        "anthropic-ratelimit-tokens-reset": "2026-01-01T00:00:02Z",
    }


# -------------------------------------------------------------------------------------------------- all


def test_every_quirk_is_tested_here_or_with_the_refusals():
    files = (Path(__file__), Path(__file__).with_name("test_refusals.py"))
    here = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [name for name in QUIRKS if f'"{name}"' not in here] == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("no_tool_indx", "no quirk is called 'no_tool_indx'; did you mean no_tool_index?"),
        ({"hex_ids": {"prefx": "a"}}, "hex_ids has no option 'prefx'; did you mean prefix?"),
        ({"hex_ids": {"prefix": 1}}, "hex_ids: prefix is a text; seen 1"),
        ({"no_tool_index": {"a": 1}}, "no_tool_index has no option 'a': it takes none"),
        ({"hex_ids": 1}, "the options of hex_ids are a mapping; seen 1"),
        ({"a": None, "b": None}, "a quirk is a name or {name: {options}}; seen {'a': None, 'b': None}"),
        (7, "a quirk is a name or {name: {options}}; seen 7"),
    ],
)
def test_a_quirk_that_is_none_is_refused(written, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        quirk(written)
