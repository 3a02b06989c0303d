"""Conversations: made, read, changed and deleted; what is said in them is in `conversations.items`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.base import Decode, Operation, Serving
from mockai.endpoints.conversations_kept import (
    CONVERSATIONS,
    ITEM,
    ITEMS,
    change_items,
    conversation,
    items_kept,
)
from mockai.endpoints.cursors import cursor_page
from mockai.endpoints.heads import json_plan
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.json_values import object_of, objects_of
from mockai.endpoints.responses_input import listed_items
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.wire import HTTPRequest, Plan

__all__ = ["OPERATIONS"]

_MOST_AT_ONCE = 20


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = mint.child("conversation").id("conv_")
    metadata = object_of(request.body.get("metadata"))
    made = {"id": id, "object": "conversation", "created_at": mint.created, "metadata": metadata}
    items = _written_items(request, mint)
    serving.resources.put(CONVERSATIONS, id, made)
    serving.resources.put(ITEMS, id, {"items": items}, len(request.http.body))
    return json_plan(made, mint)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    return json_plan(_named(request, serving), mint)


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id, metadata = _named(request, serving)["id"], object_of(request.body.get("metadata"))
    changed = serving.resources.update(CONVERSATIONS, id, lambda stored: {**stored, "metadata": metadata})
    return json_plan(changed, mint)


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = _named(request, serving)["id"]
    serving.resources.delete(CONVERSATIONS, id)
    serving.resources.delete(ITEMS, id)
    return json_plan({"id": id, "object": "conversation.deleted", "deleted": True}, mint)


def _named(request: APIRequest, serving: Serving) -> dict[str, Any]:
    return conversation(serving.resources, request.params["conversation_id"])


# -------------------------------------------------------------------------------------------- items


def _create_items(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = _named(request, serving)["id"]
    if request.body.get("items") is None:
        raise RequestRefused(named("missing_required_parameter", param="items"))
    items = _written_items(request, mint)
    change_items(serving.resources, id, add=items, weight=len(request.http.body))
    return json_plan(cursor_page(items, {}, ITEM, usual=_MOST_AT_ONCE, order="asc"), mint)


def _list_items(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = _named(request, serving)["id"]
    return json_plan(cursor_page(items_kept(serving.resources, id), request.query, ITEM), mint)


def _retrieve_item(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    return json_plan(_item(request, serving), mint)


def _delete_item(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    item, owner = _item(request, serving), _named(request, serving)
    change_items(serving.resources, owner["id"], remove=item["id"])
    return json_plan(owner, mint)


def _item(request: APIRequest, serving: Serving) -> dict[str, Any]:
    owner, id = _named(request, serving), request.params["item_id"]
    found = (item for item in items_kept(serving.resources, owner["id"]) if item["id"] == id)
    item = next(found, None)
    if item is None:
        raise RequestRefused(named("item_not_found", id=id))
    return item


def _written_items(request: APIRequest, mint: Mint) -> list[dict[str, Any]]:
    written = request.body.get("items")
    if written is not None and not isinstance(written, list):
        expected = "an array of input items"
        raise RequestRefused(named("invalid_type", param="items", expected=expected, got=kind_of(written)))
    items = objects_of(written)
    if len(items) > _MOST_AT_ONCE:
        values = {"param": "items", "maximum": _MOST_AT_ONCE, "length": len(items)}
        raise RequestRefused(named("array_above_max_length", **values))
    return listed_items(items, mint.child("items"))


def _decoder(endpoint: str, operation: str, *, with_body: bool = False) -> Decode:
    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        body = read_object(http) if with_body and http.body else {}
        return APIRequest(http, endpoint, operation, params=params, body=body, attempt=attempt_of(http))

    return decode


def _operation(endpoint: str, name: str, method: str, path: str, serve: Any) -> Operation:
    return Operation(endpoint, name, method, path, _decoder(endpoint, name, with_body=method == "POST"), serve=serve)


_ONE = "/conversations/{conversation_id}"
_ITEM = f"{_ONE}/items/{{item_id}}"

OPERATIONS = (
    _operation(CONVERSATIONS, "create", "POST", "/conversations", _create),
    _operation(CONVERSATIONS, "retrieve", "GET", _ONE, _retrieve),
    _operation(CONVERSATIONS, "update", "POST", _ONE, _update),
    _operation(CONVERSATIONS, "delete", "DELETE", _ONE, _delete),
    _operation(ITEMS, "create", "POST", f"{_ONE}/items", _create_items),
    _operation(ITEMS, "list", "GET", f"{_ONE}/items", _list_items),
    _operation(ITEMS, "retrieve", "GET", _ITEM, _retrieve_item),
    _operation(ITEMS, "delete", "DELETE", _ITEM, _delete_item),
)
