"""What loads but hardly does what its author means."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from mockai.errors import Problem
from mockai.scenario.loaded import Loaded, PlacedRule
from mockai.scenario.schema import Reply, Rule, When

__all__ = ["lint", "shadowed"]

_ANSWERED = {"chat.completions", "completions", "responses"}
"""Endpoints that a rule without conditions answers; others may have to be named to be answered by a rule."""


def lint(loaded: Loaded) -> tuple[Problem, ...]:
    """Everything suspicious about these files."""
    return (*_empty(loaded), *shadowed(loaded), *_names(loaded), *_states(loaded))


def shadowed(loaded: Loaded) -> tuple[Problem, ...]:
    """Rules that can never fire, because one above them takes every request they match."""
    above: list[PlacedRule] = []
    problems = []
    for placed in loaded.rules:
        blocker = next((rule for rule in above if _hides(rule.rule.when, placed.rule.when)), None)
        if blocker is not None:
            problems.append(_never(placed, blocker))
        elif not _falls_through(loaded, placed):
            above.append(placed)
    return tuple(problems)


def _hides(above: When, below: When) -> bool:
    if above == below:
        return not _counts(above)
    return not _conditions(above) and set(below.endpoint or _ANSWERED) <= _ANSWERED | {
        f"{name}.create" for name in _ANSWERED
    }


def _conditions(when: When) -> list[str]:
    return when.given(*type(when).model_fields)


def _counts(when: When) -> bool:
    return any(part.call is not None for part in _parts(when))


def _parts(when: When) -> Iterator[When]:
    yield when
    for part in (*(when.all or ()), *(when.any or ()), *((when.not_,) if when.not_ else ())):
        yield from _parts(part)


def _falls_through(loaded: Loaded, placed: PlacedRule) -> bool:
    defaults = next((file.scenario.defaults for file in loaded.files if file.name == placed.file), None)
    then = placed.rule.then or (defaults.then if defaults else None)
    return then == "fall_through"


def _never(placed: PlacedRule, blocker: PlacedRule) -> Problem:
    which = "the same requests" if _conditions(blocker.rule.when) else "every request"
    message = f"{_called(placed)} can never fire: {_called(blocker)} ({blocker.where}) stands above it and takes {which}"
    return Problem(placed.where, message, "Move it up, narrow the rule above, or give that rule `then: fall_through`.")


def _called(placed: PlacedRule) -> str:
    return f"rule `{placed.rule.name}`" if placed.rule.name else f"rule {placed.key}"


def _empty(loaded: Loaded) -> Iterator[Problem]:
    for file in loaded.files:
        if not file.rules and not file.scenario.include:
            yield Problem(f"{file.name}:1:1", "the file has no rules", "Write them under `rules:`.")


def _names(loaded: Loaded) -> Iterator[Problem]:
    first: dict[str, PlacedRule] = {}
    for placed in loaded.rules:
        name = placed.rule.name
        if name is None:
            continue
        other = first.setdefault(name, placed)
        if other is not placed:
            message = f"a second rule is called `{name}`; the first stands at {other.where}"
            yield Problem(placed.where, message, f"Calls of this one go by the key {placed.key}.")


def _states(loaded: Loaded) -> Iterator[Problem]:
    initial = {name for file in loaded.files for name in file.scenario.state.initial}
    written, matched, read = set(initial), Counter[str](), set[str]()
    for placed in loaded.rules:
        written.update(_set(placed.rule))
        matched.update(_matched(placed.rule))
        read.update(_read(placed.rule.replies))
    for placed in loaded.rules:
        for name in _set(placed.rule):
            if name not in matched and name not in read:
                yield Problem(placed.where, f"the state `{name}` is set, but no rule asks for it")
        for name in _matched(placed.rule):
            if name not in written:
                hint = "Set it in a reply (`set:`), or give it a first value under `state: initial:`."
                yield Problem(placed.where, f"the state `{name}` is asked for, but nothing sets it", hint)


def _set(rule: Rule) -> list[str]:
    return list(dict.fromkeys(name for reply in rule.replies for name in reply.set))


def _matched(rule: Rule) -> list[str]:
    wanted = (item for part in _parts(rule.when) for item in (part.state or {}).items())
    return list(dict.fromkeys(name for name, value in wanted if value is not None))


def _read(replies: Iterable[Reply]) -> Iterator[str]:
    for reply in replies:
        text = json.dumps(reply.model_dump(mode="json", exclude_unset=True), ensure_ascii=False)
        yield from re.findall(r"\bstate(?:\.|\[\W*)(\w+)", text)
