"""Assistants: made, changed, listed, deleted; a run takes from one what the client does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.base import Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.parameters import listing, metadata, needed_text, text
from mockai.endpoints.resource import Kind, Stored, served
from mockai.endpoints.tool_resources import checked, make_stores, settled
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources

__all__ = ["ASSISTANTS", "OPERATIONS", "settings"]

ASSISTANTS = Kind("assistants", "asst_", "assistant_not_found")

_LONGEST_INSTRUCTIONS = 256_000
_MOST_TOOLS = 128
_page = pages(ASSISTANTS)


def settings(body: Mapping[str, Any]) -> Stored:
    """What a body says of how a model is asked; keys it leaves out are left out."""
    found: Stored = {}
    for name, most in (("temperature", 2), ("top_p", 1)):
        if body.get(name) is not None:
            found[name] = _decimal(name, body[name], most)
    if body.get("instructions") is not None:
        found["instructions"] = text(body, "instructions", longest=_LONGEST_INSTRUCTIONS)
    if body.get("tools") is not None:
        found["tools"] = listing(body, "tools", most=_MOST_TOOLS)
    for name in ("model", "reasoning_effort"):
        if body.get(name) is not None:
            found[name] = text(body, name)
    if body.get("response_format") is not None:
        found["response_format"] = body["response_format"]
    if "metadata" in body:
        found["metadata"] = metadata(body) or {}
    return found


def _decimal(name: str, value: Any, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RequestRefused(named("invalid_type", param=name, expected="a decimal", got=kind_of(value)))
    if value < 0:
        raise RequestRefused(named("decimal_below_min_value", param=name, minimum=0, value=value))
    if value > most:
        raise RequestRefused(named("decimal_above_max_value", param=name, maximum=most, value=value))
    return value


def _described(body: Mapping[str, Any], resources: Resources, mint: Mint) -> Stored:
    """What a body says of an assistant beside that."""
    found: Stored = {}
    for name, longest in (("name", 256), ("description", 512)):
        if name in body:
            found[name] = text(body, name, longest=longest)
    if "tool_resources" in body:
        written = checked(body, resources)
        make_stores(written, resources, mint)
        found["tool_resources"] = settled(written, mint)
    return found


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body = request.body
    needed_text(body, "model")
    assistant = {
        "id": ASSISTANTS.new_id(mint),
        "object": "assistant",
        "created_at": mint.created,
        "name": None,
        "description": None,
        "model": None,
        "instructions": None,
        "tools": [],
        "top_p": 1.0,
        "temperature": 1.0,
        "reasoning_effort": None,
        "tool_resources": {},
        "metadata": {},
        "response_format": "auto",
        **_described(body, serving.resources, mint),
        **settings(body),
    }
    return ASSISTANTS.put(serving.resources, assistant)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return ASSISTANTS.get(serving.resources, request.params["assistant_id"])


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    return _page(ASSISTANTS.all(serving.resources), request.query)


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    given = {**_described(request.body, serving.resources, mint), **settings(request.body)}
    return ASSISTANTS.change(serving.resources, request.params["assistant_id"], lambda stored: {**stored, **given})


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["assistant_id"]
    ASSISTANTS.delete(serving.resources, id)
    return {"id": id, "object": "assistant.deleted", "deleted": True}


_ONE = "/assistants/{assistant_id}"

OPERATIONS = (
    served("assistants", "create", "POST", "/assistants", _create),
    served("assistants", "list", "GET", "/assistants", _list),
    served("assistants", "retrieve", "GET", _ONE, _retrieve),
    served("assistants", "update", "POST", _ONE, _update),
    served("assistants", "delete", "DELETE", _ONE, _delete),
)
