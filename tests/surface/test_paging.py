"""Pages of lists."""

import pytest

from mockai.surface.paging import page

CURSOR = ("SyncCursorPage", "data", "has_more")
TOKEN = ("SyncTokenPage", "data", "has_more", "next")
WHOLE = ("SyncPage", "data", "object")


def asked(fields=CURSOR, of="abcde", **query):
    return page([each.upper() for each in of], list(of), query, fields)


def cursor(data, more=False):
    ends = {"first_id": data[:1].lower() or None, "last_id": data[-1:].lower() or None}
    return {"object": "list", "data": [*data], **ends, "has_more": more}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, cursor("ABCDE")),
        ({"limit": "2"}, cursor("AB", more=True)),
        ({"limit": "5"}, cursor("ABCDE")),
        ({"limit": "0"}, cursor("A", more=True)),
        ({"limit": "many"}, cursor("ABCDE")),
        ({"order": "desc", "limit": "2"}, cursor("ED", more=True)),
        ({"order": "descending"}, cursor("EDCBA")),
        ({"order": "asc"}, cursor("ABCDE")),
        ({"after": "b", "limit": "2"}, cursor("CD", more=True)),
        ({"after": "b", "order": "desc"}, cursor("A")),
        ({"after": "e"}, cursor("")),
        ({"after": "x"}, cursor("")),
        ({"before": "c"}, cursor("AB")),
        ({"before": "x"}, cursor("")),
        ({"after": "a", "before": "d"}, cursor("BC")),
        ({"after": "d", "before": "b"}, cursor("")),
    ],
)
def test_a_page_by_cursors(query, expected):
    assert asked(**query) == expected


def test_nothing_is_a_page_too():
    assert asked(of="") == cursor("")


@pytest.mark.parametrize("name", ["after", "page"])
def test_a_page_class_with_tokens_says_where_the_next_page_begins(name):
    assert asked(TOKEN, limit="4") == {"object": "list", "data": [*"ABCD"], "has_more": True, "next": "d"}
    assert asked(TOKEN, **{name: "d"}) == {"object": "list", "data": ["E"], "has_more": False, "next": None}


def test_a_class_that_knows_no_further_page_gives_everything():
    assert asked(WHOLE, limit="1") == {"object": "list", "data": [*"ABCDE"]}


def test_a_page_has_twenty_unless_told_otherwise_and_a_hundred_at_most():
    many = [*map(str, range(150))]
    assert len(page(many, many, {}, CURSOR)["data"]) == 20
    assert len(page(many, many, {"limit": "1000"}, CURSOR)["data"]) == 100
