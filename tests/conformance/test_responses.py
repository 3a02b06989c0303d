"""The Responses API as the official SDK sees it: sync and async, streamed and not, over a socket and patched."""

import json
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from mockai import MockOpenAI
from mockai.endpoints.webhook_events import take_events

ASK: dict[str, Any] = {"model": "gpt-4o", "input": "What is the weather in Paris?"}
WEATHER = {
    "type": "function",
    "name": "get_weather",
    "strict": True,
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
}
STYLES = ["sync", "sync stream", "async", "async stream"]


async def answer(mock: MockOpenAI, style: str, **body: Any) -> Any:
    """The Response the SDK gives, put together from the stream where one was asked for."""
    body = {**ASK, **body}
    if style == "sync":
        with mock.client() as client:
            return client.responses.create(**body)
    if style == "sync stream":
        with mock.client() as client, client.responses.stream(**body) as stream:
            return stream.get_final_response()
    async with mock.async_client() as client:
        if style == "async":
            return await client.responses.create(**body)
        async with client.responses.stream(**body) as stream:
            return await stream.get_final_response()


def kinds(mock: MockOpenAI, **body: Any) -> list[str]:
    """The types of the events of a stream, their numbers checked."""
    with mock.client() as client:
        events = list(client.responses.create(**{**ASK, **body}, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    return [event.type.removeprefix("response.") for event in events]


# ------------------------------------------------------------------------------------------- content


@pytest.mark.parametrize("style", STYLES)
async def test_text_comes_whole(mock, style):
    mock.reply("It is 18 °C in Paris — “mild”.")
    got = await answer(mock, style)
    assert (got.output_text, got.status, got.model) == (
        "It is 18 °C in Paris — “mild”.",
        "completed",
        "gpt-4o-2024-08-06",
    )
    assert [item.type for item in got.output] == ["message"]
    assert got.usage.total_tokens == got.usage.input_tokens + got.usage.output_tokens
    assert mock.last.outcome == "complete"


def test_one_rule_answers_chat_and_responses_alike(mock):
    mock.when(user="weather", tools="get_weather").reply(tool_calls=[{"get_weather": {"city": "Paris"}}])
    mock.when(tool_result={"name": "get_weather"}).reply("It is {{ tool_result.celsius }} °C.")
    with mock.client() as client:
        first = client.responses.create(**ASK, tools=[WEATHER])
        (call,) = first.output
        output = {"type": "function_call_output", "call_id": call.call_id, "output": '{"celsius": 18}'}
        second = client.responses.create(model="gpt-4o", input=[output], previous_response_id=first.id)
        messages: list[Any] = [{"role": "user", "content": ASK["input"]}]
        chat = {"type": "function", "function": {key: value for key, value in WEATHER.items() if key != "type"}}
        called = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[chat]).choices[0].message
        messages += [
            called.model_dump(exclude_none=True),
            {"role": "tool", "tool_call_id": called.tool_calls[0].id, "content": '{"celsius": 18}'},
        ]
        told = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[chat]).choices[0].message
    assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "Paris"})
    assert (second.output_text, told.content) == ("It is 18 °C.", "It is 18 °C.")


@pytest.mark.parametrize("style", STYLES)
async def test_parallel_calls_are_items_of_their_own(mock, style):
    mock.reply(tool_calls=[{"get_weather": {"city": "Paris"}}, {"get_weather": {"city": "Oslo"}}])
    got = await answer(mock, style, tools=[WEATHER])
    assert [json.loads(item.arguments)["city"] for item in got.output] == ["Paris", "Oslo"]
    assert len({item.call_id for item in got.output} | {item.id for item in got.output}) == 4
    assert {item.status for item in got.output} == {"completed"}


@pytest.mark.parametrize("style", STYLES)
async def test_a_custom_tool_takes_any_text(mock, style):
    mock.reply(tool_calls=[{"name": "run", "input": "ls -l"}])
    (call,) = (await answer(mock, style, tools=[{"type": "custom", "name": "run"}])).output
    assert (call.type, call.name, call.input) == ("custom_tool_call", "run", "ls -l")


@pytest.mark.parametrize("style", STYLES)
async def test_a_refusal_is_a_part_of_the_message(mock, style):
    mock.reply(refusal="I cannot help with that.")
    got = await answer(mock, style)
    assert (got.output_text, got.output[0].content[0].refusal) == ("", "I cannot help with that.")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("reasoning", "summary"), [({"summary": "auto"}, ["Let me think."]), ({}, [])])
async def test_thoughts_are_summed_up_for_those_who_ask(mock, style, reasoning, summary):
    mock.reply("18 °C.", reasoning="Let me think.")
    got = await answer(mock, style, reasoning=reasoning)
    assert [item.type for item in got.output] == ["reasoning", "message"]
    assert [part.text for part in got.output[0].summary] == summary
    assert got.usage.output_tokens_details.reasoning_tokens == 4


@pytest.mark.parametrize("style", STYLES)
async def test_citations_count_within_their_text(mock, style):
    mock.reply(items=["See ", "the docs.", {"citation": {"url": "https://a.b", "title": "Docs"}}])
    got = await answer(mock, style)
    (annotation,) = got.output[0].content[0].annotations
    assert got.output_text == "See the docs."
    assert (annotation.url, annotation.start_index, annotation.end_index) == ("https://a.b", 4, 13)


class Weather(BaseModel):
    """What the structured-output tests parse into."""

    city: str
    celsius: float


def test_parse_gives_the_model_that_was_scripted(mock):
    mock.when(response_format="Weather").reply(json={"city": "Paris", "celsius": 18.5})
    with mock.client() as client:
        got = client.responses.parse(**ASK, text_format=Weather)
    assert got.output_parsed == Weather(city="Paris", celsius=18.5)


def test_auto_calls_the_tool_then_ends_the_loop(mock):
    mock.reply(auto=True)
    with mock.client() as client:
        first = client.responses.create(**ASK, tools=[WEATHER])
        (call,) = first.output
        output = {"type": "function_call_output", "call_id": call.call_id, "output": '{"celsius": 18}'}
        second = client.responses.create(model="gpt-4o", input=[output], previous_response_id=first.id, tools=[WEATHER])
    assert json.loads(call.arguments)["city"]
    assert second.output_text.startswith("According to get_weather")


async def test_a_generator_of_the_test_streams_piece_by_piece_and_is_kept(mock):
    async def pieces(request):
        yield "Once "
        yield "upon"
        yield {"citation": "https://a.b"}
        yield {"tool_calls": [{"get_weather": {}}]}

    mock.reply(pieces)
    async with mock.async_client() as client:
        async with client.responses.stream(**ASK) as stream:
            streamed = await stream.get_final_response()
        kept = await client.responses.retrieve(streamed.id)
    whole = await answer(mock, "sync")
    assert (streamed.output_text, whole.output_text) == ("Once upon", "Once upon")
    assert [item.type for item in streamed.output] == ["message", "function_call"]
    for response in (streamed, whole, kept):
        (annotation,) = response.output[0].content[0].annotations
        assert (annotation.url, annotation.start_index, annotation.end_index) == ("https://a.b", 0, 9)
    assert (kept.output_text, [item.id for item in kept.output]) == ("Once upon", [item.id for item in streamed.output])


def test_chunks_of_chat_become_events_here(mock):
    from openai.types.chat import ChatCompletionChunk

    def chunks(request):
        for delta in ({"role": "assistant", "content": ""}, {"content": "Mine."}):
            choice = {"index": 0, "delta": delta, "finish_reason": None}
            yield ChatCompletionChunk.model_validate(
                {"id": "mine", "object": "chat.completion.chunk", "created": 7, "model": "m", "choices": [choice]}
            )

    mock.reply(chunks)
    with mock.client() as client, client.responses.stream(**ASK) as stream:
        got = stream.get_final_response()
    assert (got.output_text, got.id, got.created_at, got.model) == ("Mine.", "mine", 7, "m")


# -------------------------------------------------------------------------------------- events, failures


TEXT_EVENTS = [
    *("created", "in_progress", "output_item.added", "content_part.added"),
    *("output_text.delta", "output_text.delta"),
    *("output_text.done", "content_part.done", "output_item.done", "completed"),
]


def test_a_text_has_the_events_of_the_api(mock):
    mock.reply("Hello there")
    assert kinds(mock) == TEXT_EVENTS


def test_no_done_ends_the_stream(mock):
    mock.reply("Hello there")
    with mock.client() as client:
        data = client.responses.with_raw_response.create(**ASK, stream=True).http_response.read().decode()
    assert data.startswith('event: response.created\ndata: {"type":"response.created","response":{"id":"resp_')
    assert data.endswith("}\n\n")
    assert "[DONE]" not in data
    assert data.count("event: ") == len(TEXT_EVENTS)


@pytest.mark.parametrize("style", ["sync", "async"])
async def test_a_cut_text_makes_the_response_incomplete(mock, style):
    mock.reply("word " * 40)
    got = await answer(mock, style, max_output_tokens=16)
    assert (got.status, got.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert (got.output[0].status, got.output_text) == ("incomplete", "word" + " word" * 15)
    assert kinds(mock, max_output_tokens=16)[-2:] == ["output_item.done", "incomplete"]


def test_a_content_filter_makes_the_response_incomplete(mock):
    mock.reply("Here is", finish_reason="content_filter")
    with mock.client() as client:
        assert client.responses.create(**ASK).incomplete_details.reason == "content_filter"


def test_an_error_before_the_stream_is_a_status(mock):
    mock.reply(error="rate_limit_exceeded")
    with mock.client(max_retries=0) as client, pytest.raises(openai.RateLimitError):
        client.responses.create(**ASK, stream=True)


def test_a_response_fails_on_its_way(mock):
    mock.reply(items=["Hel", {"failure": {"code": "rate_limit_exceeded", "message": "Too much."}}])
    with mock.client() as client:
        whole = client.responses.create(**ASK)
        stream = client.responses.create(**ASK, stream=True)
        with pytest.raises(openai.APIError, match="Too much") as caught:
            list(stream)
    assert (whole.status, whole.error.code, whole.error.message) == ("failed", "rate_limit_exceeded", "Too much.")
    assert (whole.output_text, whole.usage) == ("Hel", None)
    assert caught.value.code == "rate_limit_exceeded"


@pytest.mark.parametrize(("event", "ending"), [("flat", ["error", "failed"]), ("none", ["failed"])])
def test_a_failure_can_be_told_without_an_exception(mock, event, ending):
    mock.reply(items=["Hel", {"failure": {"message": "Too much.", "event": event}}])
    assert kinds(mock)[5:] == ending


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("disconnect", openai.APIConnectionError),
        ("error_event", openai.APIError),
        ("malformed_json", json.JSONDecodeError),
    ],
)
def test_faults_strike_inside_the_stream(mock, fault, error):
    mock.reply("Hello there", faults=[{fault: {"after": 1}}])
    seen = []
    with mock.client(max_retries=0) as client, pytest.raises(error):
        for event in client.responses.create(**ASK, stream=True):
            seen.append(event.type.removeprefix("response."))
    assert seen == TEXT_EVENTS[:5]


def test_a_truncated_stream_never_completes(mock):
    mock.reply("Hello there", faults=["truncate"])
    assert kinds(mock) == TEXT_EVENTS[:5]


# --------------------------------------------------------------------------------------------- tools

ITEMS: list[Any] = [
    {"web_search": {"query": "weather in Paris", "sources": ["https://a.b"]}},
    {"file_search": {"queries": ["weather"], "results": [{"text": "It rains.", "filename": "a.txt"}]}},
    {"code_interpreter": {"code": "print(1)", "logs": "1\n"}},
    {"image_generation": {"revised_prompt": "A cat", "partial_images": ["AAAA"]}},
    {"mcp_list_tools": {"server_label": "shop", "tools": ["search"]}},
    {"mcp_call": {"server_label": "shop", "name": "search", "arguments": {"q": 1}, "output": "ok"}},
    {"mcp_call": {"server_label": "shop", "name": "search", "error": "down"}},
    {"mcp_approval_request": {"server_label": "shop", "name": "buy"}},
    {"computer": [{"type": "screenshot"}]},
    {"shell": ["ls", "pwd"]},
    {"shell_output": {"stdout": "a b", "exit_code": 0}},
    {"local_shell": ["ls", "-l"]},
    {"apply_patch": {"update_file": "a.py", "diff": "@@"}},
    {"output_item": {"type": "compaction"}},
    "Done.",
]
TYPES = [
    *("web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "mcp_list_tools"),
    *("mcp_call", "mcp_call", "mcp_approval_request", "computer_call", "shell_call", "shell_call_output"),
    *("local_shell_call", "apply_patch_call", "compaction", "message"),
]
INCLUDE = ["web_search_call.action.sources", "file_search_call.results", "code_interpreter_call.outputs"]


@pytest.mark.parametrize("style", STYLES)
async def test_every_tool_of_the_api_has_its_item(mock, style):
    mock.reply(items=ITEMS)
    got = await answer(mock, style, include=INCLUDE)
    search, files, code, image, tools, call, failed, *_ = got.output
    assert [item.type for item in got.output] == TYPES
    assert (search.action.query, search.action.sources[0].url) == ("weather in Paris", "https://a.b")
    assert (files.results[0].text, code.outputs[0].logs, image.revised_prompt) == ("It rains.", "1\n", "A cat")
    assert (tools.tools[0].name, call.arguments, call.output, failed.status) == ("search", '{"q":1}', "ok", "failed")
    assert got.output[9].call_id == got.output[10].call_id
    assert got.tool_usage.web_search.num_requests == 1


def test_what_is_not_included_is_left_out(mock):
    mock.reply(items=ITEMS)
    with mock.client() as client:
        search, files, code, *_ = client.responses.create(**ASK).output
    assert (search.action.sources, files.results, code.outputs) == (None, None, None)


def test_chat_leaves_out_what_it_has_no_place_for(mock):
    mock.reply(items=ITEMS)
    with mock.client() as client:
        got = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
    assert got.choices[0].message.content == "Done."


def test_chat_cannot_fail_on_its_way(mock):
    mock.reply(items=["Hel", {"failure": "Sorry."}])
    with mock.client() as client, pytest.raises(openai.InternalServerError, match="an item of the Responses API"):
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])


# --------------------------------------------------------------------------------------------- state


def test_a_stored_response_lives_and_dies(mock):
    mock.reply("Kept.")
    with mock.client() as client:
        made = client.responses.create(**ASK, metadata={"topic": "weather"})
        found = client.responses.retrieve(made.id)
        items = list(client.responses.input_items.list(made.id))
        client.responses.delete(made.id)
        with pytest.raises(openai.NotFoundError, match=f"Response with id '{made.id}' not found"):
            client.responses.retrieve(made.id)
        with pytest.raises(openai.NotFoundError):
            client.responses.delete(made.id)
    assert found == made
    assert (found.metadata, items[0].content[0].text) == ({"topic": "weather"}, ASK["input"])


async def test_a_stored_response_lives_and_dies_async(mock):
    mock.reply("Kept.")
    async with mock.async_client() as client:
        made = await client.responses.create(**ASK)
        found = await client.responses.retrieve(made.id)
        items = [item async for item in client.responses.input_items.list(made.id)]
        await client.responses.delete(made.id)
        with pytest.raises(openai.NotFoundError):
            await client.responses.retrieve(made.id)
    assert (found, len(items)) == (made, 1)


def test_what_is_not_stored_is_not_found(mock):
    mock.reply("Gone.")
    with mock.client() as client:
        made = client.responses.create(**ASK, store=False)
        with pytest.raises(openai.NotFoundError):
            client.responses.retrieve(made.id)
        with pytest.raises(openai.BadRequestError) as caught:
            client.responses.create(**ASK, previous_response_id=made.id)
    assert (caught.value.code, caught.value.param) == ("previous_response_not_found", "previous_response_id")


def test_rules_see_the_earlier_turns(mock):
    mock.when(turn=0).reply("First.")
    mock.when(turn=1, assistant="First.").reply("Second.")
    mock.when(turn=2, any_message="weather").reply("Third.")
    with mock.client() as client:
        id, texts = None, []
        for question in ("What is the weather?", "And tomorrow?", "And then?"):
            extra = {} if id is None else {"previous_response_id": id}
            made = client.responses.create(model="gpt-4o", input=question, instructions="Be brief.", **extra)
            id = made.id
            texts.append(made.output_text)
    assert texts == ["First.", "Second.", "Third."]


def test_a_conversation_holds_what_was_said(mock):
    mock.when(turn=0).reply("First.")
    mock.when(turn=1).reply("Second.")
    with mock.client() as client:
        conversation = client.conversations.create(metadata={"topic": "weather"})
        for _ in range(2):
            got = client.responses.create(**ASK, conversation=conversation.id)
        texts = [item.content[0].text for item in client.conversations.items.list(conversation.id, order="asc")]
        changed = client.conversations.update(conversation.id, metadata={"topic": "other"})
        found = client.conversations.retrieve(conversation.id)
        gone = client.conversations.delete(conversation.id)
        with pytest.raises(openai.NotFoundError, match="not found"):
            client.responses.create(**ASK, conversation=conversation.id)
    assert (got.output_text, got.conversation.id) == ("Second.", conversation.id)
    assert texts == [ASK["input"], "First.", ASK["input"], "Second."]
    assert (changed, found.metadata, gone.deleted) == (found, {"topic": "other"}, True)


async def test_items_of_a_conversation_live_and_die_async(mock):
    async with mock.async_client() as client:
        conversation = await client.conversations.create(items=[{"role": "user", "content": "One"}])
        more: list[Any] = [{"role": "assistant", "content": text} for text in ("Two", "Three", "Four")]
        added = await client.conversations.items.create(conversation.id, items=more)
        listed = [item async for item in client.conversations.items.list(conversation.id, limit=2)]
        one = await client.conversations.items.retrieve(listed[0].id, conversation_id=conversation.id)
        owner = await client.conversations.items.delete(listed[0].id, conversation_id=conversation.id)
        left = [item async for item in client.conversations.items.list(conversation.id, order="asc")]
        with pytest.raises(openai.NotFoundError):
            await client.conversations.items.retrieve(listed[0].id, conversation_id=conversation.id)
    assert [item.content[0].text for item in added.data] == ["Two", "Three", "Four"]
    assert [item.content[0].text for item in listed] == ["Four", "Three", "Two", "One"]
    assert (one, owner) == (listed[0], conversation)
    assert [item.content[0].text for item in left] == ["One", "Two", "Three"]


def test_tokens_are_counted_before_and_after(mock):
    mock.reply("Short.")
    with mock.client() as client:
        counted = client.responses.input_tokens.count(**ASK)
        used = client.responses.create(**ASK).usage.input_tokens
    assert counted.input_tokens == used


def test_a_conversation_is_compacted(mock):
    mock.reply("Short.")
    with mock.client() as client:
        made = client.responses.create(**ASK)
        compacted = client.responses.compact(model="gpt-4o", previous_response_id=made.id)
    assert [item.type for item in compacted.output] == ["message", "compaction"]
    assert compacted.object == "response.compaction"
    assert compacted.usage.total_tokens > 0


# ----------------------------------------------------------------------------------------- background


def test_a_background_response_gets_on_with_each_look(mock):
    mock.reply("Done.")
    with mock.client() as client:
        made = client.responses.create(**ASK, background=True)
        looks = [client.responses.retrieve(made.id) for _ in range(3)]
        late = client.responses.cancel(made.id)
    assert (made.status, made.output, made.usage, made.background) == ("queued", [], None, True)
    assert [look.status for look in looks] == ["in_progress", "completed", "completed"]
    assert (looks[0].output_text, looks[1].output_text) == ("", "Done.")
    assert late == looks[2]


async def test_a_background_response_is_cancelled_async(mock):
    mock.reply("Done.")
    async with mock.async_client() as client:
        made = await client.responses.create(**ASK, background=True)
        gone = await client.responses.cancel(made.id)
        again = await client.responses.cancel(made.id)
        found = await client.responses.retrieve(made.id)
        other = await client.responses.create(**ASK)
        with pytest.raises(openai.BadRequestError, match="Cannot cancel a synchronous response"):
            await client.responses.cancel(other.id)
    assert (gone.status, gone.output) == ("cancelled", [])
    assert gone == again == found


def test_a_background_stream_is_taken_up_again(mock):
    mock.reply("Hello there")
    with mock.client() as client:
        events = list(client.responses.create(**ASK, background=True, stream=True))
        id = events[0].response.id
        rest = list(client.responses.retrieve(id, stream=True, starting_after=4))
        with client.responses.stream(response_id=id, starting_after=4) as stream:
            helped = stream.get_final_response()
        found = client.responses.retrieve(id)
    names = [event.type.removeprefix("response.") for event in events]
    assert names == ["created", "queued", "in_progress", *TEXT_EVENTS[2:]]
    assert [event.response.status for event in events[:3]] == ["queued", "queued", "in_progress"]
    assert rest == events[5:]
    assert (helped.output_text, found.status, found.output_text) == ("Hello there", "completed", "Hello there")


def test_a_background_stream_left_behind_goes_on(mock):
    mock.reply("Hello there")
    with mock.client() as client:
        stream = client.responses.create(**ASK, background=True, stream=True)
        first = next(iter(stream))
        stream.close()
        assert list(client.responses.retrieve(first.response.id, stream=True))[-1].type == "response.completed"


def test_a_response_that_was_not_in_the_background_cannot_be_replayed(mock):
    mock.reply("Done.")
    with mock.client() as client:
        made = client.responses.create(**ASK)
        with pytest.raises(openai.BadRequestError, match="cannot be streamed"):
            client.responses.retrieve(made.id, stream=True)


# --------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("body", "status", "param", "code"),
    [
        ({"input": ""}, 400, None, "missing_required_parameter"),
        ({"model": ""}, 400, "model", "model_not_found"),
        ({"input": [{"type": "bogus_item"}]}, 400, "input[0]", "invalid_value"),
        ({"max_output_tokens": 3}, 400, "max_output_tokens", "integer_below_min_value"),
        ({"previous_response_id": "resp_x", "conversation": "conv_x"}, 400, None, "mutually_exclusive_parameters"),
        ({"conversation": "conv_x"}, 404, None, None),
        ({"tools": [{"type": "function"}]}, 400, "tools[0].name", "missing_required_parameter"),
        ({"input": [{"type": "function_call_output", "call_id": "call_x", "output": ""}]}, 400, "input", None),
    ],
)
def test_what_the_api_refuses_is_refused(mock, body, status, param, code):
    with mock.client() as client, pytest.raises(openai.APIStatusError) as caught:
        client.responses.create(**{**ASK, **body})
    assert (caught.value.status_code, caught.value.param, caught.value.code) == (status, param, code)


def test_two_runs_with_one_seed_give_the_same_bytes(make_mock):
    def bodies(seed):
        mock = make_mock({"rules": [{"reply": {"auto": True}}]}, seed=seed)
        with mock.client() as client:
            whole = client.responses.with_raw_response.create(**ASK, tools=[WEATHER])
            lines = client.responses.with_raw_response.create(**ASK, stream=True).http_response.read()
            return whole.http_response.content, lines

    assert bodies(1) == bodies(1)
    assert bodies(1) != bodies(2)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("Done.", "response.completed"),
        ({"text": "Do", "finish_reason": "length"}, "response.incomplete"),
        ({"items": [{"failure": {"code": "server_error", "message": "No."}}]}, "response.failed"),
    ],
)
def test_a_background_response_that_ends_is_announced_once(mock, reply, kind):
    mock.reply(reply)
    with mock.client() as client:
        made = client.responses.create(**ASK, background=True)
        for _ in range(4):
            client.responses.retrieve(made.id)
        client.responses.create(**ASK)
    events = take_events(mock.session.resources)
    assert [(event["type"], event["data"]) for event in events] == [(kind, {"id": made.id})]


def test_a_cancelled_response_is_announced(mock):
    mock.reply("Never read.")
    with mock.client() as client:
        made = client.responses.create(**ASK, background=True)
        client.responses.cancel(made.id)
        client.responses.cancel(made.id)
    assert [event["type"] for event in take_events(mock.session.resources)] == ["response.cancelled"]
