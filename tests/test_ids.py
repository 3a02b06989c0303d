"""Ids from a seed."""

import re

import pytest

from mockai.ids import EPOCH, Mint


def drawn(mint: Mint) -> list[object]:
    return [mint.id("chatcmpl-"), mint.id("req_"), mint.alnum(5), mint.hex(3), mint.number(), mint.rng.random()]


def test_equal_seeds_and_labels_give_equal_values_in_equal_order() -> None:
    assert drawn(Mint(7, "rule", 1)) == drawn(Mint(7, "rule", 1))


@pytest.mark.parametrize("other", [Mint(8, "rule", 1), Mint(7, "rule", 2), Mint(7, "rule"), Mint("7x", "rule", 1)])
def test_other_seeds_or_labels_give_other_values(other: Mint) -> None:
    assert not set(drawn(other)) & set(drawn(Mint(7, "rule", 1)))


def test_each_id_is_another_one() -> None:
    mint = Mint(0)
    assert len({mint.id("call_") for _ in range(1000)}) == 1000


def test_ids_do_not_depend_on_what_was_drawn_at_random() -> None:
    one, other = Mint(0, "rule"), Mint(0, "rule")
    other.rng.random()
    assert one.id("req_") == other.id("req_")


def test_a_child_is_the_mint_of_all_the_labels_with_the_time_of_its_parent() -> None:
    parent = Mint(3, "rule", created=EPOCH + 9)
    parent.id("req_")
    child, same = parent.child("choice", 1).child("ids"), Mint(3, "rule", "choice", 1, "ids")
    assert (drawn(child), child.created) == (drawn(same), EPOCH + 9)


@pytest.mark.parametrize(
    ("prefix", "rest"),
    [
        ("chatcmpl-", "[0-9A-Za-z]{29}"),
        ("call_", "[0-9A-Za-z]{24}"),
        ("req_", "[0-9a-f]{32}"),
        ("fp_", "[0-9a-f]{10}"),
        ("anything_", "[0-9a-f]{48}"),
    ],
)
def test_ids_look_as_the_api_writes_them(prefix: str, rest: str) -> None:
    assert re.fullmatch(prefix + rest, Mint(0, prefix).id(prefix))


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 200])
def test_ids_may_have_any_length(length: int) -> None:
    assert (len(Mint(0).alnum(length)), len(Mint(0).hex(length))) == (length, length)


def test_every_letter_and_digit_occurs() -> None:
    assert len(set(Mint(0).alnum(5000))) == 62


def test_labels_may_be_any_text() -> None:
    assert Mint("ü", "\ud800", None).number() != Mint("ü", "\ud801", None).number()
