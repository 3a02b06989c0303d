"""What a call tells of its request, its reply, its end, and the attempts it belongs to."""

import json

import pytest

from mockai import MockOpenAI
from mockai.journal import Entry
from mockai.wire import Body, Head, HTTPRequest

SECRET = "sk-proj-0123456789abcdef"


@pytest.fixture
def mock():
    """A mock that is reached by nobody: requests are put to its engine."""
    return MockOpenAI({"rules": [{"name": "any", "reply": "one two three"}]})


def asked(mock, text="Hello", attempt=0, at=(0.0, 0.5), outcome="complete", steps=None, **body) -> Entry:
    """Put a request to the engine and play its plan, so many steps of it, in so much time."""
    content = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **body}
    headers = (("authorization", f"Bearer {SECRET}"), ("x-stainless-retry-count", str(attempt)))
    request = HTTPRequest("POST", "/v1/chat/completions", headers=headers, body=json.dumps(content).encode())
    exchange = mock.engine.handle(request)
    for number, step in enumerate(exchange.plan, 1):
        if isinstance(step, Head | Body):
            exchange.entry.sent(step)
        if number == steps:
            break
    if outcome != "running":
        exchange.end(outcome)
    exchange.entry.arrived, ended = at
    exchange.entry.ended = ended if outcome != "running" else None
    return exchange.entry


def test_a_call_has_its_request_decoded_and_its_keys_masked(mock):
    tool = {"type": "function", "function": {"name": "look", "parameters": {}}}
    asked(mock, "Weather?", stream=True, tools=[tool], attempt=2)
    call = mock.last
    assert (call.number, call.endpoint, call.method, call.path) == (
        1, "chat.completions.create", "POST", "/v1/chat/completions",
    )  # fmt: skip
    assert (call.model, call.user, call.stream, call.attempt) == ("gpt-4o", "Weather?", True, 2)
    assert [message.text for message in call.messages] == ["Weather?"]
    assert [tool.name for tool in call.tools] == ["look"]
    assert call.body["model"] == "gpt-4o"
    assert call.headers["authorization"] == "Bearer sk-p…cdef"
    assert SECRET not in repr(call) + mock.traffic()
    assert call.request.model == "gpt-4o"


def test_a_request_that_could_not_be_read_has_nothing_decoded(mock):
    exchange = mock.engine.handle(HTTPRequest("POST", "/v1/nowhere", body=b"{}"))
    list(exchange.plan)
    exchange.end("complete")
    call = mock.last
    assert (call.request, call.endpoint, call.model, call.user, call.stream, call.attempt) == (
        None, None, None, "", False, 0,
    )  # fmt: skip
    assert (call.messages, call.tools, call.body, call.rule, call.unmatched) == ((), (), {}, None, None)
    assert repr(call) == "<Call 1 /v1/nowhere '' attempt=0 rule=None status=None complete>"


def test_a_whole_reply_was_read_to_its_end(mock):
    asked(mock, stream=True)
    call = mock.last
    assert (call.rule, call.reply, call.status, call.outcome) == ("any", 0, 200, "complete")
    assert (call.pieces, call.events, call.read_to_end, call.left_after) == (3, 6, True, None)
    assert (call.duration, call.faults, call.error, call.retry_after, call.scripted_wait) == (0.5, (), None, None, 0.0)


def test_a_client_that_hung_up_is_known_with_the_piece_after_which_it_did(mock):
    asked(mock, stream=True, steps=4, outcome="client_left")
    assert (mock.last.outcome, mock.last.read_to_end, mock.last.left_after) == ("client_left", False, 2)


def test_a_call_that_runs_has_no_end(mock):
    asked(mock, outcome="running")
    asked(mock, attempt=1, at=(2.0, 2.1))
    assert [call.duration for call in mock.calls] == [None, pytest.approx(0.1)]
    assert mock.last.waited is None


def test_attempts_of_one_call_are_grouped_by_what_was_asked(mock):
    asked(mock, "a", 0, at=(0, 1))
    asked(mock, "b", 0, at=(0, 1))
    asked(mock, "a", 1, at=(1.5, 2))
    asked(mock, "b", 1, at=(3, 4))
    asked(mock, "a", 2, at=(4, 5))
    asked(mock, "a", 0, at=(6, 7))
    asked(mock, "a", 1, at=(7.25, 8))
    groups = mock.logical_calls
    assert [[call.number for call in group.attempts] for group in groups] == [[1, 3, 5], [2, 4], [6, 7]]
    assert [group.retries for group in groups] == [2, 1, 1]
    assert [group.waits for group in groups] == [(0.5, 2), (2,), (0.25,)]
    assert [call.waited for call in mock.calls] == [None, None, 0.5, 2, 2, None, 0.25]
    assert mock.calls[2].attempts == (mock.calls[0], mock.calls[2], mock.calls[4])


def test_a_retry_without_a_first_try_is_a_call_of_its_own(mock):
    asked(mock, "a", 1)
    asked(mock, "a", 3)
    assert [call.waited for call in mock.calls] == [None, None]
    assert [len(group.attempts) for group in mock.logical_calls] == [1, 1]


def test_two_readings_of_one_call_are_equal(mock):
    asked(mock)
    asked(mock)
    first, second = mock.calls
    assert first == mock.calls[0]
    assert hash(first) == hash(mock.calls[0])
    assert first != second
    assert first != "a call"
