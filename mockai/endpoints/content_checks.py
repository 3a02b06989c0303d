"""Images and files in messages: what the API refuses before a model sees them."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.files_kept import FILES
from mockai.validation.wrong import Wrong

__all__ = ["check_file", "check_file_id", "check_image"]

_IMAGES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"})
_URL = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_LOOKED_AT = 64


@dataclass(frozen=True, slots=True)
class _Data:
    """A `data:` URL: its type in lower case, and what is encoded."""

    mime: str
    encoded: str

    @classmethod
    def of(cls, url: str) -> _Data:
        head, _, encoded = url.partition(",")
        return cls(head[5:].partition(";")[0].strip().lower(), encoded)

    @property
    def is_base64(self) -> bool:
        """Whether the beginning is; to decode the whole of an image would take longer than everything else."""
        beginning = self.encoded[:_LOOKED_AT]
        try:
            b64decode(beginning + "=" * (-len(beginning) % 4), validate=True)
        except (binascii.Error, ValueError):
            return False
        return True


def check_image(url: Any, *, chat: bool) -> None:
    """An image is an address, or data of one of the types that models see. Raises `Wrong`."""
    if not isinstance(url, str):
        return
    if url[:5].lower() != "data:":
        if _URL.match(url) is None:
            raise Wrong("invalid_url_format")
        return
    data = _Data.of(url)
    if not data.mime.startswith("image/"):
        raise Wrong("invalid_image_mime" if chat else "responses_invalid_image_mime", seen=data.mime)
    if data.mime not in _IMAGES:
        raise Wrong("invalid_image_format")
    if not data.encoded and not chat:
        raise Wrong("responses_empty_image")
    if not data.encoded or not data.is_base64:
        raise Wrong("invalid_base64_image")


def check_file(data: Any) -> None:
    """A file that is sent along is a PDF. Raises `Wrong`."""
    if isinstance(data, str) and data[:5].lower() == "data:":
        mime = _Data.of(data).mime
        if mime != "application/pdf":
            raise Wrong("invalid_file_mime", seen=mime)


def check_file_id(id: Any, where: str, serving: Serving) -> None:
    """A file that is named was uploaded. Raises `RequestRefused`."""
    if serving.unknown_ids == "404" and isinstance(id, str) and serving.resources.get(FILES.shelf, id) is None:
        raise RequestRefused(named("invalid_file_id", param=where, id=id))
