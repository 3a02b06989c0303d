"""Files: uploaded for a purpose, listed, read, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Operation, Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.files_kept import FILES, check_upload, delete_file, file_bytes, purpose_of, store_file
from mockai.endpoints.multipart import read_form
from mockai.endpoints.parameters import expiry
from mockai.endpoints.resource import Stored, binary_plan, decoder, served
from mockai.endpoints.vector_stores_kept import forget_file
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.wire import Plan

__all__ = ["OPERATIONS"]

_page = pages(FILES, most=10_000, usual=10_000)
_NOT_DOWNLOADED = frozenset({"assistants", "user_data", "vision"})


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    sent = read_form(request.http).file("file")
    if sent is None:
        raise RequestRefused(named("missing_required_parameter", param="file"))
    purpose = purpose_of(dict(request.body))
    check_upload(sent.filename, len(sent.data), purpose)
    expires_in = expiry(request.body, "expires_after")
    return store_file(serving.resources, mint, sent.filename, sent.data, purpose, expires_in)


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    purpose = request.query.get("purpose")
    files = (each for each in FILES.all(serving.resources) if purpose in (None, each["purpose"]))
    return _page(files, request.query)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return FILES.get(serving.resources, request.params["file_id"])


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["file_id"]
    delete_file(serving.resources, id)
    forget_file(serving.resources, id)
    return {"object": "file", "id": id, "deleted": True}


def _content(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    stored = _retrieve(request, serving, mint)
    if stored["purpose"] in _NOT_DOWNLOADED:
        raise RequestRefused(named("file_not_downloadable", purpose=stored["purpose"]))
    return binary_plan(file_bytes(serving.resources, stored["id"]), mint)


_ONE = "/files/{file_id}"

OPERATIONS = (
    served("files", "create", "POST", "/files", _create, form=True),
    served("files", "list", "GET", "/files", _list),
    served("files", "retrieve", "GET", _ONE, _retrieve),
    served("files", "delete", "DELETE", _ONE, _delete),
    Operation("files", "content", "GET", f"{_ONE}/content", decoder("files", "content"), serve=_content),
)
