"""Requests to derived operations."""

import pytest

from mockai.api_errors import RequestRefused
from mockai.surface.decoding import decode
from mockai.surface.table import Row
from mockai.wire import HTTPRequest

JSON = "application/json"
FORM = "multipart/form-data; boundary=x"
FORM_BODY = (
    b'--x\r\ncontent-disposition: form-data; name="stream"\r\n\r\ntrue\r\n'
    b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n--x--\r\n'
)
FILE = {"filename": "a.txt", "content_type": "application/octet-stream", "bytes": 5}


def request(method="POST", kind=JSON, body=b"", query=(), sends="json"):
    headers = (("content-type", kind), ("x-stainless-retry-count", "2")) if kind else ()
    row = Row("a.things.make", method, "/things/{id}", "object", sends=sends)
    return decode(row, HTTPRequest(method, "/v1/things/1", query, headers, body), {"id": "1"})


@pytest.mark.parametrize(
    ("asked", "body", "model", "stream"),
    [
        ({}, {}, None, False),
        ({"body": b'{"model": "m", "stream": true}'}, {"model": "m", "stream": True}, "m", True),
        ({"body": b'{"model": 1, "stream": false}'}, {"model": 1, "stream": False}, None, False),
        ({"body": b'{"a": 1}', "kind": ""}, {"a": 1}, None, False),
        ({"kind": FORM, "body": FORM_BODY, "sends": "multipart"}, {"stream": "true", "file": FILE}, None, True),
        ({"kind": FORM, "body": FORM_BODY}, {"stream": "true", "file": FILE}, None, True),
        ({"kind": "application/sdp", "body": b"v=0", "sends": "multipart"}, {}, None, False),
        ({"kind": JSON, "body": b'{"a": 1}', "sends": "multipart"}, {"a": 1}, None, False),
        ({"method": "GET", "kind": "", "query": (("stream", "true"),)}, {}, None, True),
        ({"method": "DELETE", "body": b"{"}, {}, None, False),
    ],
)
def test_a_body_is_read_as_what_it_is(asked, body, model, stream):
    read = request(**asked)
    assert (read.endpoint, read.operation, dict(read.params)) == ("a.things", "make", {"id": "1"})
    assert (read.body, read.model, read.stream) == (body, model, stream)
    assert read.attempt == (0 if asked.get("kind") == "" else 2)


@pytest.mark.parametrize("asked", [{"body": b"{"}, {"body": b"[]"}, {"kind": "text/plain", "body": b"{}"}])
def test_a_body_that_is_not_what_it_says_is_refused(asked):
    with pytest.raises(RequestRefused) as refused:
        request(**asked)
    assert refused.value.error.status == 400
