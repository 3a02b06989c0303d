"""The files of a vector store, one by one and in batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.parameters import choice, listing, needed_text, texts
from mockai.endpoints.resource import POLLED, Stored, served
from mockai.endpoints.vector_stores_kept import (
    BATCHES,
    STORE_FILES,
    STORES,
    add_file,
    advance,
    attributes_of,
    chunking,
    counts,
    text_of_file,
)
from mockai.endpoints.vector_stores_search import chunks
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources

__all__ = ["OPERATIONS"]

_MOST_FILES = 2000
_page = pages(STORE_FILES)


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    store, body = _store(request, serving), request.body
    file_id, strategy, attributes = needed_text(body, "file_id"), chunking(body), attributes_of(body)
    return add_file(serving.resources, store, file_id, mint.created, strategy, attributes)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    store, id = _store(request, serving), request.params["file_id"]
    advance(serving, store, [id])
    return STORE_FILES.get(serving.resources, id, store)


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    files = STORE_FILES.all(serving.resources, _store(request, serving))
    return _page(_filtered(files, request), request.query)


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    store, attributes = _store(request, serving), attributes_of(request.body) or {}
    id = request.params["file_id"]
    return STORE_FILES.change(serving.resources, id, lambda file: {**file, "attributes": attributes}, store)


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["file_id"]
    STORE_FILES.delete(serving.resources, id, _store(request, serving))
    return {"id": id, "object": "vector_store.file.deleted", "deleted": True}


def _content(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    file = STORE_FILES.get(serving.resources, request.params["file_id"], _store(request, serving))
    text = text_of_file(serving.resources, file["id"])
    return {
        "object": "vector_store.file_content.page",
        "data": [{"type": "text", "text": chunk} for chunk in chunks(text, file["chunking_strategy"])],
        "has_more": False,
        "next_page": None,
    }


def _store(request: APIRequest, serving: Serving) -> str:
    """The id of the store in the path, which must be there."""
    id: str = STORES.get(serving.resources, request.params["vector_store_id"])["id"]
    return id


def _filtered(files: Any, request: APIRequest) -> list[Stored]:
    wanted = request.query.get("filter")
    if wanted is not None:
        choice(request.query, "filter", ("in_progress", "completed", "failed", "cancelled"))
    return [file for file in files if wanted in (None, file["status"])]


# ------------------------------------------------------------------------------------------- batches


def _create_batch(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    store, resources = _store(request, serving), serving.resources
    wanted = _wanted(request.body)
    for file_id, strategy, attributes in wanted:
        add_file(resources, store, file_id, mint.created, strategy, attributes)
    batch = {
        "id": BATCHES.new_id(mint),
        "object": "vector_store.file_batch",
        "created_at": mint.created,
        "vector_store_id": store,
        "_files": [file_id for file_id, _, _ in wanted],
        "_cancelled": False,
    }
    return _whole_batch(BATCHES.put(resources, batch), resources)


def _wanted(body: Mapping[str, Any]) -> list[tuple[str, Stored, dict[str, Any] | None]]:
    """Which files to add, and how: those in `files` each in its own way, those in `file_ids` all alike."""
    ids, files = texts(body, "file_ids", most=_MOST_FILES), listing(body, "files", most=_MOST_FILES)
    if ids and files:
        raise RequestRefused(named("mutually_exclusive_parameters", first="file_ids", second="files"))
    if not ids and not files:
        raise RequestRefused(named("missing_required_parameter", param="file_ids"))
    each = files or [{**body, "file_id": id} for id in ids]
    return [(needed_text(one, "file_id"), chunking(one), attributes_of(one)) for one in each]


def _retrieve_batch(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    store = _store(request, serving)
    batch = BATCHES.get(serving.resources, request.params["batch_id"], store)
    advance(serving, store, batch["_files"])
    return _whole_batch(batch, serving.resources)


def _cancel_batch(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    store, resources, id = _store(request, serving), serving.resources, request.params["batch_id"]
    unfinished = [file["id"] for file in _files(BATCHES.get(resources, id, store), resources) if _is_running(file)]
    for file_id in unfinished:
        STORE_FILES.change(resources, file_id, lambda file: {**file, "status": "cancelled"}, store)
    cancelled = bool(unfinished)
    return _whole_batch(
        BATCHES.change(resources, id, lambda b: {**b, "_cancelled": b["_cancelled"] or cancelled}, store), resources
    )


def _list_batch(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    batch = BATCHES.get(serving.resources, request.params["batch_id"], _store(request, serving))
    return _page(_filtered(_files(batch, serving.resources), request), request.query)


def _files(batch: Stored, resources: Resources) -> list[Stored]:
    return [f for f in STORE_FILES.all(resources, batch["vector_store_id"]) if f["id"] in batch["_files"]]


def _is_running(file: Stored) -> bool:
    return bool(file["status"] == "in_progress")


def _whole_batch(batch: Stored, resources: Resources) -> Stored:
    """The batch with what follows from its files."""
    counted = counts(_files(batch, resources))
    running = "in_progress" if counted["in_progress"] else "completed"
    return {**batch, "status": "cancelled" if batch["_cancelled"] else running, "file_counts": counted}


_FILES = "/vector_stores/{vector_store_id}/files"
_FILE = f"{_FILES}/{{file_id}}"
_BATCHES = "/vector_stores/{vector_store_id}/file_batches"
_BATCH = f"{_BATCHES}/{{batch_id}}"

OPERATIONS = (
    served("vector_stores.files", "create", "POST", _FILES, _create, headers=POLLED),
    served("vector_stores.files", "list", "GET", _FILES, _list),
    served("vector_stores.files", "retrieve", "GET", _FILE, _retrieve, headers=POLLED),
    served("vector_stores.files", "update", "POST", _FILE, _update),
    served("vector_stores.files", "delete", "DELETE", _FILE, _delete),
    served("vector_stores.files", "content", "GET", f"{_FILE}/content", _content),
    served("vector_stores.file_batches", "create", "POST", _BATCHES, _create_batch, headers=POLLED),
    served("vector_stores.file_batches", "retrieve", "GET", _BATCH, _retrieve_batch, headers=POLLED),
    served("vector_stores.file_batches", "cancel", "POST", f"{_BATCH}/cancel", _cancel_batch, headers=POLLED),
    served("vector_stores.file_batches", "list_files", "GET", f"{_BATCH}/files", _list_batch),
)
