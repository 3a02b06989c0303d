"""What a made-up picture shows: a symmetric pattern of squares in two colours, cut into blocks of 8 x 8 pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b

__all__ = ["BLOCK", "Colour", "Pattern"]

BLOCK = 8
_CELLS = 8

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A picture of `width` x `height` pixels. `cells` are the rows of squares; where one is set the picture has the
    colour `front`, elsewhere `back`, which is see-through in a `transparent` picture."""

    width: int
    height: int
    cells: tuple[tuple[bool, ...], ...]
    front: Colour
    back: Colour
    transparent: bool = False

    @classmethod
    def of(cls, subject: str, width: int, height: int, *, transparent: bool = False) -> Pattern:
        """The pattern of this subject: equal texts give equal pictures."""
        digest = blake2b(subject.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        halves = [[bool(byte >> bit & 1) for bit in range(_CELLS // 2)] for byte in digest[:_CELLS]]
        cells = tuple((*half, *reversed(half)) for half in halves)
        red, green, blue = (128 + byte // 2 for byte in digest[8:11])
        return cls(width, height, cells, (red // 3, green // 3, blue // 3), (red, green, blue), transparent)

    def until(self, share: float) -> Pattern:
        """The picture as it looks when only this share of its squares has been painted."""
        painted = round(share * _CELLS)
        empty = (False,) * _CELLS
        return replace(self, cells=tuple(row if at < painted else empty for at, row in enumerate(self.cells)))

    def blocks(self) -> list[tuple[bool, ...]]:
        """The rows of blocks from the top, each from the left; the last row and column may reach beyond the edge."""
        columns, rows = -(-self.width // BLOCK), -(-self.height // BLOCK)
        lines = [tuple(row[at * _CELLS // columns] for at in range(columns)) for row in self.cells]
        return [lines[at * _CELLS // rows] for at in range(rows)]
