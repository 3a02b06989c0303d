"""Vectors of texts: the same on every platform, and the nearer the more two texts have in common.

A text's words (in Chinese, Japanese and Korean its characters), their beginnings, pairs of words and runs of three
letters each add and take a little at places their hash decides; the sums are whole numbers, so that only the last
division rounds.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from struct import Struct

from mockai.replies.prose import vocabulary

__all__ = ["features", "normalised", "packed", "vector"]

_BY_CHARACTER = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_BY_CHARACTER}]|[^\W_{_BY_CHARACTER}]+")
_REACH = (None,) * 12 + (64,) * 3 + (8,)
"""How far from the beginning each place of a feature may lie: some lie near, so that short vectors tell texts apart."""
_PLACES = Struct(f"<{len(_REACH)}I")
_SMALL = vocabulary(
    "a an and are as at be but by do does for from has have he her his how i in is it its me my of on or our she so "
    "that the their them they this to was we were what when where which who why will with you your"
)
_WEIGHTS = {"word": 6, "stem": 4, "pair": 2, "run": 1, "small": 1, "token": 6, "text": 1}


def vector(source: str | Sequence[int], model: str, full: int, dimensions: int) -> tuple[float, ...]:
    """The vector of a text or of tokens: the first `dimensions` of `full`, made a unit long again.

    Each number is one that a 32-bit float holds exactly.
    """
    sums = [0] * full
    for feature, weight in features(source).items():
        for place, reach in zip(_places(model, feature), _REACH, strict=True):
            sums[(place >> 1) % min(reach or full, full)] += weight if place & 1 else -weight
    kept = sums[:dimensions]
    if not any(kept):
        place = _places(model, f"all {source}")[0]
        kept[(place >> 1) % dimensions] = 1 if place & 1 else -1
    return normalised(kept)


def features(source: str | Sequence[int]) -> dict[str, int]:
    """What a text or a list of tokens is made of, and how much each part counts: said twice, it counts double, said
    ten times no more than four times as much."""
    found = Counter(_text_features(source) if isinstance(source, str) else _token_features(source))
    return {feature: _WEIGHTS[feature.partition(" ")[0]] * times.bit_length() for feature, times in found.items()}


def _text_features(text: str) -> Iterator[str]:
    words = _WORD.findall(text.casefold())
    telling = [word for word in words if word not in _SMALL]
    for word in words:
        if word in _SMALL:
            yield f"small {word}"
    for word in telling:
        yield f"word {word}"
        yield f"stem {word[:5]}"
        yield from (f"run {word[at : at + 3]}" for at in range(len(word) - 2))
    yield from (f"pair {first} {second}" for first, second in pairwise(telling))
    if not words:
        yield f"text {text}"


def _token_features(tokens: Sequence[int]) -> Iterator[str]:
    yield from (f"token {token}" for token in tokens)
    yield from (f"pair {first} {second}" for first, second in pairwise(tokens))


@lru_cache(maxsize=65_536)
def _places(model: str, feature: str) -> tuple[int, ...]:
    digest = blake2b(f"{model}\x1f{feature}".encode("utf-8", "surrogatepass"), digest_size=_PLACES.size).digest()
    return _PLACES.unpack(digest)


def normalised(sums: Sequence[int]) -> tuple[float, ...]:
    """These numbers, of which one is not zero, as a vector of length one, each rounded to 32 bits."""
    length = math.sqrt(sum(each * each for each in sums))
    shape = Struct(f"<{len(sums)}f")
    return shape.unpack(shape.pack(*(each / length for each in sums)))


def packed(numbers: Sequence[float]) -> bytes:
    """The numbers as 32-bit floats, little end first, as base64 replies hold them."""
    return Struct(f"<{len(numbers)}f").pack(*numbers)
