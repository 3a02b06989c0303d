"""Conversations as they are stored: the object, and beside it the items it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.json_values import object_of, text_of
from mockai.endpoints.resource import Kind
from mockai.state import Resources

__all__ = [
    "CONVERSATIONS",
    "ITEM",
    "ITEMS",
    "MOST_ITEMS",
    "change_items",
    "conversation",
    "conversation_named",
    "items_kept",
]

CONVERSATIONS = "conversations"
ITEMS = "conversations.items"
ITEM = Kind(ITEMS, "msg_", "item_not_found")
MOST_ITEMS = 1000
"""How many items a conversation keeps; past it the oldest go."""


def conversation_named(body: Mapping[str, Any]) -> str | None:
    """The id of the conversation a request for a response belongs to: given as it is, or as `{id}`."""
    written = body.get("conversation")
    return text_of(written) or text_of(object_of(written).get("id"))


def conversation(resources: Resources, id: str) -> dict[str, Any]:
    """The conversation of this id; raises `RequestRefused` if there is none."""
    found = resources.get(CONVERSATIONS, id)
    if found is None:
        raise RequestRefused(named("conversation_not_found", id=id))
    return found


def items_kept(resources: Resources, id: str) -> list[dict[str, Any]]:
    """The items of a conversation, oldest first."""
    found = resources.get(ITEMS, id)
    return [] if found is None else found["items"]


def change_items(
    resources: Resources, id: str, add: Iterable[dict[str, Any]] = (), remove: str | None = None, weight: int = 0
) -> None:
    """Add items to a conversation and take one out, in one step; one that was deleted stays so. `weight` is how many
    bytes they are of, about."""
    added = tuple(add)

    def change(stored: dict[str, Any]) -> dict[str, Any]:
        kept = [item for item in stored["items"] if item["id"] != remove]
        return {"items": [*kept, *added][-MOST_ITEMS:]}

    resources.update(ITEMS, id, change, weight)
