"""An error ready to send, and the template it is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal, TypeAlias

import orjson

from mockai.api_errors.phrases import Phrases
from mockai.wire import Body, Head, Headers, Plan

__all__ = ["OPENAI", "REQUEST_ID", "ErrorReply", "Evidence", "NamedError", "RequestRefused", "Slot"]

REQUEST_ID = "req_00000000000000000000000000000000"
"""Stands for the id of the request until `ErrorReply.with_request_id` says which one it is."""

Evidence: TypeAlias = Literal["measured", "documented", "unverified"]
"""How sure the bytes are: seen on the wire or in the server's source, written in its documentation, or from
memory. A test of yours should not depend on an unverified text."""


class Slot(Enum):
    """A place in a layout that takes a field of the error when it is sent."""

    MESSAGE = "message"
    TYPE = "type"
    PARAM = "param"
    CODE = "code"


OPENAI: Mapping[str, Any] = {"message": Slot.MESSAGE, "type": Slot.TYPE, "param": Slot.PARAM, "code": Slot.CODE}
"""The four keys of `error` as OpenAI sends them, always all four."""


def _with_leaves(tree: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(tree, Mapping):
        return {key: _with_leaves(value, change) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_with_leaves(value, change) for value in tree]
    return change(tree)


def _leaves(tree: Any) -> Iterator[Any]:
    if isinstance(tree, Mapping | list | tuple):
        for value in tree.values() if isinstance(tree, Mapping) else tree:
            yield from _leaves(value)
    else:
        yield tree


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """An error ready to send.

    `layout` is the JSON around the four fields, with a `Slot` where each goes; None is OpenAI's own envelope.
    `body` replaces it altogether. `pretty` indents by two spaces, as OpenAI does and others do not.
    """

    status: int
    message: str
    type: str | None = "invalid_request_error"
    param: str | None = None
    code: str | int | None = None
    headers: Headers = ()
    body: bytes | None = None
    content_type: str | None = "application/json"
    layout: Any = None
    pretty: bool = True

    def envelope(self) -> Any:
        """The JSON value sent, as Python data; what an error event in a stream carries too."""
        layout = {"error": OPENAI} if self.layout is None else self.layout
        return _with_leaves(layout, lambda leaf: getattr(self, leaf.value) if isinstance(leaf, Slot) else leaf)

    def content(self) -> bytes:
        """The bytes of the body."""
        if self.body is not None:
            return self.body
        return orjson.dumps(self.envelope(), option=orjson.OPT_INDENT_2 if self.pretty else 0)

    def plan(self) -> Plan:
        """Head and body."""
        data = self.content()
        own = {} if self.content_type is None else {"content-type": self.content_type}
        own |= {} if self.status == 304 else {"content-length": str(len(data))}
        given = {name for name, _ in self.headers}
        framing = tuple(pair for pair in own.items() if pair[0] not in given)
        return (Head(self.status, framing + self.headers), Body(data, "json" if self.body is None else "raw"))

    def with_headers(self, headers: Mapping[str, str] | Headers) -> ErrorReply:
        """The same error with these headers, in place of any of the same name.

        A new `retry-after` also takes away `retry-after-ms`, which clients would obey instead.
        """
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        new = tuple((name.lower(), value) for name, value in pairs)
        gone = {name for name, _ in new}
        if "retry-after" in gone:
            gone.add("retry-after-ms")
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] not in gone) + new)

    def with_request_id(self, request_id: str) -> ErrorReply:
        """The same error as the answer to the request of this id: in `x-request-id`, and where the text names it.

        What a proxy sends in the API's place (`body`) has no such header.
        """
        bare, placeholder = request_id.removeprefix("req_"), REQUEST_ID.removeprefix("req_")

        def fill(leaf: Any) -> Any:
            return leaf.replace(REQUEST_ID, request_id).replace(placeholder, bare) if isinstance(leaf, str) else leaf

        headers = tuple((name, fill(value)) for name, value in self.headers)
        if self.body is None and not {"request-id", "x-request-id"} & {name for name, _ in headers}:
            headers += (("x-request-id", request_id),)
        return replace(self, message=fill(self.message), layout=_with_leaves(self.layout, fill), headers=headers)


class RequestRefused(Exception):
    """The API would refuse this request, with this error. `errors` is that one, and those that were found beside it:
    what the API would name once the first is mended."""

    def __init__(self, error: ErrorReply, *others: ErrorReply) -> None:
        super().__init__(error.message)
        self.error = error
        self.errors = (error, *others)


_USUAL_VALUES: Mapping[str, Any] = {
    "id": "missing",
    "model": "gpt-4o",
    "name": "answer",
    "organization": "org-mockai",
    "param": "messages",
    "path": "/v1/chat/completions",
    "method": "POST",
    "project": "proj_mockai",
    "request_id": REQUEST_ID,
    "hint": "",
}


@dataclass(frozen=True, slots=True)
class NamedError:
    """An entry of the catalogue. `summary` says when the API sends it.

    Texts are templates: `{model}`, or `{value:echo}` with one of the wordings of `phrases`. `defaults` are the
    values of placeholders that have no usual one, `derived` those that follow from others. `body` is a body that is
    not JSON.
    """

    name: str
    status: int
    summary: str
    message: str
    type: str | None = "invalid_request_error"
    param: str | None = None
    code: str | int | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    derived: Mapping[str, Callable[[Mapping[str, Any]], Any]] = field(default_factory=dict)
    headers: Headers = ()
    layout: Any = None
    body: str | None = None
    content_type: str | None = "application/json"
    pretty: bool = True
    evidence: Evidence = "measured"

    @property
    def placeholders(self) -> dict[str, Any]:
        """What the texts take, by name, with the value each has if none is given."""
        texts = (self.message, self.param or "", self.body or "", *(value for _, value in self.headers))
        templates = [*texts, *(leaf for leaf in _leaves(self.layout) if isinstance(leaf, str))]
        names = [name for text in templates for _, name, _, _ in Phrases().parse(text) if name]
        names = [name for name in names if name not in self.derived]
        return {name: self.defaults.get(name, _USUAL_VALUES.get(name)) for name in names}

    def reply(self, values: Mapping[str, Any]) -> ErrorReply:
        """The error with its texts filled in. A value of None is as good as none given.

        Of the values that are no placeholders, `message` replaces the whole message; others are ignored.
        """
        known = {**_USUAL_VALUES, **self.defaults, **{k: v for k, v in values.items() if v is not None}}
        known |= {name: derive(known) for name, derive in self.derived.items()}

        def fill(text: Any) -> Any:
            return Phrases().vformat(text, (), known) if isinstance(text, str) else text

        body = None if self.body is None else fill(self.body).encode()
        return ErrorReply(
            status=self.status,
            message=known["message"] if "message" in known else fill(self.message),
            type=self.type,
            param=fill(self.param),
            code=self.code,
            headers=tuple((name, fill(value)) for name, value in self.headers),
            body=body,
            content_type=self.content_type,
            layout=_with_leaves(self.layout, fill),
            pretty=self.pretty,
        )
