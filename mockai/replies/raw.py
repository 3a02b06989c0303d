"""Replies byte for byte."""

from __future__ import annotations

import base64
import re
from typing import Any

from mockai.replies.answer import RawAnswer
from mockai.replies.filling import Filling, headers_of
from mockai.replies.json_text import json_text
from mockai.scenario.schema import Defaults, RawSpec, Reply

__all__ = ["raw_answer", "sse_event"]

_FIELD = re.compile(r"^(?:data|event|id|retry)?:", re.MULTILINE)


def raw_answer(spec: RawSpec, reply: Reply, defaults: Defaults, filling: Filling) -> RawAnswer:
    """A raw reply. Where no content type is given, it is the one that the kind of body has by itself."""
    events = None if spec.events is None else tuple(sse_event(_filled(event, filling)) for event in spec.events)
    body, kind = (b"", "text/event-stream; charset=utf-8") if events is not None else _body(spec, filling)
    own = {"content-type": kind} if body or events is not None else {}
    return RawAnswer(spec.status, headers_of(reply, defaults, filling, own, spec.headers), body, events)


def _body(spec: RawSpec, filling: Filling) -> tuple[bytes, str]:
    if spec.base64 is not None:
        return base64.b64decode(spec.base64), "application/octet-stream"
    if spec.body is None:
        return b"", ""
    value = _filled(spec.body, filling)
    if not isinstance(value, str):
        return json_text(value).encode(), "application/json"
    return value.encode(), "application/json" if value.lstrip()[:1] in ("{", "[") else "text/plain; charset=utf-8"


def _filled(value: Any, filling: Filling) -> Any:
    """A text stays a text, anything else may become other JSON."""
    return filling.text(value) if isinstance(value, str) else filling.value(value)


def sse_event(value: Any) -> bytes:
    """A server-sent event: a text that is one already, a text to be sent as data, or a value as JSON."""
    text = value if isinstance(value, str) else json_text(value)
    if not (isinstance(value, str) and _FIELD.search(text)):
        text = "\n".join(f"data: {line}" for line in text.splitlines() or [""])
    return (text.rstrip("\n") + "\n\n").encode()
