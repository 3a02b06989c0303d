"""Assertions about calls: what holds, and what is said where something does not."""

import json

import pytest

from mockai import MockOpenAI, ReplyError, ScenarioError, UnmatchedRequest, Unsatisfied
from mockai.wire import Body, Call, Head, HTTPRequest


def asked(mock, text="Hello", attempt=0, at=(0.0, 0.5), outcome="complete", user="me", **body):
    """Put a request to the engine and play its plan to the end, in so much time."""
    content = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **body}
    headers = (("x-stainless-retry-count", str(attempt)),)
    request = HTTPRequest("POST", "/v1/chat/completions", headers=headers, body=json.dumps(content).encode())
    exchange = mock.engine.handle(request)
    for step in exchange.plan:
        if isinstance(step, Head | Body):
            exchange.entry.sent(step)
        elif isinstance(step, Call):
            try:
                step.returned(step.function())
            except Exception as error:
                step.raised(error)
    exchange.end(outcome)
    exchange.entry.arrived, exchange.entry.ended = at
    return exchange.entry


@pytest.fixture
def mock():
    """A mock that echoes, reached by nobody: requests are put to its engine."""
    return MockOpenAI({"rules": [{"name": "any", "reply": {"echo": True}}]})


def raises(text):
    """Unsatisfied with exactly this text."""
    return pytest.raises(Unsatisfied, check=lambda error: str(error) == text)


HELLO = "1. chat.completions.create 'Hello' attempt 0 -> any[0], 200, complete in 500 ms"


def test_calls_are_counted_and_the_last_is_at_hand(mock):
    with raises("no call was made"):
        _ = mock.last
    asked(mock, "one")
    asked(mock, "two")
    assert (mock.count, mock.last.user, [call.user for call in mock.calls]) == (2, "two", ["one", "two"])


def test_assert_called_counts_the_calls_that_meet_the_conditions(mock):
    asked(mock)
    asked(mock, "Bye")
    mock.assert_called()
    mock.assert_called(2)
    mock.assert_called(times=1, user="Hello", model="gpt-*")
    mock.assert_called(times=1, not_={"user": "Hello"})
    mock.assert_not_called(user="weather")
    assert [call.user for call in mock.find(user="Bye")] == ["Bye"]
    assert len(mock.find()) == 2


def test_assert_called_says_what_was_seen_instead(mock):
    with raises("expected at least one call, seen 0 calls\nno call was made"):
        mock.assert_called()
    asked(mock)
    with raises(f"expected 2 calls, seen 1 call\ncalls seen:\n    {HELLO}"):
        mock.assert_called(2)
    with raises(f"expected at least one call with user='Bye', seen 0 calls\ncalls seen:\n    {HELLO}"):
        mock.assert_called(user="Bye")
    with raises(f"expected no call with user='Hello', seen 1 call\ncalls seen:\n    {HELLO}"):
        mock.assert_not_called(user="Hello")


def test_a_condition_nobody_knows_is_refused(mock):
    with pytest.raises(ScenarioError, match="a question for calls with usr='Hello'"):
        mock.assert_called(usr="Hello")


def test_a_request_that_could_not_be_decoded_meets_no_condition(mock):
    exchange = mock.engine.handle(HTTPRequest("GET", "/v1/nowhere"))
    list(exchange.plan)
    exchange.end("complete")
    mock.assert_called(times=1)
    mock.assert_not_called(stream=False)


def test_assert_all_used_names_the_rules_that_were_not(mock):
    mock.add_rule({"name": "weather", "when": {"user": "weather"}, "reply": "Sunny."}, "test.py:7")
    asked(mock)
    with raises("1 rule never used:\n    weather+1 (test.py:7)"):
        mock.assert_all_used()
    asked(mock, "weather")
    mock.assert_all_used()


def test_wait_for_is_satisfied_by_answered_calls_only(mock):
    asked(mock)
    mock.wait_for(1, timeout=0)
    with raises(f"expected 2 answered calls within 0 s, seen 1\ncalls seen:\n    {HELLO}"):
        mock.wait_for(2, timeout=0)


# ---------------------------------------------------------------------------------------- retries


def retried(retry_after, *arrivals, time_scale=1.0):
    """A mock that was asked and asked again at these times; each try took no time."""
    error = {"error": 429} if retry_after is None else {"error": 429, "retry_after": retry_after}
    mock = MockOpenAI({"rules": [{"name": "any", "reply": error}]}, time_scale=time_scale)
    for attempt, arrived in enumerate(arrivals):
        asked(mock, attempt=attempt, at=(arrived, arrived))
    return mock


def test_assert_retried_counts_the_attempts_after_the_first():
    mock = retried(None, 0, 1, 2)
    mock.assert_retried()
    mock.assert_retried(times=2)
    lines = "\n".join(
        f"    {number}. chat.completions.create 'Hello' attempt {number - 1}{after} -> any[0], 429, complete in 0 ms"
        for number, after in ((1, ""), (2, " after 1.00 s"), (3, " after 1.00 s"))
    )
    with raises(f"expected a call with 1 retry\ncalls seen:\n{lines}"):
        mock.assert_retried(times=1)


def test_assert_retried_fails_where_nothing_was_retried(mock):
    with raises("expected a call that was retried\nno call was made"):
        mock.assert_retried()
    asked(mock)
    mock.assert_retried(times=0)
    with raises(f"expected a call with 3 retries\ncalls seen:\n    {HELLO}"):
        mock.assert_retried(times=3)


@pytest.mark.parametrize(
    ("retry_after", "waited", "time_scale", "bounds", "wrong"),
    [
        (None, 1.0, 1, {"min": 1, "max": 1}, None),
        (None, 0.996, 1, {"min": 1}, None),
        (None, 0.99, 1, {"min": 1}, "call 2 came after 0.990 s, expected at least 1 s"),
        (None, 1.01, 1, {"max": 1}, "call 2 came after 1.010 s, expected at most 1 s"),
        (2, 2.0, 1, {}, None),
        (2, 1.0, 1, {}, "call 2 came after 1.000 s, but the reply to call 1 said retry-after 2 s"),
        (2, 1.0, 1, {"honours_retry_after": False}, None),
        (20, 0.2, 0.01, {"min": 19, "max": 21}, None),
        (20, 0.1, 0.01, {}, "call 2 came after 10.000 s, but the reply to call 1 said retry-after 20 s"),
        (20, 0.3, 0.01, {"max": 25}, "call 2 came after 30.000 s, expected at most 25 s"),
        (20, 0.001, 0, {}, None),
        (20, 0.3, 0, {"max": 0.2}, "call 2 came after 0.300 s, expected at most 0.2 s"),
    ],
)
def test_back_off_is_judged_in_scripted_seconds(retry_after, waited, time_scale, bounds, wrong):
    mock = retried(retry_after, 0, waited, time_scale=time_scale)
    if wrong is None:
        mock.assert_backoff(**bounds)
    else:
        with pytest.raises(Unsatisfied) as caught:
            mock.assert_backoff(**bounds)
        assert str(caught.value).partition("\ncalls seen:\n")[0] == wrong


def test_without_retries_there_is_no_back_off_to_judge(mock):
    asked(mock)
    with raises(f"expected retries to judge the back-off of\ncalls seen:\n    {HELLO}"):
        mock.assert_backoff()


# ------------------------------------------------------------------------------------ the verdict


def test_check_raises_each_thing_once():
    mock = MockOpenAI({"rules": [{"name": "weather", "when": {"user": "weather"}, "reply": "Sunny."}]}, strict=True)
    asked(mock, "one")
    asked(mock, "two")
    assert [text.splitlines()[-1] for text in mock.untold()] == ["(1 more unmatched request)"]
    with pytest.raises(UnmatchedRequest, match="No rule answers this request"):
        mock.check()
    assert mock.untold() == ()
    with raises("1 rule never used:\n    weather (scenario 1 at rules[0])"):
        mock.check()
    mock.check()
    asked(mock, "three")
    with pytest.raises(UnmatchedRequest):
        mock.check()
    mock.reset()
    with raises("1 rule never used:\n    weather (scenario 1 at rules[0])"):
        mock.check()


def test_check_passes_over_an_unused_rule_that_nobody_requires(mock):
    mock.check()
    mock.reply("Hi.", required=True, name="needed")
    with pytest.raises(Unsatisfied, match=r"1 rule never used:\n    needed\+1"):
        mock.check()


def test_check_raises_what_a_reply_raised_with_its_cause(mock):
    mock.reply(lambda: {}["missing"], name="broken")
    asked(mock)
    with pytest.raises(ReplyError, match=r"broken.* failed: KeyError: 'missing'") as caught:
        mock.check()
    assert isinstance(caught.value.__cause__, KeyError)
    mock.check()


def test_the_error_of_what_a_function_returned_names_its_rule(mock):
    mock.reply(lambda: None, name="nothing")
    asked(mock)
    with pytest.raises(ReplyError, match=r"^nothing\+1: a Python reply returned NoneType None; it can return text"):
        mock.check()


def test_traffic_tells_each_call_in_a_line():
    mock = MockOpenAI(seed=7)
    assert mock.traffic() == "mode server, seed 7, 0 calls"
    mock.reply("one two", faults=[{"disconnect": {"after": 1}}])
    mock.when(user="weather").reply("Sunny.")
    asked(mock, "x" * 100, stream=True, outcome="aborted", at=(0, 1.5))
    asked(mock, "weather", stream=True, outcome="client_left")
    exchange = mock.engine.handle(HTTPRequest("GET", "/v1/nowhere"))
    assert mock.traffic().splitlines() == [
        "mode server, seed 7, 3 calls",
        f"1. chat.completions.create '{'x' * 59}…' attempt 0 -> rule+1[0], 200, aborted (disconnect) in 1.50 s",
        "2. chat.completions.create 'weather' attempt 0 -> rule+2[0], 200, client_left after 2 pieces in 500 ms",
        "3. GET /v1/nowhere attempt 0 -> no rule, no status, running",
    ]
    exchange.end("failed")
