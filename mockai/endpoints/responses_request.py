"""The body of `POST /responses` as an `APIRequest`, and what it asks of the shape of the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.json_values import object_of, objects_of, positive, text_of
from mockai.endpoints.responses_input import items_of, messages_of
from mockai.request import APIRequest, ResponseFormat, Tool
from mockai.wire import HTTPRequest

__all__ = ["Asked", "decode_create", "request_of"]


def decode_create(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A request for a response; raises `RequestRefused` for what is no JSON object."""
    return request_of(http, params, read_object(http), "responses", "create")


def request_of(
    http: HTTPRequest, params: Mapping[str, str], body: Mapping[str, Any], endpoint: str, operation: str
) -> APIRequest:
    """What a body with an `input` asks for, whichever operation it is sent to."""
    return APIRequest(
        http=http,
        endpoint=endpoint,
        operation=operation,
        params=params,
        body=body,
        model=text_of(body.get("model")),
        messages=messages_of(body.get("instructions"), items_of(body)),
        tools=tuple(_tools(body.get("tools"))),
        tool_choice=_tool_choice(body.get("tool_choice")),
        response_format=_response_format(object_of(object_of(body.get("text")).get("format"))),
        stream=body.get("stream") is True,
        attempt=attempt_of(http),
    )


def _tools(written: Any) -> Iterator[Tool]:
    """The tools offered; those of the API's own go by their type, an MCP server by its label."""
    for what in objects_of(written):
        kind = text_of(what.get("type")) or "function"
        if kind == "namespace":
            yield from _tools(what.get("tools"))
            continue
        yield Tool(
            name=text_of(what.get("name")) or text_of(what.get("server_label")) or kind,
            kind=kind,
            parameters=object_of(what.get("parameters")) or None,
            description=text_of(what.get("description")) or "",
            strict=what.get("strict") is True,
        )


def _tool_choice(choice: Any) -> str | None:
    """The mode (`auto`, `none`, `required`) or the name of the tool that must be called."""
    what = object_of(choice)
    named = next((text_of(what[key]) for key in ("name", "mode", "server_label", "type") if what.get(key)), None)
    return text_of(choice) or named


def _response_format(asked: Mapping[str, Any]) -> ResponseFormat | None:
    match asked.get("type"):
        case "text" | "json_object" as kind:
            return ResponseFormat(kind)
        case "json_schema":
            schema = object_of(asked.get("schema")) or None
            name, description = text_of(asked.get("name")), text_of(asked.get("description")) or ""
            return ResponseFormat("json_schema", name, schema, asked.get("strict") is True, description)
    return None


# -------------------------------------------------------------------------------------- the reply's shape


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of the shape of its reply.

    `most_tokens` cuts it. `thoughts` is how reasoning is shown: as a summary if the client asks for one, as it is
    by models with open weights, else not at all. Values of a wrong type count as not given.
    """

    most_tokens: int | None = None
    include: frozenset[str] = frozenset()
    logprobs: bool = False
    top_logprobs: int = 0
    thoughts: Literal["hidden", "summary", "text"] = "hidden"
    obfuscated: bool = True
    background: bool = False
    store: bool = True

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Asked:
        """What this body asks for."""
        include = body.get("include")
        included = frozenset(filter(None, map(text_of, include))) if isinstance(include, list) else frozenset()
        top = positive(body.get("top_logprobs")) or 0
        return cls(
            most_tokens=positive(body.get("max_output_tokens")),
            include=included,
            logprobs=bool(top) or "message.output_text.logprobs" in included,
            top_logprobs=top,
            thoughts=_thoughts(body),
            obfuscated=object_of(body.get("stream_options")).get("include_obfuscation") is not False,
            background=body.get("background") is True,
            store=body.get("store") is not False,
        )


def _thoughts(body: Mapping[str, Any]) -> Literal["hidden", "summary", "text"]:
    if "gpt-oss" in (text_of(body.get("model")) or ""):
        return "text"
    asked = object_of(body.get("reasoning"))
    return "summary" if asked.get("summary") or asked.get("generate_summary") else "hidden"
