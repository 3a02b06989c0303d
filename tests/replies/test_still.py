"""A reply that looks at nothing of its request is made once."""

import pytest

from mockai.replies.answer import Completion
from mockai.replies.filling import Filling
from mockai.replies.render import render
from mockai.scenario.schema import Defaults, Reply


@pytest.mark.parametrize(
    ("written", "still"),
    [
        ("Hello.", True),
        ({"json": {"a": [1, "b"]}}, True),
        ({"refusal": "No."}, True),
        ({"items": ["a", {"reasoning": "b"}, {"gate": "g"}]}, True),
        ({"choices": ["a", "b"], "headers": {"x": "y"}, "usage": {"prompt_tokens": 1}}, True),
        ({"text": "Hi", "annotations": ["https://a.example"]}, True),
        ("{{ request.model }}", False),
        ({"json": {"a": ["{{ call }}"]}}, False),
        ({"text": "Hi", "headers": {"x": "{{ call }}"}}, False),
        ({"tool_calls": ["weather"]}, False),
        ({"audio": "Hi"}, False),
        ({"items": [{"tool_calls": ["weather"]}]}, False),
        ({"auto": True}, False),
        ({"echo": True}, False),
    ],
)
def test_a_reply_is_still_if_nothing_in_it_depends_on_the_request(written, still, scope_of):
    reply, defaults = Reply.model_validate(written), Defaults()
    first, second = render(reply, scope_of(), defaults), render(reply, scope_of(), defaults)
    assert isinstance(first, Completion)
    assert (first is second, first.still) == (still, still)


def test_the_same_reply_among_other_defaults_is_another_one(scope_of):
    reply = Reply.model_validate("Hi")
    made = [render(reply, scope_of(), Defaults(model=model)) for model in ("a", "b", "a")]
    assert [each.model for each in made] == ["a", "b", "a"]


def test_what_python_code_returns_is_not_kept(scope_of):
    reply = Reply.model_validate("Hi")
    made = [render(reply, scope_of(), Defaults(), literal=True) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0] is not made[1]


def test_a_look_at_the_scope_is_noticed(scope_of):
    filling = Filling(scope_of())
    assert (filling.text("plain"), filling.value(1), filling.still) == ("plain", 1, True)
    assert filling.scope is not None
    assert filling.still is False
