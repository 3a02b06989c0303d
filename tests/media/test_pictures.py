"""Painted pictures, judged by another decoder."""

import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from mockai.media.jpeg import jpeg
from mockai.media.pattern import Pattern
from mockai.media.png import png
from mockai.media.webp import webp

SIZES = [(1536, 1024), (100, 37), (16, 16), (8, 8), (1, 1)]
MAKERS = [png, jpeg, webp]


def pixels(decoded: Any, data: bytes, suffix: str, width: int, height: int) -> Callable[[int, int], tuple[int, ...]]:
    """The pixel of a file at x and y: red, green, blue and opacity."""
    raw = decoded(data, suffix, "-f", "rawvideo", "-pix_fmt", "rgba")
    assert len(raw) == 4 * width * height
    return lambda x, y: tuple(raw[4 * (y * width + x) : 4 * (y * width + x) + 4])


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_pixel_has_the_colour_of_its_block(decoded, make, width, height):
    pattern = Pattern.of("a cat", width, height)
    blocks, pixel = pattern.blocks(), pixels(decoded, make(pattern), make.__name__, width, height)
    off = 4 if make is jpeg else 0
    for y in range(0, height, 7):
        for x in range(0, width, 7):
            wanted = (*(pattern.front if blocks[y // 8][x // 8] else pattern.back), 255)
            assert max(abs(one - other) for one, other in zip(pixel(x, y), wanted, strict=True)) <= off


@pytest.mark.parametrize("make", [png, webp])
def test_a_transparent_background_is_see_through(decoded, make):
    pattern = Pattern.of("a cat", 64, 64, transparent=True)
    pixel = pixels(decoded, make(pattern), make.__name__, 64, 64)
    assert [[pixel(x * 8, y * 8)[3] == 255 for x in range(8)] for y in range(8)] == [list(r) for r in pattern.cells]


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
    pattern = Pattern(64, 64, ((True, False) * 4,) * 8, (10, 20, 30), (10, 250, 30))
    pixel = pixels(decoded, webp(pattern), "webp", 64, 64)
    assert (pixel(0, 0), pixel(8, 0)) == ((10, 20, 30, 255), (10, 250, 30, 255))
