"""Streams of the Responses API: their events, byte for byte where it matters, and that they add up to the response."""

from collections.abc import Iterable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockai.endpoints.responses_events import events, response_json
from mockai.endpoints.responses_request import request_of
from mockai.ids import Mint
from mockai.replies.answer import (
    Annotation,
    Audio,
    Choice,
    Completion,
    CustomEvent,
    Failure,
    Hold,
    Item,
    Logprob,
    OutputItem,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from mockai.request import APIRequest
from mockai.scenario.schema import Chunking, UsageSpec
from mockai.wire import Body, Call, HTTPRequest, Wait

MINT = Mint(7, "test")


def ask(**body: Any) -> APIRequest:
    """A request for a response with these keys in its body."""
    body = {"model": "gpt-4o", "input": "Hi", **body}
    http = HTTPRequest("POST", "/v1/responses", (), (), orjson.dumps(body))
    return request_of(http, {}, body, "responses", "create")


def answer(*items: Item, finish_reason: str | None = None, logprobs: Any = None, **fields: Any) -> Completion:
    """A completion with one choice of these items."""
    return Completion((Choice(items, finish_reason, logprobs),), **fields)


def sent(completion: Completion, live: Iterable[Item | Call] | None = None, **body: Any) -> list[dict[str, Any]]:
    """The JSON of each event, its name and its number checked."""
    found = []
    for step in events(completion, ask(**body), MINT, live):
        if isinstance(step, Body):
            name, data = step.data.decode().removesuffix("\n\n").split("\ndata: ")
            found.append(orjson.loads(data))
            assert name == f"event: {found[-1]['type']}"
            first, *others = found[-1]
            assert (first, others) == ("type", sorted(others))
    assert [event["sequence_number"] for event in found] == list(range(len(found)))
    return found


def middle(*items: Item, **body: Any) -> list[dict[str, Any]]:
    """The events between the opening and the end, without the keys all of them have and without ids."""
    left_out = ("sequence_number", "obfuscation", "item_id", "output_index")
    return [
        {key: value for key, value in event.items() if key not in left_out}
        for event in sent(answer(*items), **body)
        if "response" not in event
    ]


# -------------------------------------------------------------------------------------------- events


def test_a_text_is_sent_byte_for_byte_as_the_api_sends_it():
    steps = list(events(answer(Text("Hi")), ask(), MINT))
    response = response_json(answer(Text("Hi")), ask(), MINT)
    id = response["output"][0]["id"]
    assert [step.kind for step in steps] == [
        "open",
        "open",
        "event",
        "event",
        "piece",
        "event",
        "event",
        "event",
        "finish",
    ]
    assert (
        steps[2].data
        == (
            b'event: response.output_item.added\ndata: {"type":"response.output_item.added","item":{"id":"%b","type":'
            b'"message","status":"in_progress","content":[],"role":"assistant"},"output_index":0,"sequence_number":2}\n\n'
        )
        % id.encode()
    )
    start, _, rest = steps[4].data.partition(b'"obfuscation":"')
    assert start == (
        b'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","content_index":0,'
        b'"delta":"Hi","item_id":"%b","logprobs":[],' % id.encode()
    )
    assert rest.partition(b'"')[2] == b',"output_index":0,"sequence_number":4}\n\n'
    assert steps[4].tokens == 1
    assert orjson.loads(steps[-1].data.partition(b"data: ")[2])["response"] == response


def test_ids_of_items_end_as_that_of_the_response():
    response = response_json(answer(Reasoning("a"), Text("b"), ToolCall("f", "{}", "call_1")), ask(), MINT)
    ids = [response["id"], *(item["id"] for item in response["output"])]
    assert [id.partition("_")[0] for id in ids] == ["resp", "rs", "msg", "fc"]
    assert {len(id.partition("_")[2]) for id in ids} == {48}
    assert len({id[-16:] for id in ids}) == 1
    assert len(set(ids)) == 4


def test_padding_is_left_out_on_request():
    assert any("obfuscation" in event for event in sent(answer(Text("Hi"))))
    assert not any(
        "obfuscation" in event for event in sent(answer(Text("Hi")), stream_options={"include_obfuscation": False})
    )


def test_a_summary_has_its_parts_and_so_has_each_thought():
    assert middle(Reasoning("One"), Reasoning("Two"), reasoning={"summary": "auto"})[1:-1] == [
        event
        for index, text in enumerate(("One", "Two"))
        for event in (
            {"type": "response.reasoning_summary_part.added", "part": _summary(""), "summary_index": index},
            {"type": "response.reasoning_summary_text.delta", "delta": text, "summary_index": index},
            {"type": "response.reasoning_summary_text.done", "summary_index": index, "text": text},
            {"type": "response.reasoning_summary_part.done", "part": _summary(text), "summary_index": index},
        )
    ]


def _summary(text: str) -> dict[str, str]:
    return {"type": "summary_text", "text": text}


def test_models_with_open_weights_show_their_thoughts():
    seen = middle(Reasoning("One"), model="gpt-oss-20b")
    assert [event["type"] for event in seen[1:-1]] == ["response.reasoning_text.delta", "response.reasoning_text.done"]
    assert seen[-1]["item"]["content"] == [{"type": "reasoning_text", "text": "One"}]


def test_thoughts_nobody_asked_for_are_announced_and_done():
    added, done = middle(Reasoning("One"))
    assert (added["type"], done["type"]) == ("response.output_item.added", "response.output_item.done")
    assert added["item"] == done["item"]
    assert done["item"]["summary"] == []


def test_encrypted_thoughts_differ_between_added_and_done():
    added, done = middle(Reasoning("One"), include=["reasoning.encrypted_content"])
    contents = {event["item"]["encrypted_content"] for event in (added, done)}
    assert len(contents) == 2
    assert all(content.startswith("gAAAAA") for content in contents)


@pytest.mark.parametrize(
    ("call", "key", "word", "begun"),
    [
        (ToolCall("f", '{"a":1}', "call_1"), "arguments", "function_call_arguments", '"arguments":""'),
        (ToolCall("f", "a b", "call_1", "custom"), "input", "custom_tool_call_input", '"input":""'),
    ],
)
def test_a_call_has_its_arguments_in_pieces_and_whole(call, key, word, begun):
    added, *deltas, whole, done = middle(call)
    assert {event["type"] for event in deltas} == {f"response.{word}.delta"}
    assert "".join(event["delta"] for event in deltas) == call.arguments
    assert whole == {"type": f"response.{word}.done", key: call.arguments}
    assert begun in orjson.dumps(added["item"]).decode()
    assert (done["item"][key], done["item"]["call_id"], done["item"]["status"]) == (
        call.arguments,
        "call_1",
        "completed",
    )


def test_a_text_and_a_refusal_are_parts_of_one_message():
    seen = middle(Text("Well,"), Text(" no."), Refusal("I won't."))
    response = response_json(answer(Text("Well,"), Text(" no."), Refusal("I won't.")), ask(), MINT)
    (message,) = response["output"]
    assert [part["type"] for part in message["content"]] == ["output_text", "refusal"]
    assert (message["content"][0]["text"], message["content"][1]["refusal"]) == ("Well, no.", "I won't.")
    parts = [event["content_index"] for event in seen if event["type"] == "response.content_part.added"]
    assert parts == [0, 1]


def test_what_stands_between_two_texts_makes_them_two_messages():
    cited = Text("Two.", (Annotation("https://a.b", "A", 0, 4),))
    response = response_json(answer(Text("One."), ToolCall("f", "{}", "call_1"), cited), ask(), MINT)
    assert [item["type"] for item in response["output"]] == ["message", "function_call", "message"]
    (annotation,) = response["output"][2]["content"][0]["annotations"]
    assert annotation == {
        "type": "url_citation",
        "end_index": 4,
        "start_index": 0,
        "title": "A",
        "url": "https://a.b",
    }
    assert response["output"][0]["content"][0]["annotations"] == []


def test_citations_come_after_the_text_they_belong_to():
    seen = middle(Text("Hi", (Annotation("https://a.b", "A", 0, 2),)))
    names = [event["type"].removeprefix("response.") for event in seen]
    assert names[2:5] == ["output_text.delta", "output_text.annotation.added", "output_text.done"]
    assert (seen[3]["annotation_index"], seen[3]["annotation"]["url"]) == (0, "https://a.b")


def test_an_empty_text_is_a_message_all_the_same():
    assert response_json(answer(Text("")), ask(), MINT)["output"][0]["content"][0]["text"] == ""
    assert response_json(Completion(()), ask(), MINT)["output"] == []


def test_logprobs_come_with_the_pieces_and_with_the_whole():
    logprobs = (Logprob("Hi", -0.5, (("Hi", -0.5), ("Ho", -1.0))),)
    seen = sent(answer(Text("Hi"), logprobs=logprobs))
    entry = {"token": "Hi", "logprob": -0.5, "bytes": [72, 105]}
    deltas = [event["logprobs"] for event in seen if event["type"] == "response.output_text.delta"]
    whole = next(event["logprobs"] for event in seen if event["type"] == "response.output_text.done")
    assert [{key: each[key] for key in entry} for each in deltas[0]] == [entry]
    assert (whole, seen[-1]["response"]["output"][0]["content"][0]["logprobs"]) == (deltas[0], deltas[0])


@pytest.mark.parametrize("body", [{"top_logprobs": 2}, {"include": ["message.output_text.logprobs"]}])
def test_logprobs_are_made_up_for_those_who_ask(body):
    (entry,) = response_json(answer(Text("Hi")), ask(**body), MINT)["output"][0]["content"][0]["logprobs"]
    assert (entry["token"], len(entry["top_logprobs"])) == ("Hi", body.get("top_logprobs", 0))


def test_explicit_pieces_are_sent_as_they_are():
    completion = answer(Text("ignored"), chunks=Chunking(pieces=("a", "", "bc")))
    deltas = [event["delta"] for event in sent(completion) if event["type"] == "response.output_text.delta"]
    assert deltas == ["a", "", "bc"]
    assert response_json(completion, ask(), MINT)["output"][0]["content"][0]["text"] == "abc"


def test_events_and_gates_of_the_scenario_stand_between():
    steps = list(events(answer(CustomEvent(b"{}", "ping"), Hold("go"), Text("Hi")), ask(), MINT))
    assert steps[2:4] == [Body(b"event: ping\ndata: {}\n\n", "event"), Wait(gate="go")]


def test_speech_has_events_and_no_item():
    audio = Audio("audio_1", "A" * 5000, "Hi", 0)
    seen = [(event["type"], len(event.get("delta", ""))) for event in middle(audio)]
    assert seen == [
        ("response.audio.transcript.delta", 2),
        ("response.audio.transcript.done", 0),
        ("response.audio.delta", 4096),
        ("response.audio.delta", 904),
        ("response.audio.done", 0),
    ]
    assert response_json(answer(audio), ask(), MINT)["output"] == []


# --------------------------------------------------------------------------------------------- ends


@pytest.mark.parametrize(
    ("finish_reason", "body", "reason"),
    [
        ("length", {}, "max_output_tokens"),
        ("content_filter", {}, "content_filter"),
        (None, {"max_output_tokens": 16}, "max_output_tokens"),
    ],
)
def test_a_response_cut_short_is_incomplete(finish_reason, body, reason):
    completion = answer(Text("word " * 20), finish_reason=finish_reason)
    last = sent(completion, **body)[-1]
    assert last["type"] == "response.incomplete"
    response = last["response"]
    assert (response["status"], response["incomplete_details"]) == ("incomplete", {"reason": reason})
    assert (response["output"][-1]["status"], response["completed_at"]) == ("incomplete", None)


FAILURE = Failure("server_error", "Sorry.")


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("nested", [{"error": {"type": "server_error", "code": "server_error", "message": "Sorry.", "param": None}}]),
        ("flat", [{"code": "server_error", "message": "Sorry.", "param": None}]),
        ("none", []),
    ],
)
def test_a_failure_is_told_as_it_is_written(event, told):
    failure = Failure("server_error", "Sorry.", event=event)
    seen = sent(answer(Text("Hel"), failure, Text("lo"), failure))
    *_, last = seen
    errors = [each for each in seen if each["type"] == "error"]
    assert [{key: each[key] for key in each if key not in ("type", "sequence_number")} for each in errors] == told
    assert (last["type"], last["response"]["status"], last["response"]["usage"]) == ("response.failed", "failed", None)
    assert last["response"]["error"] == {"code": "server_error", "message": "Sorry."}
    assert last["response"]["output"][0]["content"][0]["text"] == "Hel"
    assert last["response"] == response_json(answer(Text("Hel"), failure), ask(), MINT)


def test_a_failure_before_anything_leaves_nothing():
    assert response_json(answer(FAILURE), ask(), MINT)["output"] == []


# ---------------------------------------------------------------------------------------------- live


def test_live_items_are_sent_as_they_come():
    call = Call(lambda: None)
    items: list[Item | Call] = [call, Text("Hel"), call, Text("lo"), Reasoning("a"), Reasoning("b")]
    steps = list(events(answer(), ask(reasoning={"summary": "auto"}), MINT, items))
    assert (steps[0], steps[-1].kind) == (call, "finish")
    seen = sent(answer(), items, reasoning={"summary": "auto"})
    assert seen[-1]["response"]["output"][0]["content"][0]["text"] == "Hello"
    assert [part["text"] for part in seen[-1]["response"]["output"][1]["summary"]] == ["ab"]


def test_a_live_reply_that_fails_says_nothing_more():
    seen = sent(answer(), [Text("Hel"), FAILURE, Text("lo")])
    assert [event["type"] for event in seen[-3:]] == ["response.output_text.delta", "error", "response.failed"]


def test_a_live_reply_without_items_is_an_empty_response():
    assert [event["type"] for event in sent(answer(), [])] == [
        "response.created",
        "response.in_progress",
        "response.completed",
    ]


# ------------------------------------------------------------------------------------------ the object


def test_the_response_has_the_keys_of_the_api_in_their_order():
    assert list(response_json(answer(Text("Hi")), ask(), MINT)) == [
        *("id", "object", "created_at", "status", "background", "billing", "completed_at", "error"),
        *("frequency_penalty", "incomplete_details", "instructions", "max_output_tokens", "max_tool_calls", "model"),
        *("moderation", "output", "parallel_tool_calls", "presence_penalty", "previous_response_id"),
        *("prompt_cache_key", "prompt_cache_retention", "reasoning", "safety_identifier", "service_tier", "store"),
        *("temperature", "text", "tool_choice", "tool_usage", "tools", "top_logprobs", "top_p", "truncation"),
        *("usage", "user", "metadata"),
    ]


@pytest.mark.parametrize(
    ("model", "top_p", "reasoning", "retention"),
    [
        ("gpt-4o", 1.0, {"effort": None, "summary": None}, "in_memory"),
        ("o3", 1.0, {"effort": "medium", "summary": None}, "in_memory"),
        ("gpt-5", 1.0, {"effort": "medium", "summary": None}, "in_memory"),
        ("gpt-5.2", 0.98, {"effort": "none", "summary": None}, "in_memory"),
        ("gpt-5.6-terra", 0.98, {"effort": "none", "summary": None}, "24h"),
    ],
)
def test_defaults_depend_on_the_model(model, top_p, reasoning, retention):
    response = response_json(answer(Text("Hi")), ask(model=model), MINT)
    assert (response["top_p"], response["reasoning"], response["prompt_cache_retention"]) == (
        top_p,
        reasoning,
        retention,
    )


def test_what_was_asked_is_given_back_filled_up():
    schema = {"type": "object"}
    response = response_json(
        answer(Text("{}")),
        ask(
            temperature=0.2,
            metadata={"a": "b"},
            reasoning={"effort": "low", "generate_summary": "auto"},
            text={"format": {"type": "json_schema", "name": "x", "schema": schema}},
            tools=[{"type": "function", "name": "f", "parameters": schema}, {"type": "local_shell"}],
            conversation={"id": "conv_1"},
            service_tier="priority",
        ),
        MINT,
    )
    assert (response["temperature"], response["metadata"], response["service_tier"]) == (0.2, {"a": "b"}, "priority")
    assert response["reasoning"] == {"effort": "low", "summary": "auto"}
    assert response["text"]["format"] == {
        "type": "json_schema",
        "description": None,
        "name": "x",
        "schema": schema,
        "strict": True,
    }
    assert response["tools"] == [
        {"type": "function", "description": None, "name": "f", "parameters": schema, "strict": True},
        {"type": "local_shell"},
    ]
    assert response["conversation"] == {"id": "conv_1"}


def test_what_is_scripted_beside_the_content_stands():
    usage = UsageSpec(prompt_tokens=5, completion_tokens=7, cached_tokens=2, reasoning_tokens=3)
    completion = answer(Text("Hi"), id="resp_mine", model="mine", created=9, usage=usage, service_tier="flex")
    response = response_json(completion, ask(), MINT)
    assert [response[key] for key in ("id", "model", "created_at", "completed_at", "service_tier")] == [
        "resp_mine",
        "mine",
        9,
        9,
        "flex",
    ]
    assert response["usage"] == {
        "input_tokens": 5,
        "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
        "output_tokens": 7,
        "output_tokens_details": {"reasoning_tokens": 3},
        "total_tokens": 12,
    }


def test_a_stored_prompt_brings_its_model():
    assert (
        response_json(answer(Text("Hi")), ask(model=None, prompt={"id": "pmpt_1"}), MINT)["model"]
        == "gpt-4o-2024-08-06"
    )


@pytest.mark.parametrize("background", [False, True])
def test_a_response_that_starts_has_nothing_yet(background):
    created, *others = sent(answer(Text("Hi")), background=background)[: 3 if background else 2]
    started = [created["response"], *(event["response"] for event in others)]
    assert [(each["output"], each["usage"], each["service_tier"]) for each in started] == [([], None, "auto")] * len(
        started
    )
    statuses = ["queued", "queued", "in_progress"] if background else ["in_progress", "in_progress"]
    assert [each["status"] for each in started] == statuses


# ----------------------------------------------------------------------------------------- properties

TEXTS = st.text(max_size=40)
ITEMS = st.one_of(
    st.builds(Text, TEXTS),
    st.builds(Refusal, TEXTS),
    st.builds(Reasoning, TEXTS),
    st.builds(ToolCall, st.just("f"), TEXTS, st.uuids().map(lambda uuid: f"call_{uuid.hex}")),
    st.builds(ToolCall, st.just("g"), TEXTS, st.uuids().map(lambda uuid: f"call_{uuid.hex}"), st.just("custom")),
    st.builds(
        OutputItem, st.sampled_from(["web_search_call", "mcp_list_tools", "compaction", "image_generation_call"])
    ),
    st.builds(lambda code: OutputItem("code_interpreter_call", {"code": code}), TEXTS),
)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "reasoning": st.just({"summary": "auto"}),
        "max_output_tokens": st.integers(16, 60),
        "background": st.booleans(),
        "top_logprobs": st.integers(0, 3),
        "model": st.sampled_from(["gpt-4o", "gpt-5", "gpt-oss-20b"]),
    },
)
CHUNKS = st.sampled_from(
    [None, Chunking(by="word"), Chunking(by="character"), Chunking(size=3), Chunking(pieces=("a", "b"))]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ITEMS, max_size=6), BODIES, CHUNKS)
def test_a_stream_adds_up_to_the_response(items, body, chunks):
    completion = answer(*items, chunks=chunks)
    whole = response_json(completion, ask(**body), MINT)
    seen = sent(completion, **body)
    assert seen[0]["type"] == "response.created"
    assert seen[-1] == {"type": f"response.{whole['status']}", "response": whole, "sequence_number": len(seen) - 1}
    assert [event["item"] for event in seen if event["type"] == "response.output_item.done"] == whole["output"]
    assert _accumulated(seen) == [(item.get("id"), _said(item)) for item in whole["output"]]


def _accumulated(seen: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What the deltas of each item add up to."""
    said = {event["item"]["id"]: "" for event in seen if event["type"] == "response.output_item.added"}
    for event in seen:
        if event["type"].endswith(".delta"):
            said[event["item_id"]] += event["delta"]
    return list(said.items())


def _said(item: dict[str, Any]) -> str:
    parts = [*item.get("content", ()), *item.get("summary", ())]
    texts = [part.get("text", part.get("refusal", "")) for part in parts]
    return "".join(texts) or item.get("arguments") or item.get("input") or item.get("code") or ""


@settings(max_examples=60, deadline=None)
@given(st.lists(ITEMS, max_size=5), BODIES)
def test_the_sdk_accumulates_the_same_response(items, body):
    from openai._models import construct_type_unchecked
    from openai.lib.streaming.responses._responses import ResponseStreamState
    from openai.types.responses import Response, ResponseStreamEvent

    completion = answer(*items)
    state: Any = ResponseStreamState(text_format=_omitted(), input_tools=_omitted())
    for event in sent(completion, **body):
        state.handle_event(construct_type_unchecked(type_=ResponseStreamEvent, value=event))
    whole = response_json(completion, ask(**body), MINT)
    if whole["status"] == "completed":
        expected = construct_type_unchecked(type_=Response, value=whole)
        assert _dumped(state._completed_response) == _dumped(expected)


def _omitted() -> Any:
    from openai._types import omit

    return omit


def _dumped(response: Any) -> Any:
    parsed = ("parsed", "parsed_arguments")

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(each) for key, each in value.items() if key not in parsed}
        return [clean(each) for each in value] if isinstance(value, list) else value

    return clean(response.to_dict(mode="json", exclude_unset=True))
