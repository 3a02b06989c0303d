"""Threads and their messages."""

import pytest


@pytest.fixture
def thread(api):
    return api("POST", "/threads", {"messages": [{"role": "user", "content": "Hi"}], "metadata": {"a": "b"}})["id"]


def test_a_thread_and_a_message_have_the_apis_keys(api, thread):
    assert api("GET", f"/threads/{thread}") == {
        "id": thread,
        "object": "thread",
        "created_at": 1_767_225_601,
        "metadata": {"a": "b"},
        "tool_resources": {},
    }
    (message,) = api("GET", f"/threads/{thread}/messages")["data"]
    assert message.pop("id").startswith("msg_")
    assert message == {
        "object": "thread.message",
        "created_at": 1_767_225_601,
        "assistant_id": None,
        "thread_id": thread,
        "run_id": None,
        "status": "completed",
        "incomplete_details": None,
        "incomplete_at": None,
        "completed_at": 1_767_225_601,
        "role": "user",
        "content": [{"type": "text", "text": {"value": "Hi", "annotations": []}}],
        "attachments": [],
        "metadata": {},
    }


def test_a_thread_is_changed_key_by_key(api, thread):
    resources = {"file_search": {"vector_store_ids": [api("POST", "/vector_stores", {})["id"]]}}
    assert api("POST", f"/threads/{thread}", {"tool_resources": resources})["metadata"] == {"a": "b"}
    changed = api("POST", f"/threads/{thread}", {"metadata": None})
    assert (changed["metadata"], changed["tool_resources"]) == ({}, resources)


def test_a_message_holds_texts_and_images(api, thread):
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    asked = {"role": "assistant", "content": [{"type": "text", "text": "Look"}, image]}
    made = api("POST", f"/threads/{thread}/messages", asked)
    assert made["role"] == "assistant"
    assert made["content"] == [{"type": "text", "text": {"value": "Look", "annotations": []}}, image]


def test_a_message_is_read_changed_and_deleted(api, thread):
    id = api("POST", f"/threads/{thread}/messages", {"role": "user", "content": "More"})["id"]
    path = f"/threads/{thread}/messages/{id}"
    assert api("POST", path, {"metadata": {"c": "d"}})["metadata"] == {"c": "d"}
    assert api("POST", path, {})["metadata"] == {"c": "d"}
    assert api("GET", path)["id"] == id
    assert [each["id"] for each in api("GET", f"/threads/{thread}/messages?limit=1")["data"]] == [id]
    assert api("GET", f"/threads/{thread}/messages?run_id=run_x")["data"] == []
    assert api("DELETE", path) == {"id": id, "object": "thread.message.deleted", "deleted": True}
    assert api.refused("GET", path) == (404, f"No message found with id '{id}'.")


def test_a_thread_is_deleted_with_all_that_is_in_it(api, thread):
    api.rule("Hello")
    assistant = api("POST", "/assistants", {"model": "gpt-4o"})["id"]
    run = api("POST", f"/threads/{thread}/runs", {"assistant_id": assistant})["id"]
    for _ in range(2):
        api("GET", f"/threads/{thread}/runs/{run}")
    assert api("DELETE", f"/threads/{thread}") == {"id": thread, "object": "thread.deleted", "deleted": True}
    for kind in ("threads", "threads.messages", "threads.runs", "threads.runs.steps"):
        assert api.resources.all(kind) == ()


REFUSED = [
    ({"content": "Hi"}, "Missing required parameter: 'role'."),
    ({"role": "system", "content": "Hi"}, "Invalid value: 'system'. Supported values are: 'user' and 'assistant'."),
    ({"role": "user"}, "Missing required parameter: 'content'."),
    (
        {"role": "user", "content": 1},
        "Invalid type for 'content': expected one of a string or array of objects, but got an integer instead.",
    ),
    (
        {"role": "user", "content": "x" * 256_001},
        "Invalid 'content': string too long. Expected a string with maximum length 256000, but got a string with "
        "length 256001 instead.",
    ),
]


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_a_bad_message_is_refused(api, thread, body, message):
    assert api.refused("POST", f"/threads/{thread}/messages", body) == (400, message)


def test_a_bad_message_in_a_new_thread_is_named_by_its_place(api):
    assert api.refused("POST", "/threads", {"messages": [{"role": "user"}]}) == (
        400,
        "Missing required parameter: 'messages[0].content'.",
    )
    assert api.resources.all("threads") == ()


def test_what_is_not_there_is_a_404(api, thread):
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", ""), ("GET", "/messages"), ("GET", "/runs")):
        assert api.refused(method, f"/threads/thread_x{path}") == (404, "No thread found with id 'thread_x'.")
