"""Lists of stored objects, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["page"]

_MOST = 100


def page(objects: Iterable[dict[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
    """A page of these objects, given oldest first, as `limit`, `order` and `after` in the query ask for it.

    `after` names the object before the page; where there is none of that id, the page is empty.
    """
    ordered = list(objects)
    if query.get("order") == "desc":
        ordered.reverse()
    if "after" in query:
        ids = [each["id"] for each in ordered]
        ordered = ordered[ids.index(query["after"]) + 1 :] if query["after"] in ids else []
    limit = _limit(query.get("limit", ""))
    data = ordered[:limit]
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": len(ordered) > limit,
    }


def _limit(written: str) -> int:
    return max(1, min(int(written), _MOST)) if written.isascii() and written.isdigit() else 20
