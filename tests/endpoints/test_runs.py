"""Runs: what rules see of them, how they end, and what they refuse."""

from dataclasses import replace

import orjson
import pytest

from mockai.endpoints.runs_request import RunRequest, run_request
from mockai.errors import ReplyError
from mockai.request import APIRequest, CallMade, Message, ResponseFormat, Tool
from mockai.wire import Body, Call, HTTPRequest

WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}, "strict": True}}
JSON = (("content-type", "application/json"),)


@pytest.fixture
def assistant(api):
    body = {"model": "gpt-4o", "instructions": "Be kind.", "tools": [WEATHER, {"type": "code_interpreter"}]}
    return api("POST", "/assistants", body)["id"]


@pytest.fixture
def thread(api):
    return api("POST", "/threads", {"messages": [{"role": "user", "content": "Hi"}]})["id"]


@pytest.fixture
def begin(api, assistant, thread):
    """Create a run; returns it."""

    def create(**body):
        return api("POST", f"/threads/{thread}/runs", {"assistant_id": assistant, **body})

    return create


@pytest.fixture
def poll(api, thread):
    """A run after so many looks at it."""

    def polled(run, times=2):
        for _ in range(times):
            run = api("GET", f"/threads/{thread}/runs/{run['id']}")
        return run

    return polled


@pytest.fixture
def events(api, assistant, thread):
    """The events of a streamed run: name and data of each."""

    def streamed(path=None, **body):
        http = HTTPRequest(
            "POST",
            f"/v1{path or f'/threads/{thread}/runs'}",
            (),
            JSON,
            orjson.dumps({"assistant_id": assistant, "stream": True, **body}),
        )
        found = []
        for step in api.steps(http):
            if isinstance(step, Body):
                name, _, data = step.data.decode().partition("\ndata: ")
                found.append((name.removeprefix("event: "), data.strip()))
        return [(name, data if data == "[DONE]" else orjson.loads(data)) for name, data in found]

    return streamed


def seen(api):
    """The last request that rules saw."""
    entries = api.engine.store.session("").journal.entries()
    return [entry.request for entry in entries if isinstance(entry.request, RunRequest)][-1]


def test_a_run_has_the_apis_keys(api, begin, assistant, thread):
    api.rule("Hello")
    run = begin(metadata={"a": "b"})
    assert run.pop("id").startswith("run_")
    assert run == {
        "object": "thread.run",
        "created_at": 1_767_225_603,
        "thread_id": thread,
        "status": "queued",
        "started_at": None,
        "expires_at": 1_767_226_203,
        "cancelled_at": None,
        "failed_at": None,
        "completed_at": None,
        "required_action": None,
        "last_error": None,
        "incomplete_details": None,
        "usage": None,
        "assistant_id": assistant,
        "model": "gpt-4o",
        "instructions": "Be kind.",
        "tools": [WEATHER, {"type": "code_interpreter"}],
        "metadata": {"a": "b"},
        "temperature": 1.0,
        "top_p": 1.0,
        "reasoning_effort": None,
        "max_completion_tokens": None,
        "max_prompt_tokens": None,
        "truncation_strategy": {"type": "auto", "last_messages": None},
        "response_format": "auto",
        "tool_choice": "auto",
        "parallel_tool_calls": True,
    }


def test_rules_see_the_thread_as_a_conversation(api, begin, thread):
    api.rule("Hello")
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    attached = {"role": "user", "content": [image], "attachments": [{"file_id": api.upload("a.txt", b"a")}]}
    begin(additional_instructions="Be brief.", additional_messages=[attached], tool_choice="required")
    request = seen(api)
    assert request.messages == (
        Message("system", "Be kind.\nBe brief."),
        Message("user", "Hi"),
        Message("user", "", frozenset({"image", "file"})),
    )
    assert request.tools == (
        Tool("get_weather", "function", {"type": "object"}, strict=True),
        Tool("code_interpreter", "code_interpreter"),
    )
    assert (request.model, request.tool_choice, request.response_format) == ("gpt-4o", "required", None)
    assert len(api("GET", f"/threads/{thread}/messages")["data"]) == 2


ASKED = [
    ({"model": "o3"}, "model", "o3"),
    ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice", "f"),
    ({"tool_choice": {"type": "file_search"}}, "tool_choice", "file_search"),
    ({"tools": []}, "tools", ()),
    ({"response_format": {"type": "json_object"}}, "response_format", ResponseFormat("json_object")),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"a": 1}, "strict": True}}},
        "response_format",
        ResponseFormat("json_schema", "n", {"a": 1}, True),
    ),
    ({"instructions": "Only this."}, "messages", (Message("system", "Only this."), Message("user", "Hi"))),
    (
        {
            "truncation_strategy": {"type": "last_messages", "last_messages": 1},
            "additional_messages": [{"role": "user", "content": "Last"}],
        },
        "messages",
        (Message("system", "Be kind."), Message("user", "Last")),
    ),
]


@pytest.mark.parametrize(("body", "name", "expected"), ASKED)
def test_a_run_asks_for_what_its_assistant_does_not(api, begin, body, name, expected):
    api.rule("Hello")
    begin(**body)
    assert getattr(seen(api), name) == expected


def test_tool_turns_become_a_conversation(api, begin, poll, thread):
    api.rule("It is 18.", tool_result="get_weather")
    api.rule({"tool_calls": [{"get_weather": {"city": "Paris"}}]}, turn=0)
    run = poll(begin())
    (call,) = run["required_action"]["submit_tool_outputs"]["tool_calls"]
    assert (run["status"], run["usage"]) == ("requires_action", None)
    outputs = [{"tool_call_id": call["id"], "output": "18"}]
    path = f"/threads/{thread}/runs/{run['id']}/submit_tool_outputs"
    again = api("POST", path, {"tool_outputs": outputs})
    assert (again["status"], again["required_action"]) == ("queued", None)
    assert seen(api).messages[2:] == (
        Message("assistant", calls=(CallMade(call["id"], "get_weather", '{"city":"Paris"}'),)),
        Message("tool", "18", call_id=call["id"], name="get_weather"),
    )
    done = poll(again)
    assert (done["status"], done["started_at"]) == ("completed", run["started_at"])
    assert done["usage"]["prompt_tokens"] > 2 * 10
    assert api.refused("POST", path, {"tool_outputs": outputs}) == (
        400,
        'Runs in status "completed" do not accept tool outputs.',
    )


@pytest.mark.parametrize("outputs", [[], [{"tool_call_id": "call_x"}], [{}]])
def test_outputs_must_be_those_the_run_waits_for(api, begin, poll, thread, outputs):
    api.rule({"tool_calls": [{"get_weather": {}}]})
    run = poll(begin())
    path = f"/threads/{thread}/runs/{run['id']}/submit_tool_outputs"
    status, message = api.refused("POST", path, {"tool_outputs": outputs})
    assert (status, message.startswith("Expected tool outputs for call_ids ['call_")) == (400, True)


ENDS = [
    ({"text": "one two three four"}, {"max_completion_tokens": 2}, "incomplete", "max_completion_tokens"),
    ({"text": "Cut", "finish_reason": "length"}, {}, "incomplete", "max_completion_tokens"),
    ({"text": "Bad", "finish_reason": "content_filter"}, {}, "incomplete", "content_filter"),
    ({"text": "Whole"}, {}, "completed", None),
    ({"refusal": "No."}, {}, "completed", None),
]


@pytest.mark.parametrize(("reply", "asked", "status", "reason"), ENDS)
def test_a_run_ends_as_its_reply_does(api, begin, poll, thread, reply, asked, status, reason):
    api.rule(reply)
    run = poll(begin(**asked))
    assert (run["status"], (run["incomplete_details"] or {}).get("reason")) == (status, reason)
    (message, _) = api("GET", f"/threads/{thread}/messages")["data"]
    cut = {"length": "max_tokens", "max_completion_tokens": "max_tokens"}.get(reason, reason)
    assert (message["incomplete_details"] or {}).get("reason") == cut
    assert message["status"] == ("completed" if reason is None else "incomplete")
    assert run["usage"]["completion_tokens"] > 0


def test_a_refusal_is_a_block_of_its_own(api, events):
    api.rule({"items": [{"text": "Well."}, {"refusal": "No."}, {"text": "Never."}]})
    happened = events()
    message = next(data for name, data in happened if name == "thread.message.completed")
    assert message["content"] == [
        {"type": "text", "text": {"value": "Well.", "annotations": []}},
        {"type": "refusal", "refusal": "No."},
        {"type": "text", "text": {"value": "Never.", "annotations": []}},
    ]
    deltas = [data["delta"]["content"][0] for name, data in happened if name == "thread.message.delta"]
    assert deltas[0] == {"index": 0, "type": "text", "text": {"value": "Well", "annotations": []}}
    assert deltas[1] == {"index": 0, "type": "text", "text": {"value": "."}}
    assert [delta["index"] for delta in deltas] == [0, 0, 1, 1, 2, 2]


def test_a_text_before_a_call_is_a_message_of_its_own(api, events, thread):
    api.rule({"items": [{"text": "Let me see."}, {"tool_calls": [{"get_weather": {"city": "Paris"}}]}]})
    happened = events()
    names = [name for name, _ in happened if "delta" not in name]
    assert names[-6:] == [
        "thread.message.completed",
        "thread.run.step.completed",
        "thread.run.step.created",
        "thread.run.step.in_progress",
        "thread.run.requires_action",
        "done",
    ]
    opening, *pieces = [data["delta"]["step_details"] for name, data in happened if name == "thread.run.step.delta"]
    (call,) = opening["tool_calls"]
    assert (call["index"], call["type"], call["function"]) == (
        0,
        "function",
        {"name": "get_weather", "arguments": "", "output": None},
    )
    arguments = "".join(piece["tool_calls"][0]["function"]["arguments"] for piece in pieces)
    assert orjson.loads(arguments) == {"city": "Paris"}


FAILURES = [("rate_limit_exceeded", "rate_limit_exceeded"), ("bogus", "server_error")]


@pytest.mark.parametrize(("code", "shown"), FAILURES)
def test_a_failure_fails_the_run(api, begin, poll, events, code, shown):
    api.rule({"items": [{"text": "Once"}, {"failure": {"code": code, "message": "Oh."}}, {"text": "never"}]})
    happened = events()
    failed = dict(happened)["thread.run.failed"]
    assert (failed["status"], failed["last_error"]) == ("failed", {"code": shown, "message": "Oh."})
    assert dict(happened)["thread.message.incomplete"]["incomplete_details"] == {"reason": "run_failed"}
    assert "thread.run.step.failed" in dict(happened)
    assert poll(begin())["status"] == "failed"


def test_events_and_gates_of_a_stream_are_passed_on(api, events):
    happening = {"event": {"name": "ping", "data": {"x": 1}}}
    api.rule({"items": [{"reasoning": "Hm."}, {"text": "a"}, happening, {"gate": "g"}, {"text": "b"}]})
    happened = events()
    assert ("ping", {"x": 1}) in happened
    assert dict(happened)["thread.message.completed"]["content"][0]["text"]["value"] == "ab"
    assert "g" in api.gates


def test_an_error_is_an_error_of_the_request(api, begin, assistant, thread):
    api.rule({"error": "rate_limit_exceeded"})
    status, _ = api.refused("POST", f"/threads/{thread}/runs", {"assistant_id": assistant})
    assert (status, api("GET", f"/threads/{thread}/runs")["data"]) == (429, [])


def test_create_and_run_makes_the_thread(api, events, assistant):
    api.rule("Hello")
    thread = {"messages": [{"role": "user", "content": "Hi there"}], "metadata": {"a": "b"}}
    happened = events("/threads/runs", thread=thread)
    name, made = happened[0]
    assert (name, made["metadata"], api("GET", f"/threads/{made['id']}")) == ("thread.created", {"a": "b"}, made)
    assert seen(api).last("user").text == "Hi there"
    empty = api("POST", "/threads/runs", {"assistant_id": assistant})
    assert api("GET", f"/threads/{empty['thread_id']}/messages")["data"] == []


def test_an_empty_reply_leaves_no_message(api, events):
    api.rule({"items": []})
    names = [name for name, _ in events()]
    assert names == [
        "thread.run.created",
        "thread.run.queued",
        "thread.run.in_progress",
        "thread.run.completed",
        "done",
    ]


def test_a_run_whose_text_came_before_its_call_goes_on_from_both(api, begin, poll, thread):
    api.rule("Done.", tool_result="get_weather")
    api.rule({"items": [{"text": "Let me see."}, {"tool_calls": [{"get_weather": {}}]}]}, user="Hi", turn=0)
    run = poll(begin())
    (call,) = run["required_action"]["submit_tool_outputs"]["tool_calls"]
    outputs = [{"tool_call_id": call["id"], "output": "18"}]
    again = api("POST", f"/threads/{thread}/runs/{run['id']}/submit_tool_outputs", {"tool_outputs": outputs})
    assert poll(again)["status"] == "completed"
    steps = api("GET", f"/threads/{thread}/runs/{run['id']}/steps?order=asc")["data"]
    assert [(step["type"], step["status"]) for step in steps] == [
        ("message_creation", "completed"),
        ("tool_calls", "completed"),
        ("message_creation", "completed"),
    ]


def test_runs_and_steps_are_read_and_changed(api, begin, poll, thread):
    api.rule("Hello")
    run = poll(begin())
    path = f"/threads/{thread}/runs/{run['id']}"
    assert [each["id"] for each in api("GET", f"/threads/{thread}/runs")["data"]] == [run["id"]]
    assert api("POST", path, {"metadata": {"a": "b"}})["metadata"] == {"a": "b"}
    assert api("POST", path, {})["metadata"] == {"a": "b"}
    (step,) = api("GET", f"{path}/steps")["data"]
    assert api("GET", f"{path}/steps/{step['id']}") == step
    assert api.refused("GET", f"{path}/steps/step_x") == (404, "No run step found with id 'step_x'.")
    assert api.refused("GET", f"/threads/{thread}/runs/run_x") == (404, "No run found with id 'run_x'.")


def test_metadata_changed_while_a_run_works_stays(api, begin, poll, thread):
    api.rule("Hello")
    run = poll(begin(), 1)
    api("POST", f"/threads/{thread}/runs/{run['id']}", {"metadata": {"a": "b"}})
    assert poll(run, 1)["metadata"] == {"a": "b"}


def test_cancelling_a_run_that_waits_cancels_its_step(api, begin, poll, thread):
    api.rule({"tool_calls": [{"get_weather": {}}]})
    run = poll(begin())
    path = f"/threads/{thread}/runs/{run['id']}"
    assert api("POST", f"{path}/cancel")["status"] == "cancelling"
    ended = poll(run, 1)
    (step,) = api("GET", f"{path}/steps")["data"]
    assert (ended["status"], ended["required_action"], step["status"]) == ("cancelled", None, "cancelled")


def test_what_is_missing_is_refused(api, thread, assistant):
    path = f"/threads/{thread}/runs"
    assert api.refused("POST", path, {}) == (400, "Missing required parameter: 'assistant_id'.")
    assert api.refused("POST", path, {"assistant_id": "asst_x"}) == (404, "No assistant found with id 'asst_x'.")
    assert api.refused("POST", "/threads/thread_x/runs", {"assistant_id": assistant})[0] == 404
    assert api.refused("POST", f"{path}/run_x/submit_tool_outputs", {"tool_outputs": []})[0] == 404


def test_a_live_reply_is_streamed_and_kept(api, thread):
    from mockai.scenario.placed import PlacedRule
    from mockai.scenario.schema import Reply, Rule

    def pieces():
        yield "One "
        yield "two."

    assistant = api("POST", "/assistants", {"model": "gpt-4o"})["id"]
    rule = Rule(replies=(Reply(python=pieces),))
    api.engine.add_rule(api.engine.store.session(""), PlacedRule.in_python(rule, "a test"))
    body = orjson.dumps({"assistant_id": assistant, "stream": True})
    steps = api.steps(HTTPRequest("POST", f"/v1/threads/{thread}/runs", (), JSON, body))
    assert isinstance(steps[0], Call)
    (message, _) = api("GET", f"/threads/{thread}/messages")["data"]
    assert message["content"][0]["text"]["value"] == "One two."


def test_a_hook_that_loses_the_run_is_told_so():
    with pytest.raises(ReplyError, match=r"use dataclasses\.replace"):
        run_request(APIRequest(HTTPRequest("POST", "/v1/threads/runs"), "threads", "create_and_run"))


def test_a_hook_may_replace_the_request(api, thread, assistant):
    api.engine.before.append(lambda request: replace(request, model="changed") if request.model else None)
    api.rule("Hello", model="changed")
    assert api("POST", f"/threads/{thread}/runs", {"assistant_id": assistant})["status"] == "queued"
