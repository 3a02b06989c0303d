"""One fault for whatever is scripted: the first call that it can change has it, and no rule loses a turn."""

import orjson
import pytest

from mockai.engine import Engine
from mockai.engine.imposed import Imposed
from mockai.scenario.loading import load_data
from mockai.settings import Settings
from mockai.wire import Abort, Body, Head, HTTPRequest

JSON = (("content-type", "application/json"),)
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}


class World:
    """An engine with a fault put upon it."""

    def __init__(self, fault, *rules, **scenario):
        self.engine = Engine(load_data({"rules": list(rules), **scenario}), Settings(then="fail"))
        self.engine.imposed = self.imposed = Imposed(fault)
        self.engine.observers.append(self.imposed.ended)

    def ask(self, text="Hi", outcome="complete", path="/v1/chat/completions", **body):
        """What came of a request: the status, or how it was aborted, and the text sent."""
        exchange = self.begin(text, path, **body)
        steps = list(exchange.plan)
        exchange.end(outcome)
        return self.seen(steps)

    def begin(self, text="Hi", path="/v1/chat/completions", **body):
        data = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **body}
        return self.engine.handle(HTTPRequest("POST", path, (), JSON, orjson.dumps(data)))

    def seen(self, steps):
        if isinstance(steps[-1], Abort):
            return steps[-1].how
        status = next(step.status for step in steps if isinstance(step, Head))
        data = b"".join(step.data for step in steps if isinstance(step, Body))
        return orjson.loads(data)["choices"][0]["message"]["content"] if status == 200 else status


TURNS = {"replies": ["one", "two"]}


@pytest.mark.parametrize("fault", ["reset", "stall", "close", "garbage", "refuse"])
def test_who_asks_again_gets_the_reply_that_was_lost(fault):
    world = World(fault, TURNS)
    first = world.ask(outcome="aborted")
    assert first in ("reset", "stall", "close", "refuse")
    assert [world.ask(), world.ask()] == ["one", "two"]
    assert world.imposed.met


@pytest.mark.parametrize(("fault", "status"), [("rate_limit_exceeded", 429), ("html_502", 502), ("418", 418)])
def test_an_error_takes_no_turn(fault, status):
    world = World(fault, TURNS)
    assert [world.ask(), world.ask(), world.ask()] == [status, "one", "two"]
    assert world.imposed.met


def test_a_reply_that_a_fault_without_harm_reached_counts():
    world = World("split", TURNS)
    assert [world.ask(), world.ask()] == ["one", "two"]
    assert world.imposed.met


def test_a_reply_that_came_too_late_is_given_again():
    world = World("slow_headers", TURNS)
    world.ask(outcome="client_left")
    assert [world.ask(), world.ask()] == ["one", "two"]


def test_a_client_that_asks_something_else_gets_the_next_turn():
    world = World("empty_content", TURNS)
    assert [world.ask(), world.ask("What?")] == ["", "two"]


def test_it_waits_for_a_call_that_it_can_change():
    world = World("malformed_arguments", {"replies": ["one", {"tool_calls": [{"f": {"city": "Paris"}}]}, "three"]})
    assert world.ask() == "one"
    assert not world.imposed.met
    steps = list((exchange := world.begin("Next", tools=[TOOL])).plan)
    exchange.end("complete")
    (call,) = orjson.loads(steps[-1].data)["choices"][0]["message"]["tool_calls"]
    assert call["function"]["arguments"] == '{"city":'
    assert world.imposed.met
    assert world.ask("After") == "three"


def test_calls_at_the_same_time_are_not_both_struck():
    world = World("reset", {"reply": "one"})
    first, second = world.begin("a"), world.begin("b")
    assert world.seen(list(second.plan)) == "one"
    assert world.seen(list(first.plan)) == "reset"


def test_a_retry_that_comes_before_the_first_is_known_to_have_failed_has_its_reply():
    world = World("stall", TURNS)
    first = world.begin()
    assert world.seen(list(first.plan)) == "stall"
    assert world.ask() == "one"
    first.end("client_left")
    assert world.ask() == "two"


def test_a_request_that_no_rule_answers_does_not_count():
    world = World("reset", {"when": {"user": "Hello"}, "reply": "one"})
    assert [world.ask("Hi"), world.ask("Hello")] == [404, "reset"]


def test_what_answers_by_itself_is_struck_too():
    world = World("reset")
    exchange = world.engine.handle(HTTPRequest("GET", "/v1/files", (), JSON))
    assert list(exchange.plan) == [Abort("reset")]
    exchange.end("aborted")
    assert world.imposed.met


def test_the_scenarios_own_brownouts_and_faults_stay():
    world = World("reset", {"reply": {"text": "one", "faults": ["crlf"]}}, brownouts=[{"phases": ["down"]}])
    assert [world.ask(outcome="aborted"), world.ask(), world.ask("Else")] == ["reset", "one", 503]


def test_states_are_set_once():
    world = World("reset", {"reply": {"text": "one", "set": {"n": "{{ call }}"}}})
    world.ask(outcome="aborted")
    world.ask()
    states = world.engine.store.session("").claim(lambda state: state.all_states())
    assert states == {"": {"n": 1}}


def test_a_name_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no error is called restet"):
        Imposed("restet")
