"""Bytes that begin alike, held without their beginnings."""

from __future__ import annotations

from array import array

__all__ = ["Alike"]

_SHORTEST = 32
"""So many bytes must two parts have in common for a beginning that is worth to be held once."""
_MOST = 8


class Alike:
    """Parts of a whole, such as the events of a stream, most of which begin as one before them did: up to eight
    beginnings are held once, which are most of what streams are made of."""

    __slots__ = ("_beginning", "_beginnings", "_latest", "_lengths", "_rests", "_which", "length")

    def __init__(self) -> None:
        self.length = 0
        self._beginnings = [b""]
        self._beginning = 0
        self._which = array("B")
        self._lengths = array("L")
        self._rests = bytearray()
        self._latest = b""

    def add(self, part: bytes) -> None:
        """One more part."""
        which = self._beginning
        beginning = self._beginnings[which]
        if not which or not part.startswith(beginning):
            which = self._found(part)
            beginning = self._beginnings[which]
        self.length += len(part)
        self._latest = part
        rest = part[len(beginning) :]
        self._rests += rest
        self._which.append(which)
        self._lengths.append(len(rest))

    def _found(self, part: bytes) -> int:
        """Which beginning this part has, of those that are held or begin to be now; 0 for none."""
        for which in range(len(self._beginnings) - 1, 0, -1):
            if part.startswith(self._beginnings[which]):
                self._beginning = which
                return which
        if len(self._beginnings) > _MOST:
            return 0
        common = _common(self._latest, part)
        if len(common) < _SHORTEST:
            return 0
        self._beginnings.append(common)
        self._beginning = len(self._beginnings) - 1
        return self._beginning

    @property
    def held(self) -> int:
        """About how many bytes it holds."""
        return len(self._rests) + sum(map(len, self._beginnings)) + len(self._latest)

    def __bytes__(self) -> bytes:
        made: list[bytes | bytearray] = []
        at = 0
        for which, length in zip(self._which, self._lengths, strict=True):
            made += self._beginnings[which], self._rests[at : at + length]
            at += length
        return b"".join(made)


def _common(one: bytes, other: bytes) -> bytes:
    """What both begin with."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[:middle] == other[:middle]:
            least = middle
        else:
            most = middle - 1
    return one[:least]
