"""Vector stores: made, changed, listed, searched, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.endpoints.base import Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.parameters import metadata, text
from mockai.endpoints.resource import POLLED, Stored, served
from mockai.endpoints.vector_stores_kept import (
    BATCHES,
    STORE_FILES,
    STORES,
    advance,
    counts,
    expires_after,
    new_store,
)
from mockai.endpoints.vector_stores_search import search
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources

__all__ = ["OPERATIONS"]

_DAY = 86_400
_page = pages(STORES)


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return _whole(new_store(serving.resources, request.body, mint), serving.resources, mint.created)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    store = STORES.get(serving.resources, request.params["vector_store_id"])
    advance(serving, store["id"])
    return _whole(store, serving.resources, mint.created)


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    stores = (_whole(store, serving.resources, mint.created) for store in STORES.all(serving.resources))
    return _page(stores, request.query)


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body, given = request.body, dict[str, Any]()
    if "name" in body:
        given["name"] = text(body, "name") or ""
    if "metadata" in body:
        given["metadata"] = metadata(body) or {}
    if "expires_after" in body:
        given["expires_after"] = expires_after(body)
    given["last_active_at"] = mint.created
    changed = STORES.change(serving.resources, request.params["vector_store_id"], lambda store: {**store, **given})
    return _whole(changed, serving.resources, mint.created)


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["vector_store_id"]
    STORES.delete(serving.resources, id)
    STORE_FILES.clear(serving.resources, id)
    BATCHES.clear(serving.resources, id)
    return {"id": id, "object": "vector_store.deleted", "deleted": True}


def _search(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    id = request.params["vector_store_id"]
    STORES.change(serving.resources, id, lambda store: {**store, "last_active_at": mint.created})
    return search(serving.resources, id, request.body)


def _whole(store: Stored, resources: Resources, now: int) -> Stored:
    """The store with what follows from its files and from the time."""
    files = list(STORE_FILES.all(resources, store["id"]))
    counted, expires_after = counts(files), store["expires_after"]
    expires_at = None if expires_after is None else store["last_active_at"] + expires_after["days"] * _DAY
    expired = expires_at is not None and now >= expires_at
    return {
        **store,
        "usage_bytes": sum(file["usage_bytes"] for file in files),
        "file_counts": counted,
        "status": "expired" if expired else "in_progress" if counted["in_progress"] else "completed",
        "expires_at": expires_at,
    }


_ONE = "/vector_stores/{vector_store_id}"

OPERATIONS = (
    served("vector_stores", "create", "POST", "/vector_stores", _create, headers=POLLED),
    served("vector_stores", "list", "GET", "/vector_stores", _list),
    served("vector_stores", "retrieve", "GET", _ONE, _retrieve, headers=POLLED),
    served("vector_stores", "update", "POST", _ONE, _update),
    served("vector_stores", "delete", "DELETE", _ONE, _delete),
    served("vector_stores", "search", "POST", f"{_ONE}/search", _search),
)
