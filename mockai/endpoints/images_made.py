"""The images of a reply: scripted or painted, and the names under which they can be fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from mockai.endpoints.images_request import Asked, form_of
from mockai.ids import Mint
from mockai.media.jpeg import jpeg
from mockai.media.pattern import Pattern
from mockai.media.png import png
from mockai.media.webp import webp
from mockai.replies.answer import Picture
from mockai.request import APIRequest

__all__ = ["Image", "images_of", "mimetype_of", "painted"]

_PAINTERS: Mapping[str, Callable[[Pattern], bytes]] = {"png": png, "jpeg": jpeg, "webp": webp}
_NAME = re.compile(r"(?P<subject>[0-9a-f]{32})-(?P<width>\d{2,4})x(?P<height>\d{2,4})\.(?P<format>png|jpeg|webp)")
_MAGIC = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"RIFF", "webp"))


@dataclass(frozen=True, slots=True)
class Image:
    """One image of a reply. `name` is what a URL calls it, and what it is painted from; `url` is a scripted one."""

    name: str
    data: bytes | None = None
    url: str | None = None
    revised_prompt: str | None = None
    transparent: bool = False

    def content(self, share: float = 1.0) -> bytes:
        """The bytes of the file; with a share, as far as it has been painted."""
        if self.data is not None:
            return self.data
        return painted(self.name, transparent=self.transparent, share=share) or b""


def images_of(pictures: tuple[Picture, ...], asked: Asked, request: APIRequest, mint: Mint) -> list[Image]:
    """As many images as are asked for: the scripted ones in turn, or painted from the prompt and the files sent."""
    given = pictures or (Picture(),)
    count = max(asked.count, len(pictures))
    files = _digest(b"".join(file.data for file in form_of(request).files))
    own = [Mint(mint.seed, "image", asked.prompt, files, at) for at in range(count)]
    return [_image(given[at % len(given)], asked, own[at]) for at in range(count)]


def _image(picture: Picture, asked: Asked, own: Mint) -> Image:
    if picture.data is not None:
        kind = next((kind for magic, kind in _MAGIC if picture.data.startswith(magic)), "png")
        return Image(f"{_digest(picture.data)}.{kind}", picture.data, None, picture.revised_prompt)
    name = f"{own.hex(32)}-{asked.size}.{asked.output_format}"
    return Image(name, None, picture.url, picture.revised_prompt, asked.background == "transparent")


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def painted(name: str, *, transparent: bool = False, share: float = 1.0) -> bytes | None:
    """The image of this name, or None where it is not one of those painted here."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    pattern = Pattern.of(found["subject"], int(found["width"]), int(found["height"]), transparent=transparent)
    return _PAINTERS[found["format"]](pattern.until(share))


def mimetype_of(name: str) -> str:
    """The type of a file of this name."""
    return f"image/{name.rpartition('.')[2]}"
