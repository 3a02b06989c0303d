"""Raw replies: the bytes, and the headers that go with them."""

import pytest

from mockai.replies.answer import RawAnswer
from mockai.replies.raw import sse_event

TEXT = "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, RawAnswer(200, {})),
        ({"status": 204, "body": ""}, RawAnswer(204, {})),
        ({"body": "é {{ call }}"}, RawAnswer(200, {"content-type": TEXT}, b"\xc3\xa9 1")),
        ({"body": '{"a": 1}'}, RawAnswer(200, {"content-type": "application/json"}, b'{"a": 1}')),
        ({"body": {"n": "{{ 1 }}"}}, RawAnswer(200, {"content-type": "application/json"}, b'{"n":1}')),
        ({"body": [1]}, RawAnswer(200, {"content-type": "application/json"}, b"[1]")),
        ({"base64": "AP8="}, RawAnswer(200, {"content-type": "application/octet-stream"}, b"\x00\xff")),
        (
            {"body": "x", "headers": {"Content-Type": "text/html", "X-Call": "{{ call }}"}},
            RawAnswer(200, {"content-type": "text/html", "x-call": "1"}, b"x"),
        ),
        (
            {"events": ["Hi", {"a": "{{ 1 }}"}, "[DONE]"]},
            RawAnswer(
                200,
                {"content-type": "text/event-stream; charset=utf-8"},
                events=(b"data: Hi\n\n", b'data: {"a":1}\n\n', b"data: [DONE]\n\n"),
            ),
        ),
    ],
)
def test_a_raw_reply_is_sent_byte_for_byte(rendered, written, expected):
    assert rendered({"raw": written}) == expected


def test_headers_beside_a_raw_reply_stand_above_its_own_and_the_defaults(rendered):
    written = {"raw": {"headers": {"x-a": "raw", "x-b": "raw"}}, "headers": {"x-b": "reply"}, "retry_after_ms": 5}
    answer = rendered(written, defaults={"headers": {"x-a": "file", "x-c": "file"}})
    assert answer.headers == {"x-a": "raw", "x-b": "reply", "x-c": "file", "retry-after-ms": "5"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Hi", b"data: Hi\n\n"),
        ("two\nlines", b"data: two\ndata: lines\n\n"),
        ("", b"data: \n\n"),
        ("data: Hi", b"data: Hi\n\n"),
        ("event: tick\ndata: Hi\n", b"event: tick\ndata: Hi\n\n"),
        ("data: Hi\n\n", b"data: Hi\n\n"),
        (": keep-alive", b": keep-alive\n\n"),
        ("see data: below", b"data: see data: below\n\n"),
        ({"text": "data: x"}, b'data: {"text":"data: x"}\n\n'),
        (None, b"data: null\n\n"),
    ],
)
def test_an_event_is_completed_to_one_that_clients_can_read(value, expected):
    assert sse_event(value) == expected
