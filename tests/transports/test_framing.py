"""A whole reply as bytes, where there is no more to it."""

import pytest

from mockai.endpoints.heads import json_head, stream_head
from mockai.ids import Mint
from mockai.limits.grant import headed, unlimited
from mockai.transports.framing import default_lines, framed
from mockai.wire import Head

LENGTH = ("content-length", "2")


def test_a_reply_of_known_length_is_its_head_and_its_body():
    head = Head(200, (("content-type", "application/json"), LENGTH))
    assert framed(head, b"{}", b"date: today\r\n") == (
        b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
    )


@pytest.mark.parametrize(
    ("data", "body"), [(b"data: [DONE]\n\n", b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"), (b"", b"0\r\n\r\n")]
)
def test_a_reply_of_unknown_length_is_one_chunk(data, body):
    assert framed(Head(429, ()), data) == b"HTTP/1.1 429 Too Many Requests\r\ntransfer-encoding: chunked\r\n\r\n" + body


def test_a_status_that_has_no_phrase_has_an_empty_one():
    assert framed(Head(599, (LENGTH,)), b"{}") == b"HTTP/1.1 599 \r\ncontent-length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(Head(204, ()), id="a status without a body"),
        pytest.param(Head(304, ()), id="not modified"),
        pytest.param(Head(100, ()), id="not the last status"),
        pytest.param(Head(200, (("content-length", "3"),)), id="another length than the body's"),
        pytest.param(Head(200, (("content-length", "two"),)), id="no length at all"),
        pytest.param(Head(200, (LENGTH, ("connection", "close"))), id="a connection that ends"),
        pytest.param(Head(200, (("transfer-encoding", "chunked"),)), id="a framing of its own"),
        pytest.param(Head(200, (LENGTH, ("x-a", "b\r\nx-evil: 1"))), id="a line break in a value"),
        pytest.param(Head(200, (LENGTH, ("x a", "b"))), id="a space in a name"),
        pytest.param(Head(200, (LENGTH, ("Content-Length", "2"))), id="a name that is not in lower case"),
    ],
)
def test_what_takes_a_closer_look_is_left_to_the_server(head):
    assert framed(head, b"{}") is None


def test_the_lines_a_server_sends_with_each_reply():
    assert default_lines([(b"date", b"today"), (b"server", b"mock")]) == b"date: today\r\nserver: mock\r\n"


@pytest.mark.parametrize("head", [json_head(2, Mint(1)), stream_head(Mint(1)), json_head(3, Mint(1))])
@pytest.mark.parametrize("grant", [None, unlimited(12)])
def test_lines_that_came_with_a_head_are_those_of_its_headers(head, grant):
    head = head if grant is None else headed(head, grant)
    assert head.lines is not None
    assert framed(head, b"{}") == framed(Head(head.status, head.headers), b"{}")


@pytest.mark.parametrize("changed", [Head.without, lambda head: head.plus(("x-a", "b"))])
def test_a_head_that_was_changed_has_other_lines(changed):
    assert changed(json_head(2, Mint(1))).lines is None
