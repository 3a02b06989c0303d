"""Runs and their steps as they are read: a run gets on by being looked at, from the queue to work to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.life_cycles import may_step
from mockai.endpoints.parameters import metadata
from mockai.endpoints.resource import POLLED, Stored, served
from mockai.endpoints.runs import reveal
from mockai.endpoints.threads_kept import RUNS, STEPS, THREADS
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources

__all__ = ["OPERATIONS"]

_CANCELLABLE = ("queued", "in_progress", "requires_action")
_page = pages(RUNS)
_page_of_steps = pages(STEPS)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    resources, thread, id = serving.resources, _thread(request, serving), request.params["run_id"]
    run = RUNS.get(resources, id, thread)
    if not may_step(serving, id):
        return run
    ended = reveal(run, resources) if run["status"] == "in_progress" else run
    if run["status"] == "cancelling":
        _cancel_steps(run, resources, mint.created)

    def advanced(stored: Stored) -> Stored:
        match stored["status"]:
            case "queued":
                return {**stored, "status": "in_progress", "started_at": stored["started_at"] or mint.created}
            case "in_progress" if run["status"] == "in_progress":
                return {**ended, "started_at": stored["started_at"], "metadata": stored["metadata"]}
            case "cancelling":
                return {**stored, "status": "cancelled", "cancelled_at": mint.created, "required_action": None}
        return stored

    return RUNS.change(resources, id, advanced, thread)


def _cancel_steps(run: Stored, resources: Resources, now: int) -> None:
    for step in list(STEPS.all(resources, run["id"])):
        if step["status"] == "in_progress":
            STEPS.put(resources, {**step, "status": "cancelled", "cancelled_at": now})


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    return _page(RUNS.all(serving.resources, _thread(request, serving)), request.query)


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    given = {"metadata": metadata(request.body) or {}} if "metadata" in request.body else {}
    id, thread = request.params["run_id"], _thread(request, serving)
    return RUNS.change(serving.resources, id, lambda stored: {**stored, **given}, thread)


def _cancel(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    def cancelling(run: Stored) -> Stored:
        if run["status"] not in _CANCELLABLE:
            raise RequestRefused(named("run_not_cancellable", state=run["status"]))
        return {**run, "status": "cancelling"}

    return RUNS.change(serving.resources, request.params["run_id"], cancelling, _thread(request, serving))


def _list_steps(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    return _page_of_steps(STEPS.all(serving.resources, _run(request, serving)), request.query)


def _retrieve_step(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return STEPS.get(serving.resources, request.params["step_id"], _run(request, serving))


def _thread(request: APIRequest, serving: Serving) -> str:
    id: str = THREADS.get(serving.resources, request.params["thread_id"])["id"]
    return id


def _run(request: APIRequest, serving: Serving) -> str:
    id: str = RUNS.get(serving.resources, request.params["run_id"], _thread(request, serving))["id"]
    return id


_RUNS = "/threads/{thread_id}/runs"
_ONE = f"{_RUNS}/{{run_id}}"

OPERATIONS = (
    served("threads.runs", "list", "GET", _RUNS, _list),
    served("threads.runs", "retrieve", "GET", _ONE, _retrieve, headers=POLLED),
    served("threads.runs", "update", "POST", _ONE, _update),
    served("threads.runs", "cancel", "POST", f"{_ONE}/cancel", _cancel, headers=POLLED),
    served("threads.runs.steps", "list", "GET", f"{_ONE}/steps", _list_steps),
    served("threads.runs.steps", "retrieve", "GET", f"{_ONE}/steps/{{step_id}}", _retrieve_step),
)
