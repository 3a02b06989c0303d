"""What pictures cost: what was measured, what OpenAI's guide works out, and sizes told by the beginnings of files."""

import struct
from base64 import b64encode

import pytest

from mockai.media.jpeg import jpeg
from mockai.media.pattern import Pattern
from mockai.media.png import png
from mockai.media.sizes import size_of
from mockai.media.webp import webp
from mockai.request import APIRequest, Message
from mockai.tokens import prompt_tokens
from mockai.tokens.pictures import cost_of, picture_tokens
from mockai.wire import HTTPRequest

MEASURED = [
    # by users of the API, the text beside the picture taken away
    ("o3-2025-04-16", (128, 64), "low", 75),
    ("o3-2025-04-16", (128, 64), "high", 225),
    ("o4-mini-2025-04-16", (128, 64), "high", 14),
    ("gpt-4.1-2025-04-14", (128, 64), "low", 85),
    ("gpt-4.1-2025-04-14", (128, 64), "high", 255),
    ("gpt-4.1-mini-2025-04-14", (128, 64), "low", 13),
    ("gpt-4.1-nano-2025-04-14", (128, 64), "low", 20),
    ("gpt-4o-2024-11-20", (128, 64), "high", 255),
    ("gpt-4o-mini-2024-07-18", (128, 64), "low", 2833),
    ("gpt-4o-mini-2024-07-18", (128, 64), "high", 8500),
    ("gpt-5-mini", (1600, 1600), "high", 1826),
    ("gpt-5-nano", (1600, 1600), "high", 2282),
    ("gpt-5.4", (1600, 1600), "high", 3000),
]
WORKED_OUT = [
    # in OpenAI's guide, or by its rules
    ("gpt-4o", (1024, 1024), "high", 765),
    ("gpt-4o", (2048, 4096), "high", 1105),
    ("gpt-4o", (4096, 8192), "low", 85),
    ("gpt-4o", (512, 512), "auto", 255),
    ("ft:gpt-4o:me::1", (1024, 1024), "high", 765),
    ("llava", (1024, 1024), "high", 765),
    ("gpt-5", (1024, 1024), "high", 70 + 4 * 140),
    ("gpt-5.1", (1024, 1024), "high", 70 + 4 * 140),
    ("gpt-5-chat-latest", (1024, 1024), "low", 70),
    ("o1", (1024, 1024), "high", 75 + 4 * 150),
    ("computer-use-preview", (1024, 1024), "high", 65 + 4 * 129),
    ("gpt-4.1-mini", (1024, 1024), "high", 1659),
    ("gpt-4.1-mini", (1800, 2400), "high", 2353),  # 1452 patches
    ("gpt-4.1-nano", (1, 1), "high", 3),
    ("gpt-5.2", (1024, 1024), "high", 1229),
    ("gpt-5.3-codex", (1024, 1024), "high", 1229),
    ("gpt-5.4-mini", (1024, 1024), "high", 1229),
    ("gpt-5.4", (3200, 3200), "auto", 3000),
    ("gpt-5.4", (3200, 3200), "original", 12_000),
    ("gpt-5.4", (3200, 3200), "low", 308),
    ("gpt-5.5", (3200, 3200), "auto", 12_000),
    ("gpt-5.5", (9000, 30), "original", 226),
    ("gpt-5.6", (6400, 6400), "auto", 48_000),
    ("gpt-5.6", (6400, 6400), "high", 3000),
    ("gpt-6", (6400, 6400), "original", 48_000),
]


@pytest.mark.parametrize(("model", "size", "detail", "tokens"), MEASURED + WORKED_OUT)
def test_a_picture_costs_what_its_size_says(model, size, detail, tokens):
    assert cost_of(model).cost(size, detail) == tokens


@pytest.mark.parametrize("size", [(1, 1), (1, 100_000), (100_000, 1), (65_535, 65_535), (1537, 1023)])
@pytest.mark.parametrize("model", ["gpt-4.1-mini", "gpt-5.4", "gpt-5.2"])
def test_no_picture_has_more_patches_than_its_model_sees(model, size):
    costs = cost_of(model)
    assert 1 <= costs.cost(size, "high") <= costs.multiplier * costs.most + 1


# --------------------------------------------------------------------------------------------- requests


def data_url(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def head_of_png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + bytes(8)


def chat(*parts) -> APIRequest:
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": list(parts)}, {"role": "user", "content": "a"}]}
    message = Message("user", "a", has=frozenset({"image"}) if parts else frozenset())
    return APIRequest(HTTPRequest("POST", "/"), "chat.completions", body=body, model="gpt-4o", messages=(message,))


def shown(url, **more):
    return {"type": "image_url", "image_url": {"url": url, **more}}


@pytest.mark.parametrize(
    ("part", "tokens"),
    [
        (shown(data_url(head_of_png(1024, 1024))), 765),
        (shown(data_url(head_of_png(128, 64))), 255),
        (shown(data_url(head_of_png(1024, 1024)), detail="low"), 85),
        (shown(data_url(head_of_png(128, 64)), detail=None), 255),
        (shown(data_url(jpeg(Pattern.of("a", 64, 64)), "jpeg")), 255),
        (shown("https://a.example/cat.png"), 765),
        (shown("https://a.example/cat.png", detail="low"), 85),
        (shown("data:image/png;base64,!!!!"), 765),
        (shown("data:image/png;base64,é"), 765),
        (shown(7), 765),
        ({"type": "image_url"}, 765),
        ({"type": "text", "text": "a"}, 0),
        ("a text", 0),
    ],
)
def test_pictures_of_a_chat_are_counted(part, tokens):
    assert picture_tokens(chat(part)) == tokens
    assert prompt_tokens(chat(part)) == prompt_tokens(chat()) + tokens


def test_pictures_of_responses_are_counted_and_those_that_tools_return():
    url = data_url(head_of_png(128, 64))
    items = [
        {"role": "user", "content": [{"type": "input_image", "image_url": url, "detail": "low"}]},
        {"type": "function_call_output", "output": [{"type": "input_image", "image_url": url}]},
        {"role": "user", "content": [{"type": "input_image", "file_id": "file-1"}]},
        "not an item",
    ]
    request = APIRequest(HTTPRequest("POST", "/"), "responses", body={"input": items}, model="gpt-4o")
    assert picture_tokens(request) == 85 + 255 + 765
    for other in ("Hi", None):
        assert picture_tokens(APIRequest(HTTPRequest("POST", "/"), "responses", body={"input": other})) == 0


def test_a_frame_far_behind_the_beginning_is_found():
    comment = b"\xff\xfe" + struct.pack(">H", 65_535) + bytes(65_533)
    drawn = jpeg(Pattern.of("a", 64, 40))
    late = drawn[:2] + comment * 2 + drawn[2:]
    assert size_of(late) == (64, 40)
    assert picture_tokens(chat(shown(data_url(late, "jpeg")))) == 255


# ------------------------------------------------------------------------------------------------ sizes


@pytest.mark.parametrize("make", [png, jpeg, webp])
@pytest.mark.parametrize("size", [(1536, 1024), (100, 37), (8, 8), (1, 1)])
def test_pictures_of_its_own_have_their_size(make, size):
    assert size_of(make(Pattern.of("a cat", *size))) == size


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"GIF89a" + struct.pack("<HH", 30, 20), (30, 20)),
        (b"GIF87a" + struct.pack("<HH", 30, 20), (30, 20)),
        (b"RIFF0000WEBPVP8X" + bytes(8) + b"\x1d\0\0\x13\0\0", (30, 20)),
        (b"RIFF0000WEBPVP8X" + bytes(8) + b"\x1d\0\0", None),
        (b"RIFF0000WEBPVP8L0000\x2f" + struct.pack("<I", 29 | 19 << 14), (30, 20)),
        (b"RIFF0000WEBPVP8 " + bytes(10) + struct.pack("<HH", 30 | 1 << 14, 20), (30, 20)),
        (b"RIFF0000WEBPALPH", None),
        (b"\xff\xd8\xff\x01\xff\xff\xc0\0\x11\x08" + struct.pack(">HH", 20, 30), (30, 20)),
        (b"\xff\xd8\xff\xe0\0\0", None),
        (b"\xff\xd8", None),
        (b"\xff\xd8\0\0\0\0", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (head_of_png(0, 5), None),
        (b"", None),
        (b"no picture", None),
    ],
)
def test_the_beginning_of_a_file_tells_its_size(data, size):
    assert size_of(data) == size
