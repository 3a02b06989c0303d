"""How long recordings last, by what their files say."""

import struct

import pytest

from mockai.media import silence, tone
from mockai.media.lengths import seconds_of
from mockai.media.mp4 import mp4

MADE = [tone.wav, tone.flac, silence.mp3, silence.opus]


@pytest.mark.parametrize("make", MADE)
@pytest.mark.parametrize("seconds", [0.5, 3.5, 61.0])
def test_recordings_that_mockai_makes_last_as_long_as_they_were_to(make, seconds):
    assert seconds_of(make(tone.samples(seconds))) == pytest.approx(seconds, abs=0.024)  # a whole frame of an MP3


RIFF = struct.pack("<4sI4s", b"RIFF", 0, b"WAVE")
FORM = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16_000, 2, 16)
ODD = b"LIST" + struct.pack("<I", 3) + b"abc\x00"
SHORT = b"data" + struct.pack("<I", 99_999) + bytes(8000)

MP3 = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG-1, 128 kbit/s, 44.1 kHz
PADDED = b"\xff\xfb\x92\x00" + bytes(414)
TAG = b"ID3\x04\x00\x00" + bytes((0, 0, 2, 1)) + bytes(257)
FRAME = 1152 / 44_100


def mvhd(*fields, version=0):
    """A film's head, in a box of a box, behind another."""
    head = bytes((version, 0, 0, 0)) + struct.pack(">QQIQ" if version else ">IIII", 0, 0, *fields)
    inner = struct.pack(">I4s", 8 + len(head), b"mvhd") + head
    free = struct.pack(">I4s", 12, b"free") + bytes(4)
    moov = struct.pack(">I4s", 8 + len(free) + len(inner), b"moov") + free + inner
    return struct.pack(">I4s4s", 12, b"ftyp", b"M4A ") + moov


def ogg(head, *ends):
    """Pages, of which the first has this head, and that end at these samples."""
    return b"".join(b"OggS\0\0" + struct.pack("<q", end) + bytes(14) + head for end in (0, *ends))


OPUS = b"OpusHead\x01\x01" + struct.pack("<HI", 312, 16_000)
VORBIS = b"\x01vorbis" + struct.pack("<IBI", 0, 1, 22_050)

SAID = [
    (RIFF + FORM + b"data" + struct.pack("<I", 8000) + bytes(8000), 0.5),
    (RIFF + ODD + FORM + SHORT, 0.5),
    (MP3 * 10, 10 * FRAME),
    (TAG + MP3 * 10 + b"TAG" + bytes(125), 10 * FRAME),
    (PADDED * 10, 10 * FRAME),
    (MP3 * 3000, 3000 * FRAME),  # of which a third is read
    (ogg(OPUS, 24_312, 48_312), 1.0),
    (ogg(VORBIS, 22_050 * 3), 3.0),
    (mvhd(1000, 2500), 2.5),
    (mvhd(44_100, 44_100 * 7200, version=1), 7200.0),
    (mp4([b"x"] * 4, 16, 16), 4.0),
]


@pytest.mark.parametrize(("data", "seconds"), SAID, ids=range(len(SAID)))
def test_a_recording_lasts_as_long_as_its_file_says(data, seconds):
    assert seconds_of(data) == pytest.approx(seconds)


UNSAID = [
    b"",
    b"hello",
    RIFF,
    RIFF + FORM,
    RIFF + b"data" + struct.pack("<I", 4) + bytes(4),
    RIFF + b"fmt " + struct.pack("<I", 16),
    b"fLaC",
    tone.flac(100)[:18] + (24_000 << 44).to_bytes(8),  # of a length not known
    b"OggS",
    ogg(b"Speex", 48_000),
    b"ID3 and so on",
    b"ID3\x04\x00\x00" + bytes((0, 0, 2, 1)),
    MP3,
    b"\xff" * 32_000,
    b"\xff\xfb\xf0\x00" + bytes(413),  # no such rate
    mvhd(1000, 0),
    mvhd(0, 5),
    b"\0\0\0\x08ftyp",
    mvhd(1000, 2500)[:40],
]


@pytest.mark.parametrize("data", UNSAID, ids=range(len(UNSAID)))
def test_a_file_that_does_not_say_how_long_it_lasts_says_nothing(data):
    assert seconds_of(data) is None
