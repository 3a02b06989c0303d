"""When two requests are the same, and when they ask the same."""

from dataclasses import replace

import pytest

from mockai.request import APIRequest, Message
from mockai.verdict.asked import digest_of, question_of
from mockai.wire import HTTPRequest

POST = HTTPRequest("POST", "/v1/chat/completions", (), (("content-type", "application/json"),), b'{"model":"gpt-4o"}')


def form(boundary):
    headers = (("content-type", f"multipart/form-data; boundary={boundary}"),)
    body = f'--{boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--{boundary}--\r\n'
    return HTTPRequest("POST", "/v1/files", (), headers, body.encode())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (POST, replace(POST, headers=()), True),
        (POST, replace(POST, body=b'{"model":"gpt-4o-mini"}'), False),
        (POST, replace(POST, path="/v1/completions"), False),
        (POST, replace(POST, method="PUT"), False),
        (POST, replace(POST, query=(("a", "b"),)), False),
        (POST, replace(POST, upstream="backup"), False),
        (form("aaaa"), form("bbbb"), True),
    ],
)
def test_a_request_sent_again_is_the_same(one, other, same):
    assert (digest_of(one) == digest_of(other)) is same


def test_a_question_is_the_same_to_another_model():
    def asking(text, model="gpt-4o", endpoint="chat.completions"):
        messages = (Message("user", text),) if endpoint == "chat.completions" else ()
        body = {"model": model, "input": text}
        return APIRequest(POST, endpoint, body=body, model=model, messages=messages)

    assert question_of(POST, asking("Hi")) == question_of(POST, asking("Hi", "gpt-4o-mini"))
    assert question_of(POST, asking("Hi")) != question_of(POST, asking("Ho"))
    one, other = (asking("Hi", model, "embeddings") for model in ("small", "large"))
    assert question_of(POST, one) == question_of(POST, other)
    assert question_of(POST, one) != question_of(POST, asking("Ho", "small", "embeddings"))
    assert question_of(POST, None) == digest_of(POST)
