"""Everything that is random or unique, drawn from a seed: same seed and same requests, same bytes."""

from __future__ import annotations

import random
from functools import cached_property
from hashlib import blake2b

__all__ = ["EPOCH", "Mint"]

EPOCH = 1_767_225_600
"""Unix seconds at which a session's clock starts: 2026-01-01T00:00:00Z."""

_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_HEX = "0123456789abcdef"


class Mint:
    """A source of ids, times and randomness for one reply.

    `labels` name what it is for (session, rule, turn …); two mints with equal seed and labels give equal
    values in equal order, whatever else happened in between.
    """

    def __init__(self, seed: int | str, *labels: object, created: int = EPOCH) -> None:
        self.seed = seed
        self.labels = labels
        self.created = created

    @cached_property
    def rng(self) -> random.Random:
        """The generator every draw of this mint comes from."""
        return random.Random(self.number())

    def number(self) -> int:
        """128 bits that only the seed and the labels decide."""
        text = "\x1f".join(map(str, (self.seed, *self.labels)))
        return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())

    def child(self, *labels: object) -> Mint:
        """A mint for a part of the reply, independent of how much was drawn from this one."""
        return Mint(self.seed, *self.labels, *labels, created=self.created)

    def alnum(self, length: int) -> str:
        """Letters and digits."""
        return "".join(self.rng.choices(_ALNUM, k=length))

    def hex(self, length: int) -> str:
        """Hexadecimal digits in lower case."""
        return "".join(self.rng.choices(_HEX, k=length))

    def id(self, prefix: str) -> str:
        """An id as the API writes it for this prefix: `chatcmpl-` + 29, `call_` + 24, `req_` + 32 hex …"""
        make, length = _FORMATS.get(prefix, ("hex", 48))
        return prefix + (self.alnum(length) if make == "alnum" else self.hex(length))


_FORMATS: dict[str, tuple[str, int]] = {
    "chatcmpl-": ("alnum", 29),
    "cmpl-": ("alnum", 29),
    "call_": ("alnum", 24),
    "req_": ("hex", 32),
    "fp_": ("hex", 10),
    "audio_": ("hex", 32),
    "file-": ("alnum", 22),
    "modr-": ("alnum", 29),
}
