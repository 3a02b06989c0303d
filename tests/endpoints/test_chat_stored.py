"""Completions kept with `store: true`."""

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionDeleted, ChatCompletionStoreMessage

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.chat_completions import encode
from mockai.endpoints.chat_frame import own_id
from mockai.endpoints.chat_stored import OPERATIONS, remember
from mockai.ids import Mint
from mockai.replies.answer import Text
from mockai.state import Resources
from mockai.wire import HTTPRequest

BY_NAME = {operation.full_name.removeprefix("chat.completions."): operation for operation in OPERATIONS}
JSON = (("content-type", "application/json"),)
METADATA = {"chat": "a", "kind": "test"}


@pytest.fixture
def resources():
    return Resources()


@pytest.fixture
def keep(ask, answer, resources):
    """Answer a request with `store: true`; returns the id of the completion."""

    def stored(number=1, **body):
        mint = Mint(0, "rule", number)
        remember(answer(Text(f"Hello {number}")), ask(store=True, **body), mint, resources)
        return own_id(mint).decode()

    return stored


@pytest.fixture
def serve(resources):
    """What an operation answers, as a plan."""

    def plan(name, id=None, query=(), body=b""):
        operation, params = BY_NAME[name], {} if id is None else {"completion_id": id}
        http = HTTPRequest(operation.method, "/v1" + operation.path, query, JSON, body)
        request = operation.decode(http, params)
        assert (request.endpoint, request.operation) == (operation.endpoint, operation.name)
        return operation.serve(request, Serving(resources), Mint(0, name))

    return plan


def test_what_was_answered_is_what_is_retrieved(ask, answer, resources, serve, body_of):
    request, mint = ask(store=True, metadata=METADATA), Mint(0, "rule", 1)
    remember(answer(Text("Hello")), request, mint, resources)
    reply = body_of(encode(answer(Text("Hello")), request, mint))
    found = body_of(serve("retrieve", reply["id"]))
    assert found == {**reply, "metadata": METADATA}
    ChatCompletion.model_validate(found, strict=True)


@pytest.mark.parametrize("body", [{}, {"store": False}, {"store": None}, {"store": "true"}])
def test_nothing_is_kept_unless_the_client_asks(ask, answer, resources, body):
    remember(answer(Text("Hi")), ask(**body), Mint(0), resources)
    assert resources.all("chat.completions") == ()


def test_a_streamed_completion_is_kept_whole(keep, serve, body_of):
    found = body_of(serve("retrieve", keep(stream=True)))
    assert (found["object"], found["choices"][0]["message"]["content"]) == ("chat.completion", "Hello 1")


@pytest.mark.parametrize("metadata", [None, "text", {}])
def test_metadata_that_is_no_object_counts_as_none(keep, serve, body_of, metadata):
    assert body_of(serve("retrieve", keep(metadata=metadata)))["metadata"] == {}


LISTS = [
    ((), [1, 2, 3]),
    ((("model", "gpt-4o-2024-08-06"),), [1, 2]),
    ((("model", "gpt-4o"),), []),
    ((("metadata[chat]", "a"),), [1, 3]),
    ((("metadata[chat]", "a"), ("metadata[kind]", "test")), [1]),
    ((("metadata[other]", "a"),), []),
    ((("order", "desc"), ("limit", "2")), [3, 2]),
    ((("unknown", "x"),), [1, 2, 3]),
]


@pytest.mark.parametrize(("query", "expected"), LISTS)
def test_the_list_is_filtered_by_model_and_metadata(keep, serve, body_of, query, expected):
    keep(1, metadata=METADATA)
    keep(2)
    keep(3, model="gpt-4.1", metadata={"chat": "a"})
    found = body_of(serve("list", query=query))
    contents = [each["choices"][0]["message"]["content"] for each in found["data"]]
    assert contents == [f"Hello {number}" for number in expected]
    assert list(found) == ["object", "data", "first_id", "last_id", "has_more"]


def test_the_list_goes_on_after_an_id(keep, serve, body_of):
    first, second = keep(1), keep(2)
    found = body_of(serve("list", query=(("after", first),)))
    assert [each["id"] for each in found["data"]] == [second]


def test_metadata_is_replaced(keep, serve, body_of):
    id = keep(metadata=METADATA)
    assert body_of(serve("update", id, body=b'{"metadata":{"chat":"b"}}'))["metadata"] == {"chat": "b"}
    assert body_of(serve("retrieve", id))["metadata"] == {"chat": "b"}
    assert body_of(serve("update", id, body=b"{}"))["metadata"] == {}


def test_a_deleted_completion_is_gone_with_its_messages(keep, serve, body_of):
    id, other = keep(1), keep(2)
    found = body_of(serve("delete", id))
    assert found == {"object": "chat.completion.deleted", "id": id, "deleted": True}
    ChatCompletionDeleted.model_validate(found)
    for name in ("retrieve", "messages.list"):
        with pytest.raises(RequestRefused):
            serve(name, id)
    assert body_of(serve("retrieve", other))["id"] == other


def test_the_messages_are_those_of_the_request(keep, serve, body_of):
    parts = [{"type": "text", "text": "What is this?"}]
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    id = keep(
        messages=[
            {"role": "system", "content": "Be brief.", "name": "Ann"},
            {"role": "user", "content": parts},
            {"role": "assistant", "tool_calls": [call]},
        ]
    )
    found = body_of(serve("messages.list", id))
    assert found["data"] == [
        {"id": f"{id}-0", "role": "system", "content": "Be brief.", "name": "Ann", "content_parts": None},
        {"id": f"{id}-1", "role": "user", "content": None, "name": None, "content_parts": parts},
        {
            "id": f"{id}-2",
            "role": "assistant",
            "content": None,
            "name": None,
            "content_parts": None,
            "tool_calls": [call],
        },
    ]
    assert (found["first_id"], found["last_id"], found["has_more"]) == (f"{id}-0", f"{id}-2", False)
    ChatCompletionStoreMessage.model_validate(found["data"][2])


def test_the_messages_come_a_page_at_a_time(keep, serve, body_of):
    id = keep(messages=[{"role": "user", "content": str(number)} for number in range(3)])
    found = body_of(serve("messages.list", id, query=(("after", f"{id}-0"), ("limit", "1"))))
    assert ([each["content"] for each in found["data"]], found["has_more"]) == (["1"], True)


@pytest.mark.parametrize("name", ["retrieve", "update", "delete", "messages.list"])
def test_an_unknown_id_is_the_apis_404(serve, name):
    with pytest.raises(RequestRefused) as refused:
        serve(name, "chatcmpl-unknown", body=b"{}")
    assert refused.value.error == named("completion_not_found", id="chatcmpl-unknown")


def test_an_update_reads_json(serve):
    with pytest.raises(RequestRefused) as refused:
        serve("update", "chatcmpl-unknown", body=b"{")
    assert refused.value.error == named("invalid_json")
