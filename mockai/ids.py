"""Everything that is random or unique, drawn from a seed: same seed and same requests, same bytes."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

__all__ = ["EPOCH", "Mint", "alnum_of"]

EPOCH = 1_767_225_600
"""Unix seconds at which a session's clock starts: 2026-01-01T00:00:00Z."""

_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# A byte is a letter or a digit, the first eight of them a little more often: 256 is not a multiple of 62.
_TO_ALNUM = bytes(ord(_ALNUM[byte % len(_ALNUM)]) for byte in range(256))


class Mint:
    """A source of ids, times and randomness for one reply.

    `labels` name what it is for (session, rule, turn …); two mints with equal seed and labels give equal
    values in equal order, whatever else happened in between. Ids come from digests and not from `rng`, which
    takes longer to seed than most replies to make.
    """

    __slots__ = ("_made", "_name", "_rng", "_seal", "created", "seed")

    def __init__(self, seed: int | str, *labels: object, created: int = EPOCH) -> None:
        self.seed = seed
        self.created = created
        self._name = _joined((seed, *labels))
        self._rng: random.Random | None = None
        self._made = 0
        self._seal: bytes | None = None

    @classmethod
    def numbered(cls, seed: int | str, labels: tuple[str, ...], number: int, created: int) -> Mint:
        """The mint of these labels and then the number."""
        made = cls.__new__(cls)
        made.seed, made.created, made._rng, made._made, made._seal = seed, created, None, 0, None
        made._name = b"%b\x1f%d" % (_joined_again(seed, *labels), number)
        return made

    @property
    def rng(self) -> random.Random:
        """The generator of the draws of this mint, seeded when first asked for."""
        if self._rng is None:
            self._rng = random.Random(self.number())
        return self._rng

    def number(self) -> int:
        """128 bits that only the seed and the labels decide."""
        return int.from_bytes(blake2b(self._name, digest_size=16).digest())

    def seal(self) -> bytes:
        """64 bytes that only the seed and the labels decide, the same each time: for what every reply has."""
        if self._seal is None:
            self._seal = blake2b(self._name + b"\x1eseal").digest()
        return self._seal

    def child(self, *labels: object) -> Mint:
        """A mint for a part of the reply, independent of how much was drawn from this one."""
        made = Mint.__new__(Mint)
        made.seed, made.created, made._rng, made._made, made._seal = self.seed, self.created, None, 0, None
        made._name = b"%b\x1f%b" % (self._name, _joined_again(*labels))
        return made

    def alnum(self, length: int) -> str:
        """Letters and digits."""
        return self._bytes(length).translate(_TO_ALNUM).decode()

    def hex(self, length: int) -> str:
        """Hexadecimal digits in lower case."""
        return self._bytes(length).hex()[:length]

    def _bytes(self, length: int) -> bytes:
        """So many bytes, others each time."""
        made = b""
        while len(made) < length:
            self._made += 1
            made += blake2b(b"%b\x1e%d" % (self._name, self._made)).digest()
        return made[:length]

    def id(self, prefix: str) -> str:
        """An id as the API writes it for this prefix: `chatcmpl-` + 29, `call_` + 24, `req_` + 32 hex …"""
        make, length = _FORMATS.get(prefix, ("hex", 48))
        return prefix + (self.alnum(length) if make == "alnum" else self.hex(length))


def alnum_of(digest: bytes) -> bytes:
    """Letters and digits, one for each byte."""
    return digest.translate(_TO_ALNUM)


def _joined(labels: Iterable[object]) -> bytes:
    return "\x1f".join(map(str, labels)).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=512, typed=True)
def _joined_again(*labels: object) -> bytes:
    return _joined(labels)


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
