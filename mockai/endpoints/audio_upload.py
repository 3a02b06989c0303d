"""The recording a client uploads: checked as the API checks it, and how long it lasts."""

from __future__ import annotations

import struct

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.multipart import Form, Upload

__all__ = ["recording_of", "seconds_of"]

_SUFFIXES = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_MOST_BYTES = 26_214_400
_SHORTEST = 0.1


def recording_of(form: Form) -> Upload:
    """The file of a form; raises `RequestRefused` where there is none, or one the API would not take.

    Only WAV files are looked into; of the others the name and the size are all that is checked.
    """
    file = form.file("file")
    if file is None:
        raise RequestRefused(named("missing_required_parameter", param="file"))
    if len(file.data) > _MOST_BYTES:
        raise RequestRefused(named("audio_too_large", limit=_MOST_BYTES, used=len(file.data)))
    if file.filename.rpartition(".")[2].lower() not in _SUFFIXES:
        raise RequestRefused(named("invalid_audio_format"))
    seconds = seconds_of(file.data)
    if not file.data or (seconds is not None and seconds < _SHORTEST):
        raise RequestRefused(named("audio_too_short"))
    return file


def seconds_of(data: bytes) -> float | None:
    """How long a WAV file lasts; None for any other."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    at, rate = 12, 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        at += 8
        if kind == b"fmt " and at + 16 <= len(data):
            rate = int(struct.unpack_from("<I", data, at + 8)[0])
        elif kind == b"data" and rate:
            return float(min(size, len(data) - at) / rate)
        at += size + size % 2
    return None
