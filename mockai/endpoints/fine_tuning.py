"""Fine-tuning jobs: they get on by being looked at, from the check of their files to a model of their own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from mockai.api_errors import ErrorReply, RequestRefused
from mockai.endpoints.base import Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.files_kept import FILES, store_file
from mockai.endpoints.fine_tuning_kept import (
    CHECKPOINTS,
    EVENTS,
    JOBS,
    Training,
    events_of,
    metrics_csv,
    training_of,
)
from mockai.endpoints.json_values import object_of, text_of
from mockai.endpoints.life_cycles import begun, may_step
from mockai.endpoints.models import add_trained
from mockai.endpoints.parameters import listing, mapping, metadata, needed_text, number, text
from mockai.endpoints.resource import Stored, served
from mockai.endpoints.webhook_events import announce
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources

__all__ = ["OPERATIONS"]

_EPOCHS = 3
_RUNNING = ("validating_files", "queued", "running", "paused")
_READING = ("validating_files", "running")
_page = pages(JOBS)
_page_of_events = pages(EVENTS)
_page_of_checkpoints = pages(CHECKPOINTS, usual=10)


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body = request.body
    model, training_file = needed_text(body, "model"), needed_text(body, "training_file")
    for name in ("training_file", "validation_file"):
        _check_file(text(body, name), name, serving.resources)
    id = JOBS.new_id(mint)
    method, hyperparameters = _method(body)
    seed = number(body, "seed", least=0)
    job = {
        "object": "fine_tuning.job",
        "id": id,
        "model": model,
        "created_at": mint.created,
        "finished_at": None,
        "fine_tuned_model": None,
        "organization_id": "org-mockai",
        "result_files": [],
        "status": "validating_files",
        "validation_file": text(body, "validation_file"),
        "training_file": training_file,
        "hyperparameters": hyperparameters,
        "trained_tokens": None,
        "error": None,
        "user_provided_suffix": text(body, "suffix", longest=64),
        "seed": mint.child("seed").rng.randrange(2**31) if seed is None else seed,
        "estimated_finish": None,
        "integrations": listing(body, "integrations"),
        "metadata": metadata(body),
        "method": method,
        "_events": events_of(mint, f"Created fine-tuning job: {id}", f"Validating training file: {training_file}"),
        "_checkpoints": [],
    }
    begun(serving.resources, id, f"{_JOBS}/{id}")
    return JOBS.put(serving.resources, job)


def _check_file(id: str | None, name: str, resources: Resources) -> None:
    if id is None:
        return
    purpose = FILES.get(resources, id)["purpose"]
    if purpose != "fine-tune":
        message = f"Invalid '{name}': expected a file of purpose 'fine-tune', but got one of purpose '{purpose}'."
        raise RequestRefused(ErrorReply(400, message, param=name, code="invalid_value"))


def _method(body: Mapping[str, Any]) -> tuple[Stored, Stored]:
    """The method of a job, and its hyperparameters with what `auto` comes to."""
    written = mapping(body, "method") or {"type": "supervised"}
    kind = text_of(written.get("type")) or "supervised"
    own = object_of(object_of(written.get(kind)).get("hyperparameters"))
    asked = {**own, **(mapping(body, "hyperparameters") or {})}
    given = {key: value for key, value in asked.items() if value not in ("auto", None)}
    number(given, "n_epochs", least=1, most=50)
    hyperparameters = {"n_epochs": _EPOCHS, "batch_size": 1, "learning_rate_multiplier": 1.8, **given}
    return {"type": kind, kind: {**object_of(written.get(kind)), "hyperparameters": hyperparameters}}, hyperparameters


# --------------------------------------------------------------------------------------- life cycle


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    resources, id = serving.resources, request.params["fine_tuning_job_id"]
    job = JOBS.get(resources, id)
    if not may_step(serving, id):
        return job
    training = training_of(resources, job["training_file"]) if job["status"] in _READING else Training()
    job = JOBS.change(resources, id, partial(_advanced, training=training, mint=mint))
    return _told_end(job, resources, mint)


def _advanced(job: Stored, training: Training, mint: Mint) -> Stored:
    """The job at the next look at it."""
    match job["status"]:
        case "validating_files" if training.error is not None:
            return {**_with(job, mint, training.error["message"], level="error"), **_ended("failed", mint, training)}
        case "validating_files":
            return {**_with(job, mint, "Files validated, moving job to queued state"), "status": "queued"}
        case "queued":
            return {**_with(job, mint, "Fine-tuning job started"), "status": "running"}
        case "running":
            return _trained(job, training, mint)
    return job


def _with(job: Stored, mint: Mint, *messages: str | tuple[str, Stored], level: str = "info") -> Stored:
    return {**job, "_events": [*job["_events"], *events_of(mint, *messages, level=level)]}


def _ended(status: str, mint: Mint, training: Training | None = None) -> Stored:
    return {"status": status, "finished_at": mint.created, "error": training.error if training else None}


def _trained(job: Stored, training: Training, mint: Mint) -> Stored:
    """The job with its steps behind it, each with its metrics and its checkpoint, and the model that came of it."""
    own = mint.child("training")
    model = f"ft:{job['model']}:mockai:{job['user_provided_suffix'] or ''}:{own.alnum(8)}"
    epochs = int(job["hyperparameters"]["n_epochs"])
    checkpoints, messages = [], list[str | tuple[str, Stored]]()
    for step in range(1, epochs + 1):
        metrics = _metrics(step, own)
        name = model if step == epochs else f"{model}:ckpt-step-{step}"
        messages.append(
            (f"Step {step}/{epochs}: training loss={metrics['train_loss']}", {**metrics, "total_steps": epochs})
        )
        checkpoints.append(_checkpoint(job["id"], name, metrics, own.child(step)))
    messages += [f"New fine-tuned model created: {model}", "The job has successfully completed"]
    return {
        **_with(job, mint, *messages),
        **_ended("succeeded", mint),
        "fine_tuned_model": model,
        "trained_tokens": training.tokens * epochs,
        "_checkpoints": checkpoints,
    }


def _metrics(step: int, mint: Mint) -> Stored:
    loss = round(2 / (step + 1) + mint.rng.random() / 10, 4)
    return {"step": step, "train_loss": loss, "train_mean_token_accuracy": round(max(0.0, 1 - loss / 2), 4)}


def _checkpoint(job: str, model: str, metrics: Stored, mint: Mint) -> Stored:
    return {
        "object": "fine_tuning.job.checkpoint",
        "id": CHECKPOINTS.new_id(mint),
        "created_at": mint.created,
        "fine_tuned_model_checkpoint": model,
        "fine_tuning_job_id": job,
        "metrics": metrics,
        "step_number": metrics["step"],
    }


def _told_end(job: Stored, resources: Resources, mint: Mint) -> Stored:
    """What else happens at the moment a job ends: its result file is there, webhooks are told."""
    if job["finished_at"] != mint.created:  # no other request has this moment
        return job
    announce(resources, mint, f"fine_tuning.job.{job['status']}", job["id"])
    if job["status"] != "succeeded":
        return job
    add_trained(resources, job["fine_tuned_model"], mint.created, job["organization_id"])
    file = store_file(resources, mint, "step_metrics.csv", metrics_csv(job["_events"]), "fine-tune-results")
    return JOBS.change(resources, job["id"], lambda stored: {**stored, "result_files": [file["id"]]})


def _moves(status: str, *allowed: str, event: str) -> Any:
    """An operation that brings a job from one of these states into another."""

    def move(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
        def moved(job: Stored) -> Stored:
            if job["status"] not in allowed:
                raise RequestRefused(
                    ErrorReply(400, f"Job {job['id']} has status '{job['status']}' and cannot be {event}.")
                )
            ended = _ended(status, mint) if status == "cancelled" else {"status": status}
            return {**_with(job, mint, f"The job has been {event}"), **ended}

        job = JOBS.change(serving.resources, request.params["fine_tuning_job_id"], moved)
        return _told_end(job, serving.resources, mint)

    return move


# ------------------------------------------------------------------------------------------- lists


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    wanted = {key[9:-1]: value for key, value in request.query.items() if key.startswith("metadata[")}
    jobs = (job for job in JOBS.all(serving.resources) if wanted.items() <= (job["metadata"] or {}).items())
    return _page(jobs, request.query)


def _list_events(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    job = JOBS.get(serving.resources, request.params["fine_tuning_job_id"])
    return _page_of_events(job["_events"], request.query)


def _list_checkpoints(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    job = JOBS.get(serving.resources, request.params["fine_tuning_job_id"])
    return _page_of_checkpoints(job["_checkpoints"], request.query)


_JOBS = "/fine_tuning/jobs"
_ONE = f"{_JOBS}/{{fine_tuning_job_id}}"
_cancel = _moves("cancelled", *_RUNNING, event="cancelled")
_pause = _moves("paused", "queued", "running", event="paused")
_resume = _moves("queued", "paused", event="resumed")

OPERATIONS = (
    served("fine_tuning.jobs", "create", "POST", _JOBS, _create),
    served("fine_tuning.jobs", "list", "GET", _JOBS, _list),
    served("fine_tuning.jobs", "retrieve", "GET", _ONE, _retrieve),
    served("fine_tuning.jobs", "cancel", "POST", f"{_ONE}/cancel", _cancel),
    served("fine_tuning.jobs", "pause", "POST", f"{_ONE}/pause", _pause),
    served("fine_tuning.jobs", "resume", "POST", f"{_ONE}/resume", _resume),
    served("fine_tuning.jobs", "list_events", "GET", f"{_ONE}/events", _list_events),
    served("fine_tuning.jobs.checkpoints", "list", "GET", f"{_ONE}/checkpoints", _list_checkpoints),
)
