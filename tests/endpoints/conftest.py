"""Requests as they come over HTTP, and streams as the SDK reads them."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson
import pytest

from mockai.endpoints.chat_request import decode_create
from mockai.replies.answer import Choice, Completion, Item
from mockai.request import APIRequest
from mockai.wire import Body, Head, HTTPRequest, Plan

JSON = (("content-type", "application/json"),)


@pytest.fixture(scope="session")
def post() -> Callable[..., HTTPRequest]:
    """A POST of a JSON value, or of bytes as they are."""

    def build(body: Any, path: str = "/v1/chat/completions", headers: Any = JSON) -> HTTPRequest:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return HTTPRequest("POST", path, (), headers, data)

    return build


@pytest.fixture(scope="session")
def ask(post: Callable[..., HTTPRequest]) -> Callable[..., APIRequest]:
    """A chat completion request with these keys in its body."""

    def build(**body: Any) -> APIRequest:
        return decode_create(post({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], **body}), {})

    return build


@pytest.fixture(scope="session")
def answer() -> Callable[..., Completion]:
    """A completion with one choice of these items; further fields by name."""

    def build(*items: Item, finish_reason: str | None = None, logprobs: Any = None, **fields: Any) -> Completion:
        return Completion((Choice(items, finish_reason, logprobs),), **fields)

    return build


@pytest.fixture(scope="session")
def body_of() -> Callable[[Plan], Any]:
    """The JSON a plan of head and body sends."""

    def read(plan: Plan) -> Any:
        head, body = plan
        assert isinstance(head, Head)
        assert isinstance(body, Body)
        assert dict(head.headers)["content-length"] == str(len(body.data))
        return orjson.loads(body.data)

    return read


@pytest.fixture(scope="session")
def sent_events() -> Callable[[Iterable[Any]], list[str]]:
    """The data of each event of a plan, as the SDK's own decoder reads the bytes."""
    from openai._streaming import SSEDecoder

    def read(plan: Iterable[Any]) -> list[str]:
        data = b"".join(step.data for step in plan if isinstance(step, Body))
        return [event.data for event in SSEDecoder().iter_bytes(iter([data]))]

    return read


@pytest.fixture(scope="session")
def chunks_of(sent_events: Callable[..., list[str]]) -> Callable[[Iterable[Any]], list[dict[str, Any]]]:
    """The chunks of a plan's stream, which must end with `[DONE]`."""

    def read(plan: Iterable[Any]) -> list[dict[str, Any]]:
        *chunks, done = sent_events(plan)
        assert done == "[DONE]"
        return [orjson.loads(chunk) for chunk in chunks]

    return read
