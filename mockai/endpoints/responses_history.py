"""What came before a request for a response: earlier responses, a conversation, items it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.conversations_kept import ITEMS, conversation, conversation_named, items_kept
from mockai.endpoints.json_values import text_of
from mockai.endpoints.responses_input import item_kind, items_of, messages_of
from mockai.endpoints.responses_record import RESPONSES
from mockai.request import APIRequest
from mockai.state import Resources

__all__ = ["enrich", "whole_input"]

_Items = list[Mapping[str, Any]]


def enrich(request: APIRequest, serving: Serving) -> APIRequest:
    """The request with the earlier turns among its messages; raises `RequestRefused` for ids that are unknown."""
    items = whole_input(request, serving.resources)
    return replace(request, messages=messages_of(request.body.get("instructions"), items))


def whole_input(request: APIRequest, resources: Resources) -> _Items:
    """Every item the model would see: what came before, then the input."""
    own = [_referred(item, resources) for item in items_of(request.body)]
    return [*_earlier(request.body, resources), *own]


def _earlier(body: Mapping[str, Any], resources: Resources) -> _Items:
    owner = conversation_named(body)
    if owner is not None:
        conversation(resources, owner)
        return list(items_kept(resources, owner))
    id = text_of(body.get("previous_response_id"))
    if not id:
        return []
    if resources.get(RESPONSES, id) is None:
        raise RequestRefused(named("previous_response_not_found", id=id))
    turns = list(_turns(id, resources))
    return [item for turn in reversed(turns) for item in (*turn["input"], *turn["response"]["output"])]


def _turns(id: str | None, resources: Resources) -> Iterator[dict[str, Any]]:
    """A stored response and those before it, the latest first, as far back as they are kept."""
    seen: set[str] = set()
    while id and id not in seen and (kept := resources.get(RESPONSES, id)) is not None:
        seen.add(id)
        yield kept
        id = kept["response"]["previous_response_id"]


def _referred(item: Mapping[str, Any], resources: Resources) -> Mapping[str, Any]:
    """The item a reference stands for, any other as it is; thoughts not brought along must have been stored."""
    kind, id = item_kind(item), text_of(item.get("id"))
    if id is None or (kind != "item_reference" and (kind != "reasoning" or item.get("encrypted_content"))):
        return item
    found = next((each for each in _stored_items(resources) if each.get("id") == id), None)
    if found is None:
        raise RequestRefused(named("item_not_persisted", id=id))
    return found


def _stored_items(resources: Resources) -> Iterator[Mapping[str, Any]]:
    for kept in resources.all(RESPONSES):
        yield from kept["response"]["output"]
        yield from kept["input"]
    for kept in resources.all(ITEMS):
        yield from kept["items"]
