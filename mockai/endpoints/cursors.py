"""Lists of stored objects a page at a time, by cursors: `limit`, `order`, `after` and `before` in the query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.resource import Kind, Stored, shown

__all__ = ["cursor_page", "pages"]

_ORDERS = ("asc", "desc")


def pages(
    kind: Kind, *, most: int = 100, usual: int = 20, order: Literal["asc", "desc"] = "desc"
) -> Callable[[Iterable[Stored], Mapping[str, str]], dict[str, Any]]:
    """How objects of a kind are listed: at most so many on a page, `usual` many in `order` unless the query says so."""

    def listed(objects: Iterable[Stored], query: Mapping[str, str]) -> dict[str, Any]:
        return cursor_page(objects, query, kind, most=most, usual=usual, order=order)

    return listed


def cursor_page(
    objects: Iterable[Stored],
    query: Mapping[str, str],
    kind: Kind,
    *,
    most: int = 100,
    usual: int = 20,
    order: Literal["asc", "desc"] = "desc",
) -> dict[str, Any]:
    """A page of these objects, given oldest first; raises `RequestRefused` for a bad limit, order or cursor.

    `after` names the object before the page, `before` the one that follows it.
    """
    limit = _limit(query, usual, most)
    ordered = list(objects) if _order(query, order) == "asc" else list(objects)[::-1]
    ids = [each["id"] for each in ordered]
    start = _index(query["after"], ids, kind) + 1 if "after" in query else 0
    end = _index(query["before"], ids, kind) if "before" in query else len(ids)
    within = ordered[start:end]
    data = [shown(each) for each in (within[-limit:] if _goes_back(query) else within[:limit])]
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": len(within) > limit,
    }


def _goes_back(query: Mapping[str, str]) -> bool:
    return "before" in query and "after" not in query


def _index(id: str, ids: list[str], kind: Kind) -> int:
    if id not in ids:
        raise kind.missing(id)
    return ids.index(id)


def _order(query: Mapping[str, str], usual: str) -> str:
    order = query.get("order") or usual
    if order not in _ORDERS:
        raise RequestRefused(named("invalid_value", param="order", value=order, supported=_ORDERS))
    return order


def _limit(query: Mapping[str, str], usual: int, most: int) -> int:
    written = query.get("limit", "").strip()
    if not written:
        return usual
    try:
        limit = int(written)
    except ValueError:
        raise RequestRefused(named("not_convertible_to_integer", param="limit")) from None
    if limit < 1:
        raise RequestRefused(named("integer_below_min_value", param="limit", minimum=1, value=limit))
    if limit > most:
        raise RequestRefused(named("integer_above_max_value", param="limit", maximum=most, value=limit))
    return limit
