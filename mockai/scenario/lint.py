"""What loads, but hardly does what its author means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mockai.errors import Problem
from mockai.scenario.loaded import Loaded
from mockai.scenario.placed import PlacedRule
from mockai.scenario.schema import Rule
from mockai.scenario.shadows import parts

__all__ = ["lint"]


def lint(loaded: Loaded) -> tuple[Problem, ...]:
    """Everything suspicious about these files."""
    return (*_empty(loaded), *loaded.warnings, *_names(loaded), *_states(loaded))


_TITLES = {"name", "description", "rules"}


def _empty(loaded: Loaded) -> Iterator[Problem]:
    """Files that do nothing; one may hold models, keys or webhooks for the others."""
    for file in loaded.files:
        if not file.rules and not {*file.scenario.given(*type(file.scenario).model_fields)} - _TITLES:
            yield Problem(f"{file.name}:1:1", "the file has no rules", "Write them under `rules:`.")


def _names(loaded: Loaded) -> Iterator[Problem]:
    first: dict[str, PlacedRule] = {}
    for placed in loaded.rules:
        name = placed.rule.name
        if name and (other := first.setdefault(name, placed)) is not placed:
            message = f"a second rule is called `{name}`; the first stands at {other.where}"
            yield Problem(placed.where, message, f"In calls they go by the keys {other.key} and {placed.key}.")


@dataclass(slots=True)
class _States:
    """Names of states: those that get a value, and those that anything looks at."""

    given: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)


def _states(loaded: Loaded) -> Iterator[Problem]:
    states = _States({name for file in loaded.files for name in file.scenario.state.initial})
    for placed in loaded.rules:
        states.given.update(_set(placed.rule))
        states.used.update(_asked(placed.rule), _read(placed.rule))
    for placed in loaded.rules:
        for name in _set(placed.rule):
            if name not in states.used:
                yield Problem(placed.where, f"the state `{name}` is set, but no rule asks for it")
        for name in _asked(placed.rule):
            if name not in states.given:
                hint = "Set it in a reply (`set:`), or give it a first value under `state: initial:`."
                yield Problem(placed.where, f"the state `{name}` is asked for, but nothing sets it", hint)


def _set(rule: Rule) -> list[str]:
    return list(dict.fromkeys(name for reply in rule.replies for name in reply.set))


def _asked(rule: Rule) -> list[str]:
    return list(dict.fromkeys(name for part in parts(rule.when) for name in part.state or ()))


def _read(rule: Rule) -> Iterator[str]:
    """Names that templates read: `state.step`, `state["step"]`."""
    for reply in rule.replies:
        text = json.dumps(reply.model_dump(exclude_unset=True), ensure_ascii=False)
        yield from re.findall(r"\bstate(?:\.|\[\W*)(\w+)", text)
