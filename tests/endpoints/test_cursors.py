"""Pages of stored objects by cursors."""

import pytest

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.cursors import cursor_page, pages
from mockai.endpoints.resource import Kind

KIND = Kind("files", "file-", "file_not_found")
OBJECTS = [{"id": letter, "_hidden": True} for letter in "abcde"]

PAGES = [
    ({}, "edcba", False),
    ({"order": "asc"}, "abcde", False),
    ({"order": ""}, "edcba", False),
    ({"limit": "2"}, "ed", True),
    ({"limit": " "}, "edcba", False),
    ({"limit": "5"}, "edcba", False),
    ({"after": "d"}, "cba", False),
    ({"after": "d", "limit": "2"}, "cb", True),
    ({"after": "a"}, "", False),
    ({"before": "b"}, "edc", False),
    ({"before": "b", "limit": "2"}, "dc", True),
    ({"before": "e"}, "", False),
    ({"after": "e", "before": "a"}, "dcb", False),
    ({"after": "e", "before": "a", "limit": "1"}, "d", True),
    ({"after": "b", "order": "asc", "limit": "1"}, "c", True),
]


@pytest.mark.parametrize(("query", "ids", "has_more"), PAGES)
def test_a_page_holds_what_lies_between_its_cursors(query, ids, has_more):
    assert cursor_page(OBJECTS, query, KIND) == {
        "object": "list",
        "data": [{"id": id} for id in ids],
        "first_id": ids[:1] or None,
        "last_id": ids[-1:] or None,
        "has_more": has_more,
    }


def test_a_kind_has_a_limit_and_an_order_of_its_own():
    listed = pages(KIND, most=4, usual=2, order="asc")
    assert [each["id"] for each in listed(OBJECTS, {})["data"]] == ["a", "b"]
    with pytest.raises(RequestRefused):
        listed(OBJECTS, {"limit": "5"})


REFUSED = [
    ({"limit": "0"}, named("integer_below_min_value", param="limit", minimum=1, value=0)),
    ({"limit": "101"}, named("integer_above_max_value", param="limit", maximum=100, value=101)),
    ({"limit": "many"}, named("not_convertible_to_integer", param="limit")),
    ({"order": "up"}, named("invalid_value", param="order", value="up", supported=("asc", "desc"))),
    ({"after": "x"}, named("file_not_found", id="x")),
    ({"before": "x"}, named("file_not_found", id="x")),
]


@pytest.mark.parametrize(("query", "error"), REFUSED)
def test_a_query_that_makes_no_sense_is_refused(query, error):
    with pytest.raises(RequestRefused) as refused:
        cursor_page(OBJECTS, query, KIND)
    assert refused.value.error == error
