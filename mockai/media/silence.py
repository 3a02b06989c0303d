"""Compressed recordings, which are silent: a frame of silence is a few bytes, the same again and again."""

from __future__ import annotations

import struct
from functools import lru_cache

from mockai.media.tone import RATE

__all__ = ["aac", "mp3", "opus"]

_MP3_FRAME = b"\xff\xf3\x84\xc0" + bytes(188)
"""MPEG-2 layer III, 64 kbit/s, 24 kHz, one channel; side information and data of zeros: 576 samples of silence."""
_AAC_BLOCK = b"\x00\x00\x00\x07"
"""One channel without any band of frequencies, and the end: 1024 samples of silence."""
_OPUS_PACKET = b"\xf8\xff\xfe"
"""CELT over the whole band, one channel, 20 ms of silence."""
_OPUS_RATE = 48_000
_OPUS_SAMPLES = 960
_OPUS_LEAD = 312
_PACKETS_A_PAGE = 50
_SERIAL = 0x4D4F434B


def mp3(count: int) -> bytes:
    """An MP3 file of at least so many samples."""
    return _MP3_FRAME * -(-count // 576)


def aac(count: int) -> bytes:
    """An AAC file (ADTS) of at least so many samples."""
    length = 7 + len(_AAC_BLOCK)
    # Sync, MPEG-4, no checksum; AAC-LC, 24 kHz, one channel; the length; a buffer of variable rate; one block.
    header = 0xFFF << 44 | 0b0001 << 40 | 0b01 << 38 | 6 << 34 | 1 << 30 | length << 13 | 0x7FF << 2
    return (header.to_bytes(7) + _AAC_BLOCK) * -(-count // 1024)


def opus(count: int) -> bytes:
    """An Ogg file with Opus in it, of so many samples at 24 kHz."""
    wanted = count * (_OPUS_RATE // RATE) + _OPUS_LEAD
    packets = -(-wanted // _OPUS_SAMPLES)
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, _OPUS_LEAD, RATE, 0, 0)
    tags = struct.pack("<8sI6sI", b"OpusTags", 6, b"MockAI", 0)
    pages = [_page((head,), 0, 0, 0x02), _page((tags,), 0, 1, 0)]
    for first in range(0, packets, _PACKETS_A_PAGE):
        held = min(_PACKETS_A_PAGE, packets - first)
        last = first + held == packets
        # The last page ends where the recording does, within its last packet.
        position = wanted if last else (first + held) * _OPUS_SAMPLES
        pages.append(_page((_OPUS_PACKET,) * held, position, len(pages), 0x04 if last else 0))
    return b"".join(pages)


def _page(packets: tuple[bytes, ...], position: int, number: int, flags: int) -> bytes:
    sizes = bytes(map(len, packets))  # each packet is shorter than 255 bytes, so that its size is one byte
    head = struct.pack("<4sBBqII", b"OggS", 0, flags, position, _SERIAL, number)
    rest = bytes((len(sizes),)) + sizes + b"".join(packets)
    return head + struct.pack("<I", _crc32(head + bytes(4) + rest)) + rest


@lru_cache(maxsize=1)
def _checks() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        table.append(value)
    return tuple(table)


def _crc32(data: bytes) -> int:
    table, value = _checks(), 0
    for byte in data:
        value = (value << 8 & 0xFFFFFFFF) ^ table[value >> 24 ^ byte]
    return value
