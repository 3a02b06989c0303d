"""Streams that went wrong, and what applications made of them: carried on, or stopped."""

import json

import httpx
import openai
import pytest

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
TEXT = "one two three four"


def text_so_far(stream):
    """What a stream says until it ends or breaks, whatever breaks it."""
    text = ""
    try:
        for chunk in stream:
            text += chunk.choices[0].delta.content or "" if chunk.choices else ""
    except (openai.APIError, ValueError):
        pass
    return text


def carry_on(client, text):
    """The next turn of a conversation in which the assistant has said this."""
    messages = [*ASK["messages"], {"role": "assistant", "content": text}, {"role": "user", "content": "And then?"}]
    client.chat.completions.create(model="gpt-4o", messages=messages)


@pytest.fixture(params=["server", "patch"])
def mock(request, served, virtual):
    """A mock that answers the next turn, reached in both ways."""
    mock = (served if request.param == "server" else virtual)()
    mock.when(user="then").reply("five six")
    return mock


FAULTS = [
    ("truncate", "truncation_accepted"),
    ("malformed_json", "malformed_chunk_ignored"),
    ("error_event", "stream_error_swallowed"),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
def test_a_conversation_that_goes_on_from_a_broken_answer_proves_it(mock, found, fault, kind):
    mock.when(user="Hello").reply(text=TEXT, faults=[{fault: {"after": 2}}])
    with mock.client() as client:
        text = text_so_far(client.chat.completions.create(**ASK, stream=True))
        assert text == "one two"
        carry_on(client, text)
    assert found(mock.verdict) == {kind: "error"}
    assert mock.verdict.findings[0].calls == (1, 2)


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
def test_a_question_asked_again_shows_that_the_client_minded(mock, found, fault, kind):
    mock.when(user="Hello").replies({"text": TEXT, "faults": [{fault: {"after": 2}}]}, TEXT)
    with mock.client() as client:
        for _ in range(2):
            text = text_so_far(client.chat.completions.create(**ASK, stream=True))
        assert text == TEXT
        carry_on(client, text)
    assert found(mock.verdict) == {}


@pytest.mark.parametrize(("fault", "raised"), [("malformed_json", ValueError), ("error_event", openai.APIError)])
def test_the_sdk_raises_and_nobody_is_accused(mock, found, fault, raised):
    mock.when(user="Hello").reply(text=TEXT, faults=[fault])
    with mock.client() as client, pytest.raises(raised):
        list(client.chat.completions.create(**ASK, stream=True))
    assert found(mock.verdict) == {}


def test_the_sdk_takes_a_truncated_stream_for_a_whole_one(mock, found):
    mock.when(user="Hello").reply(text=TEXT, faults=["truncate"])
    with mock.client() as client:
        list(client.chat.completions.create(**ASK, stream=True))
    assert found(mock.verdict) == {"truncation_accepted": "warning"}


@pytest.mark.parametrize("fault", ["late_error", "missing_done", "double_done", "keepalive_comments", "split", "crlf"])
def test_a_stream_that_came_to_its_finish_is_whole(mock, found, fault):
    mock.when(user="Hello").reply(text=TEXT, faults=[fault])
    with mock.client() as client:
        text = text_so_far(client.chat.completions.create(**ASK, stream=True))
        assert text == TEXT
        carry_on(client, text)
    assert found(mock.verdict) == {}


def test_a_stream_hung_up_on_is_not_a_truncated_one(mock, found):
    mock.when(user="Hello").reply(text="word " * 100, latency={"per_token": 0.5})
    with mock.client() as client, client.chat.completions.create(**ASK, stream=True) as stream:
        for chunk in stream:
            if chunk.choices[0].delta.content:
                break
    assert found(mock.verdict) == {}


def test_responses_are_judged_alike(mock, found):
    mock.when(user="Hello").reply(text=TEXT, faults=[{"truncate": {"after": 2}}])
    with mock.client() as client:
        events = list(client.responses.create(model="gpt-4o", input="Hello", stream=True))
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        assert text == "one two"
        asked = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": text}]
        client.responses.create(model="gpt-4o", input=[*asked, {"role": "user", "content": "And then?"}])
    assert found(mock.verdict) == {"truncation_accepted": "error"}


def test_completions_are_judged_alike(mock, found):
    mock.when(endpoint="completions").reply(text=TEXT, faults=["truncate"])
    with mock.client() as client:
        list(client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hello", stream=True))
    assert found(mock.verdict) == {"truncation_accepted": "warning"}


def leniently(client, **options):
    """A hand-written client that passes over what it cannot read."""
    text = ""
    with client.stream("POST", "/chat/completions", json={**ASK, "stream": True}) as reply:
        for line in reply.iter_lines():
            try:
                chunk = json.loads(line.removeprefix("data: "))
            except ValueError:
                continue
            text += chunk["choices"][0]["delta"].get("content") or "" if chunk.get("choices") else ""
    return text


def test_a_client_that_passes_over_a_malformed_chunk_is_worth_a_note_and_proved_by_what_it_does_next(mock, found):
    mock.when(user="Hello").reply(text=TEXT, faults=["malformed_json"])
    with httpx.Client(base_url=mock.base_url, trust_env=False) as client:
        text = leniently(client)
        assert text == "one three four"
        assert found(mock.verdict) == {"malformed_chunk_ignored": "note"}
        messages = [*ASK["messages"], {"role": "assistant", "content": text}, {"role": "user", "content": "then?"}]
        client.post("/chat/completions", json={"model": "gpt-4o", "messages": messages})
    assert found(mock.verdict) == {"malformed_chunk_ignored": "error"}


def test_a_response_continued_by_its_id_is_used(mock, found):
    mock.when(user="Hello").reply(text=TEXT, faults=[{"truncate": {"after": 2}}])
    with mock.client() as client:
        events = list(client.responses.create(model="gpt-4o", input="Hello", stream=True))
        id = events[0].response.id
        client.responses.create(model="gpt-4o", input="And then?", previous_response_id=id)
    assert found(mock.verdict)["truncation_accepted"] == "error"
