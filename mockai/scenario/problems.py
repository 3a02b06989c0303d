"""From what pydantic found to problems in our own words: where, what was seen, what was expected, what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Protocol, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mockai.errors import Problem
from mockai.scenario.advice import PYTHON_ONLY, misplaced
from mockai.scenario.positions import Path
from mockai.scenario.schema import Written

__all__ = ["Places", "problems", "seen"]


class Places(Protocol):
    """Says where a value, or its key, was written."""

    def at(self, path: Path) -> str:
        """Where the value stands."""
        ...

    def key_at(self, path: Path) -> str:
        """Where its key stands."""
        ...


def problems(error: ValidationError, value: Any, model: type[Written], places: Places) -> Iterator[Problem]:
    """Every problem of a validation of `value` as `model`."""
    for details in error.errors(include_url=False):
        if not _follows_from_others(details):
            yield _problem(details, value, model, places)


def _follows_from_others(details: ErrorDetails) -> bool:
    """A list counts as too short where its entries are wrong."""
    return details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]


def _problem(details: ErrorDetails, value: Any, model: type[Written], places: Places) -> Problem:
    loc = details["loc"]
    kind = details["type"]
    if kind == "extra_forbidden":
        return _unknown_key(loc, value, model, places)
    if kind == "missing":
        path = written_path(value, loc[:-1])
        return Problem(places.at(path), _missing(path, loc, model))
    path = written_path(value, loc)
    if kind == "callable_type":
        return Problem(places.key_at(path), *PYTHON_ONLY)
    if kind == "value_error":
        return Problem(places.at(path), _own_words(_label(path), details))
    message = f"{_label(path)} {_expected(details)}; seen {seen(details['input'])}"
    return Problem(places.at(path), message, _what_to_do(details))


def _own_words(label: str, details: ErrorDetails) -> str:
    reason = str(details["ctx"]["error"])
    return f"{label} {reason}; seen {seen(details['input'])}" if reason.startswith("must be") else f"{label}: {reason}"


def written_path(value: Any, loc: tuple[str | int, ...]) -> Path:
    """Where in what was written the place is that the schema calls `loc`: short forms leave steps out."""
    path: Path = ()
    steps = list(loc)
    while steps:
        step = steps.pop(0)
        if _has(value, step):
            path, value = (*path, step), value[step]
        elif step == "replies" and _has(value, "reply"):
            path, value = (*path, "reply"), value["reply"]
            steps = steps[1:]
        elif isinstance(step, str) and isinstance(value, Mapping) and len(value) == 1:
            ((key, inner),) = value.items()
            path, value = (*path, key), inner
            if step not in ("arguments", "options"):  # a fault's or a tool call's name stands between
                steps.insert(0, step)
    return path


def _has(value: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(value, list | tuple) and step < len(value)
    return isinstance(value, Mapping) and step in value


def _unknown_key(loc: tuple[str | int, ...], value: Any, model: type[Written], places: Places) -> Problem:
    path = written_path(value, loc)
    key = str(loc[-1])
    owner = _model_at(model, loc[:-1])
    known = keys_of(owner)
    hint = misplaced(key, owner.__name__) or _did_you_mean(key, known) or f"Known keys: {', '.join(known)}."
    return Problem(places.key_at(path), f"{_label(path[:-1])} has no key `{key}`", hint)


def _missing(path: Path, loc: tuple[str | int, ...], model: type[Written]) -> str:
    if isinstance(loc[-1], int):
        return f"{_label(path)} must be a list of 2"
    return f"{_label(path)} needs the key `{_as_written(str(loc[-1]))}`"


def _as_written(name: str) -> str:
    return "reply" if name == "replies" else name


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys a user may write for a model."""
    keys = [field.alias or name for name, field in model.model_fields.items() if name != "python"]
    return ["reply", *keys] if "replies" in keys else keys


def _did_you_mean(key: str, known: list[str]) -> str:
    close = get_close_matches(key.lower().replace("-", "_"), known, n=1)
    return f"Did you mean `{close[0]}`?" if close else ""


def _model_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> type[BaseModel]:
    for step in loc:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if step in fields:
            model = next(_models(fields[str(step)].annotation), model)
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _label(path: Path) -> str:
    names = [n for n, step in enumerate(path) if isinstance(step, str)]
    if not names:
        return "the top level"
    tail = "".join(f"[{step}]" for step in path[names[-1] + 1 :])
    return f"`{path[names[-1]]}{tail}`"


_EXPECTED: dict[str, Callable[[dict[str, Any]], str]] = {
    "string_type": lambda ctx: "text",
    "int_type": lambda ctx: "a whole number",
    "float_type": lambda ctx: "a number",
    "finite_number": lambda ctx: "a finite number",
    "bool_type": lambda ctx: "true or false",
    "tuple_type": lambda ctx: "a list",
    "list_type": lambda ctx: "a list",
    "dict_type": lambda ctx: "a mapping",
    "literal_error": lambda ctx: _one_of(ctx["expected"]),
    "greater_than": lambda ctx: f"more than {ctx['gt']:g}",
    "greater_than_equal": lambda ctx: f"at least {ctx['ge']:g}",
    "less_than_equal": lambda ctx: f"at most {ctx['le']:g}",
    "too_short": lambda ctx: f"a list of at least {ctx['min_length']}",
    "too_long": lambda ctx: f"a list of {ctx['max_length']}",
    "model_type": lambda ctx: _shape_of(ctx["class_name"]),
}


def _expected(details: ErrorDetails) -> str:
    words = _EXPECTED.get(details["type"])
    return f"must be {words(details.get('ctx', {}))}" if words else f"does not fit ({details['msg']})"


def _one_of(expected: str) -> str:
    names = expected.replace("'", "").replace(" or ", ", ").split(", ")
    return "true" if names == ["True"] else f"one of {', '.join(names)}"


def _shape_of(class_name: str) -> str:
    model = _named(class_name)
    mapping = f"a mapping with keys such as {', '.join(keys_of(model)[:4])}"
    if model.short is None:
        return mapping
    return f"{_KINDS[model.short.kinds[0]]} or {mapping}"


_KINDS: dict[type, str] = {str: "text", int: "a number", float: "a number", list: "a list"}


def seen(value: Any) -> str:
    """A value as messages show it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {json.dumps(_cut(value), ensure_ascii=False)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, Mapping):
        return f"a mapping with the keys {_cut(', '.join(map(str, value)))}" if value else "an empty mapping"
    return f"a list of {len(value)}" if isinstance(value, list | tuple) else f"a {type(value).__name__}"


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _what_to_do(details: ErrorDetails) -> str:
    value, kind = details["input"], details["type"]
    wants_text = kind == "string_type" or (kind == "model_type" and _takes_text(details["ctx"]["class_name"]))
    if wants_text and isinstance(value, bool | int | float):
        return f'Quote it to make it text: "{str(value).lower()}".'
    if kind == "model_type" and isinstance(value, list):
        return _LISTS.get(details["ctx"]["class_name"], "")
    if kind == "bool_type" and str(value).lower() in ("yes", "no", "on", "off"):
        return "Write true or false: in YAML 1.2 yes, no, on and off are text."
    if kind == "literal_error" and isinstance(value, str):
        return _did_you_mean(value, _one_of(details["ctx"]["expected"]).removeprefix("one of ").split(", "))
    return ""


_LISTS = {"Scenario": "Write the list under `rules:`.", "Reply": "Several replies go under `replies:`."}


def _takes_text(class_name: str) -> bool:
    short = _named(class_name).short
    return short is not None and str in short.kinds


def _named(class_name: str) -> type[Written]:
    return next(model for model in Written.__subclasses__() if model.__name__ == class_name)
