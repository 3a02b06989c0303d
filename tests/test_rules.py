"""Rules written in Python are the rules of a file, and know the line they stand in."""

import sys
from pathlib import Path

import pytest

from mockai import MockOpenAI, Reply, Rule, ScenarioError, UsageError
from mockai.rules import caller


def written(write):
    """The rule that a mock has after this."""
    mock = MockOpenAI()
    write(mock)
    (rule,) = mock.session.rules
    return rule


def function(request):
    return "made"


SHORT = {"text": "Hi.", "finish_reason": "length"}
NAMED = {"name": "n", "priority": 2, "required": True}


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda mock: mock.reply("Hi."), {"reply": "Hi."}),
        (lambda mock: mock.reply(text="Hi.", finish_reason="length"), {"reply": SHORT}),
        (lambda mock: mock.reply("Hi.", finish_reason="length"), {"reply": SHORT}),
        (lambda mock: mock.reply({"error": 500}, retry_after=1), {"reply": {"error": 500, "retry_after": 1}}),
        (lambda mock: mock.reply(Reply(text="Hi.")), {"reply": "Hi."}),
        (lambda mock: mock.reply(function), {"reply": {"python": function}}),
        (lambda mock: mock.reply(function, model="m"), {"reply": {"python": function, "model": "m"}}),
        (
            lambda mock: mock.when(user="a", not_={"model": "b"}).reply("Hi.", **NAMED),
            {"when": {"user": "a", "not": {"model": "b"}}, "reply": "Hi.", **NAMED},
        ),
        (
            lambda mock: mock.replies("a", Reply(error=500), {"echo": True}, then="cycle", name="n"),
            {"replies": ["a", {"error": 500}, {"echo": True}], "then": "cycle", "name": "n"},
        ),
        (lambda mock: mock.add_rule({"reply": "Hi."}), {"reply": "Hi."}),
        (lambda mock: mock.add_rule(Rule.model_validate({"reply": "Hi."})), {"reply": "Hi."}),
    ],
)  # fmt: skip
def test_a_rule_written_in_python_is_that_of_a_file(write, expected):
    assert written(write).rule == Rule.model_validate(expected)


def test_a_rule_goes_by_its_name_or_none_and_its_number_and_knows_its_line():
    mock = MockOpenAI()
    line = sys._getframe().f_lineno
    keys = [mock.reply("a"), mock.when(user="b").reply("b", name="named"), mock.add_rule({"reply": "c"}, "here")]
    assert keys == ["rule+1", "named+2", "rule+3"]
    places = [rule.where.rpartition(":") for rule in mock.session.rules]
    assert [(Path(file).name, number) for file, _, number in places[1:]] == [("test_rules.py", str(line + 1))] * 2
    assert mock.session.rules[0].where == "here"


def test_two_sources_for_a_reply_are_one_too_many():
    with pytest.raises(UsageError) as caught:
        MockOpenAI().reply(Reply(text="Hi."), finish_reason="length")
    assert str(caught.value) == "reply(Reply(...), key=...) has two sources; put the keywords into the Reply"


@pytest.mark.parametrize(
    ("reply", "content", "said"),
    [
        ("a", {"text": "b"}, "reply('a', text=...) says 'text' twice; leave one of them out"),
        ({"text": "a"}, {"text": "b"}, "reply({...}, text=...) says 'text' twice; leave one of them out"),
    ],
)
def test_what_is_said_twice_is_refused(reply, content, said):
    with pytest.raises(UsageError) as caught:
        MockOpenAI().reply(reply, **content)
    assert str(caught.value) == said


def test_a_wrong_rule_is_refused_at_its_line():
    with pytest.raises(ScenarioError, match=r"test_rules\.py:\d+ at when\.usr: `when` has no key `usr`"):
        MockOpenAI().when(usr="a").reply("Hi.")


def test_a_place_below_the_working_directory_is_named_from_there(monkeypatch):
    here = Path(__file__)
    monkeypatch.chdir(here.parent)
    assert caller().rpartition(":")[0] == here.name
    monkeypatch.chdir("/")
    assert caller().rpartition(":")[0] == str(here.relative_to("/"))


def two(request, other):
    return None


def named_only(*, key):
    return None


class Replier:
    def __call__(self, request):
        return "made"


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (two, "two(request, other)"),
        (named_only, "named_only(*, key)"),
        (Replier.__call__, "Replier.__call__(self, request)"),
    ],
)
def test_a_function_that_cannot_be_called_as_a_reply_is_refused_where_it_is_written(function, name):
    mock = MockOpenAI()
    said = f"{name} cannot be a reply; it is called with the request, or with nothing"
    with pytest.raises(ScenarioError) as caught:
        mock.reply(function)
    assert (Path(__file__).name in str(caught.value), said in str(caught.value)) == (True, True)
    with pytest.raises(ScenarioError, match="cannot be a reply"):
        mock.when(user="a").replies("Hi.", function)
    with pytest.raises(ValueError, match="cannot be a reply"):
        Reply(python=function)
    assert mock.session.rules == ()
