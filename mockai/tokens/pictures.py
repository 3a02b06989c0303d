"""The tokens of pictures in a prompt, by their size and the model's family.

The numbers are those of OpenAI's guide to images, but for small models from gpt-5 on, which were found to pay less than
it says. A picture is paid for by tiles of 512 pixels, or by patches of 32, no more of them than its model sees.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, floor, sqrt
from typing import Any, TypeAlias

from mockai.media.sizes import size_of
from mockai.request import APIRequest

__all__ = ["Patches", "Tiles", "cost_of", "picture_tokens"]

_Size: TypeAlias = tuple[int, int]
_UNKNOWN: _Size = (1024, 1024)
"""What a picture counts as whose size cannot be known: one behind an address or a file's id."""
_LOOKED_AT = 65_536


@dataclass(frozen=True, slots=True)
class Tiles:
    """`base` tokens for a picture, and `each` for a tile of it unless its detail is low."""

    base: int
    each: int

    def cost(self, size: _Size, detail: str) -> int:
        """The tokens of a picture."""
        if detail == "low":
            return self.base
        width, height = _within(size, 2048)
        shrink = min(1.0, 768 / min(width, height))
        return self.base + self.each * ceil(width * shrink / 512) * ceil(height * shrink / 512)


@dataclass(frozen=True, slots=True)
class Patches:
    """So many tokens for a patch, of which there are at `most` so many, in a picture of at most `side` pixels; None is
    as many as there are. `original` are both where the detail is that, and `auto` what detail is taken if none is
    asked for. At `low` detail a picture of `low` pixels is seen, or the same one where that is None."""

    multiplier: float
    most: int | None = 1536
    side: int | None = 2048
    original: tuple[int | None, int | None] = (1536, 2048)
    auto: str = "high"
    low: int | None = None

    def cost(self, size: _Size, detail: str) -> int:
        """The tokens of a picture."""
        detail = self.auto if detail == "auto" else detail
        most, side = self.original if detail == "original" else (self.most, self.side)
        side = self.low if detail == "low" and self.low is not None else side
        width, height = size if side is None else _within(size, side)
        return ceil(round(self.multiplier * _patches(width, height, most), 6))


def _within(size: tuple[float, float], side: int) -> tuple[float, float]:
    shrink = min(1.0, side / max(size))
    return size[0] * shrink, size[1] * shrink


def _patches(width: float, height: float, most: int | None) -> int:
    """How many patches cover a picture when it is as small as that needs it to be, whole patches in one direction."""
    if most is not None and ceil(width / 32) * ceil(height / 32) > most:
        shrink = sqrt(32 * 32 * most / (width * height))
        across, down = width * shrink / 32, height * shrink / 32
        shrink *= min(floor(across) / across, floor(down) / down)
        width, height = int(width * shrink + 1e-6), int(height * shrink + 1e-6)
    return max(1, ceil(width / 32)) * max(1, ceil(height / 32))


_GPT_5_4 = Patches(1.2, 2500, 2048, (10_000, 6000), low=512)
_GPT_5_5 = replace(_GPT_5_4, auto="original")
_GPT_5_6 = replace(_GPT_5_5, original=(None, None))
_GPT_4O = Tiles(85, 170)

_FAMILIES: tuple[tuple[re.Pattern[str], Tiles | Patches], ...] = tuple(
    (re.compile(pattern), costs)
    for pattern, costs in (
        (r"gpt-4o-mini", Tiles(2833, 5667)),
        (r"gpt-4\.1-mini", Patches(1.62)),
        (r"gpt-4\.1-nano", Patches(2.46)),
        (r"o4-mini|codex-mini", Patches(1.72)),
        (r"o[134]", Tiles(75, 150)),
        (r"computer-use-preview", Tiles(65, 129)),
        (r"gpt-5-nano", Patches(1.5)),
        (r"gpt-5-mini|gpt-5\.[23]|gpt-5\.\d+-(mini|nano)|gpt-5.*codex", Patches(1.2)),
        (r"gpt-5(\.1)?(?![\d.])", Tiles(70, 140)),
        (r"gpt-5\.4", _GPT_5_4),
        (r"gpt-5\.5", _GPT_5_5),
        (r"gpt-(5\.|[6-9])", _GPT_5_6),
    )
)


@lru_cache(maxsize=1024)
def cost_of(model: str) -> Tiles | Patches:
    """How a model pays for pictures, a fine-tuned one as its base; models not known here as gpt-4o does."""
    base = model.split(":")[1] if model.startswith("ft:") else model
    return next((costs for pattern, costs in _FAMILIES if pattern.match(base)), _GPT_4O)


def picture_tokens(request: APIRequest) -> int:
    """The tokens of the pictures that a request brings along."""
    costs = cost_of(request.model or "")
    return sum(costs.cost(_size(url), detail) for url, detail in _pictures(request.body))


def _pictures(body: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """The address and the detail of each picture in messages of chat, or in input items and what tools returned."""
    for key in ("messages", "input"):
        listed = body.get(key)
        for message in listed if isinstance(listed, list) else ():
            for part in _parts(message):
                if part.get("type") in ("image_url", "input_image"):
                    shown = part.get("image_url")
                    about = shown if isinstance(shown, Mapping) else {"url": shown, "detail": part.get("detail")}
                    yield about.get("url"), str(about.get("detail") or "auto")


def _parts(message: Any) -> Iterator[Mapping[str, Any]]:
    for key in ("content", "output"):
        parts = message.get(key) if isinstance(message, Mapping) else None
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, Mapping):
                yield part


def _size(url: Any) -> _Size:
    """The size of the picture in a data URL, of which the beginning is decoded, and the whole only where it must be."""
    if not isinstance(url, str) or url[:5].lower() != "data:":
        return _UNKNOWN
    start = url.find(",") + 1
    for until in (start + _LOOKED_AT, len(url)):
        encoded = url[start:until]
        try:
            found = size_of(b64decode(encoded[: len(encoded) // 4 * 4]))
        except (binascii.Error, ValueError):
            return _UNKNOWN
        if found is not None or until >= len(url):
            break
    return found or _UNKNOWN
