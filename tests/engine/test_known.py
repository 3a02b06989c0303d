"""What is known of a request that comes again changes nothing about how it is answered."""

import json
from typing import Any

import pytest

from mockai.engine import Engine, Exchange
from mockai.providers import quirk
from mockai.scenario.loading import load_data, load_rule
from mockai.settings import Settings
from mockai.wire import Again, Call, HTTPRequest, Step

USER = {"role": "user", "content": "Hello"}
CHAT = {"model": "gpt-4o", "messages": [USER]}


def rules(*replies: Any, **beside: Any) -> dict[str, Any]:
    return {"rules": [{"when": {"user": "Hello"}, "replies": list(replies)}], **beside}


class Client:
    """Asks an engine for the same again and again, as a transport does that knows it is the same, or one that does not;
    `known` tells by number which requests were not read anew."""

    def __init__(self, scenario: dict[str, Any], settings: Settings, asked: dict[str, Any], *, knows: bool) -> None:
        self.engine = Engine(load_data(scenario), settings)
        self.asked = {"path": "/v1/chat/completions", "headers": {}, "body": CHAT, "method": "POST", **asked}
        self.heading, self.again = (Again(), Again()) if knows else (None, None)
        self.answers: list[Any] = []
        self.requests: list[Any] = []

    def ask(self, times: int = 4) -> None:
        for _ in range(times):
            exchange = self.engine.handle(self._http())
            steps = [step for step in exchange.plan if not self._called(step)]
            exchange.end("complete")
            self.answers.append((steps, self._noted(exchange)))
            self.requests.append(exchange.entry.request)

    def _called(self, step: Step) -> bool:
        if isinstance(step, Call):
            step.returned(step.function())
        return isinstance(step, Call)

    def _http(self) -> HTTPRequest:
        asked = self.asked
        body = asked["body"] if isinstance(asked["body"], bytes) else json.dumps(asked["body"]).encode()
        context = {"number": len(self.answers)}
        http = HTTPRequest(asked["method"], asked["path"], (), tuple(asked["headers"].items()), body, context)
        http.heading, http.again = self.heading, self.again
        return http

    def _noted(self, exchange: Exchange) -> dict[str, Any]:
        noted = {**exchange.entry.as_json(), "duration": None}
        return {**noted, "checked": exchange.entry.checked, "lenient": exchange.entry.lenient}

    @property
    def known(self) -> list[int]:
        found = enumerate(zip(self.requests, self.requests[1:], strict=False), start=1)
        return [number for number, (before, this) in found if this is not None and this is before]


def both(scenario: dict[str, Any], settings: Settings, asked: dict[str, Any]) -> tuple[Client, Client]:
    return Client(scenario, settings, asked, knows=True), Client(scenario, settings, asked, knows=False)


PLAIN = Settings()
ALL = [1, 2, 3]
CASES: dict[str, tuple[dict[str, Any], Settings, dict[str, Any], list[int]]] = {
    "a reply": (rules("Hi"), PLAIN, {}, ALL),
    "one reply after the other": (rules("one", {"error": "server_error"}, "three"), PLAIN, {}, ALL),
    "a stream": (rules("one two"), PLAIN, {"body": {**CHAT, "stream": True}}, ALL),
    "a template": (rules("{{ call }} {{ uuid() }}"), PLAIN, {}, ALL),
    "what a host application passes along": (rules("{{ request.context.number }}"), PLAIN, {}, ALL),
    "faults": (rules({"text": "Hi", "faults": [{"reset": {"on": [2]}}]}), PLAIN, {}, ALL),
    "states": (
        rules({"text": "{{ state.x }}", "set": {"x": "{{ call }}"}}, state={"initial": {"x": 0}}),
        PLAIN,
        {},
        ALL,
    ),
    "no rule": (rules("Hi"), PLAIN, {"body": {**CHAT, "messages": [{**USER, "content": "Bye"}]}}, ALL),
    "what answers by itself": ({}, Settings(on_unmatched="auto"), {}, ALL),
    "a session": (rules("one", "two"), PLAIN, {"headers": {"x-mockai-session": "other"}}, ALL),
    "a key": (rules("Hi"), Settings(api_keys=frozenset({"sk-1"})), {"headers": {"authorization": "Bearer sk-1"}}, ALL),
    "a key that is used up": (
        rules("Hi", keys={"sk-1": {"uses": 2}}),
        PLAIN,
        {"headers": {"authorization": "Bearer sk-1"}},
        [1],
    ),
    "limits": (rules("Hi", limits={"total_requests": 2}), PLAIN, {}, ALL),
    "a brown-out": (
        rules("Hi", brownouts=[{"phases": [{"phase": "healthy", "calls": 2}, "down"]}]),
        PLAIN,
        {},
        ALL,
    ),
    "lenient": (rules("Hi"), PLAIN, {"headers": {"x-mockai-validation": "lenient"}}, ALL),
    "lenient, with something to note": (
        rules("Hi"),
        Settings(validation="lenient"),
        {"body": {**CHAT, "temperature": 9}},
        [],
    ),
    "a fault of the client's": (rules("Hi"), PLAIN, {"body": {**CHAT, "temperature": 9}}, []),
    "no JSON": (rules("Hi"), PLAIN, {"body": b"{"}, []),
    "an unknown path": (rules("Hi"), PLAIN, {"path": "/v1/nothing"}, []),
    "a list": (rules("Hi"), PLAIN, {"method": "GET", "path": "/v1/models", "body": b""}, ALL),
    "a path with the session's name": (rules("one", "two"), PLAIN, {"path": "/s/a/v1/chat/completions"}, []),
    "only known models": (rules("Hi"), Settings(models="known"), {}, []),
    "another provider": (rules("Hi"), Settings(provider="groq"), {}, ALL),
    "a quirk": (rules("Hi"), Settings(quirks=(quirk("no_refusal"),)), {}, ALL),
    "a response that follows another": (
        rules("Hi"),
        PLAIN,
        {"path": "/v1/responses", "body": {"model": "gpt-4o", "input": "Hello"}},
        [],
    ),
    "an upstream by its model": (
        rules("Hi", upstreams={"fast": {"provider": "groq", "models": ["gpt-4o"]}}),
        PLAIN,
        {},
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_comes_again_is_answered_as_if_it_came_first(name):
    scenario, settings, asked, known = CASES[name]
    knowing, reading = both(scenario, settings, asked)
    for client in (knowing, reading):
        client.ask()
    assert knowing.answers == reading.answers
    assert (knowing.known, reading.known) == (known, [])


def test_what_was_known_is_forgotten_with_its_scenarios():
    knowing, reading = both(rules("Hi"), PLAIN, {})
    for client in (knowing, reading):
        client.ask(3)
        client.engine.load(load_data(rules("Hello again", validation="lenient")))
        client.ask(3)
    assert knowing.answers == reading.answers
    assert knowing.known == [1, 2, 4, 5]


def test_rules_that_are_added_are_met():
    knowing, reading = both(rules("Hi"), PLAIN, {})
    for client in (knowing, reading):
        client.ask(3)
        session = client.engine.store.session("")
        client.engine.add_rule(session, load_rule({"when": {"user": "Hello"}, "reply": "Added"}, "here"))
        client.ask(2)
        session.reset()
        client.ask(2)
    assert knowing.answers == reading.answers
    assert knowing.known == [1, 2, 3, 4, 5, 6]


def test_a_session_that_begins_anew_is_served_anew():
    asked = {"method": "GET", "path": "/v1/chat/completions", "body": b""}
    knowing, reading = both(rules("Hi"), PLAIN, asked)
    for client in (knowing, reading):
        stored = HTTPRequest("POST", "/v1/chat/completions", body=json.dumps({**CHAT, "store": True}).encode())
        list(client.engine.handle(stored).plan)
        client.ask(2)
        client.engine.store.session("").reset()
        client.ask(2)
    assert knowing.answers == reading.answers
    assert [b"chatcmpl-" in steps[1].data for steps, _ in knowing.answers] == [True, True, False, False]


def test_a_hook_sees_what_was_known_before_it_was_there():
    seen = []
    knowing = Client(rules("Hi"), PLAIN, {}, knows=True)
    knowing.ask(3)
    knowing.engine.before.append(seen.append)
    knowing.ask(2)
    assert (len(seen), knowing.known) == (2, [1, 2])
