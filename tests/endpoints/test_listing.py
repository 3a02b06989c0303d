"""Pages of lists."""

import pytest

from mockai.endpoints.listing import page

OBJECTS = [{"id": f"id-{number}"} for number in range(25)]

PAGES = [
    ({}, 0, 20, True),
    ({"limit": "3"}, 0, 3, True),
    ({"limit": "100"}, 0, 25, False),
    ({"limit": "1000"}, 0, 25, False),
    ({"limit": "0"}, 0, 1, True),
    ({"limit": "many"}, 0, 20, True),
    ({"after": "id-4", "limit": "2"}, 5, 7, True),
    ({"after": "id-22"}, 23, 25, False),
    ({"order": "asc", "limit": "2"}, 0, 2, True),
]


@pytest.mark.parametrize(("query", "first", "last", "more"), PAGES)
def test_a_page_begins_after_the_id_given_and_ends_at_the_limit(query, first, last, more):
    assert page(OBJECTS, query) == {
        "object": "list",
        "data": OBJECTS[first:last],
        "first_id": f"id-{first}",
        "last_id": f"id-{last - 1}",
        "has_more": more,
    }


def test_the_newest_comes_first_in_descending_order():
    found = page(OBJECTS, {"order": "desc", "after": "id-20", "limit": "2"})
    assert [each["id"] for each in found["data"]] == ["id-19", "id-18"]


@pytest.mark.parametrize("query", [{"after": "unknown"}, {"after": "id-24"}])
def test_an_empty_page_has_no_first_and_no_last_id(query):
    expected = {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}
    assert page(OBJECTS, query) == expected
