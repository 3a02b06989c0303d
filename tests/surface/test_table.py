"""The table as data and back."""

import pytest

from mockai.surface.installed import shipped
from mockai.surface.table import Row, Table

ROW = Row("a.things.list", "GET", "/things", "page", ({"type": "string"},), ("SyncPage", "data"), aliases=("b.list",))
DATA = {
    "format": 1,
    "version": "9.9",
    "rows": [
        {
            "name": "a.things.list",
            "method": "GET",
            "path": "/things",
            "kind": "page",
            "gives": ({"type": "string"},),
            "page": ("SyncPage", "data"),
            "sends": "nothing",
            "aliases": ("b.list",),
        }
    ],
    "shapes": {"A": {}},
}


def test_what_is_empty_is_left_out():
    assert Table("9.9", (ROW,), {"A": {}}).as_json() == DATA


def test_a_table_comes_back_from_its_data():
    assert Table.of_json(DATA) == Table("9.9", (ROW,), {"A": {}})
    assert Table.of_json(shipped().as_json()) == shipped()


def test_another_format_is_refused():
    with pytest.raises(ValueError, match=r"^a table in format 1 was expected, seen 2$"):
        Table.of_json({**DATA, "format": 2})


def test_a_name_is_a_resource_and_a_method():
    assert (ROW.endpoint, ROW.operation) == ("a.things", "list")
