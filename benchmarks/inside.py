"""What is measured without a socket: matching among many rules, checking a body, whether anything grows with uptime.

`python -m benchmarks.inside matching TIMES`, `… checking TIMES` and `… soak REQUESTS` print one line of JSON.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time
from typing import Any

from benchmarks.asked import CHAT
from benchmarks.paced import resident
from mockai.endpoints import operations
from mockai.endpoints.base import Serving
from mockai.engine import Engine
from mockai.matching.claim import Claim, claim
from mockai.matching.index import Index
from mockai.scenario.loading import load_rule
from mockai.settings import Settings
from mockai.state import Resources, SessionState
from mockai.wire import HTTPRequest

__all__ = ["checking", "matching", "soak"]

_QUESTION = json.loads(CHAT.partition(b"\r\n\r\n")[2])
_WINDOWS = 10
_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
_CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'}}
_AGENT = {
    "model": "gpt-4o",
    "messages": [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": [{"type": "text", "text": "What is the weather in Paris?"}]},
        {"role": "assistant", "content": None, "tool_calls": [_CALL]},
        {"role": "tool", "tool_call_id": "call_1", "content": "18 degrees"},
    ],
    "tools": [_TOOL],
    "tool_choice": "auto",
    "temperature": 0.2,
    "max_tokens": 500,
    "stream": True,
    "stream_options": {"include_usage": True},
}


def _engine(rules: int) -> Engine:
    """An engine with so many rules, of which the one three quarters down matches."""
    engine = Engine(settings=Settings(then="repeat_last"))
    session = engine.store.session("")
    for number in reversed(range(rules)):
        topic = 15 if number == rules * 3 // 4 else 1000 + number
        written = {"when": {"user": f"topic-{topic}."}, "reply": "A short sentence."}
        engine.add_rule(session, load_rule(written, f"rule {number}"))
    return engine


def _http(text: str) -> HTTPRequest:
    body = {**_QUESTION, "messages": [{"role": "user", "content": text}]}
    return HTTPRequest("POST", "/v1/chat/completions", body=json.dumps(body).encode())


def _answer(engine: Engine, http: HTTPRequest) -> Any:
    exchange = engine.handle(http)
    for _ in exchange.plan:
        pass
    exchange.end("complete")
    return exchange.entry.request


def _microseconds(do: Callable[[], Any], times: int, rounds: int = 7) -> float:
    """Of processor time, the least of several rounds."""
    found = []
    for _ in range(rounds):
        started = process_time()
        for _ in range(times):
            do()
        found.append((process_time() - started) / times)
    return min(found) * 1e6


def matching(times: int) -> dict[str, float]:
    """Microseconds to find and claim the rule that matches, by how many there are."""
    return {str(rules): _claiming(rules, times) for rules in (20, 1000)}


def _claiming(rules: int, times: int) -> float:
    engine = _engine(rules)
    request = _answer(engine, _http("Please tell me about topic-15."))
    index, state = Index(engine.rules_of(engine.store.session(""))), SessionState()

    def once() -> None:
        found = claim(state, index.likely(request), request, then="repeat_last", initial={}, update=lambda *taken: {})
        assert isinstance(found, Claim)

    return _microseconds(once, times)


def checking(times: int) -> dict[str, float]:
    """Microseconds at the median that all checks of a chat request take: an agent's second turn, with its tools."""
    (operation,) = (each for each in operations() if each.full_name == "chat.completions.create")
    request = operation.decode(HTTPRequest("POST", "/v1/chat/completions", body=json.dumps(_AGENT).encode()), {})
    serving, checks = Serving(Resources()), operation.checks
    every = (*(checks.form or ()), *checks.meaning, *checks.model)
    found = []
    for _ in range(times):
        started = perf_counter()
        for check in every:
            check(request, serving)
        found.append((perf_counter() - started) * 1e6)
    return {"microseconds": median(found), "kilobytes": len(request.http.body) / 1000}


def soak(requests: int) -> dict[str, list[float]]:
    """Microseconds a request and megabytes of memory, in each tenth of so many requests."""
    engine = _engine(20)
    microseconds, megabytes = [], []
    each = requests // _WINDOWS
    for window in range(_WINDOWS):
        started = perf_counter()
        for number in range(each):
            _answer(engine, _http(f"Please tell me about topic-15. This is request {window * each + number}."))
        microseconds.append((perf_counter() - started) / each * 1e6)
        gc.collect()
        megabytes.append(resident(os.getpid()) / 1024)
    return {"microseconds": microseconds, "megabytes": megabytes}


def main() -> None:
    """Measure and print."""
    what, amount = sys.argv[1:]
    measured: dict[str, Callable[[int], Any]] = {"matching": matching, "checking": checking, "soak": soak}
    print(json.dumps(measured[what](int(amount))))


if __name__ == "__main__":
    main()
