"""Streams of events."""

import orjson

from mockai.ids import Mint
from mockai.surface.instances import Instances
from mockai.surface.streams import stream_plan
from mockai.wire import Body

STRING = {"type": "string"}


def plan(options, **facts):
    head, *bodies = stream_plan({"anyOf": options}, Instances({}, Mint(0)), facts, Mint(0))
    assert dict(head.headers)["content-type"] == "text/event-stream; charset=utf-8"
    return bodies


def read(bodies):
    lines = (body.data.decode().split("\n") for body in bodies)
    return [(name.removeprefix("event: "), orjson.loads(data.removeprefix("data: "))) for name, data, *_ in lines]


def test_events_come_in_the_order_of_a_life_and_failures_do_not(schemas):
    names = ["a.failed", "a.delta", "a.completed", "error", "a.created", "b.created"]
    bodies = plan([schemas(type={"enum": [name]}) for name in names])
    assert [name for name, _ in read(bodies)] == ["a.created", "b.created", "a.delta", "a.completed"]
    assert [(body.kind, body.tokens) for body in bodies] == [
        ("event", 0),
        ("event", 0),
        ("piece", 1),
        ("event", 0),
    ]


def test_the_events_speak_of_one_thing(schemas):
    made = schemas(type={"enum": ["a.created"]}, event_id=STRING, item_id=STRING, session_id=STRING)
    done = schemas(type={"enum": ["a.done"]}, event_id=STRING, item_id=STRING, item=schemas(id=STRING))
    (_, first), (_, last) = read(plan([made, done], session_id="s"))
    assert first["session_id"] == "s"
    assert first["item_id"] == last["item_id"] == last["item"]["id"]
    assert first["event_id"] != last["event_id"]


def test_events_without_names_of_a_life_are_all_sent_but_errors(schemas):
    error = schemas(type={"enum": ["wrong"]}, error=schemas(message=STRING))
    assert [name for name, _ in read(plan([schemas(type={"enum": ["word"]}), error]))] == ["word"]


def test_an_event_that_has_its_data_beside_its_name_is_taken_apart(schemas):
    option = schemas(event={"enum": ["thread.created"]}, data=schemas(id=STRING))
    ((name, data),) = read(plan([option], data={"id": "t"}))
    assert (name, data) == ("thread.created", {"id": "t"})


def test_events_without_a_name_have_no_event_line(schemas):
    (body,) = plan([schemas(count={"type": "integer"})])
    assert body == Body(b'data: {"count":1}\n\n', "event", 0)
