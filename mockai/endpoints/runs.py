"""Runs of an assistant on a thread: begun, streamed or not, given what its tools gave back.

The model's part is answered by rules, like a chat completion: texts become a message, tool calls a required action.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockai.endpoints.base import Enrich, Operation
from mockai.endpoints.heads import json_plan, stream_head
from mockai.endpoints.resource import POLLED, Stored, shown
from mockai.endpoints.runs_request import decode_run, enrich_create, enrich_submit, run_request
from mockai.endpoints.runs_turn import Turn, new_run
from mockai.endpoints.threads_kept import MESSAGES, RUNS, STEPS, THREADS, add_messages
from mockai.endpoints.tool_resources import make_stores
from mockai.ids import Mint
from mockai.replies.answer import Completion, Item
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.wire import Body, Call, Plan, Step

__all__ = ["OPERATIONS", "encode", "remember", "reveal"]


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a run: the run in the queue, or the stream of its events."""
    if not request.stream:
        return json_plan(shown(new_run(run_request(request), mint)), mint, {**POLLED, **completion.headers})
    turn = Turn(run_request(request), completion, mint)
    steps = _with_head(_events(turn, live), completion, mint)
    return tuple(steps) if live is None else steps


def _events(turn: Turn, live: Iterable[Item | Call] | None) -> Iterator[Step]:
    """Nothing is sent before the first item is there, so that Python code failing before it can still be a 500."""
    opened = False
    for item in turn.items if live is None else live:
        if isinstance(item, Call):
            yield item
            continue
        if not opened:
            yield from turn.opening()
            opened = True
        yield from turn.send((item,))
    if not opened:
        yield from turn.opening()
    yield from turn.finish()


def _with_head(steps: Iterator[Step], completion: Completion, mint: Mint) -> Iterator[Step]:
    head_sent = False
    for step in steps:
        if isinstance(step, Body) and not head_sent:
            yield stream_head(mint, completion.headers)
            head_sent = True
        yield step


def remember(completion: Completion, request: APIRequest, mint: Mint, resources: Resources) -> None:
    """Keep the run, with what comes of it: at once if it is streamed, else for the polls to come."""
    asked = run_request(request)
    turn = Turn(asked, completion, mint)
    for _ in _events(turn, None):
        pass
    if turn.thread is not None and asked.thread is not None:
        THREADS.put(resources, turn.thread)
        make_stores(asked.thread["tool_resources"], resources, mint)
    add_messages(resources, turn.run["thread_id"], asked.added, mint)
    for step in asked.answered:
        STEPS.put(resources, step)
    outcome: Stored = {"run": turn.run, "steps": turn.steps, "messages": turn.messages}
    run = {**new_run(asked, mint), "_turn": outcome}
    RUNS.put(resources, reveal(run, resources) if request.stream else run)


def reveal(run: Stored, resources: Resources) -> Stored:
    """The run as it ends, its messages and steps where they can be read. Doing it twice changes nothing."""
    turn = run["_turn"]
    for message in turn["messages"]:
        MESSAGES.put(resources, message)
    for step in turn["steps"]:
        STEPS.put(resources, step)
    return {**turn["run"], "_turn": None}


def _operation(endpoint: str, name: str, path: str, enrich: Enrich) -> Operation:
    decode = decode_run(endpoint, name)
    return Operation(endpoint, name, "POST", path, decode, encode=encode, remember=remember, enrich=enrich)


OPERATIONS = (
    _operation("threads", "create_and_run", "/threads/runs", enrich_create),
    _operation("threads.runs", "create", "/threads/{thread_id}/runs", enrich_create),
    _operation(
        "threads.runs", "submit_tool_outputs", "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs", enrich_submit
    ),
)
