"""Requests, scopes and answers, made from as little as a test has to say."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mockai.ids import Mint
from mockai.replies.answer import Answer
from mockai.replies.render import render
from mockai.request import APIRequest, Message
from mockai.scenario.schema import Defaults, Reply
from mockai.scenario.templates import Scope
from mockai.wire import HTTPRequest

CREATED = 1_767_225_601


@pytest.fixture(scope="session")
def ask() -> Callable[..., APIRequest]:
    """A decoded chat request: the text of its only message, the keys of its body, and any field of APIRequest."""

    def build(text: str | None = "Hi", *, headers: Any = (), body: Any = None, **fields: Any) -> APIRequest:
        messages = () if text is None else (Message("user", text),)
        http = HTTPRequest("POST", "/v1/chat/completions", (), tuple(headers), orjson.dumps(body or {}))
        given = {"endpoint": "chat.completions", "model": "gpt-4o", "messages": messages, "body": body or {}}
        return APIRequest(http, **{**given, **fields})

    return build


@pytest.fixture(scope="session")
def scope_of(ask: Callable[..., APIRequest]) -> Callable[..., Scope]:
    """The scope of a rule's first call."""

    def build(request: APIRequest | None = None, match: Any = None, seed: int = 0, call: int = 1) -> Scope:
        mint = Mint(seed, "rule", call, created=CREATED)
        return Scope(request or ask(), match or {}, {}, call, 0, mint, CREATED)

    return build


@pytest.fixture(scope="session")
def rendered(scope_of: Callable[..., Scope]) -> Callable[..., Answer]:
    """What a reply, as it is written in YAML, is rendered to."""

    def build(written: Any, request: APIRequest | None = None, defaults: Any = None, **scope: Any) -> Answer:
        reply = Reply.model_validate(written)
        return render(reply, scope_of(request, **scope), Defaults.model_validate(defaults or {}))

    return build
