"""Vector stores as they are kept, and how their files get on: a file in progress has ended at the next look at it,
at its batch or at its store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.base import Serving
from mockai.endpoints.files_kept import FILES, file_bytes
from mockai.endpoints.life_cycles import may_step
from mockai.endpoints.parameters import choice, mapping, metadata, number, required, text, texts
from mockai.endpoints.resource import Kind, Stored
from mockai.ids import Mint
from mockai.state import Resources

__all__ = [
    "BATCHES",
    "STORES",
    "STORE_FILES",
    "add_file",
    "advance",
    "attributes_of",
    "chunking",
    "counts",
    "expires_after",
    "forget_file",
    "new_store",
    "text_of_file",
]

STORES = Kind("vector_stores", "vs_", "vector_store_not_found", digits=32, hex=True)
STORE_FILES = Kind(
    "vector_stores.files", "file-", "No file found with id '{id}' in vector store.", owner="vector_store_id"
)
BATCHES = Kind(
    "vector_stores.file_batches",
    "vsfb_",
    "No file batch found with id '{id}' in vector store.",
    digits=32,
    hex=True,
    owner="vector_store_id",
)

_TEXTS = frozenset(
    (
        *(".c", ".cpp", ".cs", ".css", ".csv", ".go", ".html", ".java", ".js", ".json", ".md", ".php", ".py", ".rb"),
        *(".sh", ".tex", ".ts", ".txt", ".xml", ".yaml", ".yml"),
    )
)
_DOCUMENTS = frozenset((".pdf", ".doc", ".docx", ".pptx"))
_MOST_ATTRIBUTES = 16
_MOST_FILES = 500
_USUAL_CHUNKS = {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}


def chunking(body: Mapping[str, Any], name: str = "chunking_strategy") -> Stored:
    """The chunking strategy a body asks for, as the API shows it."""
    written = mapping(body, name)
    if written is None or choice(written, "type", ("auto", "static")) == "auto":
        return {"type": "static", "static": dict(_USUAL_CHUNKS)}
    required(written, "static")
    static = mapping(written, "static") or {}
    flat = {f"{name}.static.{key}": value for key, value in static.items()}
    size = number(flat, f"{name}.static.max_chunk_size_tokens", least=100, most=4096) or 800
    overlap = number(flat, f"{name}.static.chunk_overlap_tokens", least=0, most=size // 2)
    return {
        "type": "static",
        "static": {"max_chunk_size_tokens": size, "chunk_overlap_tokens": size // 2 if overlap is None else overlap},
    }


def new_store(resources: Resources, body: Mapping[str, Any], mint: Mint) -> Stored:
    """Make the store that a body asks for, with its files; raises `RequestRefused` for an unknown file."""
    file_ids, strategy, expires = texts(body, "file_ids", most=_MOST_FILES), chunking(body), expires_after(body)
    store: Stored = {
        "id": STORES.new_id(mint),
        "object": "vector_store",
        "created_at": mint.created,
        "name": text(body, "name") or "",
        "description": text(body, "description"),
        "metadata": metadata(body) or {},
        "expires_after": expires,
        "last_active_at": mint.created,
    }
    for file_id in file_ids:
        add_file(resources, store["id"], file_id, mint.created, strategy, None)
    return STORES.put(resources, store)


def expires_after(body: Mapping[str, Any]) -> Stored | None:
    """When a store expires that nobody uses; None for never."""
    written = mapping(body, "expires_after")
    if written is None:
        return None
    flat = {f"expires_after.{key}": value for key, value in written.items()}
    choice(flat, "expires_after.anchor", ("last_active_at",))
    required(flat, "expires_after.days")
    return {"anchor": "last_active_at", "days": number(flat, "expires_after.days", least=1, most=365)}


def add_file(
    resources: Resources, store: str, id: str, created: int, strategy: Stored, attributes: dict[str, Any] | None
) -> Stored:
    """Put a file into a store, where it is in progress at first; raises `RequestRefused` for an unknown file."""
    filename = FILES.get(resources, id)["filename"]
    stored = {
        "id": id,
        "object": "vector_store.file",
        "usage_bytes": 0,
        "created_at": created,
        "vector_store_id": store,
        "status": "in_progress",
        "last_error": None,
        "chunking_strategy": strategy,
        "attributes": attributes or {},
        "_filename": filename,
    }
    return STORE_FILES.put(resources, stored)


def advance(serving: Serving, store: str, ids: Iterable[str] | None = None) -> None:
    """End the work on the files of a store that are in progress, or on those of them that are named."""
    wanted, resources = None if ids is None else set(ids), serving.resources
    for file in list(STORE_FILES.all(resources, store)):
        asked_for = wanted is None or file["id"] in wanted
        if file["status"] == "in_progress" and asked_for and may_step(serving, f"{store}/{file['id']}"):
            ended = partial(_ended, outcome=_outcome(resources, file))
            STORE_FILES.change(resources, file["id"], ended, store)


def _ended(file: Stored, outcome: Stored) -> Stored:
    return {**file, **outcome} if file["status"] == "in_progress" else file


def _outcome(resources: Resources, file: Stored) -> Stored:
    """How the work on a file ends."""
    try:
        data = file_bytes(resources, file["id"])
    except RequestRefused:
        return _failed("invalid_file", "The file was deleted before it could be processed.")
    suffix = PurePath(file["_filename"]).suffix.lower()
    if suffix not in _TEXTS | _DOCUMENTS:
        return _failed(
            "unsupported_file", f"Files with extensions [{suffix or 'none'}] are not supported for retrieval."
        )
    if suffix in _TEXTS and not _is_text(data):
        return _failed("invalid_file", "The file could not be parsed because it is not valid UTF-8 text.")
    return {"status": "completed", "usage_bytes": len(data)}


def _failed(code: str, message: str) -> Stored:
    return {"status": "failed", "last_error": {"code": code, "message": message}}


def counts(files: Iterable[Stored]) -> dict[str, int]:
    """How many of these files are in which status."""
    found = Counter(file["status"] for file in files)
    names = ("in_progress", "completed", "failed", "cancelled")
    return {**{name: found[name] for name in names}, "total": sum(found.values())}


def text_of_file(resources: Resources, id: str) -> str:
    """What is written in a file; nothing can be read in a PDF or an office document."""
    data = file_bytes(resources, id)
    return data.decode("utf-8-sig") if _is_text(data) else ""


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def forget_file(resources: Resources, id: str) -> None:
    """Take a file that was deleted out of every store."""
    for file in list(STORE_FILES.all(resources)):
        if file["id"] == id:
            resources.delete(STORE_FILES.shelf, f"{file['vector_store_id']}/{id}")


def attributes_of(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The attributes of a file in a store: at most 16, each a text, a number or a boolean."""
    written = mapping(body, "attributes")
    if written is None:
        return None
    if len(written) > _MOST_ATTRIBUTES:
        too_many = {"param": "attributes", "maximum": _MOST_ATTRIBUTES, "length": len(written)}
        raise RequestRefused(named("object_above_max_properties", **too_many))
    for key, value in written.items():
        if not isinstance(value, str | int | float):
            expected = "one of a string, a decimal, or a boolean"
            error = named("invalid_type", param=f"attributes.{key}", expected=expected, got=kind_of(value))
            raise RequestRefused(error)
    return written
