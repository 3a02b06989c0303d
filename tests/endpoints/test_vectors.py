"""Vectors of texts: what they have in common is near."""

import math

import pytest

from mockai.endpoints.vectors import features, packed, vector

MODEL = "text-embedding-3-small"


def nearness(one: str, other: str, dimensions: int = 1536) -> float:
    vectors = (vector(text, MODEL, 1536, dimensions) for text in (one, other))
    return math.fsum(a * b for a, b in zip(*vectors, strict=True))


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("The cat sat on the mat", "A cat is sitting on a mat", "Stocks fell sharply on Monday"),
        ("How do I reset my password?", "Password reset instructions", "The weather in Paris is mild"),
        ("refund policy", "What is your policy on refunds?", "opening hours of the shop"),
        ("你好世界", "你好", "再见"),
    ],
)
@pytest.mark.parametrize("dimensions", [1536, 512, 256])
def test_similar_texts_are_nearer_than_unrelated_ones(text, near, far, dimensions):
    assert nearness(text, near, dimensions) > 0.5
    assert abs(nearness(text, far, dimensions)) < 0.25


@pytest.mark.parametrize("source", ["a", "", "!?", "Hello you", "\ud800", [1, 2, 3], "word " * 500])
@pytest.mark.parametrize("dimensions", [1, 2, 3, 8, 256, 1536])
def test_every_vector_is_a_unit_long(source, dimensions):
    found = vector(source, MODEL, 1536, dimensions)
    assert len(found) == dimensions
    assert math.fsum(each * each for each in found) == pytest.approx(1, abs=1e-6)


def test_fewer_dimensions_are_the_first_ones_made_a_unit_long_again():
    whole, short = vector("Hello you", MODEL, 1536, 1536)[:256], vector("Hello you", MODEL, 1536, 256)
    length = math.sqrt(math.fsum(each * each for each in whole))
    assert short == pytest.approx([each / length for each in whole], abs=1e-6)


def test_these_numbers_never_change():
    found = vector("Hello", MODEL, 1536, 8)
    assert [round(each, 6) for each in found] == [
        -0.149071,
        -0.149071,
        -0.149071,
        -0.745356,
        -0.596285,
        0.0,
        0.0,
        -0.149071,
    ]
    assert vector("Hello", "text-embedding-3-large", 3072, 8) != found


def test_numbers_are_those_that_32_bits_hold():
    found = vector("Hello", MODEL, 1536, 64)
    assert memoryview(packed(found)).cast("f").tolist() == list(found)


def test_words_count_more_the_more_often_they_are_said_but_ever_less():
    counted = [features(" ".join(["tree"] * times))["word tree"] for times in (1, 2, 3, 4, 8, 100)]
    assert counted == [6, 12, 12, 18, 24, 42]
    assert features("the tree") == {"small the": 1, "word tree": 6, "stem tree": 4, "run tre": 1, "run ree": 1}
    assert features([7, 8]) == {"token 7": 6, "token 8": 6, "pair 7 8": 2}
