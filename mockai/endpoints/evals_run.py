"""Running an eval: its items answered by the model where there is one, and every answer graded."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from mockai.api_errors import RequestRefused
from mockai.endpoints.evals_grading import Asking, Grade, Model, grade, message
from mockai.endpoints.files_kept import file_bytes
from mockai.endpoints.json_values import object_of, objects_of, text_of
from mockai.endpoints.resource import Kind, Stored
from mockai.ids import Mint
from mockai.state import Resources
from mockai.wire import Call

__all__ = ["ITEMS", "Graded", "checked_items", "counted", "run_item"]

ITEMS = Kind(
    "evals.runs.output_items",
    "outputitem_",
    "No output item found with id '{id}'.",
    digits=32,
    hex=True,
    owner="run_id",
)


@dataclass(frozen=True, slots=True)
class Graded:
    """An output item, and what its run counts of it."""

    item: Stored
    usage: Mapping[str, Any]
    errored: bool


def _items_of(source: Mapping[str, Any], resources: Resources) -> list[Stored]:
    """The items of a data source, each with its sample if it has one; raises `RequestRefused` for an unknown file."""
    where = object_of(source.get("source"))
    if where.get("type") == "file_id":
        lines = file_bytes(resources, str(where.get("id"))).splitlines()
        return [dict(object_of(orjson.loads(line))) for line in lines if line.strip()]
    return [dict(each) for each in objects_of(where.get("content"))]


def run_item(
    at: int, item: Stored, run: Stored, criteria: Sequence[Mapping[str, Any]], model: Model, mint: Mint
) -> Generator[Call, None, Graded]:
    """Answer one item, and grade the answer; yields the calls on the way."""
    messages = _messages(run["data_source"], object_of(item.get("item")))
    asked = Asking(text_of(object_of(item.get("sample")).get("output_text")) or "")
    if messages:
        asked = yield from model(run["model"], messages)
    scope = {"item": object_of(item.get("item")), "sample": {"output_text": asked.text}}
    grades: list[tuple[Mapping[str, Any], Grade]] = []
    for criterion in criteria:
        found = yield from grade(criterion, scope, model)
        grades.append((criterion, found))
    return _graded(at, item, run, messages, asked, grades, mint)


def _messages(source: Mapping[str, Any], item: Mapping[str, Any]) -> list[Stored]:
    """What the model is asked about an item; nothing where the source has no template."""
    template = object_of(source.get("input_messages")).get("template")
    return [message(each, {"item": item}) for each in objects_of(template)]


def _graded(
    at: int,
    item: Stored,
    run: Stored,
    messages: list[Stored],
    asked: Asking,
    grades: Sequence[tuple[Mapping[str, Any], Grade]],
    mint: Mint,
) -> Graded:
    errored = asked.error is not None or any(each.error for _, each in grades)
    passed = not errored and all(each.passed for _, each in grades)
    output = {
        "id": ITEMS.new_id(mint),
        "object": "eval.run.output_item",
        "created_at": mint.created,
        "run_id": run["id"],
        "eval_id": run["eval_id"],
        "status": "pass" if passed else "fail",
        "datasource_item_id": at,
        "datasource_item": item.get("item") or {},
        "results": [_result(criterion, each) for criterion, each in grades],
        "sample": _sample(run, messages, asked),
    }
    return Graded(output, object_of(object_of(asked.reply).get("usage")), errored)


def _result(criterion: Mapping[str, Any], graded: Grade) -> Stored:
    error = {} if graded.error is None else {"sample": {"error": {"message": graded.error}}}
    about = {"name": criterion.get("name", ""), "type": criterion.get("type")}
    return {**about, "passed": graded.passed, "score": graded.score, **error}


def _sample(run: Stored, messages: list[Stored], asked: Asking) -> Stored:
    usage = object_of(object_of(asked.reply).get("usage"))
    return {
        "error": asked.error,
        "finish_reason": "stop",
        "input": messages,
        "max_completion_tokens": None,
        "model": run["model"],
        "output": [{"role": "assistant", "content": asked.text}],
        "seed": 42,
        "temperature": 1.0,
        "top_p": 1.0,
        "usage": {**{name: usage.get(name, 0) for name in _TOKENS}, "cached_tokens": 0},
    }


_TOKENS = ("prompt_tokens", "completion_tokens", "total_tokens")


def counted(run: Stored, graded: Sequence[Graded], criteria: Sequence[Mapping[str, Any]]) -> Stored:
    """What a run reports of its items."""
    passed = sum(each.item["status"] == "pass" for each in graded)
    errored = sum(each.errored for each in graded)
    usage = {name: sum(each.usage.get(name, 0) for each in graded) for name in _TOKENS}
    per_model = {"model_name": run["model"], "invocation_count": len(graded), **usage, "cached_tokens": 0}
    return {
        "result_counts": {
            "total": len(graded),
            "errored": errored,
            "failed": len(graded) - passed - errored,
            "passed": passed,
        },
        "per_model_usage": [per_model] if any(each.usage for each in graded) else [],
        "per_testing_criteria_results": [_per_criterion(at, each, graded) for at, each in enumerate(criteria)],
    }


def _per_criterion(at: int, criterion: Mapping[str, Any], graded: Sequence[Graded]) -> Stored:
    passed = sum(each.item["results"][at]["passed"] for each in graded)
    return {"testing_criteria": criterion.get("name", ""), "passed": passed, "failed": len(graded) - passed}


def checked_items(source: Mapping[str, Any], resources: Resources) -> tuple[list[Stored], Stored | None]:
    """The items of a data source, or the error for which a run fails."""
    try:
        return _items_of(source, resources), None
    except RequestRefused as refused:
        return [], {"code": "invalid_file", "message": refused.error.message}
    except orjson.JSONDecodeError:
        return [], {"code": "invalid_file", "message": "The file is not JSONL: a line is not valid JSON."}
