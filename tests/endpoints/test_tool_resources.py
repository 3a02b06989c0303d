"""Files and vector stores that assistants, threads and messages give to their tools."""

import pytest


@pytest.fixture
def file(api):
    return api.upload("a.txt", b"Paris is the capital of France.")


@pytest.fixture
def store(api, file):
    return api("POST", "/vector_stores", {"file_ids": [file]})["id"]


def bodies(resources):
    """The requests that may give resources to tools, each with what is needed beside them."""
    asked = {"tool_resources": resources}
    changing = [] if "vector_stores" in resources.get("file_search", ()) else [("/threads/THREAD", asked)]
    return [
        ("/assistants", {"model": "gpt-4o", **asked}),
        ("/threads", asked),
        *changing,
        ("/threads/runs", {"assistant_id": "ASSISTANT", "thread": asked}),
    ]


UNKNOWN = [
    ({"code_interpreter": {"file_ids": ["file-x"]}}, (404, "No such File object: file-x")),
    ({"file_search": {"vector_store_ids": ["vs_x"]}}, (404, "Vector store with id ['vs_x'] not found.")),
    ({"file_search": {"vector_stores": [{"file_ids": ["file-x"]}]}}, (404, "No such File object: file-x")),
    (
        {"file_search": {"vector_store_ids": ["vs_x", "vs_y"]}},
        (
            400,
            "Invalid 'vector_store_ids': array too long. Expected an array with maximum length 1, "
            "but got an array with length 2 instead.",
        ),
    ),
]


@pytest.mark.parametrize(("resources", "refused"), UNKNOWN)
def test_what_nobody_made_is_refused_wherever_it_is_given(api, resources, refused):
    ids = {"THREAD": api("POST", "/threads", {})["id"], "ASSISTANT": api("POST", "/assistants", {"model": "m"})["id"]}
    for path, body in bodies(resources):
        for name, id in ids.items():
            path = path.replace(name, id)
            body = {key: id if value == name else value for key, value in body.items()}
        assert api.refused("POST", path, body) == refused, path


@pytest.mark.parametrize(("path", "more"), [("/assistants", {"model": "gpt-4o"}), ("/threads", {})])
def test_files_and_stores_that_are_there_are_given_to_the_tools(api, file, store, path, more):
    given = {"code_interpreter": {"file_ids": [file]}, "file_search": {"vector_store_ids": [store]}}
    made = api("POST", path, {**more, "tool_resources": given})
    assert made["tool_resources"] == given == api("GET", f"{path}/{made['id']}")["tool_resources"]
    changed = api("POST", f"{path}/{made['id']}", {"tool_resources": {}})
    assert changed["tool_resources"] == {}


def stores_of(api, made):
    """The stores that an assistant or a thread searches, with the ids of their files."""
    ids = made["tool_resources"]["file_search"]["vector_store_ids"]
    return {id: [each["id"] for each in api("GET", f"/vector_stores/{id}/files")["data"]] for id in ids}


@pytest.mark.parametrize(("path", "more"), [("/assistants", {"model": "gpt-4o"}), ("/threads", {})])
def test_a_store_that_is_asked_for_by_its_files_is_made(api, file, path, more):
    asked = {"file_search": {"vector_stores": [{"file_ids": [file], "metadata": {"a": "b"}}]}}
    made = api("POST", path, {**more, "tool_resources": asked})
    ((id, files),) = stores_of(api, made).items()
    assert (files, api("GET", f"/vector_stores/{id}")["metadata"]) == ([file], {"a": "b"})
    found = api("POST", f"/vector_stores/{id}/search", {"query": "France"})
    assert [each["file_id"] for each in found["data"]] == [file]


def test_a_thread_made_with_its_run_has_its_store_too(api, file):
    api.rule("Hello")
    assistant = api("POST", "/assistants", {"model": "m"})["id"]
    asked = {"tool_resources": {"file_search": {"vector_stores": [{"file_ids": [file]}]}}}
    run = api("POST", "/threads/runs", {"assistant_id": assistant, "thread": asked})
    assert [*stores_of(api, api("GET", f"/threads/{run['thread_id']}")).values()] == [[file]]


def attachment(file, *tools):
    return {
        "role": "user",
        "content": "Read.",
        "attachments": [{"file_id": file, "tools": [{"type": t} for t in tools]}],
    }


def test_attached_files_are_given_to_the_tools_of_their_thread(api, file):
    other = api.upload("b.txt", b"b")
    made = api("POST", "/threads", {"messages": [attachment(file, "file_search", "code_interpreter")]})
    assert made["tool_resources"]["code_interpreter"] == {"file_ids": [file]}
    ((id, files),) = stores_of(api, made).items()
    store = api("GET", f"/vector_stores/{id}")
    assert (files, store["expires_after"]) == ([file], {"anchor": "last_active_at", "days": 7})
    api("POST", f"/threads/{made['id']}/messages", attachment(other, "file_search"))
    api("POST", f"/threads/{made['id']}/messages", attachment(file, "code_interpreter"))
    thread = api("GET", f"/threads/{made['id']}")
    assert stores_of(api, thread) == {id: [other, file]}
    assert thread["tool_resources"]["code_interpreter"] == {"file_ids": [file]}


def test_a_file_that_nobody_made_cannot_be_attached(api):
    refused = (404, "No such File object: file-x")
    thread, assistant = api("POST", "/threads", {})["id"], api("POST", "/assistants", {"model": "m"})["id"]
    message = attachment("file-x", "file_search")
    assert api.refused("POST", "/threads", {"messages": [message]}) == refused
    assert api.refused("POST", f"/threads/{thread}/messages", message) == refused
    run = {"assistant_id": assistant, "additional_messages": [message]}
    assert api.refused("POST", f"/threads/{thread}/runs", run) == refused
    assert (
        api.refused("POST", "/threads/runs", {"assistant_id": assistant, "thread": {"messages": [message]}}) == refused
    )
