"""Errors, faults and latency, as the official SDK sees them, over a socket and patched."""

import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import openai
import pytest

from mockai import MockOpenAI, Reply
from mockai.api_errors import NAMES, named

ASK: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}


def test_a_rate_limit_is_retried_and_recovered_from(mock):
    mock.when().replies(
        {"error": "rate_limit_exceeded", "retry_after_ms": 1}, {"error": 500, "retry_after_ms": 1}, "Back."
    )
    with mock.client() as client:
        got = client.chat.completions.create(**ASK)
    assert got.choices[0].message.content == "Back."
    assert [(call.attempt, call.status) for call in mock.calls] == [(0, 429), (1, 500), (2, 200)]
    mock.assert_retried(times=2)
    mock.assert_backoff(min=0.001, max=5, honours_retry_after=True)


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ("invalid_api_key", openai.AuthenticationError, "invalid_api_key"),
        ("insufficient_quota", openai.RateLimitError, "insufficient_quota"),
        ("context_length_exceeded", openai.BadRequestError, "context_length_exceeded"),
        ("model_not_found", openai.NotFoundError, "model_not_found"),
        (403, openai.PermissionDeniedError, "model_not_found"),
        (409, openai.ConflictError, None),
        (422, openai.UnprocessableEntityError, None),
        (500, openai.InternalServerError, None),
        (503, openai.InternalServerError, None),
    ],
)
def test_an_error_is_the_sdks_exception(mock, error, kind, code):
    mock.reply(error=error)
    with mock.client(max_retries=0) as client, pytest.raises(kind) as caught:
        client.chat.completions.create(**ASK)
    assert caught.value.code == code
    assert caught.value.request_id.startswith("req_")


@asynccontextmanager
async def opened(mock: MockOpenAI, kind: str, timeout: float = 60) -> AsyncIterator[openai.OpenAI | openai.AsyncOpenAI]:
    """A client of this kind that asks once."""
    client = getattr(mock, kind)(max_retries=0, timeout=timeout)
    try:
        yield client
    finally:
        closed = client.close()
        if closed is not None:
            await closed


async def ended(client: openai.OpenAI | openai.AsyncOpenAI, stream: bool, question: str = "Hello") -> tuple[str, Any]:
    """The text that came, and the exception that ended it."""
    text = ""
    try:
        messages = [{"role": "user", "content": question}]
        made = client.chat.completions.create(model="gpt-4o", messages=messages, stream=stream)
        answer = await made if isinstance(client, openai.AsyncOpenAI) else made
        if not stream:
            return answer.choices[0].message.content, None
        if isinstance(client, openai.AsyncOpenAI):
            async for chunk in answer:
                text += chunk.choices[0].delta.content or ""
        else:
            for chunk in answer:
                text += chunk.choices[0].delta.content or ""
    except Exception as error:
        return text, error
    return text, None


@pytest.mark.parametrize("mode", ["server"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("kind", ["client", "async_client"])
async def test_every_named_error_reaches_the_sdk_as_it_is_listed(make_mock, kind, stream):
    mock = make_mock()
    names = [name for name, entry in NAMES.items() if entry.status >= 400]
    seen, expected = {}, {}
    for name in names:
        mock.when(user={"equals": name}).reply(error=name)
    async with opened(mock, kind) as client:
        errors = [(await ended(client, stream, name))[1] for name in names]
    for name, error in zip(names, errors, strict=True):
        sent = error.response
        listed = named(name, model="gpt-4o", key="sk-mockai", method="POST", path="/v1/chat/completions")
        request_id = sent.headers.get("x-request-id") or sent.headers.get("request-id", "")
        head, body = listed.with_request_id(request_id).plan()
        fixed = {key: value for key, value in head.headers if key not in ("content-length", "x-request-id")}
        expected[name] = (head.status, head.status, fixed, body.data)
        seen[name] = (error.status_code, sent.status_code, {key: sent.headers.get(key) for key in fixed}, sent.content)
    assert seen == expected
    assert len(names) > 200


CUT = openai.APIConnectionError
LATE = openai.APITimeoutError


@pytest.mark.parametrize("kind", ["client", "async_client"])
@pytest.mark.parametrize(
    ("fault", "whole", "streamed"),
    [
        ("reset", ("", CUT), ("", CUT)),
        ("close", ("", CUT), ("", CUT)),
        ("stall", ("", LATE), ("", LATE)),
        ({"slow_headers": {"seconds": 30}}, ("", LATE), ("", LATE)),
        ("disconnect", ("", CUT), ("one", CUT)),
        ("truncate", ("", json.JSONDecodeError), ("one", None)),
        ("error_event", ("", TypeError), ("one", openai.APIError)),
        ("malformed_json", ("", json.JSONDecodeError), ("one", json.JSONDecodeError)),
        ("missing_done", ("one two three", None), ("one two three", None)),
    ],
    ids=str,
)
async def test_each_fault_in_each_form(make_mock, kind, fault, whole, streamed):
    """A JSON body with an error and status 200 is a completion without choices to the SDK, hence TypeError."""
    mock = make_mock()
    mock.reply(text="one two three", faults=[fault])
    async with opened(mock, kind, timeout=0.5) as client:
        ends = [await ended(client, stream) for stream in (False, True)]
    assert [(text, None if error is None else type(error)) for text, error in ends] == [whole, streamed]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("fault", "cause"), [("reset", "ReadError"), ("close", "RemoteProtocolError")], ids=["reset", "close"]
)
async def test_a_fault_before_the_reply_is_a_connection_error_that_is_retried(mock, fault, cause, stream):
    mock.when().replies(Reply(text="never sent", faults=(fault,)), "Here.")
    async with mock.async_client(max_retries=0) as client:
        with pytest.raises(openai.APIConnectionError) as caught:
            await client.chat.completions.create(**ASK, stream=stream)
    with mock.client(max_retries=1) as client:
        assert client.chat.completions.create(**ASK).choices[0].message.content == "Here."
    assert type(caught.value.__cause__).__name__ == cause
    assert (mock.calls[0].outcome, mock.calls[0].faults) == ("aborted", (fault,))


@pytest.mark.parametrize(
    ("fault", "kind", "cause"),
    [
        ({"disconnect": {"after": 2}}, openai.APIConnectionError, "RemoteProtocolError"),
        ({"reset": {"after": 2}}, openai.APIConnectionError, "ReadError"),
        ({"stall": {"after": 2}}, openai.APITimeoutError, "ReadTimeout"),
        ({"error_event": {"after": 2}}, openai.APIError, None),
        ({"malformed_json": {"at": 4}}, json.JSONDecodeError, None),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_fault_inside_a_stream_comes_after_the_pieces_before_it(mock, fault, kind, cause):
    mock.reply(text="one two three four", faults=[fault])
    got = []
    with mock.client(timeout=0.3) as client, pytest.raises(kind) as caught:
        for chunk in client.chat.completions.create(**ASK, stream=True):
            got.append(chunk.choices[0].delta.content or "")
    assert "".join(got) == "one two"
    assert cause is None or type(caught.value.__cause__).__name__ == cause
    assert mock.count == 1


@pytest.mark.parametrize("fault", ["truncate", "missing_done"])
def test_a_stream_that_only_lacks_its_end_raises_nothing(mock, fault):
    mock.reply(text="one two", faults=[{fault: {"after": 1}} if fault == "truncate" else fault])
    with mock.client() as client:
        chunks = list(client.chat.completions.create(**ASK, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert (text, chunks[-1].choices[0].finish_reason) == (
        ("one", None) if fault == "truncate" else ("one two", "stop")
    )


@pytest.mark.parametrize("fault", ["stall", {"slow_headers": {"seconds": 30}}], ids=str)
def test_no_head_within_the_timeout_is_a_timeout(make_mock, fault):
    mock = make_mock()
    mock.reply(text="late", faults=[fault])
    with mock.client(timeout=0.2, max_retries=0) as client, pytest.raises(openai.APITimeoutError) as caught:
        client.chat.completions.create(**ASK)
    assert type(caught.value.__cause__).__name__ == "ReadTimeout"
    mock.wait_for(1)
    assert mock.last.outcome == "client_left"


def test_time_scale_turns_waiting_off_and_still_records_it(mock):
    mock.reply(text="one two three", latency={"first_token": 2, "per_token": 0.5})
    with mock.client() as client:
        list(client.chat.completions.create(**ASK, stream=True))
    assert mock.last.scripted_wait == 3.0
    assert mock.last.duration < 1


def test_a_gate_holds_a_stream_until_it_is_opened(mock):
    mock.reply(text="one two three", gate={"name": "half", "after": 2})
    got, reached = [], threading.Event()

    def read():
        with mock.client() as client:
            for chunk in client.chat.completions.create(**ASK, stream=True):
                got.append(chunk.choices[0].delta.content or "")
                if "".join(got) == "one two":
                    reached.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert reached.wait(5)
    assert "".join(got) == "one two"
    mock.gate("half").open()
    reader.join(5)
    assert "".join(got) == "one two three"


def test_a_client_that_hangs_up_is_noticed(make_mock):
    mock = make_mock()
    mock.reply(text="one two three four", gate={"name": "never", "after": 2})
    with mock.client() as client, client.chat.completions.create(**ASK, stream=True) as stream:
        for chunk in stream:
            if chunk.choices[0].delta.content == " two":
                break
    mock.wait_for(1)
    assert (mock.last.outcome, mock.last.pieces) == ("client_left", 2)


def test_an_unmatched_request_says_why_and_is_not_retried(mock):
    mock.when(user="Goodbye").reply("Bye.")
    with mock.client() as client, pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(**ASK)
    assert mock.count == 1
    assert caught.value.response.headers["x-should-retry"] == "false"
    assert "Goodbye" in caught.value.message
    assert "Hello" in caught.value.message
    with pytest.raises(AssertionError, match="Goodbye"):
        mock.check()


@pytest.mark.parametrize("callers", [50])
def test_each_reply_of_a_sequence_is_given_exactly_once(mock, callers):
    mock.when().replies("one", "two", "three")
    got, lock = [], threading.Lock()

    def ask(client):
        try:
            text = client.chat.completions.create(**ASK).choices[0].message.content
        except openai.NotFoundError:
            text = "unmatched"
        with lock:
            got.append(text)

    with mock.client(max_retries=0) as client:
        threads = [threading.Thread(target=ask, args=(client,)) for _ in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(got) == sorted(["one", "two", "three", *["unmatched"] * (callers - 3)])


def test_a_rule_counts_the_requests_that_meet_its_other_conditions(mock):
    mock.when(user="Hello").reply("Hi")
    mock.when(user="Hello", call=2).reply(error=500, headers={"x-should-retry": "false"})
    with mock.client() as client:
        got = []
        for _ in range(3):
            try:
                got.append(client.chat.completions.create(**ASK).choices[0].message.content)
            except openai.InternalServerError:
                got.append("failed")
    assert got == ["Hi", "failed", "Hi"]
