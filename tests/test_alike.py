"""Parts that begin alike are held without their beginnings, and are whole again when they are asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockai.alike import Alike


def held(parts) -> Alike:
    made = Alike()
    for part in parts:
        made.add(part)
    return made


HEADS = [b"", b"a" * 31, b"a" * 32, b"a" * 40, b"b" * 50, b"a" * 40 + b"b" * 40]
PARTS = st.lists(st.builds(bytes.__add__, st.sampled_from(HEADS), st.binary(max_size=8)), max_size=40)


@given(PARTS)
def test_what_was_added_comes_back_as_it_was(parts):
    made = held(parts)
    assert bytes(made) == b"".join(parts)
    assert made.length == len(bytes(made))


def chunks(*contents: str) -> list[bytes]:
    head = b'data: {"id":"chatcmpl-%b","object":"chat.completion.chunk","choices":[' % (b"x" * 29)
    return [head + b'{"index":0,"delta":{"content":"%b"}}]}\n\n' % content.encode() for content in contents]


def test_of_a_stream_each_beginning_is_held_once():
    parts = chunks(*map(str, range(1000)))
    made = held([*parts, b"data: [DONE]\n\n"])
    assert bytes(made) == b"".join(parts) + b"data: [DONE]\n\n"
    assert made.held < made.length / 6


@pytest.mark.parametrize("common", [31, 32])
def test_too_little_in_common_is_not_worth_it(common):
    made = held([b"a" * common + b"1", b"a" * common + b"2", b"a" * common + b"3"])
    assert made.held == (3 * 32 + 32 if common == 31 else 33 + 1 + 1 + 32 + 33)


def test_two_streams_in_turn_have_a_beginning_each():
    first, second = chunks(*map(str, range(100))), [b"event: other\n" + part for part in chunks(*map(str, range(100)))]
    parts = [part for both in zip(first, second, strict=True) for part in both]
    pairs = [part for at in range(0, len(first), 2) for part in (*first[at : at + 2], *second[at : at + 2])]
    assert held(pairs).held < held(pairs).length / 3
    assert bytes(held(pairs)) == b"".join(pairs)
    assert bytes(held(parts)) == b"".join(parts)


def test_no_more_than_eight_beginnings_are_held():
    parts = [bytes([letter]) * 100 + bytes([end]) for letter in range(97, 117) for end in (1, 2, 3)]
    made = held(parts)
    assert bytes(made) == b"".join(parts)
    assert len(made._beginnings) == 1 + 8
