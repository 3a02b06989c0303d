"""What a request says: the same as another's or not, the conversation so far, and secrets in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from mockai.request import APIRequest, Message
from mockai.wire import HTTPRequest

__all__ = ["Conversation", "ToolResult", "conversation_of", "digest_of", "leaks_of", "question_of"]

_SHORTEST_KEY = 8
"""A key of fewer characters is no evidence, nor one of letters alone: it may stand anywhere by chance."""
_MOST_LOOKED_AT = 1_000_000
"""So many bytes of a request are looked through for secrets: more is a file."""
_SECRETS: Mapping[str, re.Pattern[bytes]] = {
    "an OpenAI key": re.compile(rb"\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,}"),
    "an AWS access key": re.compile(rb"\bAKIA[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(rb"\bgh[pousr]_[A-Za-z0-9]{36,}"),
    "a Slack token": re.compile(rb"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
    "a private key": re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
}
_FAILED = re.compile(
    r"error|unknown|not (?:found|available|allowed|supported|offered|a )|no such|no tool|invalid|unsupported|"
    r"does not exist|doesn't exist|undefined|unrecogni[sz]ed|refus|denied",
    re.IGNORECASE,
)
"""What a result says that tells the model its call could not be made."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A tool's result in a request; `failed` if it reads like a refusal to run the tool."""

    call_id: str | None
    name: str | None
    failed: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """The texts of the assistant's messages, the tools offered, the results of tools, and the response continued."""

    assistant: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    results: tuple[ToolResult, ...] = ()
    previous: str | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Conversation:
        """What `dataclasses.asdict` made of it, JSON in between."""
        results = tuple(ToolResult(**result) for result in values["results"])
        return cls(tuple(values["assistant"]), tuple(values["tools"]), results, values["previous"])


def digest_of(http: HTTPRequest) -> str:
    """The same for the same request sent again; the boundary of a form is new each time and does not count."""
    body = http.body
    content_type = http.header("content-type") or ""
    if "boundary=" in content_type:
        boundary = content_type.partition("boundary=")[2].partition(";")[0].strip('" ')
        body = body.replace(boundary.encode(), b"")
    return _hashed(f"{http.method} {http.upstream} {http.path} {http.query}".encode(), body)


def question_of(http: HTTPRequest, request: APIRequest | None) -> str:
    """The same for the same messages, or the same body, sent to another model or with other options."""
    if request is None:
        return digest_of(http)
    if request.messages:
        return _hashed(*(f"{message.role}\n{message.text}".encode() for message in request.messages))
    body = {name: value for name, value in request.body.items() if name != "model"}
    return _hashed(orjson.dumps(body, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS))


def _hashed(*parts: bytes) -> str:
    hashed = blake2b(digest_size=8)
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.hexdigest()


def conversation_of(request: APIRequest | None) -> Conversation:
    """What the verdict has to know of the messages of a request."""
    if request is None:
        return Conversation()
    previous = request.body.get("previous_response_id")
    return Conversation(
        tuple(message.text for message in request.messages if message.role == "assistant" and message.text),
        tuple(tool.name for tool in request.tools),
        tuple(_result(message) for message in request.messages if message.role in ("tool", "function")),
        previous if isinstance(previous, str) else None,
    )


def _result(message: Message) -> ToolResult:
    return ToolResult(message.call_id, message.name, bool(_FAILED.search(message.text)))


def leaks_of(http: HTTPRequest, body: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """Where a request carries a secret that is no business of the model's, and which; never the secret itself."""
    found = dict.fromkeys(_leaks(http, _parsed(http) if body is None else body))
    return tuple(found)


def _parsed(http: HTTPRequest) -> Any:
    """The body of a request that was not decoded, if it is JSON."""
    try:
        return orjson.loads(http.body)
    except orjson.JSONDecodeError:
        return None


def _leaks(http: HTTPRequest, body: Any) -> Iterator[tuple[str, str]]:
    key = (http.header("authorization") or http.header("api-key") or "").rpartition(" ")[2]
    if len(key) >= _SHORTEST_KEY and not key.isalpha():
        yield from ((f"query parameter {name}", _OWN) for name, value in http.query if key in value)
        if key.encode() in http.body:
            yield _place(body, key.encode()), _OWN
    looked_at = http.body[:_MOST_LOOKED_AT]
    for what, pattern in _SECRETS.items():
        match = pattern.search(looked_at)
        if match is not None and (not key or match[0] != key.encode()):
            yield _place(body, match[0]), what


_OWN = "its own API key"


def _place(body: Any, secret: bytes) -> str:
    """The path to the text that holds a secret, such as `messages[0].content`."""
    found = next(_paths(body, secret.decode("utf-8", "replace"), ""), None)
    return found or "the body"


def _paths(value: Any, secret: str, path: str) -> Iterator[str]:
    if isinstance(value, str) and secret in value:
        yield path
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _paths(inner, secret, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _paths(inner, secret, f"{path}[{at}]")
