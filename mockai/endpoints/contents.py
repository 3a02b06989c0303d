"""The bytes of stored files, within a budget: where a session has more, the oldest are forgotten."""

from __future__ import annotations

from typing import Any

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.state import Resources

__all__ = ["MOST_BYTES", "content", "drop_content", "keep_content"]

MOST_BYTES = 256 * 2**20
"""So many bytes of file content a session keeps."""

_SHELF = "contents"


def keep_content(resources: Resources, id: str, data: bytes) -> None:
    """Keep the bytes of a file; raises `RequestRefused` where they alone are more than a session keeps."""
    if len(data) > MOST_BYTES:
        raise RequestRefused(named("request_too_large", limit=MOST_BYTES))
    resources.put(_SHELF, id, {"id": id, "data": data})
    kept = resources.all(_SHELF)
    total = sum(map(_size, kept))
    for oldest in kept:
        if total <= MOST_BYTES:
            break
        resources.delete(_SHELF, oldest["id"])
        total -= _size(oldest)


def content(resources: Resources, id: str) -> bytes:
    """The bytes of a file; raises `RequestRefused` where they were forgotten."""
    found = resources.get(_SHELF, id)
    if found is None:
        raise RequestRefused(
            ErrorReply(
                404,
                f"The content of {id} is not kept any more: a session of MockAI keeps {MOST_BYTES} bytes in "
                f"{resources.limit} files, and forgets the oldest first.",
                param="id",
                code="mockai_content_forgotten",
            )
        )
    data: bytes = found["data"]
    return data


def drop_content(resources: Resources, id: str) -> None:
    """Forget the bytes of a file."""
    resources.delete(_SHELF, id)


def _size(kept: dict[str, Any]) -> int:
    return len(kept["data"])
