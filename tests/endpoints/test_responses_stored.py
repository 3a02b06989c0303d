"""Responses that are kept: what came before a request, what is shown later, and how the background gets on."""

from typing import Any

import orjson
import pytest

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints import responses, responses_counted, responses_stored
from mockai.endpoints.base import Serving
from mockai.endpoints.conversations_kept import CONVERSATIONS, ITEMS, MOST_ITEMS, change_items, items_kept
from mockai.endpoints.responses_events import response_json
from mockai.endpoints.responses_history import enrich
from mockai.endpoints.responses_record import RESPONSES, follow, record, remember, shown
from mockai.endpoints.responses_request import request_of
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, Item, Reasoning, Text, ToolCall
from mockai.request import APIRequest, Message
from mockai.state import Resources
from mockai.wire import Body, HTTPRequest

BY_NAME = {
    operation.full_name: operation
    for module in (responses, responses_counted, responses_stored)
    for operation in module.OPERATIONS
}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "18"}
CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}


@pytest.fixture
def resources() -> Resources:
    return Resources()


def ask(**body: Any) -> APIRequest:
    """A request for a response with these keys in its body."""
    body = {"model": "gpt-4o", "input": "Hi", **body}
    return request_of(HTTPRequest("POST", "/v1/responses", body=orjson.dumps(body)), {}, body, "responses", "create")


def answer(*items: Item) -> Completion:
    return Completion((Choice(items),))


def keep(resources: Resources, *items: Item, number: int = 1, **body: Any) -> dict[str, Any]:
    """Answer a request with these items; returns the Response."""
    request, mint, completion = ask(**body), Mint(0, "rule", number), answer(*items)
    remember(completion, request, mint, resources)
    return response_json(completion, request, mint)


def serve(resources: Resources, name: str, id: str = "", query: Any = (), **body: Any) -> Any:
    """What an operation answers: the JSON, or the events of a stream."""
    operation = BY_NAME[name]
    headers = (("content-type", "application/json"),)
    http = HTTPRequest(operation.method, "/v1" + operation.path, query, headers, orjson.dumps(body))
    request = operation.decode(http, {"response_id": id})
    assert (request.endpoint, request.operation) == (operation.endpoint, operation.name)
    serving = Serving(resources)
    if operation.enrich is not None:
        request = operation.enrich(request, serving)
    assert operation.serve is not None
    _, *bodies = operation.serve(request, serving, Mint(0, name))
    if request.stream:
        return [body.data for body in bodies]
    return orjson.loads(bodies[0].data)


# ---------------------------------------------------------------------------------------------- kept


@pytest.mark.parametrize(("body", "kept"), [({}, 1), ({"store": True}, 1), ({"store": False}, 0)])
def test_a_response_is_kept_unless_the_client_says_no(resources, body, kept):
    keep(resources, Text("Hi"), **body)
    assert len(resources.all(RESPONSES)) == kept


def test_what_was_answered_is_what_is_retrieved(resources):
    made = keep(resources, Text("Hi"))
    assert serve(resources, "responses.retrieve", made["id"]) == made


def test_input_items_are_listed_the_latest_first(resources):
    made = keep(resources, Text("Hi"), input=[{"role": "user", "content": text} for text in "abc"])

    def texts(*query: tuple[str, str]) -> str:
        page = serve(resources, "responses.input_items.list", made["id"], query)
        return "".join(item["content"][0]["text"] for item in page["data"])

    assert (texts(), texts(("order", "asc")), texts(("limit", "1"))) == ("cba", "abc", "c")


def test_a_deleted_response_is_gone(resources):
    id = keep(resources, Text("Hi"))["id"]
    assert serve(resources, "responses.delete", id) == {"id": id, "object": "response", "deleted": True}
    for name in ("responses.retrieve", "responses.delete", "responses.cancel", "responses.input_items.list"):
        with pytest.raises(RequestRefused) as caught:
            serve(resources, name, id)
        assert caught.value.error == named("response_not_found", id=id)


# ------------------------------------------------------------------------------------------- history


def enriched(resources: Resources, **body: Any) -> tuple[Message, ...]:
    return enrich(ask(**body), Serving(resources)).messages


def test_earlier_turns_come_before_the_input_without_their_instructions(resources):
    first = keep(resources, Text("One."), number=1, instructions="Old.")
    second = keep(resources, Text("Two."), number=2, input="And?", previous_response_id=first["id"])
    assert enriched(resources, input="So?", previous_response_id=second["id"], instructions="New.") == (
        Message("system", "New."),
        Message("user", "Hi"),
        Message("assistant", "One."),
        Message("user", "And?"),
        Message("assistant", "Two."),
        Message("user", "So?"),
    )


def test_turns_that_were_forgotten_are_missing(resources):
    first = keep(resources, Text("One."), number=1)
    second = keep(resources, Text("Two."), number=2, input="And?", previous_response_id=first["id"])
    resources.delete(RESPONSES, first["id"])
    messages = enriched(resources, input=None, previous_response_id=second["id"])
    assert [message.text for message in messages] == ["And?", "Two."]


def test_the_results_of_earlier_calls_know_their_tools(resources):
    made = keep(resources, ToolCall("f", "{}", "call_1"))
    messages = enriched(resources, input=[OUTPUT], previous_response_id=made["id"])
    assert messages[-1] == Message("tool", "18", call_id="call_1", name="f")


def test_a_reference_stands_for_the_item_that_was_kept(resources):
    made = keep(resources, Text("One."))
    resources.put(ITEMS, "conv_1", {"items": [{"id": "msg_x", "type": "message", "role": "user", "content": "Two."}]})
    references = [{"type": "item_reference", "id": made["output"][0]["id"]}, {"id": "msg_x"}]
    assert enriched(resources, input=references) == (Message("assistant", "One."), Message("user", "Two."))


@pytest.mark.parametrize("stored", [False, True])
def test_thoughts_come_back_if_they_were_kept(resources, stored):
    made = keep(resources, Reasoning("Hm."), Text("One."), store=stored)
    if stored:
        assert enriched(resources, input=made["output"]) == (Message("assistant", "One."),)
        return
    with pytest.raises(RequestRefused) as caught:
        enriched(resources, input=made["output"])
    assert caught.value.error == named("item_not_persisted", id=made["output"][0]["id"])


def test_encrypted_thoughts_need_not_be_kept(resources):
    thought = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"}
    spoken = {"role": "assistant", "content": "One."}
    assert enriched(resources, input=[thought, thought, spoken]) == (Message("assistant", "One."),)


@pytest.mark.parametrize(
    ("body", "name", "values"),
    [
        ({"previous_response_id": "resp_x"}, "previous_response_not_found", {"id": "resp_x"}),
        ({"conversation": {"id": "conv_x"}}, "conversation_not_found", {"id": "conv_x"}),
        ({"input": [{"type": "item_reference", "id": "msg_x"}]}, "item_not_persisted", {"id": "msg_x"}),
    ],
)
def test_what_is_not_there_is_refused(resources, body, name, values):
    with pytest.raises(RequestRefused) as caught:
        enriched(resources, **body)
    assert caught.value.error == named(name, **values)


def test_thoughts_may_lead_to_any_call(resources):
    thought = {"type": "reasoning", "id": "rs_1", "encrypted_content": "x"}
    calls = [CALL, {"type": "web_search_call", "id": "ws_1"}, {"type": "mcp_list_tools", "id": "mcpl_1"}]
    for call in calls:
        assert (
            len(enriched(resources, input=[thought, call, OUTPUT if call is CALL else {"role": "user", "content": ""}]))
            > 0
        )


# -------------------------------------------------------------------------------------- conversations


def converse(resources: Resources) -> None:
    resources.put(CONVERSATIONS, "conv_1", {"id": "conv_1"})
    resources.put(ITEMS, "conv_1", {"items": []})


@pytest.mark.parametrize("stored", [True, False])
def test_a_conversation_gets_what_was_said_even_if_the_response_is_not_kept(resources, stored):
    converse(resources)
    keep(resources, Text("One."), conversation="conv_1", store=stored)
    assert [item["role"] for item in items_kept(resources, "conv_1")] == ["user", "assistant"]
    assert len(resources.all(RESPONSES)) == stored
    assert [message.text for message in enriched(resources, conversation={"id": "conv_1"})] == ["Hi", "One.", "Hi"]


def test_a_conversation_keeps_its_latest_items(resources):
    converse(resources)
    change_items(resources, "conv_1", add=({"id": f"msg_{n}"} for n in range(MOST_ITEMS + 2)))
    kept = items_kept(resources, "conv_1")
    assert (len(kept), kept[0]["id"]) == (MOST_ITEMS, "msg_2")


def test_a_conversation_that_was_deleted_stays_so(resources):
    change_items(resources, "conv_1", add=({"id": "msg_1"},))
    assert items_kept(resources, "conv_1") == []


# ----------------------------------------------------------------------------------------- background


def test_each_look_brings_a_background_response_on(resources):
    id = keep(resources, Text("Hi"), background=True)["id"]
    seen = [serve(resources, "responses.retrieve", id) for _ in range(3)]
    assert [each["status"] for each in seen] == ["in_progress", "completed", "completed"]
    assert [len(each["output"]) for each in seen] == [0, 1, 1]


def test_a_background_response_is_kept_whatever_the_client_says(resources):
    keep(resources, Text("Hi"), background=True, store=False)
    assert len(resources.all(RESPONSES)) == 1


@pytest.mark.parametrize(("store", "later", "there"), [(False, 600, True), (False, 601, False), (True, 601, True)])
def test_a_background_response_that_is_not_to_be_stored_can_be_asked_for_ten_minutes(resources, store, later, there):
    kept = keep(resources, Text("Hi"), background=True, store=store)
    for _ in range(2):
        if there:
            assert record(resources, kept["id"], kept["created_at"] + later)["response"]["id"] == kept["id"]
        else:
            with pytest.raises(RequestRefused, match="not found"):
                record(resources, kept["id"], kept["created_at"] + later)


def test_a_cancelled_response_stays_cancelled(resources):
    id = keep(resources, Text("Hi"), background=True)["id"]
    gone = serve(resources, "responses.cancel", id)
    assert (gone["status"], gone["output"], gone["usage"]) == ("cancelled", [], None)
    assert serve(resources, "responses.cancel", id) == gone == serve(resources, "responses.retrieve", id)
    assert len(serve(resources, "responses.retrieve", id, (("stream", "true"),))) == 3


def test_a_synchronous_response_cannot_be_cancelled_or_replayed(resources):
    id = keep(resources, Text("Hi"))["id"]
    with pytest.raises(RequestRefused) as caught:
        serve(resources, "responses.cancel", id)
    assert caught.value.error == named("response_not_cancellable")
    with pytest.raises(RequestRefused) as caught:
        serve(resources, "responses.retrieve", id, (("stream", "true"),))
    text = "This response cannot be streamed because it was not created with background=true."
    assert caught.value.error == ErrorReply(400, text)


@pytest.mark.parametrize(
    ("after", "first"), [((), 0), ((("starting_after", "4"),), 5), ((("starting_after", "x"),), 0)]
)
def test_a_replay_starts_after_the_event_that_is_named(resources, after, first):
    id = keep(resources, Text("Hi"), background=True)["id"]
    seen = serve(resources, "responses.retrieve", id, (("stream", "true"), *after))
    assert [orjson.loads(data.partition(b"data: ")[2])["sequence_number"] for data in seen] == list(range(first, 10))
    assert serve(resources, "responses.retrieve", id)["status"] == "completed"


def streamed(resources: Resources) -> tuple[str, Any]:
    """A response streamed in the background: its id and its plan, watched."""
    request, mint, completion = ask(background=True, stream=True), Mint(0, "rule"), answer(Text("Hi"))
    remember(completion, request, mint, resources)
    plan = responses.encode(completion, request, mint)
    id = response_json(completion, request, mint)["id"]
    return id, iter(follow(plan, completion, request, mint, resources))


def status(resources: Resources, id: str) -> str:
    kept = resources.get(RESPONSES, id)
    assert kept is not None
    return str(shown(kept)["status"])


def test_a_streamed_response_is_in_progress_until_its_last_event(resources):
    id, plan = streamed(resources)
    seen = []
    for step in plan:
        if isinstance(step, Body):
            seen.append(status(resources, id))
    assert seen == ["in_progress"] * 9 + ["completed"]


def test_a_stream_ends_when_it_is_cancelled(resources):
    id, plan = streamed(resources)
    steps = [next(plan), next(plan)]
    assert serve(resources, "responses.cancel", id)["status"] == "cancelled"
    assert (len(steps), list(plan), status(resources, id)) == (2, [], "cancelled")


def test_a_stream_whose_client_has_gone_is_finished(resources):
    id, plan = streamed(resources)
    next(plan)
    plan.close()
    assert status(resources, id) == "completed"


def test_a_stream_goes_on_when_the_record_was_deleted(resources):
    id, plan = streamed(resources)
    serve(resources, "responses.delete", id)
    assert len(list(plan)) == 11


def test_only_streams_in_the_background_are_watched(resources):
    completion, mint = answer(Text("Hi")), Mint(0)
    for body in ({}, {"background": True}, {"stream": True}):
        assert follow((), completion, ask(**body), mint, resources) == ()


# -------------------------------------------------------------------------------------------- counted


@pytest.mark.parametrize(("body", "tokens"), [({"input": "Hi", "model": "gpt-4o"}, 8), ({"input": "Hi"}, 8), ({}, 3)])
def test_input_is_counted(resources, body, tokens):
    assert serve(resources, "responses.input_tokens.count", **body) == {
        "object": "response.input_tokens",
        "input_tokens": tokens,
    }


def test_compacting_keeps_what_the_user_said(resources):
    made = keep(resources, Text("One."))
    got = serve(resources, "responses.compact", model="gpt-4o", input="And?", previous_response_id=made["id"])
    said = [item["content"][0]["text"] for item in got["output"][:-1]]
    assert (said, got["output"][-1]["type"], got["object"]) == (["Hi", "And?"], "compaction", "response.compaction")
    assert got["usage"]["total_tokens"] == got["usage"]["input_tokens"] + got["usage"]["output_tokens"]


@pytest.mark.parametrize(
    ("body", "name"), [({"input": "Hi"}, "responses_missing_model"), ({"model": "gpt-4o"}, "responses_missing_input")]
)
def test_compacting_needs_a_model_and_an_input(post, read, body, name):
    with pytest.raises(RequestRefused) as caught:
        read(post(body, "/v1/responses/compact"))
    assert caught.value.error == named(name)
