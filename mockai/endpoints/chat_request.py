"""The body of `POST /chat/completions` as an `APIRequest`, and what it asks of the shape of the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.json_values import object_of, objects_of, positive, text_of
from mockai.request import APIRequest, CallMade, Message, ResponseFormat, Tool
from mockai.wire import HTTPRequest

__all__ = ["Asked", "decode_create"]

_KINDS = {"image_url": "image", "input_audio": "audio", "file": "file"}
_MOST_CHOICES = 128
_TEXT_ONLY: frozenset[str] = frozenset()
_LONGEST_OUTLINED = 65_536


def decode_create(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A request for a completion; raises `RequestRefused` for what is no JSON object."""
    body = read_object(http)
    messages, plain = _messages(body.get("messages"))
    request = APIRequest(  # by place, which is twice as quick as by name
        http,
        "chat.completions",
        "create",
        params,
        body,
        text_of(body.get("model")),
        messages,
        tuple(_tools(body)) if "tools" in body or "functions" in body else (),
        _tool_choice(body) if "tool_choice" in body or "function_call" in body else None,
        _response_format(body["response_format"]) if "response_format" in body else None,
        body.get("stream") is True,
        attempt_of(http),
    )
    if plain and len(http.body) <= _LONGEST_OUTLINED:
        request.outline = _outline(request)
    return request


# ----------------------------------------------------------------------------------------- messages


def _messages(written: Any) -> tuple[tuple[Message, ...], bool]:
    """The messages, and whether there is no more to them than a role and a text each."""
    names: dict[str, str] = {}
    made: list[Message] = []
    plain = type(written) is list
    for each in objects_of(written):
        message = _plain_message(each)
        if message is None:
            message, plain = _message(each, names), False
        made.append(message)
    return tuple(made), plain and len(made) == len(written)


def _plain_message(written: Mapping[str, Any]) -> Message | None:
    """A message that has a role and a text and nothing else, as most have; None for others."""
    if len(written) != 2:
        return None
    role, text = written.get("role"), written.get("content")
    return Message(role, text) if type(text) is str and type(role) is str else None


def _outline(request: APIRequest) -> bytes | None:
    """All of a request but the texts of its messages; None where these must ask for the object that the reply is."""
    format = request.response_format
    if format is not None and format.kind == "json_object":
        return None
    return orjson.dumps({**request.body, "messages": [message.role for message in request.messages]})


def _message(written: Mapping[str, Any], names: dict[str, str]) -> Message:
    """One message; `names` collects the tools' names by call id, for the results that follow."""
    text, has = _content(written.get("content"))
    calls = tuple(_calls_made(written))
    names.update((call.id, call.name) for call in calls)
    call_id = text_of(written.get("tool_call_id"))
    return Message(
        role=text_of(written.get("role")) or "",
        text=text or text_of(written.get("refusal")) or "",
        has=has,
        calls=calls,
        call_id=call_id,
        name=text_of(written.get("name")) or (names.get(call_id) if call_id else None),
    )


def _content(content: Any) -> tuple[str, frozenset[str]]:
    if not isinstance(content, list):
        return text_of(content) or "", _TEXT_ONLY
    parts = objects_of(content)
    texts = [text_of(part.get("text")) or text_of(part.get("refusal")) for part in parts]
    kinds = frozenset(_KINDS[part["type"]] for part in parts if text_of(part.get("type")) in _KINDS)
    return "\n".join(text for text in texts if text), kinds


def _calls_made(written: Mapping[str, Any]) -> Iterator[CallMade]:
    for call in objects_of(written.get("tool_calls")):
        what = object_of(call.get("function")) or object_of(call.get("custom"))
        arguments = text_of(what.get("arguments")) or text_of(what.get("input"))
        yield CallMade(text_of(call.get("id")) or "", text_of(what.get("name")) or "", arguments or "")
    legacy = object_of(written.get("function_call"))
    if legacy:
        yield CallMade("", text_of(legacy.get("name")) or "", text_of(legacy.get("arguments")) or "")


# -------------------------------------------------------------------------------------------- tools


def _tools(body: Mapping[str, Any]) -> Iterator[Tool]:
    for written in objects_of(body.get("tools")):
        kind = text_of(written.get("type")) or "function"
        yield _tool(object_of(written.get(kind)), kind)
    for written in objects_of(body.get("functions")):
        yield _tool(written, "function")


def _tool(what: Mapping[str, Any], kind: str) -> Tool:
    return Tool(
        name=text_of(what.get("name")) or "",
        kind=kind,
        parameters=object_of(what.get("parameters")) or None,
        description=text_of(what.get("description")) or "",
        strict=what.get("strict") is True,
    )


def _tool_choice(body: Mapping[str, Any]) -> str | None:
    """The mode (`auto`, `none`, `required`) or the name of the tool that must be called."""
    choice = body.get("tool_choice")
    written = body.get("function_call") if choice is None else choice
    if written is None:
        return None
    what = _chosen(written)
    return text_of(written) or text_of(what.get("name")) or text_of(what.get("mode"))


def _chosen(written: Any) -> Mapping[str, Any]:
    """What an object of `tool_choice` or `function_call` says of the tool, or the tools allowed."""
    choice = object_of(written)
    return object_of(choice.get(text_of(choice.get("type")) or "")) or choice


def _response_format(written: Any) -> ResponseFormat | None:
    asked = object_of(written)
    match asked.get("type"):
        case "text" | "json_object" as kind:
            return ResponseFormat(kind)
        case "json_schema":
            what = object_of(asked.get("json_schema"))
            schema = object_of(what.get("schema")) or None
            name, description = text_of(what.get("name")), text_of(what.get("description")) or ""
            return ResponseFormat("json_schema", name, schema, what.get("strict") is True, description)
    return None


# -------------------------------------------------------------------------------------- the reply's shape


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of the shape of its reply.

    `most_tokens` and `stop` cut it; `legacy` is for clients that offer `functions` instead of `tools`; `named`
    says that the client names the tool to call. Values of a wrong type count as not given.
    """

    choices: int = 1
    most_tokens: int | None = None
    stop: tuple[str, ...] = ()
    logprobs: bool = False
    top_logprobs: int = 0
    include_usage: bool = False
    obfuscated: bool = True
    legacy: bool = False
    named: bool = False
    service_tier: str = "default"

    @property
    def takes_all(self) -> bool:
        """Whether one choice is asked for, as it is: not cut, and without the probabilities of its tokens."""
        return self.choices == 1 and self.most_tokens is None and not self.stop and not self.logprobs

    @property
    def unusual(self) -> Asked | None:
        """What is asked, to know it again by; None, which is quicker to compare, where nothing is."""
        return None if self is _USUAL else self

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Asked:
        """What this body asks for."""
        if _SHAPING.isdisjoint(body):
            return _USUAL
        options = object_of(body.get("stream_options"))
        legacy = bool(body.get("functions")) and not body.get("tools")
        most = positive(body.get("max_completion_tokens")) or positive(body.get("max_tokens"))
        return cls(
            choices=min(positive(body.get("n")) or 1, _MOST_CHOICES),
            most_tokens=most,
            stop=_stop(body.get("stop")),
            logprobs=body.get("logprobs") is True,
            top_logprobs=positive(body.get("top_logprobs")) or 0,
            include_usage=options.get("include_usage") is True,
            obfuscated=options.get("include_obfuscation") is not False,
            legacy=legacy,
            named="name" in _chosen(body.get("function_call" if legacy else "tool_choice")),
            service_tier=_TIERS.get(text_of(body.get("service_tier")) or "", "default"),
        )


_SHAPING = frozenset(
    {
        *("function_call", "functions", "logprobs", "max_completion_tokens", "max_tokens", "n", "service_tier"),
        *("stop", "stream_options", "tool_choice", "tools", "top_logprobs"),
    }
)
_USUAL = Asked()
_TIERS = {"flex": "flex", "fast": "priority", "priority": "priority", "scale": "scale"}


def _stop(written: Any) -> tuple[str, ...]:
    each = written if isinstance(written, list) else [written]
    return tuple(sequence for sequence in each if isinstance(sequence, str) and sequence)
