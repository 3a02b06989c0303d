"""What the openai SDK makes of each error: its class, and the message, type, param and code a user reads."""

from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from mockai.api_errors import NAMES, ErrorReply, named

CLASSES = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
}
ERRORS = [name for name, entry in NAMES.items() if entry.status >= 400]
HIDDEN = [name for name in ERRORS if isinstance(named(name).envelope(), list)]
TEXTS = [name for name in ERRORS if name not in HIDDEN and isinstance(named(name).envelope().get("error"), str)]


def served(error: ErrorReply) -> OpenAI:
    """A client whose every request is answered by this error."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        head, body = error.plan()
        return httpx2.Response(head.status, headers=list(head.headers), content=body.data)

    transport = httpx2.MockTransport(answer)
    return OpenAI(
        api_key="sk-x", base_url="http://mock/v1", max_retries=0, http_client=httpx2.Client(transport=transport)
    )


def ask(client: OpenAI) -> Any:
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])


def raised(error: ErrorReply) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as caught:
        ask(served(error))
    return caught.value


@pytest.mark.parametrize("name", ERRORS)
def test_each_error_is_raised_as_the_class_of_its_status(name):
    status = NAMES[name].status
    expected = openai.InternalServerError if status >= 500 else CLASSES.get(status, openai.APIStatusError)
    assert type(raised(named(name))) is expected


@pytest.mark.parametrize("name", [name for name in ERRORS if NAMES[name].layout is None and NAMES[name].body is None])
def test_each_error_in_openais_shape_keeps_its_fields(name):
    error = named(name)
    seen = raised(error.with_request_id("req_abc"))
    code = None if error.code is None else str(error.code)
    assert (seen.message, seen.type, seen.param, seen.code) == (
        f"Error code: {error.status} - {seen.body['message']}",
        error.type,
        error.param,
        code,
    )
    assert seen.body["message"] == error.with_request_id("req_abc").message
    assert seen.request_id == "req_abc"


@pytest.mark.parametrize("name", HIDDEN)
def test_a_list_hides_the_message(name):
    seen = raised(named(name))
    assert (str(seen), seen.code) == (f"Error code: {NAMES[name].status}", None)
    assert seen.body == named(name).envelope()


@pytest.mark.parametrize("name", TEXTS)
def test_an_error_that_is_a_text_is_the_body_alone(name):
    seen = raised(named(name))
    assert (str(seen), seen.body, seen.code) == (f"Error code: {NAMES[name].status}", named(name).message, None)


@pytest.mark.parametrize("name", ["html_502", "html_524"])
def test_a_page_is_text(name):
    seen = raised(named(name))
    assert str(seen) == f"Error code: {NAMES[name].status}"
    assert seen.body.startswith("<html>")


def test_an_empty_404_has_an_empty_text():
    assert raised(named("not_found_empty")).body == ""


def test_the_code_of_openrouter_is_a_number_and_becomes_text():
    seen = raised(named("openrouter_provider_error"))
    assert (seen.code, seen.body["code"], seen.body["metadata"]["provider_name"]) == ("429", 429, "MockAI")


def test_a_body_declared_as_bytes_is_read_as_json_all_the_same():
    assert raised(named("deepseek_insufficient_balance")).type == "unknown_error"


def test_an_empty_body_with_status_200_is_no_api_error():
    with pytest.raises(ValueError, match="Expecting value"):
        ask(served(named("empty_body")))


def test_a_page_with_status_200_is_handed_over_as_text():
    assert ask(served(named("wrong_content_type"))).startswith("<!DOCTYPE html>")


def test_json_where_a_stream_was_asked_for_gives_no_chunk():
    client = served(named("json_for_stream"))
    stream = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], stream=True)
    assert list(stream) == []


def test_json_with_an_error_and_status_200_is_a_completion_without_choices():
    assert ask(served(named("json_for_stream"))).choices is None


def test_a_redirect_is_followed_with_the_same_body():
    seen: list[tuple[str, bytes]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append((request.url.path, request.content))
        if request.url.path == "/v1/moved":
            return httpx2.Response(200, json={"id": "chatcmpl-moved"})
        head, body = named("redirect").plan()
        return httpx2.Response(head.status, headers=list(head.headers), content=body.data)

    transport = httpx2.Client(transport=httpx2.MockTransport(answer), follow_redirects=True)
    reply = ask(OpenAI(api_key="sk-x", base_url="http://mock/v1", http_client=transport))
    body = b'{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}'
    assert (reply.id, seen) == ("chatcmpl-moved", [("/v1/chat/completions", body), ("/v1/moved", body)])
