"""Fine-tuning jobs as they are kept: what is wrong with a training file, and the events and checkpoints of a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from mockai.api_errors import RequestRefused
from mockai.endpoints.files_kept import file_bytes
from mockai.endpoints.resource import Kind, Stored
from mockai.ids import Mint
from mockai.state import Resources
from mockai.tokens import count

__all__ = ["CHECKPOINTS", "EVENTS", "JOBS", "Training", "events_of", "metrics_csv", "training_of"]

JOBS = Kind("fine_tuning.jobs", "ftjob-", "fine_tuning_job_not_found")
EVENTS = Kind("fine_tuning.jobs.events", "ft-event-", "No such event: {id}")
CHECKPOINTS = Kind("fine_tuning.jobs.checkpoints", "ftckpt_", "No such checkpoint: {id}")

_FEWEST_EXAMPLES = 10
_KEYS = ("messages", "prompt", "input")


class Training:
    """What a training file holds: so many tokens, or the `error` for which the job fails."""

    def __init__(self, tokens: int = 0, error: Stored | None = None) -> None:
        self.tokens = tokens
        self.error = error


def training_of(resources: Resources, file: str) -> Training:
    """The training file of a job, checked."""
    try:
        lines = [line for line in file_bytes(resources, file).split(b"\n") if line.strip()]
    except RequestRefused as refused:
        return Training(error=_error("invalid_training_file", refused.error.message))
    wrong = next(_wrong(lines), None)
    if wrong is not None:
        message = f"The job failed due to an invalid training file. Invalid file format. {wrong}"
        return Training(error=_error("invalid_training_file", message))
    if len(lines) < _FEWEST_EXAMPLES:
        message = f"Training file has {len(lines)} example(s), but must have at least {_FEWEST_EXAMPLES} examples"
        return Training(error=_error("invalid_n_examples", message))
    return Training(tokens=sum(count(line.decode("utf-8", "replace")) for line in lines))


def _wrong(lines: list[bytes]) -> Iterator[str]:
    for at, line in enumerate(lines, 1):
        try:
            example = orjson.loads(line)
        except orjson.JSONDecodeError:
            yield f"Line {at} is not valid JSON."
            continue
        if not isinstance(example, dict) or not any(key in example for key in _KEYS):
            yield f'Example {at} is missing key "messages".'


def _error(code: str, message: str) -> Stored:
    return {"code": code, "message": message, "param": "training_file"}


# ------------------------------------------------------------------------------------- what it leaves


def events_of(mint: Mint, *messages: str | tuple[str, Stored], level: str = "info") -> list[Stored]:
    """Events with these messages, oldest first; a message with data is one of metrics."""
    found = []
    for at, each in enumerate(messages):
        message, data = each if isinstance(each, tuple) else (each, None)
        event: dict[str, Any] = {
            "object": "fine_tuning.job.event",
            "id": EVENTS.new_id(mint.child("event", at)),
            "created_at": mint.created,
            "level": level,
            "message": message,
            "type": "message" if data is None else "metrics",
            "data": data or {},
        }
        found.append(event)
    return found


def metrics_csv(events: list[Stored]) -> bytes:
    """The result file of a job: its metrics, step by step."""
    rows = ["step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy"]
    for each in events:
        if each["type"] == "metrics":
            data = each["data"]
            rows.append(f"{data['step']},{data['train_loss']},{data['train_mean_token_accuracy']},,")
    return "\n".join(rows).encode() + b"\n"
