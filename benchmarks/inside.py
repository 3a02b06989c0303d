"""What is measured without a socket: matching among many rules, and whether anything grows with uptime.

`python -m benchmarks.inside matching|soak` prints one line of JSON.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

from benchmarks.asked import CHAT
from mockai.engine import Engine
from mockai.matching.index import Index
from mockai.matching.rules import CompiledRule
from mockai.scenario.loading import PlacedRule, load_rule
from mockai.wire import HTTPRequest

__all__ = ["matching", "soak"]

_QUESTION = json.loads(CHAT.partition(b"\r\n\r\n")[2])


def _engine(rules: int) -> Engine:
    """An engine with so many rules, of which the one three quarters down matches."""
    engine = Engine(then="repeat_last")
    session = engine.store.session("")
    for number in reversed(range(rules)):
        topic = 15 if number == rules * 3 // 4 else 1000 + number
        engine.add_rule(session, _rule(f"topic-{topic}.", number))
    return engine


def _rule(text: str, number: int) -> PlacedRule:
    return load_rule({"name": f"rule {number}", "when": {"user": text}, "reply": "A short sentence."}, "benchmark")


def _http(text: str = _QUESTION["messages"][0]["content"]) -> HTTPRequest:
    body = {**_QUESTION, "messages": [{"role": "user", "content": text}]}
    return HTTPRequest("POST", "/v1/chat/completions", body=json.dumps(body).encode())


def _answer(engine: Engine, http: HTTPRequest) -> None:
    exchange = engine.handle(http)
    for _ in exchange.plan:
        pass
    exchange.end("complete")


def _microseconds(do: Callable[[], Any], times: int, rounds: int = 7) -> float:
    best = float("inf")
    for _ in range(rounds):
        started = process_time()
        for _ in range(times):
            do()
        best = min(best, (process_time() - started) / times)
    return best * 1e6


def matching(times: int = 2000) -> dict[str, float]:
    """Microseconds to find the rules that may match, and for a whole reply, with 20 rules and with 1,000."""
    found: dict[str, float] = {}
    http = _http()
    for rules in (20, 1000):
        engine = _engine(rules)
        session = engine.store.session("")
        exchange = engine.handle(http)
        tuple(exchange.plan)
        request = exchange.entry.request
        assert request is not None
        index: Index = Index(cast_rules(engine.rules_of(session)))
        found[f"likely_{rules}"] = _microseconds(lambda index=index, request=request: index.likely(request), times)
        found[f"reply_{rules}"] = _microseconds(lambda engine=engine: _answer(engine, http), times)
    return found


def cast_rules(rules: tuple[CompiledRule, ...]) -> tuple[CompiledRule, ...]:
    return rules


def soak(requests: int, windows: int = 10) -> dict[str, Any]:
    """Microseconds a request and megabytes of memory, in each tenth of so many requests."""
    engine = _engine(20)
    latencies, memory = [], []
    number = 0
    for _ in range(windows):
        started = perf_counter()
        for _ in range(requests // windows):
            number += 1
            _answer(engine, _http(f"Please tell me about topic-15. This is request {number}."))
        latencies.append((perf_counter() - started) / (requests // windows) * 1e6)
        gc.collect()
        memory.append(_resident())
    return {"microseconds": latencies, "megabytes": memory}


def _resident() -> float:
    from benchmarks.paced import resident

    return resident(os.getpid()) / 1024


def main() -> None:
    """Measure and print."""
    what, *numbers = sys.argv[1:]
    print(json.dumps({"matching": matching, "soak": soak}[what](*map(int, numbers))))  # type: ignore[operator]


if __name__ == "__main__":
    main()
