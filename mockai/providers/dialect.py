"""How a request is heard and how its reply is said: a provider, its quirks, and those that were asked for beside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from mockai import sse
from mockai.api_errors import ErrorReply, RequestRefused
from mockai.providers.base import CHAT, Asked, Chunk, Event, Quirk
from mockai.providers.profile import Profile
from mockai.providers.profiles import PROFILES
from mockai.request import APIRequest
from mockai.wire import Body, Head, HTTPRequest, Plan, Step

__all__ = ["PLAIN", "Dialect", "dialect_of"]

_DATA = b"data: "
_ERROR = b'data: {"error":{'
_FIELDS = frozenset({"message", "type", "param", "code"})
_OPENAI_ONLY = frozenset({"openai-organization", "openai-processing-ms", "openai-version", "openai-project"})
_LIMITS = "x-ratelimit-"
_USUAL_ID = re.compile(r"req_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """A provider's manner, or OpenAI's own where there is neither a profile nor a quirk."""

    profile: Profile | None = None
    quirks: tuple[Quirk, ...] = ()

    @classmethod
    def of(cls, profile: Profile | None, more: Iterable[Quirk] = ()) -> Dialect:
        """The dialect of a profile with more quirks, each once, in the order in which they are applied."""
        written = (*(profile.quirks if profile is not None else ()), *more)
        each = {quirk.name: quirk for quirk in written}
        return cls(profile, tuple(sorted(each.values(), key=lambda quirk: quirk.rank)))

    @property
    def elsewhere(self) -> bool:
        """Whether parameters and models are others than OpenAI's."""
        abroad = self.profile is not None and not self.profile.openai_models
        return abroad or (bool(self.quirks) and any(quirk.foreign for quirk in self.quirks))

    @property
    def keyless(self) -> bool:
        """Whether every key will do, and none."""
        return self.profile is not None and self.profile.keyless

    @property
    def tells_limits(self) -> bool:
        """Whether replies have headers that tell of limits."""
        return self.profile is None or self.profile.tells_limits

    # ------------------------------------------------------------------------------- the request

    def heard(self, http: HTTPRequest) -> HTTPRequest:
        """The request as the endpoints understand it."""
        for quirk in self.quirks:
            http = quirk.heard(http)
        return http

    def path(self, path: str) -> str:
        """The path as the router knows it, which knows those of OpenAI and of Azure."""
        for prefix in self.profile.prefixes if self.profile is not None else ():
            if path.startswith(prefix + "/") and not prefix.startswith("/openai"):
                return "/v1" + path.removeprefix(prefix)
        return path

    def check(self, request: APIRequest) -> None:
        """Raise `RequestRefused` for what this provider does not take."""
        for quirk in self.quirks:
            if "*" in quirk.endpoints or request.endpoint in quirk.endpoints:
                error = quirk.refusal(request)
                if error is not None:
                    raise RequestRefused(error)

    def asking(self, request: APIRequest) -> APIRequest:
        """The request as the encoder should see it: asking for usage where a quirk needs it."""
        if not (request.stream and request.endpoint == CHAT and any(quirk.needs_usage for quirk in self.quirks)):
            return request
        options = {**(request.body.get("stream_options") or {}), "include_usage": True}
        return replace(request, body={**request.body, "stream_options": options})

    # -------------------------------------------------------------------------------- the reply

    def error(self, error: ErrorReply, request: APIRequest, *, own_message: bool = False) -> ErrorReply:
        """The error in this provider's shape and, unless somebody wrote its message, in its words; one that has a
        shape of its own is left as it is."""
        if error.body is not None or error.layout is not None:
            return error
        for quirk in () if own_message else self.quirks:
            if "*" in quirk.endpoints or request.endpoint in quirk.endpoints:
                error = quirk.refused(error, request)
        if self.profile is None:
            return error
        return self.profile.errors.applied(error, request, own_message=own_message)

    def said(self, plan: Plan, asked: Asked) -> Plan:
        """The plan in this provider's manner, before there are waits and faults in it."""
        if self is PLAIN:
            return plan
        quirks = tuple(quirk for quirk in self.quirks if asked.request.endpoint in quirk.endpoints)
        said = _said(self, plan, quirks if asked.request.operation == "create" else (), asked)
        return tuple(said) if type(plan) is tuple else said

    def late(self, plan: Plan, asked: Asked) -> Plan:
        """The plan when everything else is in it."""
        for quirk in self.quirks:
            if asked.request.endpoint in quirk.endpoints and asked.request.operation == "create":
                plan = quirk.late(plan, asked)
        if self.profile is None or self.profile.openai_models:
            return plan
        if type(plan) is tuple and not any(map(_is_error, plan)):
            return plan
        return (self._worded(step, asked.request) for step in plan)

    def _worded(self, step: Step, request: APIRequest) -> Step:
        """A step, an error in a stream in this provider's shape; an event is an object where an answer is a list."""
        if not isinstance(step, Body) or not _is_error(step):
            return step
        event = orjson.loads(step.data[len(_DATA) :])
        if event.keys() != {"error"} or event["error"].keys() != _FIELDS:
            return step
        code = event["error"]["code"]
        status = int(str(code)) if re.fullmatch("[45][0-9]{2}", str(code)) else 500
        error = ErrorReply(status, **event["error"])
        shaped = self.error(error, request, own_message=True).envelope()
        return step._replace(data=sse.event(orjson.dumps(shaped[0] if isinstance(shaped, list) else shaped)))

    def head(self, head: Head, asked: Asked) -> Head:
        """The status line, and this provider's headers in place of OpenAI's."""
        if self.profile is not None and not self.profile.openai_headers:
            head = _with(self.profile, head.without(*_OPENAI_ONLY), asked)
        told = any(name.startswith(_LIMITS) for name, _ in head.headers)
        if self.tells_limits and (head.status == 429 if told else head.status == 200):
            head = head.filled(asked.limits)
        for quirk in self.quirks:
            head = quirk.head(head, asked)
        return head


PLAIN = Dialect()
"""OpenAI's own."""


def dialect_of(name: str | None, more: Sequence[Quirk] = ()) -> Dialect:
    """The dialect of the provider of this name with more quirks; OpenAI's own for None. KeyError for no such name."""
    if name is None and not more:
        return PLAIN
    return Dialect.of(None if name is None else PROFILES[name], more)


def _with(profile: Profile, head: Head, asked: Asked) -> Head:
    """The head with the headers of a profile; what a scenario gives stands."""
    mint = asked.mint.child("provider's head")
    values = {"hex": mint.hex(32), "ms": str(100 + mint.number() % 900), "model": asked.request.model or ""}
    given = {name for name, value in head.headers if not _USUAL_ID.fullmatch(value)}
    made = tuple(
        (name, text.format(uuid=_uuid(mint.child(name).hex(32)), **values))
        for name, text in profile.headers
        if name not in given
    )
    if any(name == "request-id" for name, _ in profile.headers):
        head = head.without("x-request-id")
    return head.without(*(name for name, _ in made)).plus(*made)


def _uuid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


# ------------------------------------------------------------------------------------------- replies


def _said(dialect: Dialect, plan: Plan, quirks: Sequence[Quirk], asked: Asked) -> Iterator[Step]:
    steps = iter(plan)
    for step in steps:
        if not isinstance(step, Head):
            yield step
            continue
        head = dialect.head(step, asked)
        if not quirks or step.status != 200:
            yield head
        elif dict(step.headers).get("content-type", "").startswith("text/event-stream"):
            yield head
            yield from _streamed(steps, quirks, asked)
        else:
            yield from _whole(head, steps, quirks, asked)
    close = getattr(plan, "close", None)
    if close is not None:
        close()


def _whole(head: Head, steps: Iterator[Step], quirks: Sequence[Quirk], asked: Asked) -> Iterator[Step]:
    """A reply in one piece, whose length is known when its body is."""
    for step in steps:
        reply = _parsed(step.data) if isinstance(step, Body) and step.kind == "json" else None
        if reply is None or not isinstance(step, Body):
            yield head
            yield step
        else:
            for quirk in quirks:
                quirk.completion(reply, asked)
            body = step._replace(data=orjson.dumps(reply))
            yield head.replacing("content-length", str(len(body.data)))
            yield body
        return


def _streamed(steps: Iterator[Step], quirks: Sequence[Quirk], asked: Asked) -> Iterator[Step]:
    events: Iterator[Event] = map(_read, steps)
    for quirk in quirks:
        events = quirk.stream(events, asked)
    unasked = not asked.usage and any(quirk.needs_usage for quirk in quirks)
    for event in events:
        if not isinstance(event, Chunk):
            yield event
        elif not (unasked and _only_counts(event)):
            yield Body(sse.event(orjson.dumps(event.value)), event.kind, event.tokens)


def _only_counts(chunk: Chunk) -> bool:
    """Whether a chunk is there only because the usage was asked for in the client's place; takes the null out."""
    if chunk.value.get("usage") is None:
        chunk.value.pop("usage", None)
    return chunk.kind == "usage" and not chunk.choices


def _read(step: Step) -> Event:
    if not isinstance(step, Body) or not step.data.startswith(_DATA):
        return step
    value = _parsed(step.data[len(_DATA) :])
    return step if value is None else Chunk(value, step.kind, step.tokens)


def _is_error(step: Step) -> bool:
    return isinstance(step, Body) and step.kind == "event" and step.data.startswith(_ERROR)


def _parsed(data: bytes) -> dict[str, Any] | None:
    """A completion or a chunk; None for anything else."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("choices"), list) else None
