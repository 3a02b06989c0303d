"""Recordings in every format, judged by another decoder."""

import io
import struct
import wave

import pytest

from mockai.media.silence import aac, mp3, opus
from mockai.media.tone import RATE, flac, pcm, samples, wav

AS_PCM = ("-f", "s16le", "-ar", str(RATE), "-ac", "1")
LENGTHS = [RATE // 2, RATE, 4080, 4081, 7 * RATE + 11]
FRAMES = {mp3: 576, aac: 1024, opus: 1}


@pytest.mark.parametrize("count", LENGTHS)
@pytest.mark.parametrize("make", [wav, flac])
def test_uncompressed_files_hold_exactly_the_samples(decoded, make, count):
    assert decoded(make(count), make.__name__, *AS_PCM) == pcm(count)


@pytest.mark.parametrize("count", LENGTHS)
@pytest.mark.parametrize("make", FRAMES)
def test_compressed_files_are_silent_and_as_long_as_they_should_be(decoded, make, count):
    frame = FRAMES[make]
    heard = decoded(make(count), make.__name__, *AS_PCM)
    assert len(heard) // 2 == -(-count // frame) * frame
    assert max(map(abs, struct.unpack(f"<{len(heard) // 2}h", heard))) <= 1


def test_a_wav_file_can_be_read_with_the_standard_library_alone():
    with wave.open(io.BytesIO(wav(1000))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes()) == (1, 2, RATE, 1000)
        assert file.readframes(1000) == pcm(1000)


def test_the_tone_swings_about_zero():
    heard = struct.unpack("<60h", pcm(60))
    assert (heard[0], max(heard), min(heard), sum(heard)) == (0, 3000, -3000, 0)


@pytest.mark.parametrize(("seconds", "count"), [(1.0, 24_000), (0.5, 12_000), (0.0, 1)])
def test_seconds_are_samples(seconds, count):
    assert samples(seconds) == count


def test_a_few_samples_make_a_file_too(decoded):
    assert decoded(flac(5), "flac", *AS_PCM) == pcm(5)
