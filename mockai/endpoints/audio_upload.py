"""The recording a client uploads, checked as the API checks it."""

from __future__ import annotations

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.multipart import Form, Upload
from mockai.media.lengths import seconds_of

__all__ = ["recording_of"]

_SUFFIXES = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_MOST_BYTES = 26_214_400
_SHORTEST = 0.1


def recording_of(form: Form) -> Upload:
    """The file of a form; raises `RequestRefused` where there is none, or one the API would not take.

    Its name and size are checked, and how long it lasts, where the file says so.
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
