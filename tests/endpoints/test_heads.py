"""Heads as the API sends them."""

from mockai.endpoints.heads import json_head, json_plan, stream_head
from mockai.ids import Mint
from mockai.wire import Body, Head

USUAL = (
    ("openai-organization", "mockai"),
    ("openai-processing-ms", "695"),
    ("openai-project", "proj_mockai"),
    ("openai-version", "2020-10-01"),
    ("x-request-id", "req_7559673fa2e5708f75d0307b3a64e9fd"),
)


def test_a_json_head_names_type_length_and_the_request():
    assert json_head(12, Mint(1)) == Head(200, (("content-type", "application/json"), ("content-length", "12"), *USUAL))


def test_a_stream_head_has_no_length():
    assert stream_head(Mint(1)) == Head(200, (("content-type", "text/event-stream; charset=utf-8"), *USUAL))


def test_scripted_headers_replace_those_of_the_same_name_and_join_at_the_end():
    head = stream_head(Mint(1), {"X-Request-ID": "req_mine", "x-extra": "1"})
    assert head.headers[-2:] == (("x-request-id", "req_mine"), ("x-extra", "1"))
    assert len(head.headers) == 7


def test_a_json_plan_is_head_and_body():
    assert json_plan({"a": "é"}, Mint(1), {"x": "y"}) == (
        json_head(10, Mint(1), {"x": "y"}),
        Body(b'{"a":"\xc3\xa9"}', "json"),
    )
