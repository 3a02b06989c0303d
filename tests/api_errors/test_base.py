"""An error ready to send: its bytes, its headers, and the id of the request it answers."""

import pytest

from mockai.api_errors import ErrorReply, NamedError, RequestRefused, Slot
from mockai.api_errors.base import REQUEST_ID
from mockai.wire import Body, Head

PLAIN = ErrorReply(404, "Nothing here.", param="id", code="gone")
LIMITED = ErrorReply(429, "Slow down.", headers=(("retry-after", "1"), ("retry-after-ms", "644"), ("x-a", "a")))

PRETTY = b"""{
  "error": {
    "message": "Nothing here.",
    "type": "invalid_request_error",
    "param": "id",
    "code": "gone"
  }
}"""


def test_the_four_keys_are_always_there_and_indented_by_two():
    assert PLAIN.content() == PRETTY
    assert ErrorReply(500, "m", type=None).envelope() == {
        "error": {"message": "m", "type": None, "param": None, "code": None}
    }


def test_the_plan_is_a_head_and_a_body():
    headers = (("content-type", "application/json"), ("content-length", "127"), ("retry-after", "2"))
    assert PLAIN.with_headers({"Retry-After": "2"}).plan() == (Head(404, headers), Body(PRETTY, "json"))


def test_a_layout_takes_the_fields_where_its_slots_are():
    error = ErrorReply(400, "m", code=7, layout=[{"error": {"code": Slot.CODE, "n": 1, "message": Slot.MESSAGE}}])
    assert error.envelope() == [{"error": {"code": 7, "n": 1, "message": "m"}}]
    assert ErrorReply(400, "m", layout={"error": Slot.MESSAGE}, pretty=False).content() == b'{"error":"m"}'


@pytest.mark.parametrize(
    ("error", "plan"),
    [
        (
            ErrorReply(502, "", body=b"<html>", content_type="text/html"),
            (Head(502, (("content-type", "text/html"), ("content-length", "6"))), Body(b"<html>", "raw")),
        ),
        (
            ErrorReply(404, "", body=b"", content_type=None),
            (Head(404, (("content-length", "0"),)), Body(b"", "raw")),
        ),
        (ErrorReply(304, "", body=b"", content_type=None), (Head(304), Body(b"", "raw"))),
        (
            ErrorReply(400, "", body=b"x", headers=(("content-type", "text/plain"),)),
            (Head(400, (("content-length", "1"), ("content-type", "text/plain"))), Body(b"x", "raw")),
        ),
    ],
)
def test_a_body_of_its_own_replaces_the_envelope(error, plan):
    assert error.plan() == plan


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, LIMITED.headers),
        ({"x-b": "b"}, (*LIMITED.headers, ("x-b", "b"))),
        ({"X-A": "b"}, (("retry-after", "1"), ("retry-after-ms", "644"), ("x-a", "b"))),
        ({"retry-after-ms": "5"}, (("retry-after", "1"), ("x-a", "a"), ("retry-after-ms", "5"))),
        ({"retry-after": "5"}, (("x-a", "a"), ("retry-after", "5"))),
        (
            {"retry-after": "5", "retry-after-ms": "9"},
            (("x-a", "a"), ("retry-after", "5"), ("retry-after-ms", "9")),
        ),
        ((("x-a", "1"), ("x-a", "2")), (*LIMITED.headers[:2], ("x-a", "1"), ("x-a", "2"))),
    ],
)
def test_new_headers_replace_those_of_the_same_name(headers, expected):
    assert LIMITED.with_headers(headers).headers == expected


def test_the_request_id_is_in_the_header_and_wherever_the_text_speaks_of_it():
    bare = REQUEST_ID.removeprefix("req_")
    error = ErrorReply(
        500,
        f"Include {REQUEST_ID} or {bare}.",
        headers=(("x-copy", REQUEST_ID),),
        layout={"id": REQUEST_ID, "n": 1, "message": Slot.MESSAGE},
    ).with_request_id("req_abc")
    assert error.envelope() == {"id": "req_abc", "n": 1, "message": "Include req_abc or abc."}
    assert error.headers == (("x-copy", "req_abc"), ("x-request-id", "req_abc"))


@pytest.mark.parametrize(
    "error",
    [
        ErrorReply(500, "m", headers=(("x-request-id", "mine"),)),
        ErrorReply(529, "m", headers=(("request-id", "mine"),)),
        ErrorReply(502, "m", body=b"<html>"),
    ],
)
def test_a_scripted_id_stays_and_a_page_of_a_proxy_gets_none(error):
    assert error.with_request_id("req_abc").headers == error.headers


def test_a_refusal_carries_its_error():
    refused = RequestRefused(PLAIN)
    assert refused.error is PLAIN
    assert str(refused) == "Nothing here."


ENTRY = NamedError(
    "example",
    400,
    "For this test.",
    "{model} at {path} wants {value}.",
    param="{param}",
    defaults={"value": 3, "param": "n"},
    headers=(("x-wait", "{wait:ms}"),),
    layout={"m": Slot.MESSAGE, "who": ["{who}"], "n": 1},
)


def test_an_entry_lists_the_placeholders_of_all_its_texts_with_their_defaults():
    assert ENTRY.placeholders == {
        "model": "gpt-4o",
        "path": "/v1/chat/completions",
        "value": 3,
        "param": "n",
        "wait": None,
        "who": None,
    }


def test_an_entry_fills_its_texts_from_the_values_given():
    error = ENTRY.reply({"value": 4, "param": None, "wait": 2, "who": "me", "unheard_of": 1})
    assert error == ErrorReply(
        400,
        "gpt-4o at /v1/chat/completions wants 4.",
        param="n",
        headers=(("x-wait", "2000"),),
        layout={"m": Slot.MESSAGE, "who": ["me"], "n": 1},
    )


@pytest.mark.parametrize("message", ["Mine {as it is}.", ""])
def test_a_message_given_replaces_the_whole_message(message):
    assert ENTRY.reply({"wait": 0, "who": "", "message": message}).message == message


def test_a_body_that_is_not_json_is_a_template_too():
    entry = NamedError("page", 502, "For this test.", "", body="<h1>{model} é</h1>", content_type="text/html")
    assert entry.reply({"model": "m"}).content() == "<h1>m é</h1>".encode()
    assert entry.placeholders == {"model": "gpt-4o"}
