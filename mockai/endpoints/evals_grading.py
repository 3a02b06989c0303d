"""Grading: templates filled from an item and a sample, and what each kind of grader says of them.

Graders that compare texts do so; those that ask a model ask the session, like any client; others cannot be run here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeAlias

import orjson

from mockai.endpoints.json_values import object_of, objects_of, text_of
from mockai.endpoints.parameters import number_of
from mockai.endpoints.resource import Stored
from mockai.wire import Body, Call, Head, Headers, HTTPRequest, Plan

__all__ = ["Asking", "Grade", "Model", "ask_model", "filled", "grade", "message"]

_PLACE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
Model: TypeAlias = Callable[[str, list[Stored]], Generator[Call, None, "Asking"]]


@dataclass(frozen=True, slots=True)
class Asking:
    """What a model said: its text, the reply it stands in, and the error where there was one."""

    text: str = ""
    reply: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """What a grader says: a score, and whether it is enough; `error` where it could not say."""

    score: float
    passed: bool
    error: str | None = None


def filled(template: str, scope: Mapping[str, Any]) -> str:
    """A template with its `{{item.key}}` and `{{sample.output_text}}` filled in."""

    def value(found: re.Match[str]) -> str:
        at: Any = scope
        for key in found[1].split("."):
            at = at.get(key, "") if isinstance(at, Mapping) else ""
        return at if isinstance(at, str) else orjson.dumps(at).decode()

    return _PLACE.sub(value, template)


def ask_model(
    ask: Callable[[HTTPRequest], Plan], headers: Headers, model: str, messages: list[Stored]
) -> Generator[Call, None, Asking]:
    """Ask the session for a chat completion; yields the calls on the way."""
    body = orjson.dumps({"model": model, "messages": messages})
    own = (("content-type", "application/json"), *headers)
    status, data = 0, [b""]
    for step in ask(HTTPRequest("POST", "/v1/chat/completions", (), own, body)):
        match step:
            case Call():
                yield step
            case Head():
                status = step.status
            case Body():
                data.append(step.data)
    return _asking(status, b"".join(data))


def _asking(status: int, data: bytes) -> Asking:
    try:
        reply = object_of(orjson.loads(data))
    except orjson.JSONDecodeError:
        reply = {}
    if status != 200:
        error = object_of(reply.get("error"))
        return Asking(error={"code": str(error.get("code") or status), "message": str(error.get("message") or "")})
    choices = objects_of(reply.get("choices"))
    text = text_of(object_of(choices[0].get("message")).get("content")) if choices else None
    return Asking(text or "", reply)


# ------------------------------------------------------------------------------------------- graders


def grade(criterion: Mapping[str, Any], scope: Mapping[str, Any], model: Model) -> Generator[Call, None, Grade]:
    """What a testing criterion says of an item and its sample."""
    kind = criterion.get("type")
    if kind == "string_check":
        return _compared(criterion, scope)
    if kind == "text_similarity":
        return _alike(criterion, scope)
    if kind in ("label_model", "score_model"):
        asked = yield from model(str(criterion.get("model")), _messages(criterion, scope))
        if asked.error is not None:
            return Grade(0.0, False, str(asked.error["message"]))
        return _labelled(criterion, asked.text) if kind == "label_model" else _scored(criterion, asked.text)
    return Grade(0.0, False, f"MockAI does not run graders of type {kind!r}")


_CHECKS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda text, reference: text == reference,
    "ne": lambda text, reference: text != reference,
    "like": lambda text, reference: reference in text,
    "ilike": lambda text, reference: reference.casefold() in text.casefold(),
}


def _texts(criterion: Mapping[str, Any], scope: Mapping[str, Any]) -> tuple[str, str]:
    return filled(str(criterion.get("input", "")), scope), filled(str(criterion.get("reference", "")), scope)


def _compared(criterion: Mapping[str, Any], scope: Mapping[str, Any]) -> Grade:
    passed = _CHECKS.get(str(criterion.get("operation")), _CHECKS["eq"])(*_texts(criterion, scope))
    return Grade(float(passed), passed)


def _alike(criterion: Mapping[str, Any], scope: Mapping[str, Any]) -> Grade:
    score = round(SequenceMatcher(None, *_texts(criterion, scope)).ratio(), 4)
    return Grade(score, score >= _threshold(criterion))


def _labelled(criterion: Mapping[str, Any], text: str) -> Grade:
    labels = criterion.get("passing_labels")
    passed = isinstance(labels, list) and text.strip() in labels
    return Grade(float(passed), passed)


def _scored(criterion: Mapping[str, Any], text: str) -> Grade:
    found = _NUMBER.search(text)
    score = float(found[0]) if found else 0.0
    return Grade(score, score >= _threshold(criterion))


def _threshold(criterion: Mapping[str, Any]) -> float:
    return number_of(criterion.get("pass_threshold"))


def _messages(criterion: Mapping[str, Any], scope: Mapping[str, Any]) -> list[Stored]:
    return [message(each, scope) for each in objects_of(criterion.get("input"))]


def message(written: Mapping[str, Any], scope: Mapping[str, Any]) -> Stored:
    """A message of a template, filled in."""
    content = written.get("content")
    text = content if isinstance(content, str) else text_of(object_of(content).get("text")) or ""
    return {"role": written.get("role", "user"), "content": filled(text, scope)}
