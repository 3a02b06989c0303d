"""Batches: an input file whose lines are requests, answered by the scenario like requests of their own.

A batch gets on by being looked at: validating, in progress, finalizing, completed, one step for each time it is
retrieved. The lines run once, when it gets in progress. It expires in place of being completed if one of them is not
answered within the completion window, by a latency of a day or more, or a connection that stalls.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from mockai.api_errors import ErrorReply, RequestRefused
from mockai.endpoints.base import Operation, Serving
from mockai.endpoints.batches_input import BatchLine, Checked, batch_error, read_lines
from mockai.endpoints.batches_run import WINDOW, Result, output_files, run_line, usage_of
from mockai.endpoints.cursors import pages
from mockai.endpoints.files_kept import FILES, file_bytes, store_file
from mockai.endpoints.heads import json_plan
from mockai.endpoints.life_cycles import begun, may_step
from mockai.endpoints.parameters import choice, expiry, metadata, needed_text
from mockai.endpoints.resource import Kind, Stored, decoder, served, shown
from mockai.endpoints.webhook_events import announce
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.wire import Call, Step

__all__ = ["OPERATIONS"]

_BATCHES = Kind("batches", "batch_", "batch_not_found", digits=32, hex=True)
_ENDPOINTS = (
    "/v1/responses",
    "/v1/chat/completions",
    "/v1/embeddings",
    "/v1/completions",
    "/v1/moderations",
    "/v1/images/generations",
    "/v1/images/edits",
    "/v1/videos",
)
_RUNNING = ("validating", "in_progress", "finalizing")
_ENDED = ("completed", "failed", "cancelled", "expired")
_PASSED_ON = ("authorization", "api-key", "openai-organization", "openai-project")
_page = pages(_BATCHES)


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body = request.body
    file_id = needed_text(body, "input_file_id")
    endpoint = choice(body, "endpoint", _ENDPOINTS)
    window = choice(body, "completion_window", ("24h",))
    own, expires_in = metadata(body), expiry(body, "output_expires_after")
    purpose = FILES.get(serving.resources, file_id)["purpose"]
    if purpose != "batch":
        message = f"Invalid 'input_file_id': expected a file of purpose 'batch', but got one of purpose '{purpose}'."
        raise RequestRefused(ErrorReply(400, message, param="input_file_id", code="invalid_value"))
    id = _BATCHES.new_id(mint)
    batch = {
        "id": id,
        "object": "batch",
        "endpoint": endpoint,
        "model": None,
        "errors": None,
        "input_file_id": file_id,
        "completion_window": window,
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": mint.created,
        "in_progress_at": None,
        "expires_at": mint.created + WINDOW,
        "finalizing_at": None,
        "completed_at": None,
        "failed_at": None,
        "expired_at": None,
        "cancelling_at": None,
        "cancelled_at": None,
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": None,
        "metadata": own,
        "_expires_in": expires_in,
        "_expires": False,
        "_ended_at": None,
        "_work": "waiting",
        "_output": {},
    }
    begun(serving.resources, id, f"/batches/{id}")
    return _BATCHES.put(serving.resources, batch)


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    return _page(_BATCHES.all(serving.resources), request.query)


def _cancel(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    def cancelling(batch: Stored) -> Stored:
        if batch["status"] not in _RUNNING:
            raise RequestRefused(ErrorReply(400, f"Cannot cancel a batch with status '{batch['status']}'."))
        return {**batch, "status": "cancelling", "cancelling_at": mint.created}

    return _BATCHES.change(serving.resources, request.params["batch_id"], cancelling)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Iterator[Step]:
    """The batch one step later; the plan does the calls of the lines that run meanwhile."""
    resources, id = serving.resources, request.params["batch_id"]
    batch = _BATCHES.get(resources, id)
    if may_step(serving, id):
        batch = yield from _step(batch, request, serving, mint)
    if batch["status"] in _ENDED and batch["_ended_at"] == mint.created:
        announce(resources, mint, f"batch.{batch['status']}", id)
    yield from json_plan(shown(batch), mint)


# --------------------------------------------------------------------------------------- life cycle


def _step(batch: Stored, request: APIRequest, serving: Serving, mint: Mint) -> Generator[Call, None, Stored]:
    """The batch one step later."""
    resources, id = serving.resources, batch["id"]
    if batch["status"] != "validating":
        return _BATCHES.change(resources, id, partial(_advanced, now=mint.created))
    checked = _checked(batch, resources)
    batch = _BATCHES.change(resources, id, partial(_begun, checked=checked, now=mint.created))
    if batch["in_progress_at"] == mint.created:  # no other request has this moment
        batch = yield from _run(batch, checked.lines, request, serving, mint)
    return batch


def _checked(batch: Stored, resources: Resources) -> Checked:
    try:
        data = file_bytes(resources, batch["input_file_id"])
    except RequestRefused as refused:
        return Checked(errors=(batch_error("invalid_input_file", refused.error.message),))
    return read_lines(data, batch["endpoint"])


def _begun(batch: Stored, checked: Checked, now: int) -> Stored:
    """The batch after its input file was checked."""
    if batch["status"] != "validating":
        return batch
    if checked.errors:
        errors = {"object": "list", "data": list(checked.errors)}
        return {**batch, "status": "failed", "failed_at": now, "_ended_at": now, "errors": errors}
    total = {"total": len(checked.lines), "completed": 0, "failed": 0}
    model = checked.lines[0].body.get("model")
    running = {"status": "in_progress", "in_progress_at": now, "request_counts": total, "model": model}
    return {**batch, **running, "_work": "running"}


def _advanced(batch: Stored, now: int) -> Stored:
    """The batch at the next look at it."""
    if batch["_work"] == "running":
        return batch
    match batch["status"]:
        case "in_progress":
            return {**batch, "status": "finalizing", "finalizing_at": now}
        case "finalizing" if batch["_expires"]:
            late = max(now, batch["expires_at"])  # the clock of a session does not wait for a day
            return {**batch, "status": "expired", "expired_at": late, "_ended_at": now, **batch["_output"]}
        case "finalizing":
            return {**batch, "status": "completed", "completed_at": now, "_ended_at": now, **batch["_output"]}
        case "cancelling":
            return {**batch, "status": "cancelled", "cancelled_at": now, "_ended_at": now, **batch["_output"]}
    return batch


def _run(
    batch: Stored, lines: Sequence[BatchLine], request: APIRequest, serving: Serving, mint: Mint
) -> Generator[Call, None, Stored]:
    """Run every line, and keep the files that come of it. Whoever leaves meanwhile leaves the batch as it was."""
    resources, id = serving.resources, batch["id"]
    headers = (*(pair for pair in request.http.headers if pair[0] in _PASSED_ON), ("x-mockai-batch", id))
    done: Stored = {"status": "validating", "in_progress_at": None, "_work": "waiting"}
    try:
        results = []
        for at, line in enumerate(lines):
            results.append((yield from run_line(line, serving.ask, headers, mint.child("line", at))))
        done = _finished(results, batch, resources, mint)
    finally:
        batch = _BATCHES.change(resources, id, lambda stored: _with_work(stored, done))
    return batch


def _with_work(batch: Stored, done: Stored) -> Stored:
    """The batch with what came of its lines; one that was cancelled meanwhile stays so."""
    return {**batch, **done, "status": "cancelling"} if batch["status"] == "cancelling" else {**batch, **done}


def _finished(results: Sequence[Result], batch: Stored, resources: Resources, mint: Mint) -> Stored:
    output: Stored = {}
    kinds = ("output", "error")
    for kind, data in zip(kinds, output_files(results, mint), strict=True):
        if data:
            name = f"{batch['id']}_{kind}.jsonl"
            own = mint.child(kind)
            file = store_file(resources, own, name, data, "batch_output", batch["_expires_in"])
            output[f"{kind}_file_id"] = file["id"]
    failed = sum(result.failed for result in results)
    counts = {"total": len(results), "completed": len(results) - failed, "failed": failed}
    late = any(result.expired for result in results)
    return {"request_counts": counts, "usage": usage_of(results), "_work": "done", "_output": output, "_expires": late}


_ONE = "/batches/{batch_id}"

OPERATIONS = (
    served("batches", "create", "POST", "/batches", _create),
    served("batches", "list", "GET", "/batches", _list),
    Operation("batches", "retrieve", "GET", _ONE, decoder("batches", "retrieve"), serve=_retrieve),
    served("batches", "cancel", "POST", f"{_ONE}/cancel", _cancel),
)
