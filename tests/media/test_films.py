"""Films, judged by another decoder."""

from mockai.media.jpeg import jpeg
from mockai.media.mp4 import mp4
from mockai.media.pattern import Pattern


def test_a_film_shows_its_pictures_one_a_second(decoded):
    pattern = Pattern.of("a cat", 64, 32)
    frames = [jpeg(pattern.until(share / 4)) for share in (1, 2, 3, 4)]
    shown = decoded(mp4(frames, 64, 32), "mp4", "-f", "rawvideo", "-pix_fmt", "yuvj444p")
    alone = [decoded(frame, "jpeg", "-f", "rawvideo", "-pix_fmt", "yuvj444p") for frame in frames]
    assert shown == b"".join(alone)
    assert len(set(alone)) > 1
