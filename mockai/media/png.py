"""PNG: a palette of two colours, one bit a pixel."""

from __future__ import annotations

import struct
import zlib

from mockai.media.pattern import BLOCK, Pattern

__all__ = ["png"]


def png(pattern: Pattern) -> bytes:
    """The picture as a PNG file."""
    header = struct.pack(">IIBBBBB", pattern.width, pattern.height, 1, 3, 0, 0, 0)
    chunks = [_chunk(b"IHDR", header), _chunk(b"PLTE", bytes((*pattern.back, *pattern.front)))]
    if pattern.transparent:
        chunks.append(_chunk(b"tRNS", b"\x00\xff"))
    chunks += [_chunk(b"IDAT", zlib.compress(_lines(pattern), 9)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _lines(pattern: Pattern) -> bytes:
    """Every line of pixels after a zero byte, which says that it is not filtered. A block is a byte wide."""
    rows = (b"\x00" + bytes(0xFF if front else 0 for front in row) for row in pattern.blocks())
    lines = b"".join(row * BLOCK for row in rows)
    return lines[: pattern.height * (1 + -(-pattern.width // BLOCK))]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
