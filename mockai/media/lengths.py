"""How long a recording lasts, as the file says it: WAV, FLAC, MP3, Ogg with Opus or Vorbis in it, and MP4."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice

__all__ = ["seconds_of"]

_OPUS_RATE = 48_000
_FRAMES_READ = 1_000
"""After so many frames of an MP3, the rest is taken to be as they are."""
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_KILOBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KILOBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def seconds_of(data: bytes) -> float | None:
    """How long a recording lasts; None for a file of another kind, or one that does not say."""
    for kind, read in _READERS:
        if kind(data):
            try:
                return read(data)
            except (struct.error, LookupError, ValueError, ZeroDivisionError):
                return None
    return None


def _wav(data: bytes) -> float | None:
    rate = 0
    for kind, at, size in _chunks(data, 12, "<4sI"):
        if kind == b"fmt " and at + 16 <= len(data):
            rate = int(struct.unpack_from("<I", data, at + 8)[0])
        elif kind == b"data" and rate:
            return float(min(size, len(data) - at) / rate)
    return None


def _chunks(data: bytes, at: int, head: str) -> Iterator[tuple[bytes, int, int]]:
    """Kind, place and size of each chunk, which begin at even places."""
    while at + 8 <= len(data):
        kind, size = struct.unpack_from(head, data, at)
        yield kind, at + 8, size
        at += 8 + size + size % 2


def _flac(data: bytes) -> float | None:
    """From the first block: 20 bits of rate, 8 of other things, 36 of how many samples, none if it is not known."""
    packed = int.from_bytes(data[18:26])
    count = packed & 0xFFFFFFFFF
    return count / (packed >> 44) if count else None


def _ogg(data: bytes) -> float | None:
    """Where the last page ends, in samples of what the first says it holds."""
    last: int = struct.unpack_from("<q", data, data.rindex(b"OggS") + 6)[0]
    head = data[:128]
    if (opus := head.find(b"OpusHead")) >= 0:
        lead: int = struct.unpack_from("<H", data, opus + 10)[0]
        return (last - lead) / _OPUS_RATE
    if (vorbis := head.find(b"\x01vorbis")) >= 0:
        return float(last / struct.unpack_from("<I", data, vorbis + 12)[0])
    return None


def _mp4(data: bytes) -> float | None:
    at, end = 0, len(data)
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"moov":
            end, size = at + size, 8  # and into it
        elif kind == b"mvhd":
            version = data[at + 8]
            scale, length = struct.unpack_from(">IQ" if version else ">II", data, at + (28 if version else 20))
            return float(length / scale) if length else None
        at += max(8, size)
    return None


def _mp3(data: bytes) -> float | None:
    begin = 0
    if data.startswith(b"ID3"):
        begin = 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    frames = list(islice(_frames(data, begin), _FRAMES_READ))
    if len(frames) < 2:
        return None
    seconds, read = sum(length for _, length in frames), sum(size for size, _ in frames)
    return seconds if len(frames) < _FRAMES_READ else seconds * max(read, len(data) - begin) / read


def _frames(data: bytes, at: int) -> Iterator[tuple[int, float]]:
    """Size and seconds of each frame of layer III, for as long as one follows the other."""
    while at + 4 <= len(data):
        (head,) = struct.unpack_from(">I", data, at)
        version, bits, rate = head >> 19 & 3, head >> 12 & 15, head >> 10 & 3
        if head >> 21 != 0x7FF or head >> 17 & 3 != 1 or version == 1 or bits in (0, 15) or rate == 3:
            return
        hertz, samples = _RATES[version][rate], 1152 if version == 3 else 576
        kilobits = (_KILOBITS_1 if version == 3 else _KILOBITS_2)[bits]
        size = samples // 8 * kilobits * 1000 // hertz + (head >> 9 & 1)
        yield size, samples / hertz
        at += size


_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], float | None]], ...] = (
    (lambda data: data[:4] == b"RIFF" and data[8:12] == b"WAVE", _wav),
    (lambda data: data[:4] == b"fLaC", _flac),
    (lambda data: data[:4] == b"OggS", _ogg),
    (lambda data: data[4:8] == b"ftyp", _mp4),
    (lambda data: data[:3] == b"ID3" or data[:1] == b"\xff", _mp3),
)
