"""Evals and their runs: a run gets on by being looked at, and grades its items when it gets in progress."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from functools import partial
from typing import Any

from mockai.api_errors import ErrorReply, RequestRefused
from mockai.endpoints.base import Operation, Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.evals_grading import ask_model
from mockai.endpoints.evals_run import ITEMS, checked_items, counted, run_item
from mockai.endpoints.heads import json_plan
from mockai.endpoints.json_values import object_of, text_of
from mockai.endpoints.life_cycles import begun, may_step
from mockai.endpoints.parameters import choice, listing, mapping, metadata, required, text
from mockai.endpoints.resource import Kind, Stored, decoder, served, shown
from mockai.endpoints.webhook_events import announce
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.wire import Call, Step

__all__ = ["OPERATIONS"]

_EVALS = Kind("evals", "eval_", "No eval found with id '{id}'.", digits=32, hex=True)
_RUNS = Kind("evals.runs", "evalrun_", "No eval run found with id '{id}'.", digits=32, hex=True, owner="eval_id")
_SOURCES = ("custom", "logs", "stored_completions")
_RUN_SOURCES = ("jsonl", "completions", "responses")
_PASSED_ON = ("authorization", "api-key", "openai-organization", "openai-project")
_page = pages(_EVALS, order="asc")
_page_of_runs = pages(_RUNS, order="asc")
_page_of_items = pages(ITEMS, order="asc")


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body = request.body
    required(body, "data_source_config")
    required(body, "testing_criteria")
    stored = {
        "id": _EVALS.new_id(mint),
        "object": "eval",
        "created_at": mint.created,
        "name": text(body, "name") or "",
        "data_source_config": _config(mapping(body, "data_source_config") or {}),
        "testing_criteria": listing(body, "testing_criteria"),
        "metadata": metadata(body) or {},
    }
    return _EVALS.put(serving.resources, stored)


def _config(written: Mapping[str, Any]) -> Stored:
    """The data source of an eval, with the schema of what its graders see."""
    choice({"data_source_config.type": written.get("type")}, "data_source_config.type", _SOURCES)
    item = object_of(written.get("item_schema")) or {"type": "object"}
    schema = {"type": "object", "properties": {"item": item}, "required": ["item"]}
    if written.get("include_sample_schema"):
        schema = {**schema, "properties": {"item": item, "sample": {"type": "object"}}, "required": ["item", "sample"]}
    kept = {key: value for key, value in written.items() if key not in ("item_schema", "include_sample_schema")}
    return {**kept, "schema": schema}


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return _EVALS.get(serving.resources, request.params["eval_id"])


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    return _page(_EVALS.all(serving.resources), request.query)


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    given: Stored = {}
    if "name" in request.body:
        given["name"] = text(request.body, "name") or ""
    if "metadata" in request.body:
        given["metadata"] = metadata(request.body) or {}
    return _EVALS.change(serving.resources, request.params["eval_id"], lambda stored: {**stored, **given})


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["eval_id"]
    _EVALS.delete(serving.resources, id)
    for run in _RUNS.all(serving.resources, id):
        ITEMS.clear(serving.resources, run["id"])
    _RUNS.clear(serving.resources, id)
    return {"object": "eval.deleted", "deleted": True, "eval_id": id}


# ---------------------------------------------------------------------------------------------- runs


def _create_run(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body, owner = request.body, _retrieve(request, serving, mint)
    required(body, "data_source")
    source = mapping(body, "data_source") or {}
    choice({"data_source.type": source.get("type")}, "data_source.type", _RUN_SOURCES)
    id = _RUNS.new_id(mint)
    run = {
        "id": id,
        "object": "eval.run",
        "created_at": mint.created,
        "eval_id": owner["id"],
        "name": text(body, "name") or "",
        "status": "queued",
        "model": text_of(source.get("model")) or "",
        "data_source": source,
        "report_url": f"https://platform.openai.com/evaluations/{owner['id']}?run_id={id}",
        "result_counts": {"total": 0, "errored": 0, "failed": 0, "passed": 0},
        "per_model_usage": [],
        "per_testing_criteria_results": [],
        "error": None,
        "metadata": metadata(body) or {},
        "_begun": None,
        "_ended": None,
        "_outcome": None,
    }
    begun(serving.resources, id, f"/evals/{owner['id']}/runs/{id}")
    return _RUNS.put(serving.resources, run)


def _retrieve_run(request: APIRequest, serving: Serving, mint: Mint) -> Iterator[Step]:
    """The run one step later; the plan does the calls of the items that are answered meanwhile."""
    resources, owner = serving.resources, _retrieve(request, serving, mint)
    run = _RUNS.get(resources, request.params["run_id"], owner["id"])
    if may_step(serving, run["id"]):
        run = _RUNS.change(resources, run["id"], partial(_advanced, now=mint.created), owner["id"])
    if run["_begun"] == mint.created:  # no other request has this moment
        run = yield from _run(run, owner, request, serving, mint)
    if run["_ended"] == mint.created:
        announce(resources, mint, _EVENTS[run["status"]], run["id"])
    yield from json_plan(shown(run), mint)


_EVENTS = {"completed": "eval.run.succeeded", "failed": "eval.run.failed", "canceled": "eval.run.canceled"}


def _advanced(run: Stored, now: int) -> Stored:
    """The run at the next look at it."""
    if run["status"] == "queued":
        return {**run, "status": "in_progress", "_begun": now}
    if run["status"] == "in_progress" and run["_outcome"] is not None:
        return {**run, **run["_outcome"], "_ended": now}
    return run


def _run(
    run: Stored, owner: Stored, request: APIRequest, serving: Serving, mint: Mint
) -> Generator[Call, None, Stored]:
    """Answer and grade every item. Whoever leaves meanwhile leaves the run as it was."""
    resources, criteria = serving.resources, owner["testing_criteria"]
    headers = tuple(pair for pair in request.http.headers if pair[0] in _PASSED_ON)
    items, error = checked_items(run["data_source"], resources)
    done: Stored = {"status": "queued", "_begun": None}
    try:
        graded = []
        for at, item in enumerate(items):
            model = partial(ask_model, serving.ask, headers)
            graded.append((yield from run_item(at, item, run, criteria, model, mint.child("item", at))))
        for each in graded:
            ITEMS.put(resources, each.item)
        done = {"_outcome": {"status": "completed", **counted(run, graded, criteria)}}
        if error is not None:
            done = {"_outcome": {"status": "failed", "error": error}}
    finally:
        run = _RUNS.change(resources, run["id"], lambda stored: _with_work(stored, done), owner["id"])
    return run


def _with_work(run: Stored, done: Stored) -> Stored:
    """The run with what came of its items; one that was cancelled meanwhile stays so."""
    return run if run["status"] == "canceled" else {**run, **done}


def _list_runs(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    status, owner = request.query.get("status"), _retrieve(request, serving, mint)
    runs = (run for run in _RUNS.all(serving.resources, owner["id"]) if status in (None, run["status"]))
    return _page_of_runs(runs, request.query)


def _delete_run(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["run_id"]
    _RUNS.delete(serving.resources, id, _retrieve(request, serving, mint)["id"])
    ITEMS.clear(serving.resources, id)
    return {"object": "eval.run.deleted", "deleted": True, "run_id": id}


def _cancel_run(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    def canceled(run: Stored) -> Stored:
        if run["status"] not in ("queued", "in_progress"):
            raise RequestRefused(ErrorReply(400, f"Cannot cancel eval run with status '{run['status']}'."))
        return {**run, "status": "canceled"}

    owner, id = _retrieve(request, serving, mint), request.params["run_id"]
    run = _RUNS.change(serving.resources, id, canceled, owner["id"])
    announce(serving.resources, mint, _EVENTS["canceled"], id)
    return run


# ---------------------------------------------------------------------------------------------- items


def _list_items(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    status = request.query.get("status")
    items = (
        item for item in ITEMS.all(serving.resources, _run_id(request, serving)) if status in (None, item["status"])
    )
    return _page_of_items(items, request.query)


def _retrieve_item(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return ITEMS.get(serving.resources, request.params["output_item_id"], _run_id(request, serving))


def _run_id(request: APIRequest, serving: Serving) -> str:
    owner: str = _EVALS.get(serving.resources, request.params["eval_id"])["id"]
    id: str = _RUNS.get(serving.resources, request.params["run_id"], owner)["id"]
    return id


_ONE = "/evals/{eval_id}"
_ITS_RUNS = f"{_ONE}/runs"
_RUN = f"{_ITS_RUNS}/{{run_id}}"

OPERATIONS = (
    served("evals", "create", "POST", "/evals", _create),
    served("evals", "list", "GET", "/evals", _list),
    served("evals", "retrieve", "GET", _ONE, _retrieve),
    served("evals", "update", "POST", _ONE, _update),
    served("evals", "delete", "DELETE", _ONE, _delete),
    served("evals.runs", "create", "POST", _ITS_RUNS, _create_run),
    served("evals.runs", "list", "GET", _ITS_RUNS, _list_runs),
    Operation("evals.runs", "retrieve", "GET", _RUN, decoder("evals.runs", "retrieve"), serve=_retrieve_run),
    served("evals.runs", "delete", "DELETE", _RUN, _delete_run),
    served("evals.runs", "cancel", "POST", _RUN, _cancel_run),
    served("evals.runs", "cancel", "POST", f"{_RUN}/cancel", _cancel_run),
    served("evals.runs.output_items", "list", "GET", f"{_RUN}/output_items", _list_items),
    served("evals.runs.output_items", "retrieve", "GET", f"{_RUN}/output_items/{{output_item_id}}", _retrieve_item),
)
