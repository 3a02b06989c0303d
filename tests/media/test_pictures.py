"""Painted pictures, judged by another decoder."""

import struct
import zlib
from typing import Any

import pytest

from mockai.media.jpeg import jpeg
from mockai.media.pattern import Pattern
from mockai.media.png import png
from mockai.media.webp import webp

SIZES = [(1024, 1024), (1536, 1024), (100, 37), (16, 16), (8, 8), (1, 1)]
MAKERS = [png, jpeg, webp]


def pixels(decoded: Any, data: bytes, suffix: str, width: int, height: int) -> list[list[tuple[int, ...]]]:
    """Every pixel of a file as red, green, blue and opacity."""
    raw = decoded(data, suffix, "-f", "rawvideo", "-pix_fmt", "rgba")
    assert len(raw) == 4 * width * height
    return [[tuple(raw[at : at + 4]) for at in range(y * width * 4, (y + 1) * width * 4, 4)] for y in range(height)]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_pixel_has_the_colour_of_its_block(decoded, make, width, height):
    pattern = Pattern.of("a cat", width, height)
    found = pixels(decoded, make(pattern), make.__name__, width, height)
    for y in range(0, height, 3):
        for x in range(0, width, 3):
            wanted = pattern.front if pattern.blocks()[y // 8][x // 8] else pattern.back
            *colour, opacity = found[y][x]
            assert opacity == 255
            assert max(abs(one - other) for one, other in zip(colour, wanted, strict=True)) <= (
                4 if make is jpeg else 0
            )


@pytest.mark.parametrize("make", [png, webp])
def test_a_transparent_background_is_see_through(decoded, make):
    pattern = Pattern.of("a cat", 64, 64, transparent=True)
    found = pixels(decoded, make(pattern), make.__name__, 64, 64)
    assert [[found[y * 8][x * 8][3] == 255 for x in range(8)] for y in range(8)] == [list(r) for r in pattern.cells]


def test_a_pattern_is_its_own_mirror_image_and_follows_from_its_subject():
    pattern = Pattern.of("a cat", 64, 64)
    assert all(row == row[::-1] for row in pattern.cells)
    assert Pattern.of("a cat", 64, 64) == pattern
    assert Pattern.of("a dog", 64, 64) != pattern


def test_a_picture_is_painted_from_the_top():
    pattern = Pattern.of("a cat", 64, 64)
    half = pattern.until(0.5)
    assert half.cells[:4] == pattern.cells[:4]
    assert half.cells[4:] == ((False,) * 8,) * 4
    assert pattern.until(1.0) == pattern


def test_a_png_can_be_read_with_the_standard_library_alone():
    data = png(Pattern.of("a cat", 20, 9))
    assert struct.unpack(">II5B", data[16:29]) == (20, 9, 1, 3, 0, 0, 0)
    start = data.index(b"IDAT")
    (size,) = struct.unpack(">I", data[start - 4 : start])
    lines = zlib.decompress(data[start + 4 : start + 4 + size])
    assert len(lines) == 9 * (1 + 3)
    assert lines[::4] == bytes(9)


def test_colours_that_share_a_channel_make_a_picture_too(decoded):
    pattern = Pattern(16, 16, ((True, False) * 4,) * 8, (10, 20, 30), (10, 250, 30))
    found = pixels(decoded, webp(pattern), "webp", 16, 16)
    assert (found[0][0], found[0][15]) == ((10, 20, 30, 255), (10, 250, 30, 255))
