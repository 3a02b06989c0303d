"""A short tone: real audio for replies that say what is spoken and bring no sound of their own."""

from __future__ import annotations

import base64
import io
import math
import struct
import wave
from functools import lru_cache

__all__ = ["RATE", "audio_base64", "tone", "wav"]

RATE = 24_000
"""Samples per second: what the API's own `pcm16` has."""
_SECONDS = 0.05
_PITCH = 440.0
_LOUDNESS = 8_000


def tone(seconds: float = _SECONDS) -> bytes:
    """A sine of 440 Hz as 16-bit little-endian mono samples."""
    count = round(RATE * seconds)
    step = 2 * math.pi * _PITCH / RATE
    return struct.pack(f"<{count}h", *(round(_LOUDNESS * math.sin(step * n)) for n in range(count)))


def wav(samples: bytes) -> bytes:
    """Samples in a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(samples)
    return file.getvalue()


@lru_cache(maxsize=2)
def audio_base64(format: str) -> str:
    """A tone in base64: bare samples for `pcm16`, a WAV file for every other format (MockAI has no encoders)."""
    samples = tone()
    return base64.b64encode(samples if format == "pcm16" else wav(samples)).decode()
