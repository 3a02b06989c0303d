"""Faults by the dozen: every fault of the catalogue is in a set, and words that mean nothing are told."""

from pathlib import Path

import pytest

from mockai.api_errors import NAMES
from mockai.faults.catalogue import catalogue
from mockai.faults.sets import USUAL_ERRORS, chosen, sets

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_every_fault_of_the_catalogue_is_in_one_set_and_in_all():
    names = [entry.name for entry in catalogue()]
    apart = [name for group, members in sets().items() if group != "all" for name in members]
    assert sorted(apart) == sorted([*names, *USUAL_ERRORS])
    assert sorted(sets()["all"]) == sorted(apart)
    assert f"each of {len(sets()['all'])} faults and errors" in README


def test_the_usual_errors_are_errors():
    assert [name for name in USUAL_ERRORS if name not in NAMES] == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["bom", "stall", "bom"], ("bom", "stall")),
        (["bytes", "crlf"], ("split", "coalesce", "crlf", "bom", "multi_line_data", "missing_last_blank_line")),
        (["503", "mistral_capacity"], ("503", "mistral_capacity")),
        ([], ()),
    ],
)
def test_words_mean_sets_faults_errors_and_statuses(words, names):
    assert chosen(words) == names


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("stal", "did you mean stall?"),
        ("sockets", "did you mean socket?"),
        ("tests/test_app.py", "the sets are all, socket, stream, bytes, errors, content, own"),
        ("200", "the sets are all"),
        ("", "the sets are all"),
    ],
)
def test_another_word_is_told(word, hint):
    with pytest.raises(ValueError, match=r"no fault, error or set of them is called") as caught:
        chosen([word])
    assert hint in str(caught.value)
