"""Baseline JPEG: every block is of one colour, so that its first coefficient says everything."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from mockai.media.pattern import Colour, Pattern

__all__ = ["jpeg"]

_STEP = 8
"""Quantization step of the first coefficient: with 8, it is the block's brightness minus 128."""


def jpeg(pattern: Pattern) -> bytes:
    """The picture as a JPEG file. A see-through background comes out in its colour."""
    rows = pattern.blocks()
    scans = {row: _scan(row, pattern) for row in set(rows)}
    parts = [b"\xff\xd8", *_headers(pattern, len(rows[0]))]
    for at, row in enumerate(rows):
        # A restart marker ends every row of blocks, so that equal rows are equal bytes.
        parts += [scans[row], b"" if at == len(rows) - 1 else bytes((0xFF, 0xD0 + at % 8))]
    return b"".join([*parts, b"\xff\xd9"])


def _headers(pattern: Pattern, columns: int) -> Iterator[bytes]:
    yield _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    yield _segment(0xDB, b"\x00" + bytes((_STEP,)) * 64)
    frame = struct.pack(">BHHB", 8, pattern.height, pattern.width, 3)
    yield _segment(0xC0, frame + b"".join(bytes((component, 0x11, 0)) for component in (1, 2, 3)))
    # Sizes of differences 0 to 8, each in four bits; of the other coefficients nothing but "end of block", in one bit.
    yield _segment(0xC4, b"\x00" + bytes((0, 0, 0, 9, *(0,) * 12)) + bytes(range(9)))
    yield _segment(0xC4, b"\x10" + bytes((1, *(0,) * 15)) + b"\x00")
    yield _segment(0xDD, struct.pack(">H", columns))
    yield _segment(0xDA, b"\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00")


def _segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def _scan(row: tuple[bool, ...], pattern: Pattern) -> bytes:
    """The bits of one row of blocks: of each block, what differs from the one before, in brightness and colours."""
    levels = {True: _ycc(pattern.front), False: _ycc(pattern.back)}
    before, bits = (0, 0, 0), []
    for front in row:
        bits += [_difference(new - old) + "0" for new, old in zip(levels[front], before, strict=True)]
        before = levels[front]
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8).replace(b"\xff", b"\xff\x00")


def _difference(value: int) -> str:
    size = abs(value).bit_length()
    if not size:
        return f"{0:04b}"
    return f"{size:04b}{value if value > 0 else value + (1 << size) - 1:0{size}b}"


def _ycc(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = colour
    bright = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(bright - 128), round(0.564 * (blue - bright)), round(0.713 * (red - bright))
