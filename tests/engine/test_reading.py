"""Validation modes: strict refuses with the API's error, lenient answers and notes what strict would have said."""

import orjson
import pytest

from mockai.engine import Engine
from mockai.engine.let_through import report
from mockai.scenario.loading import load_data
from mockai.settings import Settings
from mockai.wire import Body, Call, Head, HTTPRequest

CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
BELOW = "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead."
ORPHAN = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
TOOL = {"role": "tool", "tool_call_id": "call_1", "content": "18"}


def engine(*, scenario=None, **settings):
    rules = [{"reply": "Hello!"}]
    return Engine(load_data({"rules": rules, **(scenario or {})}, "test"), Settings(**settings))


def send(engine, body=None, *, path="/chat/completions", headers=(), method="POST"):
    """Status, JSON and journal entry of a request."""
    own = (("content-type", "application/json"), *headers)
    exchange = engine.handle(HTTPRequest(method, f"/v1{path}", (), own, b"" if body is None else orjson.dumps(body)))
    status, data = 0, b""
    for step in exchange.plan:
        if isinstance(step, Head):
            status = step.status
        elif isinstance(step, Body):
            data += step.data
        else:
            assert isinstance(step, Call)
            step.returned(step.function())
    exchange.end("complete")
    return status, orjson.loads(data), exchange.entry


def test_strict_is_the_default_and_refuses():
    status, body, entry = send(engine(), {**CHAT, "n": 0})
    assert (status, body["error"]["message"], entry.tolerated) == (400, BELOW, ())
    assert entry.request.body["n"] == 0  # what was asked is in the journal


def test_lenient_answers_and_notes_what_strict_would_have_said():
    status, body, entry = send(engine(validation="lenient"), {**CHAT, "n": 0})
    assert (status, body["choices"][0]["message"]["content"]) == (200, "Hello!")
    assert entry.as_json()["tolerated"] == [
        {"status": 400, "message": BELOW, "param": "n", "code": "integer_below_min_value"}
    ]


def test_lenient_notes_everything_that_is_found_in_the_order_in_which_the_api_looks():
    body = {**CHAT, "n": 0, "messages": [TOOL], "bogus": 1, "other": 2, "stop": 7, "response_format": {"type": "x"}}
    _, _, entry = send(engine(validation="lenient"), body)
    assert [error.message for error in entry.tolerated] == [
        "Unknown parameter: 'bogus'.",
        "Unknown parameter: 'other'.",
        ORPHAN,
        BELOW,
        "Invalid value: 'x'. Supported values are: 'json_object', 'json_schema', and 'text'.",
        "Invalid type for 'stop': expected one of a string or array of strings, but got an integer instead.",
    ]


def test_another_providers_parameters_do_not_hide_what_does_not_hang_together():
    status, body, _ = send(engine(provider="groq"), {**CHAT, "messages": [TOOL], "bogus": 1, "n": 0})
    assert (status, body["error"]["message"]) == (400, ORPHAN)
    assert send(engine(provider="groq"), {**CHAT, "bogus": 1, "n": 0})[0] == 200


@pytest.mark.parametrize(
    ("header", "setting", "scenario", "status"),
    [
        (None, None, None, 400),
        (None, None, "lenient", 200),
        (None, "strict", "lenient", 400),
        (None, "lenient", "strict", 200),
        ("strict", "lenient", None, 400),
        ("Lenient", "strict", "strict", 200),
    ],
)
def test_the_header_stands_above_the_setting_and_that_above_the_scenario(header, setting, scenario, status):
    own = engine(scenario={"validation": scenario} if scenario else None, validation=setting)
    headers = () if header is None else (("x-mockai-validation", header),)
    assert send(own, {**CHAT, "n": 0}, headers=headers)[0] == status


def test_a_mode_that_does_not_exist_is_refused():
    status, body, _ = send(engine(), CHAT, headers=(("x-mockai-validation", "loose"),))
    assert (status, body["error"]["message"]) == (
        400,
        "MockAI: x-mockai-validation is strict or lenient; seen 'loose'.",
    )


def test_what_cannot_be_read_gets_a_plausible_object_in_lenient_mode():
    status, body, entry = send(engine(validation="lenient"), {"model": "gpt-4o"})
    assert (status, body["object"]) == (200, "chat.completion")
    assert [error.message for error in entry.tolerated] == ["Missing required parameter: 'messages'."]


def test_a_value_that_stands_in_the_way_counts_as_not_given():
    own = Engine(load_data({"rules": [{"when": {"user": "cat"}, "reply": {"image": {}}}]}, "test"))
    body = {"model": "gpt-image-1", "prompt": "a cat", "n": 0, "size": "huge", "bogus": 1}
    status, made, entry = send(own, body, path="/images/generations", headers=(("x-mockai-validation", "lenient"),))
    assert (status, len(made["data"]), entry.rule) == (200, 1, "test#1")
    assert [error.param for error in entry.tolerated] == ["bogus", "n", "size"]


def test_what_the_form_shows_first_is_named_first():
    body = {"model": "gpt-image-1", "prompt": "a cat", "size": "huge", "bogus": 1}
    status, said, _ = send(engine(), body, path="/images/generations")
    assert (status, said["error"]["param"]) == (400, "bogus")


def test_no_json_is_an_error_in_either_mode():
    own = engine(validation="lenient")
    exchange = own.handle(HTTPRequest("POST", "/v1/chat/completions", (), (), b"{"))
    head, _ = exchange.plan
    exchange.end("complete")
    assert (head.status, exchange.entry.tolerated, own.let_through.counts()) == (400, (), ())


def test_an_unknown_id_is_not_a_matter_of_validation():
    status, _, entry = send(engine(validation="lenient"), path="/files/file-x", method="GET")
    assert (status, entry.tolerated) == (404, ())


def test_a_request_without_a_rule_is_still_told_so():
    own = Engine(settings=Settings(validation="lenient"))
    status, body, entry = send(own, {**CHAT, "n": 0})
    assert (status, body["error"]["code"], len(entry.tolerated)) == (404, "mockai_unmatched", 1)


def test_the_engine_counts_what_was_let_through():
    own = engine(validation="lenient")
    for n in (0, 0, 1):
        send(own, {**CHAT, "n": n})
    assert report(own.let_through.counts()) == [f"2 x chat.completions.create: {BELOW}"]
    assert own.let_through.as_json() == [
        {
            "operation": "chat.completions.create",
            "message": BELOW,
            "param": "n",
            "code": "integer_below_min_value",
            "count": 2,
        }
    ]
