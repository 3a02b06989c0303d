"""From what is wrong with a value to problems: where it was written, what was seen, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Protocol, get_args

from mockai.errors import Problem
from mockai.records import InvalidValue, Record, Wrong
from mockai.records.wrong import Location, seen
from mockai.scenario.advice import PYTHON_ONLY, misplaced
from mockai.scenario.schema import Written

__all__ = ["Places", "problems"]


class Places(Protocol):
    """Says where a value, or its key, was written."""

    def at(self, path: Location) -> str:
        """Where the value stands."""
        ...

    def key_at(self, path: Location) -> str:
        """Where its key stands."""
        ...


def problems(error: InvalidValue, value: Any, model: type[Written], places: Places) -> Iterator[Problem]:
    """Every problem of a `value` that is no `model`."""
    for wrong in error.wrongs:
        yield _problem(wrong, value, model, places)


def _problem(wrong: Wrong, value: Any, model: type[Written], places: Places) -> Problem:
    if wrong.sort == "unknown":
        return _unknown_key(wrong.where, value, model, places)
    if wrong.sort == "missing":
        path = written_path(value, wrong.where[:-1])
        return Problem(places.at(path), f"{_label(path)} needs the key `{_as_written(str(wrong.where[-1]))}`")
    path = written_path(value, wrong.where)
    if wrong.sort == "call":
        return Problem(places.key_at(path), *PYTHON_ONLY)
    if wrong.sort == "own" and not wrong.reason.startswith("must be"):
        return Problem(places.at(path), f"{_label(path)}: {wrong.reason}")
    return Problem(places.at(path), f"{_label(path)} {wrong.reason}; seen {seen(wrong.seen)}", _what_to_do(wrong))


def written_path(value: Any, loc: Location) -> Location:
    """Where in what was written the place is that the schema calls `loc`: short forms leave steps out."""
    path: Location = ()
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


def _unknown_key(loc: Location, value: Any, model: type[Written], places: Places) -> Problem:
    path = written_path(value, loc)
    key = str(loc[-1])
    owner = _model_at(model, loc[:-1])
    known = owner.written_keys()
    hint = misplaced(key, owner.__name__) or _did_you_mean(key, known) or f"Known keys: {', '.join(known)}."
    return Problem(places.key_at(path), f"{_label(path[:-1])} has no key `{key}`", hint)


def _as_written(name: str) -> str:
    return "reply" if name == "replies" else name


def _did_you_mean(key: str, known: list[str]) -> str:
    close = get_close_matches(key.lower().replace("-", "_"), known, n=1)
    return f"Did you mean `{close[0]}`?" if close else ""


def _model_at(model: type[Record], loc: Location) -> type[Record]:
    for step in loc:
        field = next((field for field in model.model_fields.values() if field.key == step), None)
        if field is not None:
            model = next(_models(field.annotation), model)
    return model


def _models(annotation: Any) -> Iterator[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _label(path: Location) -> str:
    names = [n for n, step in enumerate(path) if isinstance(step, str)]
    if not names:
        return "the top level"
    tail = "".join(f"[{step}]" for step in path[names[-1] + 1 :])
    return f"`{path[names[-1]]}{tail}`"


def _what_to_do(wrong: Wrong) -> str:
    value = wrong.seen
    wants_text = wrong.sort == "text" or (wrong.sort == "record" and _takes_text(wrong.expected))
    if wants_text and wrong.sort == "record" and (words := _words(wrong.expected)):
        return _one_of(str(value).lower(), words)
    if wants_text and isinstance(value, bool | int | float):
        return f'Quote it to make it text: "{str(value).lower()}".'
    if wrong.sort == "record" and isinstance(value, list):
        return _LISTS.get(wrong.expected.__name__, "")
    if wrong.sort == "flag" and str(value).lower() in ("yes", "no", "on", "off"):
        return "Write true or false: in YAML 1.2 yes, no, on and off are text."
    if wrong.sort == "choice" and isinstance(value, str):
        return _did_you_mean(value, [str(choice) for choice in wrong.expected])
    return ""


_LISTS = {"Scenario": "Write the list under `rules:`.", "Reply": "Several replies go under `replies:`."}


def _words(model: type[Written]) -> tuple[str, ...]:
    """The words of which one may stand for the mapping, where not any text may."""
    field = None if model.short is None else model.model_fields.get(model.short.key)
    kinds = (kind for part in get_args(None if field is None else field.annotation) for kind in (part, *get_args(part)))
    return tuple(kind for kind in kinds if isinstance(kind, str))


def _one_of(value: str, words: tuple[str, ...]) -> str:
    close = [word for word in words if word.endswith(value)]
    return f"Did you mean `{close[0]}`?" if len(close) == 1 else f"The words there: {', '.join(words)}."


def _takes_text(model: type[Written]) -> bool:
    return model.short is not None and str in model.short.kinds
