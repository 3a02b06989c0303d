"""Files as they are stored: what an upload, a batch or a fine-tuning job puts there and takes from there."""

from __future__ import annotations

from typing import Any

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.contents import content, drop_content, keep_content
from mockai.endpoints.resource import Kind, Stored
from mockai.ids import Mint
from mockai.state import Resources

__all__ = [
    "FILES",
    "MOST_FILE_BYTES",
    "PURPOSES",
    "check_upload",
    "delete_file",
    "file_bytes",
    "purpose_of",
    "store_file",
]

FILES = Kind("files", "file-", "file_not_found", digits=22)

PURPOSES = ("fine-tune", "assistants", "batch", "user_data", "responses", "vision", "evals")
"""What a file may be uploaded for, in the order in which the API lists it."""

MOST_FILE_BYTES = 512 * 2**20
"""The largest file the API takes."""

_JSONL = {"fine-tune": "Fine-Tune", "batch": "Batch"}


def purpose_of(body: dict[str, Any]) -> str:
    """The purpose in the body of an upload; raises `RequestRefused` for one that is missing or unknown."""
    purpose = body.get("purpose")
    if purpose is None:
        raise RequestRefused(named("missing_purpose"))
    if purpose not in PURPOSES:
        raise RequestRefused(named("invalid_purpose", value=purpose))
    return str(purpose)


def check_upload(filename: str, size: int, purpose: str) -> None:
    """Raise `RequestRefused` for a file the API would not take for this purpose."""
    if size > MOST_FILE_BYTES:
        raise RequestRefused(named("request_too_large", limit=MOST_FILE_BYTES))
    if size == 0:
        raise RequestRefused(ErrorReply(400, "File is empty.", param="file"))
    if purpose in _JSONL and not filename.lower().endswith(".jsonl"):
        raise RequestRefused(ErrorReply(400, f"Invalid file format for {_JSONL[purpose]} API. Must be .jsonl"))


def store_file(
    resources: Resources, mint: Mint, filename: str, data: bytes, purpose: str, expires_in: int | None = None
) -> Stored:
    """Store a file under a new id; returns the File object."""
    id = FILES.new_id(mint)
    keep_content(resources, id, data)
    stored = {
        "object": "file",
        "id": id,
        "purpose": purpose,
        "filename": filename,
        "bytes": len(data),
        "created_at": mint.created,
        "expires_at": None if expires_in is None else mint.created + expires_in,
        "status": "processed",
        "status_details": None,
    }
    return FILES.put(resources, stored)


def file_bytes(resources: Resources, id: str) -> bytes:
    """The content of a file; raises `RequestRefused` where there is none of this id."""
    FILES.get(resources, id)
    return content(resources, id)


def delete_file(resources: Resources, id: str) -> None:
    """Remove a file and its content; raises `RequestRefused` where there is none of this id."""
    FILES.delete(resources, id)
    drop_content(resources, id)
