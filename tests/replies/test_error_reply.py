"""Errors as they are written, and what is sent for them."""

from dataclasses import replace

import pytest

from mockai.api_errors import by_status, named


def headers_of(error):
    return dict(error.headers)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (500, by_status(500)),
        ("server_error", named("server_error")),
        ({"status": 418}, by_status(418)),
        ("model_not_found", named("model_not_found", model="gpt-4o")),
        ({"name": "model_not_found", "values": {"model": "{{ match.m }}"}}, named("model_not_found", model="gpt-9")),
        ({"name": "server_error", "status": 599}, replace(named("server_error"), status=599)),
        (
            {"name": "server_error", "message": "No, {{ match.m }}", "type": "t", "param": "p", "code": 7},
            replace(named("server_error"), message="No, gpt-9", type="t", param="p", code=7),
        ),
        (
            {"name": "model_not_found", "type": None, "param": None, "code": None, "message": None},
            replace(named("model_not_found", model="gpt-4o"), type=None, param=None, code=None),
        ),
    ],
)
def test_an_error_is_that_of_the_catalogue_with_what_is_changed(rendered, written, expected):
    assert rendered({"error": written}, match={"m": "gpt-9"}) == expected


@pytest.mark.parametrize(
    ("retry", "wait", "expected"),
    [
        ({"retry_after": 7}, "7s", {"retry-after": "7"}),
        ({"retry_after": "{{ 3 + 4 }}"}, "7s", {"retry-after": "7"}),
        ({"retry_after_ms": 1500}, "1.5s", {"retry-after": "2", "retry-after-ms": "1500"}),
        ({"retry_after": 9, "retry_after_ms": 1500}, "1.5s", {"retry-after": "9", "retry-after-ms": "1500"}),
    ],
)
def test_the_message_and_the_headers_tell_the_same_wait(rendered, retry, wait, expected):
    error = rendered({"error": "rate_limit_exceeded", **retry})
    assert f"Please try again in {wait}." in error.message
    assert {name: value for name, value in error.headers if name.startswith("retry-after")} == expected


@pytest.mark.parametrize("written", ["Wed, 21 Oct 2026 07:28:00 GMT", "inf"])
def test_a_wait_that_is_no_number_of_seconds_is_a_header_only(rendered, written):
    usual = named("rate_limit_exceeded", model="gpt-4o")
    error = rendered({"error": "rate_limit_exceeded", "retry_after": written})
    assert (error.message, headers_of(error)["retry-after"]) == (usual.message, written)


def test_a_wait_among_the_values_goes_before_the_header(rendered):
    error = rendered({"error": {"name": "rate_limit_exceeded", "values": {"wait": 3}}, "retry_after": 7})
    assert "Please try again in 3s." in error.message


def test_what_the_request_tells_stands_in_the_message(rendered, ask):
    request = ask(headers=(("authorization", "Bearer sk-secret-secret-secret"),))
    expected = named("invalid_api_key", key="sk-secret-secret-secret").message
    assert rendered({"error": "invalid_api_key"}, request).message == expected


def test_the_organization_is_that_of_the_header(rendered, ask):
    request = ask(headers=(("openai-organization", "org-mine"), ("api-key", "k")))
    assert "in organization org-mine on" in rendered({"error": "rate_limit_exceeded"}, request).message


def test_headers_of_the_reply_replace_those_of_the_error(rendered):
    error = rendered({"error": 500, "headers": {"X-Request-Id": "req_1", "x-should-retry": "false"}})
    assert (headers_of(error)["x-request-id"], headers_of(error)["x-should-retry"]) == ("req_1", "false")


@pytest.mark.parametrize(
    ("written", "content", "kind"),
    [
        ({"status": 500, "body": {"oops": "{{ call }}"}}, b'{"oops":1}', "application/json"),
        ({"status": 500, "body": '{"oops": {{ call }}}'}, b'{"oops": 1}', "application/json"),
        ({"status": 502, "body": "Bad gateway"}, b"Bad gateway", "text/plain; charset=utf-8"),
        ({"status": 500, "body": ""}, b"", "text/plain; charset=utf-8"),
        ({"name": "html_502", "body": "<p>No"}, b"<p>No", "text/html"),
    ],
)
def test_a_body_replaces_the_usual_one(rendered, written, content, kind):
    error = rendered({"error": written})
    assert (error.content(), error.content_type) == (content, kind)
