"""MP4: a film of still pictures, one a second, each a JPEG."""

from __future__ import annotations

import struct
from collections.abc import Sequence

__all__ = ["mp4"]

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_JPEG = 0x6C
_VISUAL = 0x11
_START = b"ftyp", b"isom" + struct.pack(">I", 512) + b"isomiso2mp41"


def mp4(frames: Sequence[bytes], width: int, height: int) -> bytes:
    """A film of these JPEG pictures, a second each."""
    start = _box(*_START)
    data = _box(b"mdat", *frames)
    return start + data + _movie(frames, width, height, first=len(start) + 8)


def _box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, parts)), kind) + b"".join(parts)


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """A box that begins with its version, 0, and flags."""
    return _box(kind, struct.pack(">I", flags), *parts)


def _movie(frames: Sequence[bytes], width: int, height: int, first: int) -> bytes:
    seconds = len(frames)
    header = struct.pack(">IIIIIH10x", 0, 0, 1, seconds, 0x10000, 0x100) + _MATRIX + bytes(24) + struct.pack(">I", 2)
    track = struct.pack(">IIIIIQHHHH", 0, 0, 1, 0, seconds, 0, 0, 0, 0, 0) + _MATRIX
    track += struct.pack(">II", width << 16, height << 16)
    media = (
        _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1, seconds, 0x55C4, 0)),
        _full(b"hdlr", bytes(4), b"vide", bytes(12), b"MockAI\x00"),
        _information(frames, width, height, first),
    )
    return _box(b"moov", _full(b"mvhd", header), _box(b"trak", _full(b"tkhd", track, flags=3), _box(b"mdia", *media)))


def _information(frames: Sequence[bytes], width: int, height: int, first: int) -> bytes:
    count = len(frames)
    reference = _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1))
    table = _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), _description(width, height)),
        _full(b"stts", struct.pack(">III", 1, count, 1)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, count, 1)),
        _full(b"stsz", struct.pack(f">II{count}I", 0, count, *map(len, frames))),
        _full(b"stco", struct.pack(">II", 1, first)),
    )
    return _box(b"minf", _full(b"vmhd", bytes(8), flags=1), _box(b"dinf", reference), table)


def _description(width: int, height: int) -> bytes:
    """How the pictures are coded, in MPEG-4's own nest of descriptors."""
    decoder = _descriptor(4, struct.pack(">BB3xII", _JPEG, _VISUAL, 0, 0))
    stream = _descriptor(3, struct.pack(">HB", 1, 0) + decoder + _descriptor(6, b"\x02"))
    dots = 72 << 16
    entry = struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, dots, dots, 0, 1, 24, -1)
    return _box(b"mp4v", entry, _full(b"esds", stream))


def _descriptor(tag: int, data: bytes) -> bytes:
    return bytes((tag, len(data))) + data
