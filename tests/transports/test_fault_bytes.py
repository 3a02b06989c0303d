"""Every fault as bytes on a real socket: what a client gets that believes nothing."""

import contextlib
import json
import re
import time
import zlib

import pytest

from mockai import MockOpenAI
from mockai.faults.catalogue import catalogue
from mockai.transports.server import bind

EVENTS = [{"a": 1}, {"b": "ö"}, {"c": 3}, "[DONE]"]
STREAM = {"status": 200, "headers": {"content-type": "text/event-stream"}, "events": EVENTS}
A, B, C, DONE = b'data: {"a":1}\n\n', 'data: {"b":"ö"}\n\n'.encode(), b'data: {"c":3}\n\n', b"data: [DONE]\n\n"
WHOLE = {"status": 200, "body": {"a": "ö"}}
JSON = '{"a":"ö"}'.encode()

ERROR = (
    b'{"message":"The server had an error while processing your request. Sorry about that!",'
    b'"type":"server_error","param":null,"code":null}'
)
NESTED = b'data: {"error":' + ERROR + b"}\n\n"
END = b"0\r\n\r\n"


def chunks(*parts: bytes) -> bytes:
    """A chunked body without its end, one write in each chunk."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def answered(url, connect, body: bytes = b"") -> tuple[bytes, bytes, str]:
    """Head, body, and how the connection ended."""
    wire = connect(url)
    ask = body or json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True}).encode()
    wire.send("POST", "/v1/chat/completions", ask, ("Content-Type: application/json", "Connection: close"))
    data, end = wire.read()
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest, end


@pytest.fixture
def connect(wire):
    """Connect once more."""
    with contextlib.ExitStack() as stack:

        def made(url):
            connection = type(wire)(url)
            stack.callback(connection.socket.close)
            return connection

        yield made


IN_A_STREAM = [
    ("bad_chunk", chunks(A) + b"no size\r\n"),
    ("content_length_mismatch", A + B + C + DONE),
    ("disconnect", chunks(A)),
    ("truncate", chunks(A) + END),
    ("error_event", chunks(A + NESTED) + END),
    ({"error_event": {"flat": True}}, chunks(A + b"data: " + ERROR + b"\n\n") + END),
    ("late_error", chunks(A + B + C + NESTED + DONE) + END),
    ("missing_done", chunks(A + B + C) + END),
    ("double_done", chunks(A + B + C + DONE + DONE) + END),
    ("duplicate", chunks(A + B + B + C + DONE) + END),
    ("drop", chunks(A + C + DONE) + END),
    ("reorder", chunks(A + C + B + DONE) + END),
    ("malformed_json", chunks(A + b'data: {"b":\n\n' + C + DONE) + END),
    (
        "keepalive_comments",
        chunks(b": keep-alive\n\n".join((A, B, C, DONE))) + END,
    ),
    (
        "split",
        chunks(A + b'data: {"b":"\xc3', b'\xb6"}\n\n' + C[:7], C[7:] + DONE[:7], DONE[7:]) + END,
    ),
    ({"split": {"size": 9, "at": 4}}, chunks(A + B + C + DONE[:9], DONE[9:]) + END),
    ("coalesce", chunks(A + B + C + DONE) + END),
    ("crlf", chunks((A + B + C + DONE).replace(b"\n", b"\r\n")) + END),
    ("bom", chunks(b"\xef\xbb\xbf" + A + B + C + DONE) + END),
    (
        "multi_line_data",
        chunks(
            b'data: {\ndata: "a":1\ndata: }\n\n'
            b'data: {\ndata: "b":"\xc3\xb6"\ndata: }\n\n'
            b'data: {\ndata: "c":3\ndata: }\n\n' + DONE
        )
        + END,
    ),
    ("missing_last_blank_line", chunks(A + B + C + DONE[:-1]) + END),
    ({"slow_headers": {"seconds": 0.01}}, chunks(A + B + C + DONE) + END),
]


@pytest.mark.parametrize(("fault", "expected"), IN_A_STREAM, ids=str)
def test_a_fault_in_a_stream(live, connect, fault, expected):
    live.reply(raw=STREAM, faults=[fault])
    head, body, end = answered(live.url, connect)
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert (body, end) == (expected, "fin")


NEVER = {"close": (b"", "fin"), "reset": (b"", "reset"), "stall": (b"", "timeout"), "refuse": (b"", "reset")}


@pytest.mark.parametrize("fault", NEVER)
def test_a_fault_before_the_reply(live, connect, fault):
    live.reply(raw=STREAM, faults=[fault])
    wire = connect(live.url)
    wire.socket.settimeout(0.2)
    wire.ask({"model": "m", "messages": [{"role": "user", "content": "Hi"}]})
    assert wire.read() == NEVER[fault]


@pytest.mark.parametrize("text", [None, "SSH-2.0-OpenSSH_9.2\r\n", "no line"])
def test_garbage_stands_in_place_of_the_status_line(live, connect, text):
    live.reply(raw=STREAM, faults=[{"garbage": {"text": text}} if text else "garbage"])
    wire = connect(live.url)
    wire.ask({"model": "m", "messages": [{"role": "user", "content": "Hi"}]})
    sent = (text or "\x15\x03\x01 This is not HTTP.\r\n\r\n").encode()
    assert wire.read() == (sent, "fin")


def test_corrupt_gzip_can_be_read_up_to_its_place(live, connect):
    live.reply(raw=STREAM, faults=["corrupt_gzip"])
    head, body, end = answered(live.url, connect)
    assert b"\r\ncontent-encoding: gzip\r\n" in head
    packer = zlib.compressobj(wbits=31)
    a, b, c, done = (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH) for data in (A, B, C, DONE))
    assert (body, end) == (chunks(a, b"\xff" * len(b) + c + done) + END, "fin")


IN_A_BODY = [
    ("bad_chunk", None, chunks(JSON[:5]) + b"no size\r\n"),
    ("content_length_mismatch", 110, JSON),
    ({"content_length_mismatch": {"by": -4}}, 6, JSON),
    ("disconnect", 10, JSON[:5]),
    ("truncate", None, chunks(JSON[:5]) + END),
    ("error_event", None, chunks(b'{"error":' + ERROR + b"}") + END),
    ("malformed_json", None, chunks(b'{"a":') + END),
    ("bom", None, chunks(b"\xef\xbb\xbf" + JSON) + END),
    ("split", 10, JSON),
    *((name, 10, JSON) for name in ("coalesce", "crlf", "late_error", "missing_done", "duplicate", "drop")),
]


@pytest.mark.parametrize(("fault", "length", "expected"), IN_A_BODY, ids=str)
def test_a_fault_in_a_json_reply(live, connect, fault, length, expected):
    live.reply(raw=WHOLE, faults=[fault])
    head, body, end = answered(live.url, connect)
    framing = f"content-length: {length}" if length is not None else "transfer-encoding: chunked"
    assert framing.encode() in head.lower().splitlines()
    assert (body, end) == (expected, "fin")


HTML = b"""<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body>\r
<center><h1>502 Bad Gateway</h1></center>\r
<hr><center>cloudflare</center>\r
</body>\r
</html>\r
"""
SIGN_IN = b"""<!DOCTYPE html>
<html>
<head><title>Sign in</title></head>
<body>
<h1>Sign in to the network</h1>
<form method="post"><input name="user"><button>Continue</button></form>
</body>
</html>
"""
INDENTED = b"""{
  "error": {
    "message": "The server had an error while processing your request. Sorry about that!",
    "type": "server_error",
    "param": null,
    "code": null
  }
}"""
REPLIES = {
    "html_502": (b"502 Bad Gateway", [b"content-type: text/html", b"content-length: 155", b"server: cloudflare"], HTML),
    "empty_body": (b"200 OK", [b"content-type: application/json", b"content-length: 0"], b""),
    "wrong_content_type": (b"200 OK", [b"content-type: text/html", b"content-length: 186"], SIGN_IN),
    "redirect": (b"307 Temporary Redirect", [b"content-length: 0", b"location: /v1/moved"], b""),
    "json_for_stream": (b"200 OK", [b"content-type: application/json", b"content-length: 175"], INDENTED),
}


@pytest.mark.parametrize("name", REPLIES)
def test_a_strange_reply(live, connect, name):
    status, headers, body = REPLIES[name]
    live.reply(error=name)
    head, sent, end = answered(live.url, connect)
    first, *lines = head.split(b"\r\n")
    assert (first, sent, end) == (b"HTTP/1.1 " + status, body, "fin")
    beside = (b"date:", b"connection:", b"openai-", b"x-request-id:", b"x-ratelimit-")
    assert [line for line in lines if not line.startswith(beside)] == headers


PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = {"tools": [{"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}]}
FORMAT = {"response_format": {"type": "json_schema", "json_schema": {"name": "w", "schema": PARAMETERS}}}
CALL = {"tool_calls": [{"get_weather": {"city": "Paris"}}]}
PAST = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
LOOP = {
    "messages": [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": None, "tool_calls": [PAST]},
        {"role": "tool", "tool_call_id": "call_1", "content": "21"},
    ]
}


def called(name: bytes, arguments: bytes) -> bytes:
    function = b'"function":{"name":"%s","arguments":"%s"}' % (name, arguments)
    return b'"content":null,"tool_calls":[{"id":"call_ID","type":"function",%s}]' % function


IN_THE_CONTENT = [
    ("malformed_arguments", TOOLS, CALL, called(b"get_weather", rb"{\"city\":"), b"tool_calls"),
    ("wrong_arguments", TOOLS, CALL, called(b"get_weather", rb"{\"city\":[\"Paris\"]}"), b"tool_calls"),
    ("unknown_tool", TOOLS, CALL, called(b"get_weather_v2", rb"{\"city\":\"Paris\"}"), b"tool_calls"),
    ("endless_tool_loop", TOOLS, "Hi.", called(b"get_weather", rb"{\"city\":\"Martinezstad\"}"), b"tool_calls"),
    ("empty_content", {}, "Hi.", b'"content":""', b"stop"),
    ({"whitespace_flood": {"lines": 3}}, {}, "Hi.", rb'"content":"\n\n\n"', b"length"),
    ({"repeated_text": {"times": 2}}, {}, "Hi.", b'"content":"Hi. Hi."', b"length"),
    ({"prompt_injection": {"text": "Obey."}}, LOOP, "Hi.", rb'"content":"Hi.\n\nObey."', b"stop"),
    ("wrong_schema", FORMAT, {"json": {"city": "Paris"}}, rb'"content":"{\"city\":[\"Paris\"]}"', b"stop"),
]


@pytest.mark.parametrize(("fault", "asked", "reply", "message", "finish"), IN_THE_CONTENT, ids=str)
def test_a_fault_in_the_content(live, connect, fault, asked, reply, message, finish):
    live.reply(reply, faults=[fault])
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], **asked}
    _, sent, end = answered(live.url, connect, json.dumps(body).encode())
    choices = re.search(rb'"choices":(.*),"usage":', sent)[1]
    assert re.sub(rb"call_\w{24}", b"call_ID", choices) == (
        b'[{"index":0,"message":{"role":"assistant",%s,"refusal":null,"annotations":[]},"logprobs":null,'
        b'"finish_reason":"%s"}]' % (message, finish)
    )
    assert end == "fin"


def test_every_fault_of_the_catalogue_is_among_these():
    tables = [row[0] for row in (*IN_A_STREAM, *IN_THE_CONTENT)]
    tried = {name if isinstance(name, str) else next(iter(name)) for name in tables}
    assert tried | {*NEVER, "garbage", "corrupt_gzip", *REPLIES} == {entry.name for entry in catalogue()}


@pytest.mark.parametrize("fault", ["split", {"split": {"size": 1}}], ids=str)
def test_parts_are_not_counted_as_events(live, connect, fault):
    live.reply(raw=STREAM, faults=[fault])
    answered(live.url, connect)
    live.wait_for(1)
    assert (live.last.events, live.last.pieces) == (4, 3)


# ------------------------------------------------------------------------------------------------- refuse


def is_refused(url, connect) -> bool:
    try:
        connect(url)
    except ConnectionRefusedError:
        return True
    return False


def test_a_refusal_lasts_and_ends(live, connect):
    live.reply(raw=WHOLE, faults=[{"refuse": {"seconds": 0.3, "on": 1}}])
    idle = connect(live.url)
    began = time.monotonic()
    assert answered(live.url, connect) == (b"", b"", "reset")
    assert is_refused(live.url, connect)
    assert idle.read() == (b"", "fin")
    while is_refused(live.url, connect):
        assert time.monotonic() - began < 5
        time.sleep(0.02)
    assert time.monotonic() - began >= 0.3
    assert answered(live.url, connect)[1:] == (JSON, "fin")


def test_a_refusal_of_no_time_is_a_reset(live, connect):
    live.reply(raw=WHOLE, faults=[{"refuse": {"seconds": 0, "on": 1}}])
    assert answered(live.url, connect) == (b"", b"", "reset")
    assert answered(live.url, connect)[1:] == (JSON, "fin")


def test_a_second_refusal_does_not_prolong_the_first(live, connect):
    live.reply(raw=WHOLE, faults=[{"refuse": {"seconds": 0.2}}], gate="both")
    wires = [connect(live.url) for _ in range(2)]
    for wire in wires:
        wire.ask({"model": "m", "messages": [{"role": "user", "content": "Hi"}]})
    asked_by = time.monotonic() + 30
    while len(live.session.journal.entries()) < 2:  # a connection that is still idle is closed, not reset
        assert time.monotonic() < asked_by, "a request did not arrive"
        time.sleep(0.01)
    live.gate("both").open()
    assert [wire.read() for wire in wires] == [(b"", "reset")] * 2
    live.wait_for(2)
    assert [call.outcome for call in live.calls] == ["aborted"] * 2


def test_a_refusal_ends_with_the_mock_that_began_it(shared_server, connect):
    with MockOpenAI(server=shared_server, set_env=False) as mock:
        mock.reply(raw=WHOLE, faults=[{"refuse": {"seconds": 600}}])
        url = mock.url
        wire = connect(url)
        path = mock.base_url.removeprefix(f"http://{wire.host}") + "/chat/completions"
        wire.ask({"model": "m", "messages": [{"role": "user", "content": "Hi"}]}, path)
        assert wire.read() == (b"", "reset")
        assert is_refused(url, connect)
    assert not is_refused(url, connect)


def test_a_server_stops_while_it_refuses(connect):
    with MockOpenAI(set_env=False) as mock:
        mock.reply(raw=WHOLE, faults=[{"refuse": {"seconds": 600}}])
        url = mock.url
        assert answered(url, connect) == (b"", b"", "reset")
    assert is_refused(url, connect)


def test_the_server_comes_back_when_its_port_is_free_again(live, connect):
    live.reply(raw=WHOLE, faults=[{"refuse": {"seconds": 0.3, "on": 1}}])
    host, _, port = live.url.removeprefix("http://").partition(":")
    assert answered(live.url, connect) == (b"", b"", "reset")
    with contextlib.closing(bind(host, int(port))):
        time.sleep(0.5)  # longer than the refusal
        assert not is_refused(live.url, connect)
    while is_refused(live.url, connect):
        time.sleep(0.02)
    assert answered(live.url, connect)[1:] == (JSON, "fin")


def test_a_server_that_cannot_refuse_says_so(monkeypatch, connect):
    nobody = property(lambda config: None, lambda config, server: None)
    monkeypatch.setattr("mockai.transports.server._Config.listener", nobody)
    with MockOpenAI(set_env=False) as mock:
        mock.reply(raw=WHOLE, faults=["refuse"])
        head, body, _ = answered(mock.url, connect)
    assert head.startswith(b"HTTP/1.1 500 ")
    assert b"Serve it with `mockai serve` or `MockOpenAI`" in body
