"""A decoded request: one shape for every endpoint, and what rules match on.

`user:` in a rule means the same whether the text came in a chat message, a Responses input item or a legacy
prompt, because each endpoint's `decode` fills the same fields.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import orjson

from mockai.wire import HTTPRequest

__all__ = ["APIRequest", "CallMade", "Message", "ResponseFormat", "Tool", "key_of"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CallMade:
    """A tool call the assistant made in an earlier turn; `arguments` is the text as it was sent."""

    id: str
    name: str
    arguments: str = ""


@dataclass(slots=True)
class Message:
    """One message of the conversation; `text` joins its text parts, `has` names the kinds of the others
    (`image`, `audio`, `file`). `name` is the tool's for a tool result, if it can be known."""

    role: str
    text: str = ""
    has: frozenset[str] = frozenset()
    calls: tuple[CallMade, ...] = ()
    call_id: str | None = None
    name: str | None = None

    def json(self) -> Any:
        """The text as JSON, or the text itself where it is not JSON."""
        try:
            return orjson.loads(self.text)
        except orjson.JSONDecodeError:
            return self.text


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool the client offers. `kind` is the API's `type`; `parameters` the JSON schema of its arguments."""

    name: str
    kind: str = "function"
    parameters: Mapping[str, Any] | None = None
    description: str = ""
    strict: bool = False


@dataclass(frozen=True, slots=True)
class ResponseFormat:
    """What shape of text the client asks for."""

    kind: Literal["text", "json_object", "json_schema"]
    name: str | None = None
    schema: Mapping[str, Any] | None = None
    strict: bool = False
    description: str = ""


@dataclass(slots=True)
class APIRequest:
    """A request to one operation of the API.

    `endpoint` is the SDK's resource name (`chat.completions`), `operation` its method (`create`). `body` is
    the parsed JSON body (an empty mapping where there is none), `params` the parts of the path, `attempt`
    the SDK's retry count from 0. Header names are in lower case; query names that repeat keep the last.
    `unaided`: the endpoint makes up what it sends where no rule answers, which is also what `auto` means there.

    Requests of the same `outline` differ in the texts of their messages alone; None where that is not known, and once
    it has been looked at. `memo` is there where the same request comes again and again: what was made of it `once`.
    """

    http: HTTPRequest
    endpoint: str
    operation: str = "create"
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    model: str | None = None
    messages: tuple[Message, ...] = ()
    tools: tuple[Tool, ...] = ()
    tool_choice: str | None = None
    response_format: ResponseFormat | None = None
    stream: bool = False
    attempt: int = 0
    unaided: bool = False
    outline: bytes | None = field(default=None, init=False, repr=False, compare=False)
    memo: dict[Any, Any] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def headers(self) -> dict[str, str]:
        """Headers by lower-case name."""
        return dict(self.http.headers)

    @property
    def query(self) -> dict[str, str]:
        """Query parameters by name."""
        return dict(self.http.query)

    @property
    def context(self) -> Mapping[str, Any]:
        """What a host application passed along, by key."""
        return self.http.context

    @property
    def turn(self) -> int:
        """How many assistant messages the conversation holds so far."""
        return sum(message.role == "assistant" for message in self.messages)

    def once(self, make: Callable[[APIRequest], T]) -> T:
        """What `make` makes of this request, which must depend on nothing else: made once where the request comes
        again and again."""
        memo = self.memo
        if memo is None:
            return make(self)
        if make not in memo:
            memo[make] = make(self)
        made: T = memo[make]
        return made

    def last(self, *roles: str) -> Message | None:
        """The last message of one of these roles (of any role if none is given), or None."""
        found: Iterable[Message] = reversed(self.messages)
        return next((message for message in found if not roles or message.role in roles), None)

    def tool_results(self) -> tuple[Message, ...]:
        """The tool messages at the end of the conversation: those the model has not answered yet."""
        results: list[Message] = []
        for message in reversed(self.messages):
            if message.role not in ("tool", "function"):
                break
            results.append(message)
        return tuple(reversed(results))


def key_of(http: HTTPRequest) -> str:
    """The key sent, as Bearer, as the password of Basic, or as Azure wants it; empty if there is none to read."""
    header = http.header("authorization")
    if header is None:
        return http.header("api-key") or ""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    return _password(rest) if scheme.lower() == "basic" else ""


def _password(encoded: str) -> str:
    try:
        return b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
