"""JSON as a model would write it."""

import pytest

from mockai.errors import ReplyError
from mockai.replies.json_text import json_text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"b":1,"a":[true,null,"é"]}'),
        ({1: 2}, '{"1":2}'),
        ([2**64, "é"], '[18446744073709551616,"\\u00e9"]'),
        ("\ud800", '"\\ud800"'),
        (1.5, "1.5"),
    ],
)
def test_it_is_compact_and_in_the_order_given(value, expected):
    assert json_text(value) == expected


@pytest.mark.parametrize(
    ("value", "beginning"),
    [
        (object, "<class 'object'> cannot be sent as JSON: "),
        ({1, 2}, "{1, 2} cannot be sent as JSON: "),
        (["a" * 99, {1}], f"['{'a' * 75}... cannot be sent as JSON: "),
    ],
)
def test_what_json_cannot_hold_is_refused(value, beginning):
    with pytest.raises(ReplyError) as raised:
        json_text(value)
    assert str(raised.value).startswith(beginning)
