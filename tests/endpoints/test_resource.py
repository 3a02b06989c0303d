"""Kinds of stored objects: their ids, their 404s, and what of them is shown."""

import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.resource import Kind, decoder, shown
from mockai.ids import Mint
from mockai.state import Resources
from mockai.wire import HTTPRequest

FILES = Kind("files", "file-", "file_not_found", digits=22)
MESSAGES = Kind("messages", "msg_", "No message {id}!", hex=True, owner="thread_id")


def test_ids_have_the_length_and_the_letters_of_their_kind():
    file, message = FILES.new_id(Mint(0)), MESSAGES.new_id(Mint(0))
    assert (file[:5], len(file), file == FILES.new_id(Mint(0))) == ("file-", 27, True)
    assert (message[:4], len(message), set(message[4:]) <= set("0123456789abcdef")) == ("msg_", 28, True)


def test_what_begins_with_an_underscore_is_not_shown():
    assert shown({"id": "x", "_secret": 1, "a_b": 2}) == {"id": "x", "a_b": 2}


def test_an_object_in_another_is_found_with_its_owner_only():
    resources = Resources()
    for thread in ("t1", "t2"):
        MESSAGES.put(resources, {"id": "m", "thread_id": thread})
    assert MESSAGES.get(resources, "m", "t2") == {"id": "m", "thread_id": "t2"}
    assert list(MESSAGES.all(resources, "t1")) == [{"id": "m", "thread_id": "t1"}]
    assert len(list(MESSAGES.all(resources))) == 2
    MESSAGES.clear(resources, "t1")
    assert list(MESSAGES.all(resources)) == [{"id": "m", "thread_id": "t2"}]


@pytest.mark.parametrize(
    "use",
    [
        lambda kind, resources: kind.get(resources, "x"),
        lambda kind, resources: kind.change(resources, "x", dict),
        lambda kind, resources: kind.delete(resources, "x"),
    ],
)
@pytest.mark.parametrize(("kind", "message"), [(FILES, "No such File object: x"), (MESSAGES, "No message x!")])
def test_what_is_not_there_is_the_apis_404(kind, message, use):
    with pytest.raises(RequestRefused) as refused:
        use(kind, Resources())
    assert (refused.value.error.status, refused.value.error.message) == (404, message)


@pytest.mark.parametrize(("body", "model"), [(b"", None), (b'{"model":"gpt-4o"}', "gpt-4o"), (b'{"model":1}', None)])
def test_a_body_is_read_where_there_is_one(body, model):
    request = decoder("files", "create")(HTTPRequest("POST", "/v1/files", body=body), {"file_id": "x"})
    assert (request.endpoint, request.operation, request.params, request.model) == (
        "files",
        "create",
        {"file_id": "x"},
        model,
    )
