"""Conversations and their items; their life with the SDK is in the conformance tests."""

from typing import Any

import orjson
import pytest
from openai.types.conversations import Conversation, ConversationDeletedResource, ConversationItemList

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.conversations import OPERATIONS
from mockai.ids import Mint
from mockai.state import Resources
from mockai.wire import HTTPRequest

BY_NAME = {operation.full_name: operation for operation in OPERATIONS}
JSON = (("content-type", "application/json"),)
HI = {"role": "user", "content": "Hi"}


@pytest.fixture
def serve():
    """What an operation answers, as JSON."""
    resources = Resources()

    def answer(name: str, params: Any = None, query: Any = (), **body: Any) -> Any:
        operation = BY_NAME[name]
        data = orjson.dumps(body) if body else b""
        http = HTTPRequest(operation.method, "/v1" + operation.path, query, JSON, data)
        request = operation.decode(http, params or {})
        assert (request.endpoint, request.operation) == (operation.endpoint, operation.name)
        assert operation.serve is not None
        _, reply = operation.serve(request, Serving(resources), Mint(0, name))
        return orjson.loads(reply.data)

    return answer


@pytest.fixture
def one(serve):
    """The parameters that name a conversation with one item."""
    return {"conversation_id": serve("conversations.create", items=[HI], metadata={"a": "b"})["id"]}


def test_a_conversation_is_made_changed_and_deleted(serve, one):
    found = serve("conversations.retrieve", one)
    Conversation.model_validate(found, strict=True)
    assert (found["metadata"], len(found["id"])) == ({"a": "b"}, 53)
    assert serve("conversations.update", one, metadata={"c": "d"}) == {**found, "metadata": {"c": "d"}}
    gone = serve("conversations.delete", one)
    ConversationDeletedResource.model_validate(gone, strict=True)
    assert gone == {"id": found["id"], "object": "conversation.deleted", "deleted": True}


def test_a_conversation_needs_nothing(serve):
    made = serve("conversations.create")
    assert made["metadata"] == {}
    assert serve("conversations.items.list", {"conversation_id": made["id"]})["data"] == []


def test_items_are_added_listed_and_taken_out(serve, one):
    added = serve("conversations.items.create", one, items=[{"role": "assistant", "content": "Ho"}])
    ConversationItemList.model_validate(added)
    listed = serve("conversations.items.list", one)
    assert [item["content"][0]["text"] for item in listed["data"]] == ["Ho", "Hi"]
    assert (listed["first_id"], listed["has_more"]) == (added["data"][0]["id"], False)
    place = {**one, "item_id": listed["last_id"]}
    assert serve("conversations.items.retrieve", place) == listed["data"][1]
    assert serve("conversations.items.delete", place) == serve("conversations.retrieve", one)
    assert serve("conversations.items.list", one, (("order", "asc"),))["data"] == added["data"]


@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "conversations.create"])
def test_an_unknown_conversation_is_not_found(serve, name):
    with pytest.raises(RequestRefused) as caught:
        serve(name, {"conversation_id": "conv_x", "item_id": "msg_x"})
    assert caught.value.error == named("conversation_not_found", id="conv_x")


@pytest.mark.parametrize("name", ["conversations.items.retrieve", "conversations.items.delete"])
def test_an_unknown_item_is_not_found(serve, one, name):
    with pytest.raises(RequestRefused) as caught:
        serve(name, {**one, "item_id": "msg_x"})
    assert caught.value.error == named("item_not_found", id="msg_x")


@pytest.mark.parametrize(
    ("items", "name", "values"),
    [
        (None, "missing_required_parameter", {"param": "items"}),
        ("Hi", "invalid_type", {"param": "items", "expected": "an array of input items", "got": "a string"}),
        ([HI] * 21, "array_above_max_length", {"param": "items", "maximum": 20, "length": 21}),
    ],
)
def test_items_are_a_list_of_at_most_twenty(serve, one, items, name, values):
    with pytest.raises(RequestRefused) as caught:
        serve("conversations.items.create", one, items=items)
    assert caught.value.error == named(name, **values)
