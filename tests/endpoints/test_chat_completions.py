"""Plans of `POST /chat/completions`, and that a stream says what the reply in one piece says."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.lib.streaming._deltas import accumulate_delta
from openai.lib.streaming.chat._completions import ChatCompletionStreamState
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from mockai.endpoints.chat_completions import OPERATIONS, encode
from mockai.endpoints.heads import json_head, stream_head
from mockai.ids import Mint
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
from mockai.wire import Body, Call, Head

MINT = Mint(0, "rule", 1)
CALL = ToolCall("weather", '{"city":"Paris"}', "call_1")


def test_a_reply_in_one_piece_is_a_head_and_a_body(ask, answer):
    head, body = encode(answer(Text("Hi"), headers={"X-Mine": "1"}), ask(), MINT)
    assert head == json_head(len(body.data), MINT, {"x-mine": "1"})
    assert (body.kind, orjson.loads(body.data)["object"]) == ("json", "chat.completion")


def test_a_stream_is_a_head_and_one_body_an_event(ask, answer):
    plan = tuple(encode(answer(Text("Hi"), headers={"X-Mine": "1"}), ask(stream=True), MINT))
    assert plan[0] == stream_head(MINT, {"x-mine": "1"})
    assert [step.kind for step in plan[1:]] == ["open", "piece", "finish", "done"]


@pytest.mark.parametrize("stream", [True, False])
def test_equal_seeds_and_requests_give_equal_bytes(ask, answer, stream):
    written, request = answer(Text("Hello you")), ask(stream=stream, n=2, logprobs=True)
    assert tuple(encode(written, request, Mint(1, "a"))) == tuple(encode(written, request, Mint(1, "a")))
    assert tuple(encode(written, request, Mint(1, "a"))) != tuple(encode(written, request, Mint(2, "a")))


def test_create_is_answered_by_rules_and_remembered(post):
    (create,) = OPERATIONS
    request = create.decode(post({"model": "m", "messages": [{"role": "user"}]}), {})
    assert (create.full_name, create.method, create.path) == (
        "chat.completions.create",
        "POST",
        "/chat/completions",
    )
    assert (request.endpoint, request.operation) == ("chat.completions", "create")
    assert create.encode is encode
    assert create.remember is not None
    assert create.serve is None


# --------------------------------------------------------------------------------------------- live


def live_of(call, *items):
    yield call
    yield from items


def test_a_live_reply_in_one_piece_waits_for_all_items(ask, answer):
    call = Call(lambda: None)
    first, head, body = encode(answer(), ask(), MINT, live_of(call, Text("Hello"), Text(" you")))
    assert first is call
    assert (head, body) == encode(answer(Text("Hello"), Text(" you")), ask(), MINT)


def test_a_live_reply_may_have_no_choice_to_fill(ask, answer):
    assert tuple(encode(Completion(()), ask(), MINT, [Text("Hi")])) == encode(answer(Text("Hi")), ask(), MINT)


def test_a_live_stream_sends_its_head_once_there_is_something_to_send(ask, answer):
    call = Call(lambda: None)
    first, *rest = encode(answer(), ask(stream=True), MINT, live_of(call, Text("Hi")))
    assert first is call
    assert rest == list(encode(answer(Text("Hi")), ask(stream=True), MINT))


def test_live_code_that_fails_first_leaves_the_head_unsent(ask, answer):
    def failing():
        yield Call(lambda: None)
        raise ValueError("mine")

    plan = iter(encode(answer(), ask(stream=True), MINT, failing()))
    assert isinstance(next(plan), Call)
    with pytest.raises(ValueError, match="mine"):
        next(plan)


# ------------------------------------------------------------------------- streamed and unstreamed agree

words = st.text('abc ENDé你.{"', max_size=12)
names = st.sampled_from(["weather", "sql"])
ids = st.integers(0, 99).map(lambda number: f"call_{number}")
functions = st.builds(ToolCall, names, words, ids)
customs = st.builds(ToolCall, names, words, ids, st.just("custom"))
cited = words.map(lambda text: Text(text, (Annotation("https://a.example", "A", 0, len(text)),)))
items = st.one_of(
    st.builds(Text, words),
    cited,
    st.builds(Reasoning, words),
    st.builds(Refusal, words),
    functions,
    st.builds(Audio, st.just("audio_1"), st.just("QUJD"), words, st.just(1)),
    st.just(Hold("gate")),
)
chunkings = st.one_of(
    st.none(),
    st.sampled_from([Chunking(by="word"), Chunking(by="character"), Chunking(size=3)]),
    st.lists(words, min_size=1, max_size=4).map(lambda pieces: Chunking(pieces=tuple(pieces))),
)
logprobs = st.one_of(st.none(), st.just((Logprob("ab", -1.0), Logprob("c", -2.0))))
reasons = st.sampled_from([None, None, "stop", "content_filter"])
bodies = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(["gpt-4o", "gpt-5-mini", "gpt-4o-search-preview", "gpt-audio"]),
        "n": st.integers(1, 3),
        "max_tokens": st.integers(1, 12),
        "stop": st.sampled_from(["END", ["E", "."], "ab"]),
        "logprobs": st.booleans(),
        "top_logprobs": st.integers(0, 3),
        "functions": st.just([{"name": "weather"}]),
        "tool_choice": st.just({"type": "function", "function": {"name": "weather"}}),
    },
)


def completions(kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[Completion]:
    choices = st.builds(Choice, st.lists(kinds, max_size=4).map(tuple), reasons, logprobs)
    return st.builds(
        Completion,
        st.lists(choices, min_size=1, max_size=2).map(tuple),
        chunks=chunkings,
        usage=st.sampled_from([None, UsageSpec(prompt_tokens=3)]),
    )


def reassembled(chunks: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """The choices of a stream put together by the SDK's own rule for adding deltas."""
    choices: dict[int, dict[str, Any]] = {}
    for chunk in chunks:
        for sent in chunk["choices"]:
            choice = choices.setdefault(sent["index"], {"message": {}, "logprobs": None, "finish_reason": None})
            choice["message"] = accumulate_delta(choice["message"], sent["delta"])
            choice["finish_reason"] = choice["finish_reason"] or sent["finish_reason"]
            choice["logprobs"] = _joined(choice["logprobs"], sent.get("logprobs"))
    return choices


def _joined(before: dict[str, Any] | None, more: dict[str, Any] | None) -> dict[str, Any] | None:
    if not before or not more:
        return before or more
    return {
        key: None if before[key] is None and more[key] is None else (before[key] or []) + (more[key] or [])
        for key in before
    }


def comparable(choice: dict[str, Any]) -> dict[str, Any]:
    """A choice without what only one of the forms has: empty lists and nulls, and the indexes of calls."""
    message = {key: value for key, value in choice["message"].items() if value not in (None, [])}
    for call in message.get("tool_calls", ()):
        call.pop("index", None)
    logprobs = {key: value for key, value in (choice.get("logprobs") or {}).items() if value}
    return {"message": message, "logprobs": logprobs, "finish_reason": choice["finish_reason"]}


anything = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@anything
@given(completions(st.one_of(items, customs)), bodies, st.booleans())
def test_a_stream_adds_up_to_the_reply_in_one_piece(ask, body_of, chunks_of, written, body, live):
    made = written.choices[0].items
    if live:
        written = replace(written, choices=(replace(written.choices[0], items=()),), chunks=None)
    whole = body_of(tuple(encode(written, ask(**body), MINT, iter(made) if live else None)))
    streaming = ask(**body, stream=True, stream_options={"include_usage": True})
    chunks = chunks_of(encode(written, streaming, MINT, iter(made) if live else None))
    sent = reassembled(chunks)
    assert [comparable(sent[index]) for index in sorted(sent)] == [comparable(each) for each in whole["choices"]]
    assert chunks[-1]["usage"] == whole["usage"]
    keys = ("id", "created", "model", "system_fingerprint", "service_tier")
    assert {tuple(chunk.get(key) for key in keys) for chunk in chunks} == {tuple(whole.get(key) for key in keys)}
    assert body.get("max_tokens") is None or whole["usage"]["completion_tokens"] <= body["max_tokens"] * len(sent)


@anything
@given(completions(items), bodies)
def test_the_sdks_own_helpers_read_both_forms_alike(ask, body_of, chunks_of, written, body):
    whole = ChatCompletion.model_validate(body_of(encode(written, ask(**body), MINT)))
    state = ChatCompletionStreamState()
    for chunk in chunks_of(encode(written, ask(**body, stream=True), MINT)):
        state.handle_chunk(ChatCompletionChunk.model_validate(chunk))
    sent = state.current_completion_snapshot
    assert (sent.id, sent.model) == (whole.id, whole.model)
    for one, other in zip(sent.choices, whole.choices, strict=True):
        assert one.finish_reason == other.finish_reason
        assert (one.message.content, one.message.refusal) == (other.message.content, other.message.refusal)
        calls = [[(call.id, call.function) for call in each.message.tool_calls or ()] for each in (one, other)]
        assert [(id, function.name, function.arguments) for id, function in calls[0]] == [
            (id, function.name, function.arguments) for id, function in calls[1]
        ]


@anything
@given(completions(items), bodies)
def test_a_stream_has_a_head_then_opens_ends_every_choice_and_is_done(ask, written, body):
    head, *steps = encode(written, ask(**body, stream=True), MINT)
    kinds = [step.kind for step in steps if isinstance(step, Body)]
    count = max(body.get("n", 1), len(written.choices))
    assert isinstance(head, Head)
    assert kinds[:count] == ["open"] * count
    assert (kinds.count("open"), kinds.count("finish"), kinds.count("done")) == (count, count, 1)
    assert kinds[-1] == "done"


def test_an_event_of_ones_own_does_not_disturb_the_sdk(ask, answer, sent_events):
    plan = encode(answer(Text("a"), CustomEvent(b'{"x":1}'), Text("b")), ask(stream=True), MINT)
    assert '{"x":1}' in sent_events(plan)
