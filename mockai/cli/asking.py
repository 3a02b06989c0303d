"""Asking an engine without a server: a plan is played as fast as it can be, and its body read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mockai.wire import Body, Head, HTTPRequest

if TYPE_CHECKING:
    from mockai.engine import Engine
    from mockai.journal import Entry
    from mockai.scenario.loaded import Loaded

__all__ = ["Asked", "answer_to", "ask"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's journal entry, and the whole body of its reply."""

    entry: Entry
    body: bytes


def ask(engine: Engine, http: HTTPRequest) -> Asked:
    """Play the plan of a request without waiting; one that brings no key is let in, whatever keys there are."""
    if http.header("authorization") is None and http.header("api-key") is None:
        from mockai.engine.access import Access

        engine.script = replace(engine.script, access=Access.of())
    exchange = engine.handle(http)
    sent = [step for step in exchange.plan if isinstance(step, Head | Body)]
    for step in sent:
        exchange.entry.sent(step)
    exchange.end("complete")
    return Asked(exchange.entry, b"".join(step.data for step in sent if isinstance(step, Body)))


def answer_to(method: str, path: str, loaded: Loaded | None) -> Mapping[str, Any]:
    """The JSON these scenarios (or none) answer to a request without a body."""
    import orjson

    from mockai.engine import Engine

    answer: Mapping[str, Any] = orjson.loads(ask(Engine(loaded), HTTPRequest(method, path)).body)
    return answer
