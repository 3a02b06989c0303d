"""Every kind of reply, as the official SDK sees it: sync and async, streamed and not, over a socket and patched."""

import json
import threading
from typing import Any

import openai
import pytest
from openai.lib.streaming._deltas import accumulate_delta
from pydantic import BaseModel

from mockai import MockOpenAI, Reply

ASK: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What is the weather in Paris?"}]}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
STYLES = ["sync", "sync stream", "async", "async stream"]


async def answer(mock: MockOpenAI, style: str, **body: Any) -> Any:
    """The ChatCompletion the SDK gives, put together from the stream where one was asked for."""
    body = {**ASK, **body}
    if style == "sync":
        with mock.client() as client:
            return client.chat.completions.create(**body)
    if style == "sync stream":
        with mock.client() as client, client.chat.completions.stream(**body) as stream:
            return stream.get_final_completion()
    async with mock.async_client() as client:
        if style == "async":
            return await client.chat.completions.create(**body)
        async with client.chat.completions.stream(**body) as stream:
            return await stream.get_final_completion()


async def finish(mock: MockOpenAI, style: str, **body: Any) -> tuple[str, str]:
    """The text and the finish reason: the SDK's stream helper raises where a reply was cut, as it should."""
    if "stream" not in style:
        choice = (await answer(mock, style, **body)).choices[0]
        return choice.message.content, choice.finish_reason
    async with mock.async_client() as client:
        chunks = [chunk async for chunk in await client.chat.completions.create(**ASK, **body, stream=True)]
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks), chunks[-1].choices[0].finish_reason


def message(**fields: Any) -> dict[str, Any]:
    return {"role": "assistant", **fields}


def called(name: str, arguments: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "arguments": arguments}}


CITED = {"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A"}}
PYTHON = {"type": "custom", "custom": {"name": "python"}}
KINDS: list[tuple[Any, dict[str, Any], dict[str, Any], str]] = [
    ("Hello.", {}, message(content="Hello."), "stop"),
    ({"json": {"a": [1, None]}}, {}, message(content='{"a":[1,null]}'), "stop"),
    ({"refusal": "No."}, {}, message(refusal="No."), "stop"),
    ({"echo": True}, {}, message(content=ASK["messages"][0]["content"]), "stop"),
    ({"reasoning": "Hm.", "text": "So."}, {}, message(content="So.", reasoning_content="Hm."), "stop"),
    (
        {"tool_calls": [{"get_weather": {"city": "Paris"}}, {"get_weather": {"city": "Oslo"}}]},
        {"tools": [WEATHER]},
        message(tool_calls=[called("get_weather", '{"city":"Paris"}'), called("get_weather", '{"city":"Oslo"}')]),
        "tool_calls",
    ),
    (
        {"tool_calls": [{"python": "print(1)"}]},
        {"tools": [PYTHON]},
        message(tool_calls=[{"type": "custom", "custom": {"name": "python", "input": "print(1)"}}]),
        "tool_calls",
    ),
    (
        {"tool_calls": [{"get_weather": {"city": "Paris"}}]},
        {"functions": [WEATHER["function"]]},
        message(function_call={"name": "get_weather", "arguments": '{"city":"Paris"}'}),
        "function_call",
    ),
    (
        {"items": [{"reasoning": "Hm."}, "Look: ", "there.", {"tool_calls": ["get_time"]}]},
        {},
        message(content="Look: there.", reasoning_content="Hm.", tool_calls=[called("get_time", "{}")]),
        "tool_calls",
    ),
    (
        {
            "text": "See A.",
            "annotations": [{"url": "https://a.example", "title": "A", "start_index": 4, "end_index": 5}],
        },
        {},
        message(
            content="See A.",
            annotations=[{**CITED, "url_citation": {**CITED["url_citation"], "start_index": 4, "end_index": 5}}],
        ),
        "stop",
    ),
    ({"audio": {"data": "AAAA", "transcript": "Hi"}}, {}, message(audio={"data": "AAAA", "transcript": "Hi"}), "stop"),
    ({"text": "one two", "finish_reason": "content_filter"}, {}, message(content="one two"), "content_filter"),
    ({"text": "{{ request.model }}", "chunks": {"size": 1}}, {}, message(content="gpt-4o"), "stop"),
    (lambda: "From Python.", {}, message(content="From Python."), "stop"),
]


def plain_chunks(chunks: list[Any]) -> dict[str, Any]:
    """The choice that a stream adds up to, by the SDK's own rule for adding deltas."""
    choice: dict[str, Any] = {"message": {}, "finish_reason": None}
    for chunk in chunks:
        for sent in chunk.model_dump(exclude_unset=True)["choices"]:
            choice["message"] = accumulate_delta(choice["message"], sent["delta"])
            choice["finish_reason"] = choice["finish_reason"] or sent["finish_reason"]
    return choice


def comparable(choice: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The message and the finish reason, without what is empty, made up anew, or only in one of the forms."""
    made_up = ("id", "index", "expires_at")

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: kept(part) for key, part in value.items() if part not in (None, []) and key not in made_up}
        return [kept(part) for part in value] if isinstance(value, list) else value

    return kept(choice["message"]), choice["finish_reason"]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("reply", "body", "expected", "reason"),
    KINDS,
    ids=["python" if callable(kind[0]) else str(kind[0])[:40] for kind in KINDS],
)
async def test_each_kind_of_reply_is_the_same_in_each_form(mock, style, reply, body, expected, reason):
    mock.reply(reply)
    body = {**ASK, **body}
    if style == "sync":
        with mock.client() as client:
            choice = client.chat.completions.create(**body).model_dump(exclude_unset=True)["choices"][0]
    elif style == "async":
        async with mock.async_client() as client:
            made = await client.chat.completions.create(**body)
            choice = made.model_dump(exclude_unset=True)["choices"][0]
    elif style == "sync stream":
        with mock.client() as client:
            choice = plain_chunks(list(client.chat.completions.create(**body, stream=True)))
    else:
        async with mock.async_client() as client:
            choice = plain_chunks([chunk async for chunk in await client.chat.completions.create(**body, stream=True)])
    assert comparable(choice) == (expected, reason)


@pytest.mark.parametrize("kind", ["client", "async_client"])
async def test_raw_bytes_are_sent_as_they_are(mock, kind):
    mock.reply(
        raw={"status": 418, "headers": {"x-pot": "tea", "content-type": "text/plain"}, "body": "\u2615 {{ call }}"}
    )
    client = getattr(mock, kind)(max_retries=0)
    with pytest.raises(openai.APIStatusError) as caught:
        made = client.chat.completions.create(**ASK)
        await made if kind == "async_client" else None
    closed = client.close()
    await closed if closed is not None else None
    sent = caught.value.response
    assert (sent.status_code, sent.headers["x-pot"], sent.text) == (418, "tea", "\u2615 1")


@pytest.mark.parametrize("style", STYLES)
async def test_text_comes_whole(mock, style):
    mock.reply("It is 18 °C in Paris — “mild”.")
    got = await answer(mock, style)
    choice = got.choices[0]
    assert (choice.message.content, choice.message.role, choice.finish_reason) == (
        "It is 18 °C in Paris — “mild”.",
        "assistant",
        "stop",
    )
    assert got.model == "gpt-4o-2024-08-06"
    assert got.id.startswith("chatcmpl-")
    assert mock.last.outcome == "complete"


@pytest.mark.parametrize("style", STYLES)
async def test_a_tool_is_called_with_its_arguments(mock, style):
    mock.reply(tool_calls=[{"get_weather": {"city": "Paris"}}])
    got = await answer(mock, style, tools=[WEATHER])
    (call,) = got.choices[0].message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Paris"})
    assert got.choices[0].finish_reason == "tool_calls"
    assert got.choices[0].message.content is None


@pytest.mark.parametrize("style", STYLES)
async def test_parallel_tools_keep_their_order_and_arguments(mock, style):
    mock.reply(tool_calls=[{"get_weather": {"city": "Paris"}}, {"get_weather": {"city": "Oslo"}}])
    got = await answer(mock, style, tools=[WEATHER])
    calls = got.choices[0].message.tool_calls
    assert [json.loads(call.function.arguments)["city"] for call in calls] == ["Paris", "Oslo"]
    assert len({call.id for call in calls}) == 2


@pytest.mark.parametrize("style", STYLES)
async def test_a_refusal_is_no_content(mock, style):
    mock.reply(refusal="I cannot help with that.")
    message = (await answer(mock, style)).choices[0].message
    assert (message.content, message.refusal) == (None, "I cannot help with that.")


@pytest.mark.parametrize("style", STYLES)
async def test_length_cuts_at_max_tokens(mock, style):
    mock.reply("one two three four five six")
    assert await finish(mock, style, max_tokens=3) == ("one two three", "length")


@pytest.mark.parametrize("style", STYLES)
async def test_a_stop_sequence_ends_the_text_before_it(mock, style):
    mock.reply("first. second. third.")
    choice = (await answer(mock, style, stop=[" third"])).choices[0]
    assert (choice.message.content, choice.finish_reason) == ("first. second.", "stop")


@pytest.mark.parametrize("style", STYLES)
async def test_several_choices_have_their_own_texts(mock, style):
    mock.reply(choices=["heads", "tails"])
    got = await answer(mock, style, n=2)
    assert [(choice.index, choice.message.content) for choice in got.choices] == [(0, "heads"), (1, "tails")]


@pytest.mark.parametrize("style", STYLES)
async def test_a_content_filter_is_a_finish_reason(mock, style):
    mock.reply("Here is", finish_reason="content_filter")
    assert await finish(mock, style) == ("Here is", "content_filter")


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_the_stream_helper_raises_for_a_reply_that_was_cut(mock, reason):
    mock.reply("Here is", finish_reason=reason)
    kinds = {"length": openai.LengthFinishReasonError, "content_filter": openai.ContentFilterFinishReasonError}
    with mock.client() as client, client.chat.completions.stream(**ASK) as stream, pytest.raises(kinds[reason]):
        stream.get_final_completion()


class Weather(BaseModel):
    """What the structured-output tests parse into."""

    city: str
    celsius: float
    rain: bool


def test_parse_gives_the_model_that_was_scripted(mock):
    mock.reply(json={"city": "Paris", "celsius": 18.5, "rain": False})
    with mock.client() as client:
        got = client.chat.completions.parse(**ASK, response_format=Weather)
    assert got.choices[0].message.parsed == Weather(city="Paris", celsius=18.5, rain=False)


def test_auto_fills_a_schema_it_was_never_told_about(mock):
    mock.reply(auto=True)
    with mock.client() as client:
        got = client.chat.completions.parse(**ASK, response_format=Weather)
    assert isinstance(got.choices[0].message.parsed, Weather)


def test_auto_calls_the_tool_and_ends_the_loop(mock):
    mock.reply(auto=True)
    with mock.client() as client:
        first = client.chat.completions.create(**ASK, tools=[WEATHER])
        (call,) = first.choices[0].message.tool_calls
        messages = [
            *ASK["messages"],
            first.choices[0].message.model_dump(exclude_none=True),
            {"role": "tool", "tool_call_id": call.id, "content": '{"celsius": 18}'},
        ]
        second = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[WEATHER])
    assert json.loads(call.function.arguments)["city"]
    assert second.choices[0].message.tool_calls is None
    assert second.choices[0].finish_reason == "stop"
    assert second.choices[0].message.content


def test_echo_repeats_the_user(mock):
    mock.reply(echo=True)
    with mock.client() as client:
        got = client.chat.completions.create(**ASK)
    assert got.choices[0].message.content == "What is the weather in Paris?"


def test_usage_comes_last_and_equals_the_unstreamed_one(mock):
    mock.reply("one two three")
    with mock.client() as client:
        whole = client.chat.completions.create(**ASK)
        chunks = list(client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True}))
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert (chunks[-1].choices, chunks[-1].usage) == ([], whole.usage)
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens


def test_a_function_of_the_test_replies_sync_and_async(mock):
    async def slowly(request):
        return f"async: {request.last('user').text[:4]}"

    mock.when(model="a").reply(lambda request: f"sync: {request.model}")
    mock.when(model="b").reply(slowly)
    mock.when(model="c").reply(lambda: Reply(error="rate_limit_exceeded"))
    with mock.client(max_retries=0) as client:
        got = [
            client.chat.completions.create(**{**ASK, "model": model}).choices[0].message.content for model in ("a", "b")
        ]
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(**{**ASK, "model": "c"})
    assert got == ["sync: a", "async: What"]


async def test_a_generator_of_the_test_streams_piece_by_piece(mock):
    async def pieces(request):
        yield "Once "
        yield {"reasoning": "hm"}
        yield "upon"

    mock.reply(pieces)
    streamed = await answer(mock, "async stream")
    whole = await answer(mock, "sync")
    assert streamed.choices[0].message.content == "Once upon"
    assert whole.choices[0].message.content == "Once upon"


def test_what_a_function_returns_may_fail_wait_and_set_states(mock):
    def reply(request):
        if request.attempt == 0:
            return Reply(text="never", faults=["close"], set={"step": "first"})
        return {"text": "Here.", "latency": {"headers": 7}}

    mock.reply(reply)
    with mock.client(max_retries=1) as client:
        assert client.chat.completions.create(**ASK).choices[0].message.content == "Here."
    first, second = mock.calls
    assert (first.faults, first.outcome) == (("close",), "aborted")
    assert (second.scripted_wait, second.outcome) == (7.0, "complete")
    assert mock.session.claim(lambda state: state.all_states()) == {"": {"step": "first"}}


def test_a_generator_is_closed_when_the_client_hangs_up(mock):
    closed = threading.Event()

    def forever():
        try:
            while True:
                yield "again "
        finally:
            closed.set()

    mock.reply(forever)
    with mock.client() as client, client.chat.completions.create(**ASK, stream=True) as stream:
        next(iter(stream))
    assert closed.wait(5)
    mock.wait_for(1)
    assert mock.last.outcome == "client_left"


def test_the_sdks_own_objects_are_sent_as_they_are(mock):
    from openai.types.chat import ChatCompletion

    completion = ChatCompletion.model_validate(
        {
            "id": "chatcmpl-mine",
            "object": "chat.completion",
            "created": 7,
            "model": "my-model",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Mine."}}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
        }
    )
    mock.reply(lambda: completion)
    with mock.client() as client:
        got = client.chat.completions.create(**ASK)
        text = "".join(c.choices[0].delta.content or "" for c in client.chat.completions.create(**ASK, stream=True))
    assert (got.id, got.created, got.model, got.usage.total_tokens) == ("chatcmpl-mine", 7, "my-model", 3)
    assert (got.choices[0].message.content, text) == ("Mine.", "Mine.")


def test_hooks_change_the_request_and_the_reply(make_mock):
    seen = []

    def before(request):
        return {**request.body, "messages": [{"role": "user", "content": "changed"}]}

    async def after(request, answer):
        seen.append(request.last("user").text)
        return "from the hook"

    mock = make_mock(before=[before], after=[after])
    mock.when(user="changed").reply("from the rule")
    with mock.client() as client:
        got = client.chat.completions.create(**ASK)
    assert (got.choices[0].message.content, seen) == ("from the hook", ["changed"])


def test_an_error_inside_a_function_is_a_500_that_is_not_retried(mock):
    mock.reply(lambda: 1 / 0)
    with mock.client() as client, pytest.raises(openai.InternalServerError, match="ZeroDivisionError"):
        client.chat.completions.create(**ASK)
    assert mock.count == 1
    with pytest.raises(Exception, match="ZeroDivisionError"):
        mock.check()


def test_stored_completions_live_and_die(mock):
    mock.reply("Kept.")
    with mock.client() as client:
        made = client.chat.completions.create(**ASK, store=True, metadata={"topic": "weather"})
        listed = list(client.chat.completions.list(metadata={"topic": "weather"}))
        messages = list(client.chat.completions.messages.list(made.id))
        changed = client.chat.completions.update(made.id, metadata={"topic": "other"})
        found = client.chat.completions.retrieve(made.id)
        gone = client.chat.completions.delete(made.id)
        with pytest.raises(openai.NotFoundError):
            client.chat.completions.retrieve(made.id)
    assert [completion.id for completion in listed] == [made.id]
    assert messages[0].content == "What is the weather in Paris?"
    assert (changed.metadata, found.metadata, gone.deleted) == ({"topic": "other"}, {"topic": "other"}, True)


def test_models_are_those_the_scenarios_name_and_the_usual_ones(make_mock):
    mock = make_mock({"models": ["house-model"], "rules": [{"reply": "x"}]})
    with mock.client() as client:
        ids = [model.id for model in client.models.list()]
        one = client.models.retrieve("house-model")
        with pytest.raises(openai.NotFoundError, match="The model 'nope' does not exist"):
            client.models.retrieve("nope")
    assert "house-model" in ids
    assert "gpt-4o" in ids
    assert one.id == "house-model"


def test_two_runs_with_one_seed_give_the_same_bytes(make_mock):
    def bodies(seed):
        mock = make_mock({"rules": [{"reply": {"auto": True}}]}, seed=seed)
        with mock.client() as client:
            whole = client.chat.completions.with_raw_response.create(**ASK, tools=[WEATHER])
            lines = client.chat.completions.with_raw_response.create(**ASK, stream=True).http_response.read()
            return whole.http_response.content, whole.headers["x-request-id"], lines

    assert bodies(1) == bodies(1)
    assert bodies(1) != bodies(2)
