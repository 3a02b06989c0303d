"""One line a request, exactly."""

import json

import click
import pytest

from mockai.api_errors import ErrorReply
from mockai.cli.request_log import as_json, as_text, is_warning, plain
from mockai.errors import ReplyError
from mockai.journal import Entry
from mockai.request import APIRequest
from mockai.wire import Head, HTTPRequest


def entry(*, operation="create", endpoint="chat.completions", attempt=0, seconds=0.012, **fields):
    http = HTTPRequest("POST", "/v1/chat/completions", headers=(("authorization", "Bearer sk-secret-secret"),))
    request = APIRequest(http, endpoint, operation, body={"a": 1}, model="gpt-4o", stream=True, attempt=attempt)
    given = {"number": 1, "session": "", "http": http, "arrived": 5.0, "request": request}
    given |= {"rule": "flaky.yaml#2", "reply": 0, "call": 1, "outcome": "complete", "ended": 5.0 + seconds}
    status = fields.pop("status", 200)
    given["head"] = None if status is None else Head(status)
    return Entry(**{**given, **fields})


UNKNOWN = ErrorReply(400, "Unknown parameter: 'foo'.", param="foo", code="unknown_parameter")
REFUSED = {"request": None, "rule": None, "reply": None, "status": 400}


@pytest.mark.parametrize(
    ("seen", "replies", "line"),
    [
        (entry(), 3, "POST chat.completions  flaky.yaml#2 reply 1/3  attempt 0  200  12 ms"),
        (
            entry(attempt=1, status=429, reply=2, seconds=0.0004),
            3,
            "POST chat.completions  flaky.yaml#2 reply 3/3  attempt 1  429  0.4 ms",
        ),
        (entry(seconds=2.5), None, "POST chat.completions  flaky.yaml#2  attempt 0  200  2.50 s"),
        (entry(operation="list"), 1, "POST chat.completions.list  flaky.yaml#2 reply 1/1  attempt 0  200  12 ms"),
        (
            entry(operation="list", endpoint="models", rule=None, reply=None),
            None,
            "POST models.list  -  attempt 0  200  12 ms",
        ),
        (entry(**REFUSED), None, "POST /v1/chat/completions  -  attempt 0  400  12 ms"),
        (
            entry(**REFUSED, refusal=UNKNOWN),
            None,
            "POST /v1/chat/completions  -  attempt 0  400  12 ms\n    refused: Unknown parameter: 'foo'.",
        ),
        (entry(status=400, refusal=UNKNOWN), 1, "POST chat.completions  flaky.yaml#2 reply 1/1  attempt 0  400  12 ms"),
        (
            entry(status=None, outcome="aborted", faults=["reset"]),
            1,
            "POST chat.completions  flaky.yaml#2 reply 1/1  attempt 0  no status  12 ms  cut off  fault reset",
        ),
        (
            entry(outcome="client_left", faults=["stall", "reset"], session="a"),
            1,
            "POST chat.completions  flaky.yaml#2 reply 1/1  attempt 0  200  12 ms  client left  "
            "fault stall, reset  session a",
        ),
        (
            entry(rule=None, reply=None, status=404, unmatched="No rule:\n\n    model\x1b[31m"),
            None,
            "POST chat.completions  no rule  attempt 0  404  12 ms\n    No rule:\n\n        model\\x1b[31m",
        ),
        (
            entry(status=500, outcome="failed", error=ReplyError("no such name")),
            1,
            "POST chat.completions  flaky.yaml#2 reply 1/1  attempt 0  500  12 ms  failed\n    error: no such name",
        ),
        (
            entry(rule="a\nb", session="x\x1b[2J"),
            1,
            "POST chat.completions  a\\nb reply 1/1  attempt 0  200  12 ms  session x\\x1b[2J",
        ),
        (entry(ended=None), 1, "POST chat.completions  flaky.yaml#2 reply 1/1  attempt 0  200  0.0 ms"),
    ],
)
def test_a_request_is_one_line(seen, replies, line):
    assert click.unstyle(as_text(seen, replies)) == line


@pytest.mark.parametrize(
    ("status", "colour"), [(200, "green"), (307, "cyan"), (429, "yellow"), (503, "red"), (None, "magenta")]
)
def test_the_status_is_coloured_by_its_class(status, colour):
    shown = "no status" if status is None else str(status)
    assert click.style(shown, fg=colour) in as_text(entry(status=status), 1)


def test_as_json_it_is_what_the_journal_shows_without_headers_and_body():
    assert json.loads(as_json(entry(), 3)) == {
        "event": "request",
        "number": 1,
        "session": "",
        "method": "POST",
        "path": "/v1/chat/completions",
        "endpoint": "chat.completions.create",
        "model": "gpt-4o",
        "stream": True,
        "attempt": 0,
        "rule": "flaky.yaml#2",
        "reply": 0,
        "replies": 3,
        "call": 1,
        "phase": None,
        "upstream": None,
        "unmatched": None,
        "error": None,
        "status": 200,
        "outcome": "complete",
        "events": 0,
        "pieces": 0,
        "bytes": 0,
        "waited": 0.0,
        "faults": [],
        "tolerated": [],
        "duration": pytest.approx(0.012),
        "refused": None,
    }


def test_as_json_a_refused_request_has_neither_model_nor_stream():
    shown = json.loads(as_json(entry(**REFUSED, refusal=UNKNOWN), None))
    assert (shown["model"], shown["stream"], shown["replies"]) == (None, False, None)
    assert shown["refused"] == "Unknown parameter: 'foo'."


@pytest.mark.parametrize(
    ("text", "shown"), [("caf\u00e9 \u4e2d", "caf\u00e9 \u4e2d"), ("a\tb\x9b", "a\\tb\\x9b"), ("\u202e", "\\u202e")]
)
def test_what_steers_a_terminal_is_escaped(text, shown):
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("seen", "warns"),
    [
        (entry(), False),
        (entry(status=400, refusal=UNKNOWN), False),
        (entry(status=None, outcome="aborted", faults=["reset"]), False),
        (entry(rule=None, reply=None, phase="down", status=503, refusal=ErrorReply(503, "Down.")), False),
        (entry(rule=None, reply=None, status=429, refusal=ErrorReply(429, "Too many.")), False),
        (entry(rule=None, reply=None), False),
        (entry(**REFUSED, refusal=UNKNOWN), True),
        (entry(rule=None, reply=None, status=404, unmatched="No rule"), True),
        (entry(status=500, error=ReplyError("broken")), True),
        (entry(tolerated=[UNKNOWN]), True),
        (entry(outcome="client_left"), True),
        (entry(outcome="failed"), True),
    ],
)
def test_a_warning_is_what_no_scenario_has_planned(seen, warns):
    assert is_warning(seen) is warns
