"""The range of a parameter, read from the words below it."""

import importlib.util
import sys

import pytest

from mockai.surface.ranges import ranges

SOURCE = '''
from typing import TypedDict


class Other(TypedDict):
    limit: int
    """Between 5 and 6."""


class ListParams(TypedDict, total=False):
    limit: int
    """A limit on the number of objects.

    Limit can range between 1 and
    10,000, and the default is 20.
    """

    page_size: int
    """The number of items, between 0 and 50."""

    order: str
    """Ascending or descending."""

    after: str

    until: int
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    path = tmp_path / "list_params.py"
    path.write_text(SOURCE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("list_params", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "list_params", module)
    spec.loader.exec_module(module)
    return module


def test_a_range_is_known_where_the_words_name_both_ends(module):
    assert ranges(module.ListParams) == {"limit": (1, 10000), "page_size": (0, 50)}


def test_a_union_has_none_of_its_own(module):
    assert ranges(module.Other | module.ListParams) == {}
