"""Recordings without compression: a quiet tone as samples, and the WAV and FLAC files of it."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["RATE", "flac", "pcm", "samples", "wav"]

RATE = 24_000
"""Samples a second, of 16 bits each, on one channel."""

_PERIOD = 60
_LOUDNESS = 3000
_BLOCK = 4080
"""Samples of one FLAC frame: a whole number of periods, so that full frames differ in their numbers only."""


def samples(seconds: float) -> int:
    """How many samples so many seconds have, at least one."""
    return max(1, round(seconds * RATE))


def _wave(order: str) -> bytes:
    period = (round(_LOUDNESS * math.sin(2 * math.pi * at / _PERIOD)) for at in range(_PERIOD))
    return struct.pack(f"{order}{_PERIOD}h", *period)


def pcm(count: int, order: str = "<") -> bytes:
    """So many samples of the tone, 16 bits each, little end first (or big, with `>`)."""
    return (_wave(order) * (count // _PERIOD + 1))[: 2 * count]


def wav(count: int) -> bytes:
    """A WAV file of so many samples."""
    data = pcm(count)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    return (
        struct.pack("<4sI4s", b"RIFF", 36 + len(data), b"WAVE") + form + struct.pack("<4sI", b"data", len(data)) + data
    )


def flac(count: int) -> bytes:
    """A FLAC file of so many samples, written verbatim."""
    largest = min(count, _BLOCK)
    stream = struct.pack(">HH", max(16, largest), max(16, largest)) + bytes(6)
    # 20 bits of rate, 3 of channels less one, 5 of bits less one, 36 of how many samples; then no checksum.
    stream += (RATE << 44 | 0 << 41 | 15 << 36 | count).to_bytes(8) + bytes(16)
    return b"fLaC" + struct.pack(">I", 0x80 << 24 | len(stream)) + stream + b"".join(_frames(count))


def _frames(count: int) -> Iterator[bytes]:
    for number, start in enumerate(range(0, count, _BLOCK)):
        size = min(_BLOCK, count - start)
        # Sync and fixed block size; block size in 16 bits, rate as in the stream; mono, 16 bits.
        header = b"\xff\xf8\x70\x08" + _coded(number) + struct.pack(">H", size - 1)
        frame = header + bytes((_crc8(header),)) + b"\x02" + pcm(size, ">")
        yield frame + struct.pack(">H", _crc16(frame))


def _coded(number: int) -> bytes:
    """A frame's number, the way UTF-8 writes characters."""
    return chr(number).encode("utf-8", "surrogatepass")


def _table(polynomial: int, bits: int) -> tuple[int, ...]:
    top, mask = 1 << bits - 1, (1 << bits) - 1
    table = []
    for byte in range(256):
        value = byte << bits - 8
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
        table.append(value)
    return tuple(table)


@lru_cache(maxsize=2)
def _checks(polynomial: int, bits: int) -> tuple[int, ...]:
    return _table(polynomial, bits)


def _crc8(data: bytes) -> int:
    table, value = _checks(0x07, 8), 0
    for byte in data:
        value = table[value ^ byte]
    return value


def _crc16(data: bytes) -> int:
    table, value = _checks(0x8005, 16), 0
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ table[value >> 8 ^ byte]
    return value
