"""Containers, where code is run, and the files in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Operation, Serving
from mockai.endpoints.contents import content, drop_content, keep_content
from mockai.endpoints.cursors import pages
from mockai.endpoints.files_kept import FILES, file_bytes
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.multipart import read_form
from mockai.endpoints.parameters import choice, mapping, needed_text, number, required, texts
from mockai.endpoints.resource import Kind, Stored, binary_plan, decoder, served
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.wire import HTTPRequest, Plan

__all__ = ["OPERATIONS"]

_CONTAINERS = Kind("containers", "cntr_", "container_not_found", digits=48, hex=True)
_FILES = Kind(
    "containers.files",
    "cfile_",
    "Container file with id '{id}' not found.",
    digits=48,
    hex=True,
    owner="container_id",
)
_page = pages(_CONTAINERS)
_page_of_files = pages(_FILES)


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body, resources = request.body, serving.resources
    name, file_ids = needed_text(body, "name"), texts(body, "file_ids")
    files = [(FILES.get(resources, id)["filename"], file_bytes(resources, id)) for id in file_ids]
    container: Stored = {
        "id": _CONTAINERS.new_id(mint),
        "object": "container",
        "created_at": mint.created,
        "status": "running",
        "expires_after": _expires_after(body),
        "last_active_at": mint.created,
        "memory_limit": choice(body, "memory_limit", ("1g", "4g", "16g", "64g"), "1g"),
        "network_policy": mapping(body, "network_policy") or {"type": "disabled"},
        "name": name,
    }
    for at, (filename, data) in enumerate(files):
        _store(resources, container["id"], filename, data, mint.child("file", at))
    return _CONTAINERS.put(resources, container)


def _expires_after(body: Mapping[str, Any]) -> Stored:
    written = mapping(body, "expires_after")
    if written is None:
        return {"anchor": "last_active_at", "minutes": 20}
    flat = {f"expires_after.{key}": value for key, value in written.items()}
    choice(flat, "expires_after.anchor", ("last_active_at",))
    required(flat, "expires_after.minutes")
    return {"anchor": "last_active_at", "minutes": number(flat, "expires_after.minutes", least=1, most=20)}


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return _CONTAINERS.get(serving.resources, request.params["container_id"])


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    name = request.query.get("name")
    return _page((c for c in _CONTAINERS.all(serving.resources) if name in (None, c["name"])), request.query)


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["container_id"]
    _CONTAINERS.delete(serving.resources, id)
    for file in _FILES.all(serving.resources, id):
        drop_content(serving.resources, file["id"])
    _FILES.clear(serving.resources, id)
    return {"id": id, "object": "container.deleted", "deleted": True}


# --------------------------------------------------------------------------------------------- files


def _decode_file(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A file is sent in a form, or named in JSON."""
    form = (http.header("content-type") or "").startswith("multipart/form-data")
    body = read_form(http).body() if form else read_object(http)
    return APIRequest(http, "containers.files", "create", params=params, body=body, attempt=attempt_of(http))


def _create_file(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    container, resources = _container(request, serving), serving.resources
    if request.body.get("file_id") is not None:
        id = needed_text(request.body, "file_id")
        return _store(resources, container, FILES.get(resources, id)["filename"], file_bytes(resources, id), mint)
    sent = read_form(request.http).file("file") if "file" in request.body else None
    if sent is None:
        raise RequestRefused(named("missing_required_parameter", param="file"))
    return _store(resources, container, sent.filename, sent.data, mint)


def _store(resources: Resources, container: str, filename: str, data: bytes, mint: Mint) -> Stored:
    id = _FILES.new_id(mint)
    keep_content(resources, id, data)
    file = {
        "id": id,
        "object": "container.file",
        "created_at": mint.created,
        "bytes": len(data),
        "container_id": container,
        "path": f"/mnt/data/{PurePosixPath(filename).name}",
        "source": "user",
    }
    return _FILES.put(resources, file)


def _retrieve_file(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return _FILES.get(serving.resources, request.params["file_id"], _container(request, serving))


def _list_files(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    return _page_of_files(_FILES.all(serving.resources, _container(request, serving)), request.query)


def _delete_file(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["file_id"]
    _FILES.delete(serving.resources, id, _container(request, serving))
    drop_content(serving.resources, id)
    return {"id": id, "object": "container.file.deleted", "deleted": True}


def _content(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    return binary_plan(content(serving.resources, _retrieve_file(request, serving, mint)["id"]), mint)


def _container(request: APIRequest, serving: Serving) -> str:
    id: str = _CONTAINERS.get(serving.resources, request.params["container_id"])["id"]
    return id


_ONE = "/containers/{container_id}"
_IN_IT = f"{_ONE}/files"
_FILE = f"{_IN_IT}/{{file_id}}"

OPERATIONS = (
    served("containers", "create", "POST", "/containers", _create),
    served("containers", "list", "GET", "/containers", _list),
    served("containers", "retrieve", "GET", _ONE, _retrieve),
    served("containers", "delete", "DELETE", _ONE, _delete),
    served("containers.files", "create", "POST", _IN_IT, _create_file, decode=_decode_file),
    served("containers.files", "list", "GET", _IN_IT, _list_files),
    served("containers.files", "retrieve", "GET", _FILE, _retrieve_file),
    served("containers.files", "delete", "DELETE", _FILE, _delete_file),
    Operation(
        "containers.files.content",
        "retrieve",
        "GET",
        f"{_FILE}/content",
        decoder("containers.files.content", "retrieve"),
        serve=_content,
    ),
)
