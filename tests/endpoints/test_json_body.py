"""Reading a JSON object from a request."""

import pytest

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.wire import HTTPRequest

FORM = (("content-type", "application/x-www-form-urlencoded"),)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("content-type", "application/json"),),
        (("content-type", "Application/JSON; charset=utf-8"),),
        (("content-type", "application/vnd.api+json"),),
    ],
)
def test_json_is_read_whatever_form_its_content_type_takes(post, headers):
    assert read_object(post({"model": "é"}, headers=headers)) == {"model": "é"}


REFUSED = [
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"null",
    b'{"a": NaN}',
    b'{"a": "\xff"}',
    b'{"a": "\\ud800"}',
    b'{"a":' * 255 + b"1" + b"}" * 255,
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
    b"[" * 300 + b"]" * 300,
]


@pytest.mark.parametrize("body", REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_json_object_is_refused_in_the_apis_words(post, body):
    with pytest.raises(RequestRefused) as refused:
        read_object(post(body))
    assert refused.value.error == named("invalid_json")


def test_another_content_type_is_refused(post):
    with pytest.raises(RequestRefused) as refused:
        read_object(post({}, headers=FORM))
    assert refused.value.error == named("invalid_json")


def test_many_braces_are_no_deep_nesting(post):
    body = {"many": [{}] * 1000}
    assert read_object(post(body)) == body


@pytest.mark.parametrize(("sent", "expected"), [(None, 0), ("2", 2), ("", 0), ("-1", 0), ("two", 0), ("²", 0)])
def test_the_attempt_is_the_sdks_retry_count(sent, expected):
    headers = () if sent is None else (("x-stainless-retry-count", sent),)
    assert attempt_of(HTTPRequest("GET", "/v1/models", (), headers)) == expected
