"""Lossless WebP: a palette of two colours, eight pixels to a byte."""

from __future__ import annotations

import struct

from mockai.media.pattern import BLOCK, Colour, Pattern

__all__ = ["webp"]

_PALETTE_TRANSFORM = 3


class _Bits:
    """Bits in the order WebP reads them, the lowest of each number first."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def put(self, value: int, width: int) -> None:
        """A number of so many bits."""
        self._parts.append(f"{value:0{width}b}"[::-1])

    def put_bits(self, bits: str) -> None:
        """Bits as they are."""
        self._parts.append(bits)

    def bytes(self) -> bytes:
        """All of them, the last byte filled up with zeros."""
        text = "".join(self._parts)
        return int(text[::-1], 2).to_bytes(-(-len(text) // 8), "little")


def webp(pattern: Pattern) -> bytes:
    """The picture as a WebP file."""
    bits = _Bits()
    bits.put(pattern.width - 1, 14)
    bits.put(pattern.height - 1, 14)
    bits.put(pattern.transparent, 1)
    bits.put(0, 3)  # version
    _palette(bits, pattern)
    _pixels(bits, pattern)
    data = b"\x2f" + bits.bytes()
    chunk = b"VP8L" + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def _palette(bits: _Bits, pattern: Pattern) -> None:
    """The transform that turns indexes into colours: a picture of two pixels, the second less the first."""
    bits.put(1, 1)
    bits.put(_PALETTE_TRANSFORM, 2)
    bits.put(2 - 1, 8)
    bits.put(0, 1)  # no cache of colours
    first, second = _argb(pattern.back, 0 if pattern.transparent else 255), _argb(pattern.front, 255)
    changes = [(new - old) & 255 for new, old in zip(second, first, strict=True)]
    alpha, red, green, blue = zip(first, changes, strict=True)
    channels = (green, red, blue, alpha)
    for channel in channels:
        _code(bits, *channel)
    _code(bits, 0, 0)  # of distances, which do not occur
    for at in (0, 1):
        for channel in channels:
            # Of two symbols the smaller has the bit 0; of one there is nothing to say.
            bits.put_bits("" if channel[0] == channel[1] else str(int(channel[at] == max(channel))))
    bits.put(0, 1)  # no further transform


def _pixels(bits: _Bits, pattern: Pattern) -> None:
    """The picture itself: each byte of eight equal pixels is one of two symbols of the green channel."""
    bits.put(0, 1)  # no cache of colours
    bits.put(0, 1)  # one set of codes for the whole picture
    _code(bits, 0x00, 0xFF)
    for _ in ("red", "blue", "alpha", "distance"):
        _code(bits, 0, 0)
    rows = ("".join("1" if front else "0" for front in row) for row in pattern.blocks())
    lines = "".join(row * BLOCK for row in rows)
    bits.put_bits(lines[: pattern.height * -(-pattern.width // BLOCK)])


def _code(bits: _Bits, first: int, second: int) -> None:
    """A simple code: of one symbol, which takes no bits, or of two. The smaller comes first, for some decoders number
    the symbols in the order of their values and others as they stand."""
    first, second = sorted((first, second))
    bits.put(1, 1)
    bits.put(first != second, 1)
    bits.put(1, 1)  # the first symbol has eight bits
    bits.put(first, 8)
    if first != second:
        bits.put(second, 8)


def _argb(colour: Colour, alpha: int) -> tuple[int, int, int, int]:
    return alpha, *colour
