"""What the journal keeps, and what it forgets."""

import pytest

from mockai.journal import Journal
from mockai.state import Memory, Resources
from mockai.wire import HTTPRequest


def arrived(journal, *sizes):
    for size in sizes:
        journal.arrive("", HTTPRequest("POST", "/v1/files", body=b"x" * size))
    return [entry.number for entry in journal.entries()]


@pytest.mark.parametrize(
    ("sizes", "numbers"),
    [
        ((0, 0, 0), [1, 2, 3]),
        ((0, 0, 0, 0), [2, 3, 4]),
        ((4, 4), [1, 2]),
        ((4, 4, 4), [2, 3]),
        ((4, 4, 10), [3]),
        ((11,), [1]),
        ((11, 1), [2]),
        ((1, 11), [2]),
    ],
)
def test_the_oldest_entries_go_when_there_are_too_many_or_their_bodies_too_large(sizes, numbers):
    journal = Journal(limit=3, most_bytes=10)
    assert arrived(journal, *sizes) == numbers
    assert journal.total == len(sizes)


def test_what_was_forgotten_does_not_weigh_any_more():
    journal = Journal(limit=3, most_bytes=10)
    arrived(journal, 10)
    journal.clear()
    assert arrived(journal, 5, 5) == [1, 2]


def test_the_bounds_are_those_that_the_page_on_sessions_states():
    journal, resources, sessions = Journal(), Resources(), Memory()
    assert (journal.limit, journal.most_bytes) == (10_000, 256 * 2**20)
    assert (resources.limit, resources.most_bytes, sessions.limit) == (1000, 256 * 2**20, 1000)
