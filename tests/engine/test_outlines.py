"""What has stood all checks is not checked again, but for what the checks look at in its texts."""

import json

import pytest

from mockai import MockOpenAI
from mockai.engine import reading
from mockai.engine.reading import Reading
from mockai.wire import HTTPRequest


def status(mock: MockOpenAI, **body: object) -> int | None:
    """What a request gets."""
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], **body}
    http = HTTPRequest("POST", "/v1/chat/completions", body=json.dumps(asked).encode())
    exchange = mock.engine.handle(http)
    for step in exchange.plan:
        exchange.entry.sent(step)
    exchange.end("complete")
    return exchange.entry.status


OWN = {"models": {"own": {}}}
"""Models that no other mock has, against which nothing has been checked yet."""


@pytest.fixture
def mock() -> MockOpenAI:
    return MockOpenAI(OWN, on_unmatched="auto")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the requests whose form was checked, from now on."""
    texts: list[str] = []
    check = Reading._check_form

    def noted(reading, request):
        texts.append(request.messages[-1].text if request.messages else "")
        check(reading, request)

    monkeypatch.setattr(Reading, "_check_form", noted)
    return texts


def test_other_texts_need_no_second_look(mock, checked):
    for text in ("one", "two", "three"):
        assert status(mock, messages=[{"role": "user", "content": text}]) == 200
    assert checked == ["one"]


@pytest.mark.parametrize(
    "other",
    [
        {"temperature": 3},
        {"n": 129},
        {"unknown": 1},
        {"messages": [{"role": "nobody", "content": "Hi"}]},
        {"messages": [{"role": "user", "content": None}]},
        {"messages": []},
        {"messages": "Hi"},
        {"model": "o1", "temperature": 0.5},
        {"model": "o1-mini", "messages": [{"role": "system", "content": "Hi"}]},
        {"max_completion_tokens": 10**9},
    ],
    ids=json.dumps,
)
def test_whatever_else_differs_is_looked_at(mock, checked, other):
    assert status(mock) == 200
    assert status(mock, **other) == 400
    assert len(checked) == 2


def test_a_text_that_is_too_long_for_the_model_is_found_all_the_same():
    with MockOpenAI({"models": {"small": {"context": 50}}}, on_unmatched="auto", set_env=False) as mock:
        assert status(mock, model="small") == 200
        assert status(mock, model="small", messages=[{"role": "user", "content": "word " * 200}]) == 400


def test_the_word_json_is_looked_for_each_time(mock):
    asked = {"response_format": {"type": "json_object"}}
    assert status(mock, **asked, messages=[{"role": "user", "content": "Answer in JSON"}]) == 200
    assert status(mock, **asked, messages=[{"role": "user", "content": "Answer in YAML"}]) == 400


def test_what_lenient_lets_through_has_not_passed():
    lenient = MockOpenAI(on_unmatched="auto", validation="lenient")
    for _ in range(2):
        assert status(lenient, unknown=1) == 200
    assert [len(entry.tolerated) for entry in lenient.engine.store.session("").journal.entries()] == [1, 1]


def test_what_is_known_of_the_models_of_all_is_known_to_all(checked):
    for text in ("one", "two"):
        assert status(MockOpenAI(on_unmatched="auto"), seed=4711, messages=[{"role": "user", "content": text}]) == 200
    assert len(checked) <= 1


def test_what_one_mock_knows_of_its_own_models_is_not_known_to_others(checked):
    for text in ("one", "two"):
        assert status(MockOpenAI(OWN, on_unmatched="auto"), messages=[{"role": "user", "content": text}]) == 200
    assert checked == ["one", "two"]


def test_there_are_never_many(mock, monkeypatch):
    monkeypatch.setattr(reading, "_MOST_PASSED", 2)
    for number in range(5):
        assert status(mock, seed=number) == 200
    assert len(mock.engine.script.catalogue.passed) == 1
