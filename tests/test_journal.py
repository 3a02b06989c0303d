"""What the journal keeps, and what it forgets."""

import pytest

from mockai.journal import Entry, Journal
from mockai.state import Memory, Resources
from mockai.wire import Body, HTTPRequest


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


def ended(journal: Journal, size: int, kind: str = "piece") -> Entry:
    entry = journal.arrive("", HTTPRequest("POST", "/v1/chat/completions"))
    entry.sent(Body(b"x" * size, kind))
    journal.end(entry, "complete" if kind == "done" else "client_left")
    return entry


@pytest.mark.parametrize(("kind", "numbers"), [("piece", [2, 3]), ("done", [1, 2, 3])])
def test_what_is_kept_of_streams_that_broke_weighs_as_bodies_do(kind, numbers):
    journal = Journal(limit=3, most_bytes=2500)
    entries = [ended(journal, 500, kind) for _ in range(3)]
    assert [entry.number for entry in journal.entries()] == numbers
    assert [entry.held for entry in entries] == ([None, 1000, 1000] if kind == "piece" else [0, 0, 0])


@pytest.mark.parametrize("how", ["has left", "was cleared"])
def test_a_stream_that_breaks_when_its_entry_is_gone_weighs_nothing(how):
    journal = Journal(limit=1, most_bytes=10)
    entry = journal.arrive("", HTTPRequest("POST", "/"))
    entry.sent(Body(b"x" * 10, "piece"))
    if how == "was cleared":
        journal.clear()
    arrived(journal, 5)
    journal.end(entry, "client_left")
    assert entry.held is None
    assert [entry.http.body for entry in journal.entries()] == [b"x" * 5]


def test_the_bounds_are_those_that_the_page_on_sessions_states():
    journal, resources, sessions = Journal(), Resources(), Memory()
    assert (journal.limit, journal.most_bytes) == (10_000, 256 * 2**20)
    assert (resources.limit, resources.most_bytes, sessions.limit) == (1000, 256 * 2**20, 1000)
