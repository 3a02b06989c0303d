"""Which calls a fault strikes: those counted, or those drawn from the seed."""

import json

import pytest

from mockai.engine import Engine
from mockai.scenario.loading import load_data
from mockai.settings import Settings
from mockai.wire import Body, HTTPRequest

ASK = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
POST = HTTPRequest("POST", "/v1/chat/completions", body=json.dumps(ASK).encode())


def struck(times: int, faults: list, *, seed: int = 0) -> list[list[str]]:
    """The faults of each of so many calls."""
    loaded = load_data({"rules": [{"reply": {"text": "one two three", "faults": faults}}]}, "test")
    engine = Engine(loaded, Settings(seed=seed, then="repeat_last"))
    found = []
    for _ in range(times):
        exchange = engine.handle(POST)
        list(exchange.plan)
        exchange.end("complete")
        found.append(list(exchange.entry.faults))
    return found


@pytest.mark.parametrize("fault", ["empty_content", "bom"])
def test_a_fault_strikes_the_calls_it_is_told_to(fault):
    assert struck(4, [{fault: {"on": [2, 4]}}]) == [[], [fault], [], [fault]]


@pytest.mark.parametrize("fault", ["empty_content", "bom"])
def test_chance_follows_from_the_seed(fault):
    first = struck(200, [{fault: {"probability": 0.25}}])
    assert first == struck(200, [{fault: {"probability": 0.25}}])
    assert first != struck(200, [{fault: {"probability": 0.25}}], seed=1)
    assert 25 <= sum(map(bool, first)) <= 75


def test_a_fault_of_the_content_does_not_shift_the_chances_of_the_others():
    reset = {"bom": {"probability": 0.5}}
    alone = [call == ["bom"] for call in struck(50, [reset])]
    assert [("bom" in call) for call in struck(50, [reset, {"empty_content": {"probability": 0.5}}])] == alone


def test_content_and_bytes_go_wrong_together():
    faults = ["bom", "repeated_text", {"unknown_tool": {"on": 9}}]
    assert struck(1, faults) == [["repeated_text", "bom"]]


def test_content_that_says_something_else_is_what_is_sent():
    engine = Engine(
        load_data({"rules": [{"reply": {"text": "one", "faults": [{"repeated_text": {"times": 2}}]}}]}, "t")
    )
    _, body = engine.handle(POST).plan
    assert isinstance(body, Body)
    (choice,) = json.loads(body.data)["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("one one", "length")
