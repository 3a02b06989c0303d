"""`multipart/form-data`: the fields and the files of an upload, read whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockai.api_errors import ErrorReply, RequestRefused
from mockai.wire import HTTPRequest

__all__ = ["Form", "Upload", "parse", "read_form"]

_MOST_PARTS = 1000
_LONGEST_HEAD = 16_384
_PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')
_KEY = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent; `name` is the field's name without the `[]` of a list."""

    name: str
    filename: str
    content_type: str
    data: bytes

    def as_json(self) -> dict[str, Any]:
        """What conditions on the body see of it."""
        return {"filename": self.filename, "content_type": self.content_type, "bytes": len(self.data)}


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was sent: `fields` in order, names as written; `files` in order, names without `[]`."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[Upload, ...] = ()

    def text(self, name: str) -> str | None:
        """The last value of a field, or None."""
        return next((value for key, value in reversed(self.fields) if key == name), None)

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be repeated, as `name` or `name[]`."""
        return tuple(value for key, value in self.fields if key in (name, f"{name}[]"))

    def file(self, name: str) -> Upload | None:
        """The first file of this name, or None."""
        return next((file for file in self.files if file.name == name), None)

    def all_files(self, name: str) -> tuple[Upload, ...]:
        """Every file of this name, `name[]` included."""
        return tuple(file for file in self.files if file.name == name)

    def body(self) -> dict[str, Any]:
        """The form as the JSON body it stands for: `a[]` is a list, `a[b]` an object, and a file its name, type
        and size; all other values are texts."""
        body: dict[str, Any] = {}
        for name, value in self.fields:
            _put(body, name, value)
        for file in self.files:
            many = len(self.all_files(file.name)) > 1
            _put(body, f"{file.name}[]" if many else file.name, file.as_json())
        return body


def read_form(http: HTTPRequest) -> Form:
    """The form in the body of a request; raises `RequestRefused` where there is none."""
    return parse(http.header("content-type") or "", http.body)


def parse(content_type: str, body: bytes) -> Form:
    """The fields and files of a body of this content type; raises `RequestRefused` for what cannot be read."""
    kind, parameters = _header(content_type)
    boundary = parameters.get("boundary", "")
    if kind != "multipart/form-data" or not boundary:
        raise _refused(f"expected multipart/form-data with a boundary, but got {content_type or 'no content type'!r}")
    fields: list[tuple[str, str]] = []
    files: list[Upload] = []
    for headers, data in _parts(body, b"--" + boundary.encode("latin-1", "replace")):
        part = _part(headers, data)
        if isinstance(part, Upload):
            files.append(part)
        else:
            fields.append(part)
    return Form(tuple(fields), tuple(files))


def _parts(body: bytes, delimiter: bytes) -> Iterator[tuple[Mapping[str, str], bytes]]:
    """Headers and content of each part; everything before the first delimiter is none."""
    body = body if body.startswith(delimiter) else body[body.find(b"\r\n" + delimiter) + 2 :]
    if not body.startswith(delimiter):
        raise _refused("the boundary does not occur in the body")
    pieces = (b"\r\n" + body).split(b"\r\n" + delimiter, _MOST_PARTS + 2)[1:]
    if len(pieces) > _MOST_PARTS + 1:
        raise _refused(f"there are more than {_MOST_PARTS} parts")
    if not pieces[-1].startswith(b"--"):
        raise _refused("the last part is not closed")
    for piece in pieces[:-1]:
        head, separator, data = piece.partition(b"\r\n\r\n")
        if not separator or len(head) > _LONGEST_HEAD:
            raise _refused("a part has no end of its headers")
        yield _headers(head), data


def _headers(head: bytes) -> Mapping[str, str]:
    lines = head.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _part(headers: Mapping[str, str], data: bytes) -> Upload | tuple[str, str]:
    """A file where the part has a file name, else a field."""
    kind, parameters = _header(headers.get("content-disposition", ""))
    name = parameters.get("name")
    if kind != "form-data" or name is None:
        raise _refused("a part has no name")
    if "filename" in parameters:
        declared = headers.get("content-type", "application/octet-stream")
        return Upload(name.removesuffix("[]"), parameters["filename"], declared, data)
    try:
        return name, data.decode()
    except UnicodeDecodeError:
        raise _refused(f"the field {name!r} is not UTF-8 text") from None


def _header(value: str) -> tuple[str, dict[str, str]]:
    """A header with parameters: what stands before them in lower case, and each by its name."""
    kind, _, _ = value.partition(";")
    found = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        for name, quoted, bare in _PARAMETER.findall(value)
    }
    return kind.strip().lower(), found


def _put(body: dict[str, Any], name: str, value: Any) -> None:
    """Set `a`, append to `a[]`, set `a[b]`; a name that fits what is already there in none of these ways is lost."""
    key, _, _ = name.partition("[")
    path = _KEY.findall(name)
    if path == [""]:
        values = body.setdefault(key, [])
        if isinstance(values, list):
            values.append(value)
    elif path:
        inner = body.setdefault(key, {})
        if isinstance(inner, dict):
            inner[path[0]] = value
    else:
        body[name] = value


def _refused(reason: str) -> RequestRefused:
    return RequestRefused(ErrorReply(400, f"Could not parse multipart form: {reason}."))
