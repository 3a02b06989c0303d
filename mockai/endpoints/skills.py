"""Skills: folders of files in versions, each described by its `SKILL.md`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.base import Operation, Serving
from mockai.endpoints.contents import content, drop_content, keep_content
from mockai.endpoints.cursors import pages
from mockai.endpoints.multipart import read_form
from mockai.endpoints.parameters import needed_text
from mockai.endpoints.resource import Kind, Stored, binary_plan, decoder, served
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.wire import HTTPRequest, Plan

__all__ = ["OPERATIONS"]

_SKILLS = Kind("skills", "skill_", "Skill with id '{id}' not found.", digits=48, hex=True)
_VERSIONS = Kind(
    "skills.versions", "skillver_", "Skill version '{id}' not found.", digits=48, hex=True, owner="skill_id"
)
_FIELD = re.compile(r"^(name|description):\s*(.+?)\s*$", re.MULTILINE)
_MOST_UNPACKED = 25 * 2**20
_page = pages(_SKILLS)
_page_of_versions = pages(_VERSIONS)


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    bundle, described = _bundle(request.http)
    skill = {
        "id": _SKILLS.new_id(mint),
        "object": "skill",
        "created_at": mint.created,
        **described,
        "default_version": "1",
        "latest_version": "1",
    }
    _add_version(serving.resources, skill, "1", described, bundle, mint)
    return _SKILLS.put(serving.resources, skill)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return _SKILLS.get(serving.resources, request.params["skill_id"])


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    return _page(_SKILLS.all(serving.resources), request.query)


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    skill, wanted = _retrieve(request, serving, mint), needed_text(request.body, "default_version")
    version = _version(serving.resources, skill, wanted)
    return _defaulted(serving.resources, skill["id"], version)


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["skill_id"]
    _SKILLS.delete(serving.resources, id)
    for version in _VERSIONS.all(serving.resources, id):
        drop_content(serving.resources, version["id"])
    _VERSIONS.clear(serving.resources, id)
    return {"id": id, "object": "skill.deleted", "deleted": True}


def _content(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    skill = _retrieve(request, serving, mint)
    version = _version(serving.resources, skill, skill["default_version"])
    return binary_plan(content(serving.resources, version["id"]), mint, "application/zip")


# ------------------------------------------------------------------------------------------ versions


def _create_version(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    resources, id = serving.resources, request.params["skill_id"]
    bundle, described = _bundle(request.http)
    skill = _SKILLS.change(
        resources, id, lambda stored: {**stored, "latest_version": str(int(stored["latest_version"]) + 1)}
    )
    version = _add_version(resources, skill, skill["latest_version"], described, bundle, mint)
    if request.body.get("default") == "true":
        _defaulted(resources, id, version)
    return version


def _retrieve_version(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return _version(serving.resources, _retrieve(request, serving, mint), request.params["version"])


def _list_versions(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    skill = _retrieve(request, serving, mint)
    return _page_of_versions(_VERSIONS.all(serving.resources, skill["id"]), request.query)


def _delete_version(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    skill, resources = _retrieve(request, serving, mint), serving.resources
    version = _version(resources, skill, request.params["version"])
    if version["version"] == skill["default_version"]:
        raise RequestRefused(ErrorReply(400, "The default version of a skill cannot be deleted."))
    _VERSIONS.delete(resources, version["id"], skill["id"])
    drop_content(resources, version["id"])
    return {"id": version["id"], "object": "skill.version.deleted", "deleted": True, "version": version["version"]}


def _version_content(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    version = _retrieve_version(request, serving, mint)
    return binary_plan(content(serving.resources, version["id"]), mint, "application/zip")


def _version(resources: Resources, skill: Stored, wanted: str) -> Stored:
    """A version by its number or id; `latest` stands for the latest."""
    number = skill["latest_version"] if wanted == "latest" else wanted
    found = (each for each in _VERSIONS.all(resources, skill["id"]) if number in (each["version"], each["id"]))
    version = next(found, None)
    if version is None:
        raise _VERSIONS.missing(wanted)
    return version


def _defaulted(resources: Resources, id: str, version: Stored) -> Stored:
    changes = {key: version[key] for key in ("name", "description")} | {"default_version": version["version"]}
    return _SKILLS.change(resources, id, lambda stored: {**stored, **changes})


def _add_version(
    resources: Resources, skill: Stored, number: str, described: Stored, bundle: bytes, mint: Mint
) -> Stored:
    id = _VERSIONS.new_id(mint)
    keep_content(resources, id, bundle)
    version = {
        "id": id,
        "object": "skill.version",
        "created_at": mint.created,
        **described,
        "skill_id": skill["id"],
        "version": number,
    }
    return _VERSIONS.put(resources, version)


# -------------------------------------------------------------------------------------------- bundles


def _bundle(http: HTTPRequest) -> tuple[bytes, Stored]:
    """The files of a skill as a zip archive, and what `SKILL.md` says of it."""
    sent = read_form(http).all_files("files")
    if not sent:
        raise RequestRefused(named("missing_required_parameter", param="files"))
    if len(sent) == 1 and sent[0].filename.lower().endswith(".zip"):
        return sent[0].data, _described(_unpacked(sent[0].data))
    files = [(each.filename, each.data) for each in sent]
    return _packed(files), _described(files)


def _packed(files: Sequence[tuple[str, bytes]]) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w") as packed:
        for name, data in files:
            packed.writestr(ZipInfo(name), data)  # without the time of day, so that equal files are equal bytes
    return archive.getvalue()


def _unpacked(data: bytes) -> list[tuple[str, bytes]]:
    try:
        with ZipFile(BytesIO(data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > _MOST_UNPACKED:
                raise RequestRefused(named("request_too_large", limit=_MOST_UNPACKED))
            return [(name, archive.read(name)) for name in archive.namelist()]
    except BadZipFile:
        raise RequestRefused(ErrorReply(400, "The file is not a valid zip archive.", param="files")) from None


def _described(files: Sequence[tuple[str, bytes]]) -> Stored:
    """The name and description at the head of `SKILL.md`."""
    manifest = next((data for name, data in files if name.rpartition("/")[2] == "SKILL.md"), None)
    if manifest is None:
        raise RequestRefused(ErrorReply(400, "The skill must contain a SKILL.md file.", param="files"))
    written = dict(_FIELD.findall(manifest.decode("utf-8", "replace")))
    for key in ("name", "description"):
        if key not in written:
            raise RequestRefused(ErrorReply(400, f"The front matter of SKILL.md must have a '{key}'.", param="files"))
    return {key: written[key].strip("\"'") for key in ("name", "description")}


_ONE = "/skills/{skill_id}"
_ALL = f"{_ONE}/versions"
_VERSION = f"{_ALL}/{{version}}"

OPERATIONS = (
    served("skills", "create", "POST", "/skills", _create, form=True),
    served("skills", "list", "GET", "/skills", _list),
    served("skills", "retrieve", "GET", _ONE, _retrieve),
    served("skills", "update", "POST", _ONE, _update),
    served("skills", "delete", "DELETE", _ONE, _delete),
    Operation(
        "skills.content",
        "retrieve",
        "GET",
        f"{_ONE}/content",
        decoder("skills.content", "retrieve"),
        serve=_content,
    ),
    served("skills.versions", "create", "POST", _ALL, _create_version, form=True),
    served("skills.versions", "list", "GET", _ALL, _list_versions),
    served("skills.versions", "retrieve", "GET", _VERSION, _retrieve_version),
    served("skills.versions", "delete", "DELETE", _VERSION, _delete_version),
    Operation(
        "skills.versions.content",
        "retrieve",
        "GET",
        f"{_VERSION}/content",
        decoder("skills.versions.content", "retrieve"),
        serve=_version_content,
    ),
)
