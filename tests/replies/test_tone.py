"""A tone: audio that is real and short."""

import base64
import io
import struct
import wave
from itertools import pairwise

import pytest

from mockai.replies.tone import RATE, audio_base64, tone, wav


def test_a_tone_swings_440_times_a_second():
    samples = struct.unpack(f"<{RATE}h", tone(1.0))
    rising = sum(one < 0 <= other for one, other in pairwise(samples))
    assert (rising, max(samples), min(samples)) == (439, 8000, -8000)


def test_a_wav_file_holds_the_samples():
    with wave.open(io.BytesIO(wav(tone(0.1)))) as file:
        assert file.getparams()[:4] == (1, 2, RATE, 2400)
        assert file.readframes(2400) == tone(0.1)


@pytest.mark.parametrize(("format", "expected"), [("pcm16", tone()), ("wav", wav(tone())), ("mp3", wav(tone()))])
def test_only_pcm16_is_bare(format, expected):
    assert base64.b64decode(audio_base64(format)) == expected
