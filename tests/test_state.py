"""What a session stores, and what it forgets."""

import pytest

from mockai.engine import Engine
from mockai.settings import Settings
from mockai.state import Memory, Resources
from mockai.wire import HTTPRequest


def ids(resources, kind="responses"):
    return "".join(each["id"] for each in resources.all(kind))


@pytest.mark.parametrize(
    ("weights", "kept"),
    [
        ((0, 0, 0, 0), "bcd"),
        ((4, 4), "ab"),
        ((4, 4, 4), "bc"),
        ((0, 4, 8), "c"),
        ((4, 0, 8), "bc"),
        ((4, 11), "b"),
        ((11, 0), "b"),
        ((11,), "a"),
    ],
)
def test_the_oldest_objects_go_when_there_are_too_many_or_too_large_ones(weights, kept):
    resources = Resources(limit=3, most_bytes=10)
    for id, weight in zip("abcd", weights, strict=False):
        resources.put("responses", id, {"id": id}, weight)
    assert ids(resources) == kept


def test_what_is_replaced_changed_or_deleted_weighs_what_it_weighs_then():
    resources = Resources(most_bytes=10)
    for id, weight in (("a", 9), ("a", 1), ("b", 4)):
        resources.put("responses", id, {"id": id}, weight)
    resources.update("responses", "b", dict, 5)
    assert ids(resources) == "ab"
    resources.delete("responses", "a")
    resources.put("responses", "c", {"id": "c"}, 1)
    assert ids(resources) == "bc"
    resources.update("responses", "c", dict, 9)
    assert ids(resources) == "c"


def test_kinds_do_not_take_room_from_each_other():
    resources = Resources(most_bytes=10)
    resources.put("files", "f", {"id": "f"}, 8)
    resources.put("responses", "a", {"id": "a"}, 8)
    assert (ids(resources, "files"), ids(resources)) == ("f", "a")


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        ("responses", "/v1/responses", b'{"model": "gpt-4o", "input": "%s"}'),
        (
            "chat.completions.messages",
            "/v1/chat/completions",
            b'{"model": "gpt-4o", "store": true, "messages": [{"role": "user", "content": "%s"}]}',
        ),
        (
            "conversations.items",
            "/v1/conversations",
            b'{"items": [{"type": "message", "role": "user", "content": "%s"}]}',
        ),
    ],
)
def test_what_clients_fill_weighs_what_they_sent(kind, path, body):
    engine = Engine(settings=Settings(on_unmatched="auto"))
    resources = engine.store.session("").resources
    resources.most_bytes = 2500
    for _ in range(5):
        headers = (("content-type", "application/json"),)
        tuple(engine.handle(HTTPRequest("POST", path, (), headers, body % (b"x" * 1000))).plan)
    assert len(resources.all(kind)) == 2


@pytest.mark.parametrize(
    ("limit", "asked", "kept"),
    [
        (1, ["", "a"], ["", "a"]),
        (1, ["", "a", "b"], ["", "b"]),
        (1, ["a", "b"], ["b"]),
        (2, ["a", "b", "a", "c"], ["a", "c"]),
        (2, ["", "a", "b", "", "c"], ["", "c"]),
        (3, ["", "a", "b", "a", "", "c"], ["a", "", "c"]),
    ],
)
def test_the_session_used_longest_ago_is_forgotten_but_not_the_newest(limit, asked, kept):
    store = Memory(limit=limit)
    for name in asked:
        assert store.session(name) is store.session(name)
    assert [session.name for session in store.sessions()] == kept


def test_a_session_that_was_dropped_begins_anew():
    store = Memory()
    before = store.session("a")
    assert (store.drop("a"), store.drop("a")) == (True, False)
    assert store.session("a") is not before
