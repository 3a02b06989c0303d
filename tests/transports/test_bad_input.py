"""Requests nobody should send: OpenAI's own error each time, and the server stays up."""

import json

import pytest

from mockai import MockOpenAI
from mockai.transports.shared import SharedServer

PARSE = "We could not parse the JSON body of your request."
GOOD = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}).encode()
JSON = ("Content-Type: application/json", "Connection: close")


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "message"),
    [
        ("POST", "/v1/chat/completions", b"{bad", JSON, 400, PARSE),
        ("POST", "/v1/chat/completions", b"", JSON, 400, PARSE),
        ("POST", "/v1/chat/completions", b"[1]", JSON, 400, PARSE),
        ("POST", "/v1/chat/completions", b'{"model": NaN}', JSON, 400, PARSE),
        ("POST", "/v1/chat/completions", b'{"model": "\xff\xfe"}', JSON, 400, PARSE),
        ("POST", "/v1/chat/completions", b"[" * 100_000 + b"]" * 100_000, JSON, 400, PARSE),
        ("POST", "/v1/chat/completions", b'{"a":' * 50_000 + b"1" + b"}" * 50_000, JSON, 400, PARSE),
        (
            "POST",
            "/v1/chat/completions",
            b"model=gpt-4o",
            ("Content-Type: text/plain", "Connection: close"),
            400,
            PARSE,
        ),
        ("POST", "/v1/chat/completions", b"{}", JSON, 400, "you must provide a model parameter"),
        ("POST", "/v1/chat/completions", b'{"model": "gpt-4o"}', JSON, 400, "Missing required parameter: 'messages'."),
        ("PUT", "/v1/chat/completions", b"{}", JSON, 405, "Not allowed to PUT on /v1/chat/completions."),
        ("GET", "/v1/nope", b"", JSON, 404, "Unknown request URL: GET /v1/nope."),
        ("GET", "/v1/%00%ff", b"", JSON, 404, "Unknown request URL: GET"),
        ("GET", "//etc/passwd", b"", JSON, 404, "Unknown request URL: GET"),
        ("GET", "/v1/chat/completions/chatcmpl-none", b"", JSON, 404, ""),
    ],
)
def test_a_bad_request_is_openais_own_error(live, wire, method, path, body, headers, status, message):
    live.reply("Hi")
    wire.send(method, path, body, headers)
    data, _ = wire.read()
    head, _, content = data.partition(b"\r\n\r\n")
    error = json.loads(content)["error"]
    assert int(head.split()[1]) == status
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"].startswith(message)
    assert b"Traceback" not in data
    with live.client() as client:
        assert client.chat.completions.create(**json.loads(GOOD)).choices[0].message.content == "Hi"


def test_a_body_over_the_limit_is_413_and_in_the_journal(wire, live):
    live.app.max_body = 1000
    live.reply("Hi")
    wire.send("POST", "/v1/chat/completions", b" " * 5000 + GOOD, JSON)
    data, _ = wire.read()
    assert data.startswith(b"HTTP/1.1 413 ")
    assert json.loads(data.partition(b"\r\n\r\n")[2])["error"]["type"] == "invalid_request_error"
    live.wait_for(1)
    assert live.last.status == 413


def test_what_is_not_http_is_refused_by_the_server_itself(live, wire):
    wire.socket.sendall(b"\x16\x03\x01\x02\x00 not http at all\r\n\r\n")
    data, _ = wire.read()
    assert data.startswith(b"HTTP/1.1 400 ")
    assert b"Traceback" not in data


def test_a_late_request_to_an_ended_mock_meets_no_other():
    server = SharedServer()
    try:
        with MockOpenAI(server=server, set_env=False) as first:
            url = first.base_url
        with MockOpenAI(server=server, set_env=False) as second:
            second.reply("second")
            with (
                second.client(base_url=url, max_retries=2) as client,
                pytest.raises(Exception, match="No mock is active"),
            ):
                client.chat.completions.create(**json.loads(GOOD))
            assert (first.count, second.count) == (0, 0)
    finally:
        server.stop()
