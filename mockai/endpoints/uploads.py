"""Uploads: a large file sent in parts, put together when it is complete."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import md5

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.contents import MOST_BYTES, content, drop_content, keep_content
from mockai.endpoints.files_kept import purpose_of, store_file
from mockai.endpoints.multipart import read_form
from mockai.endpoints.parameters import expiry, needed_text, number, required, text, texts
from mockai.endpoints.resource import Kind, Stored, served, shown
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources

__all__ = ["OPERATIONS"]

_UPLOADS = Kind("uploads", "upload_", "upload_not_found", digits=32, hex=True)
_PARTS = Kind("uploads.parts", "part_", "No such Part object: {id}", digits=32, hex=True, owner="upload_id")
_LARGEST = 8 * 2**30
_LARGEST_PART = 64 * 2**20
_SECONDS_TO_LIVE = 3600


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body = request.body
    filename = needed_text(body, "filename")
    purpose = purpose_of(dict(body))
    size = number(body, "bytes", least=1, most=_LARGEST) or required(body, "bytes")
    mime_type = needed_text(body, "mime_type")
    if size > MOST_BYTES:
        raise RequestRefused(named("request_too_large", limit=MOST_BYTES))
    upload = {
        "id": _UPLOADS.new_id(mint),
        "object": "upload",
        "bytes": size,
        "created_at": mint.created,
        "filename": filename,
        "purpose": purpose,
        "status": "pending",
        "expires_at": mint.created + _SECONDS_TO_LIVE,
        "file": None,
        "_mime_type": mime_type,
        "_expires_in": expiry(body, "expires_after"),
    }
    return _UPLOADS.put(serving.resources, upload)


def _add_part(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    upload = _pending(request, serving)
    sent = read_form(request.http).file("data")
    if sent is None:
        raise RequestRefused(named("missing_required_parameter", param="data"))
    if len(sent.data) > _LARGEST_PART:
        raise RequestRefused(named("request_too_large", limit=_LARGEST_PART))
    id = _PARTS.new_id(mint)
    keep_content(serving.resources, id, sent.data)
    part = {"id": id, "object": "upload.part", "created_at": mint.created, "upload_id": upload["id"]}
    return _PARTS.put(serving.resources, part)


def _complete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    upload, resources = _pending(request, serving), serving.resources
    required(request.body, "part_ids")
    data = _joined(texts(request.body, "part_ids"), upload, resources)
    expected = text(request.body, "md5")
    if expected is not None and expected.lower() != md5(data, usedforsecurity=False).hexdigest():
        raise RequestRefused(ErrorReply(400, "The md5 checksum does not match the uploaded bytes.", param="md5"))
    _forget_parts(upload, resources)
    file = store_file(resources, mint, upload["filename"], data, upload["purpose"], upload["_expires_in"])
    return _UPLOADS.change(resources, upload["id"], lambda u: {**u, "status": "completed", "file": shown(file)})


def _cancel(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    upload = _pending(request, serving)
    _forget_parts(upload, serving.resources)
    return _UPLOADS.change(serving.resources, upload["id"], lambda u: {**u, "status": "cancelled"})


def _pending(request: APIRequest, serving: Serving) -> Stored:
    upload = _UPLOADS.get(serving.resources, request.params["upload_id"])
    if upload["status"] != "pending":
        raise RequestRefused(ErrorReply(400, f"Upload {upload['id']} has status '{upload['status']}'."))
    return upload


def _joined(part_ids: Sequence[str], upload: Stored, resources: Resources) -> bytes:
    parts = [_PARTS.get(resources, id, upload["id"]) for id in part_ids]
    data = b"".join(content(resources, part["id"]) for part in parts)
    if len(data) != upload["bytes"]:
        raise RequestRefused(
            ErrorReply(400, f"The uploaded parts have {len(data)} bytes, but {upload['bytes']} bytes were expected.")
        )
    return data


def _forget_parts(upload: Stored, resources: Resources) -> None:
    for part in _PARTS.all(resources, upload["id"]):
        drop_content(resources, part["id"])
    _PARTS.clear(resources, upload["id"])


_ONE = "/uploads/{upload_id}"

OPERATIONS = (
    served("uploads", "create", "POST", "/uploads", _create),
    served("uploads", "complete", "POST", f"{_ONE}/complete", _complete),
    served("uploads", "cancel", "POST", f"{_ONE}/cancel", _cancel),
    served("uploads.parts", "create", "POST", f"{_ONE}/parts", _add_part, form=True),
)
