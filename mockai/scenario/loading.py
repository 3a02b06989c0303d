"""From files, text and plain data to rules, with every problem found and where it stands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mockai.errors import Problem, ScenarioError
from mockai.records import InvalidValue
from mockai.records.wrong import Location
from mockai.scenario.loaded import Loaded, LoadedFile
from mockai.scenario.placed import PlacedRule
from mockai.scenario.positions import MAX_DEPTH, Document
from mockai.scenario.problems import Places, problems
from mockai.scenario.schema import BrownoutSpec, Rule, Scenario, Written
from mockai.scenario.sources import Source, find, included, read_text
from mockai.scenario.templates import faulty

__all__ = ["Loaded", "LoadedFile", "PlacedRule", "load", "load_brownout", "load_data", "load_rule", "load_text"]

M = TypeVar("M", bound=Written)


def load(*paths: str | os.PathLike[str]) -> Loaded:
    """The scenarios in these files and folders. Raises ScenarioError with every problem of every file."""
    loading = _Loading()
    for path in paths:
        loading.root(Path(path))
    return loading.done()


def load_text(text: str, name: str = "<string>") -> Loaded:
    """The scenario this YAML or JSON holds. Raises ScenarioError."""
    loading = _Loading()
    loading.document(_read(text, name), name)
    return loading.done()


def load_data(data: Mapping[str, Any], name: str = "scenario") -> Loaded:
    """The scenario plain data holds, as it would stand in a file. Raises ScenarioError."""
    _refuse_depth(data, name)
    loading = _Loading()
    loading.add(data, _Data(name), name, name)
    return loading.done()


def load_rule(data: Mapping[str, Any], where: str = "rule") -> PlacedRule:
    """The rule plain data holds, as it would stand in a file; `where` names the call. Raises ScenarioError."""
    _refuse_depth(data, where)
    places = _Data(where)
    rule, found = _validated(data, Rule, places)
    found += _template_problems(data, _reply_paths(data, ()), places)
    if rule is None or found:
        raise ScenarioError(found)
    return PlacedRule.in_python(rule, where)


def load_brownout(data: Mapping[str, Any], where: str = "brownout") -> BrownoutSpec:
    """The brown-out plain data holds, as it would stand in a file; `where` names the call. Raises ScenarioError."""
    _refuse_depth(data, where)
    places = _Data(where)
    brownout, found = _validated(data, BrownoutSpec, places)
    found += _template_problems(data, iter([("phases",)]), places)
    if brownout is None or found:
        raise ScenarioError(found)
    return brownout


def _read(text: str, name: str) -> Document:
    from mockai.scenario.reading import read  # what is written in Python needs no YAML

    return read(text, name)


def _refuse_depth(data: Any, where: str) -> None:
    """Data from outside may be nested without end; files are measured while they are read."""
    level, depth = [data], 0
    while level:
        if depth > MAX_DEPTH:
            raise ScenarioError([Problem(where, f"nested more than {MAX_DEPTH} levels deep")])
        level = [inner for value in level for inner in _inside(value)]
        depth += 1


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


@dataclass(frozen=True, slots=True)
class _Data:
    """Places in plain data."""

    where: str

    def at(self, path: Location) -> str:
        """The name of the call, and the way to the value."""
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        return f"{self.where} at {steps.removeprefix('.')}" if path else self.where

    key_at = at


class _Loading:
    """One load: the files so far, and what is wrong with them."""

    def __init__(self) -> None:
        self._files: list[LoadedFile] = []
        self._problems: list[Problem] = []
        self._met: set[Path] = set()

    def root(self, path: Path) -> None:
        """Load a file, or every file of a folder."""
        try:
            sources = find(path)
        except ScenarioError as error:
            self._problems += error.problems
            return
        for source in sources:
            if source.path.resolve() not in self._met:
                self._source(source, ())

    def done(self) -> Loaded:
        """What was loaded. Raises ScenarioError if anything is wrong with it."""
        if self._problems:
            raise ScenarioError(_top_down(self._problems))
        return Loaded.of(self._files)

    def _source(self, source: Source, includers: tuple[Path, ...]) -> None:
        self._met.add(source.path.resolve())
        try:
            text = read_text(source)
        except ScenarioError as error:
            self._problems += error.problems
            return
        self.document(_read(text, source.name), source.label, source, includers)

    def document(
        self, document: Document, label: str, source: Source | None = None, includers: tuple[Path, ...] = ()
    ) -> None:
        """Add the scenario a document holds, and those it includes."""
        self._problems += document.problems
        if document.problems and document.value is None:
            return
        value = {} if document.value is None else document.value
        scenario = self.add(value, document, document.name, label, source)
        for number, name in enumerate(scenario.include if scenario else _names_in(value, "include")):
            self._include(name, document.at(("include", number)), source, includers)

    def add(self, value: Any, places: Places, name: str, label: str, source: Source | None = None) -> Scenario | None:
        """Add the scenario a value holds; None if it is none."""
        scenario, found = _validated(value, Scenario, places)
        self._problems += found
        self._problems += _template_problems(value, _scenario_paths(value), places)
        if scenario is not None:
            rules = tuple(PlacedRule(rule, "", places.at(("rules", n)), name) for n, rule in enumerate(scenario.rules))
            self._files.append(LoadedFile(name, label, scenario, rules, source.path if source else None))
        return scenario

    def _include(self, name: str, where: str, source: Source | None, includers: tuple[Path, ...]) -> None:
        if source is None:
            self._problems.append(Problem(where, "only a file can include others", "Load it by its path."))
            return
        try:
            target = included(source, name, where)
        except ScenarioError as error:
            self._problems += error.problems
            return
        chain = (*includers, source.path.resolve())
        path = target.path.resolve()
        if path in chain:
            steps = " includes ".join(step.name for step in (*chain[chain.index(path) :], path))
            self._problems.append(Problem(where, f"the include goes in a circle: {steps}", "Leave one of them out."))
        elif path not in self._met:
            self._source(target, chain)


def _names_in(value: Any, key: str) -> list[str]:
    """The names under a key of a scenario that is broken elsewhere, if there they are what they should be."""
    written = value.get(key) if isinstance(value, Mapping) else None
    return [name for name in (written if isinstance(written, list) else [written]) if isinstance(name, str)]


def _top_down(found: list[Problem]) -> list[Problem]:
    """Problems as they stand in their files, which keep their order."""
    files = list(dict.fromkeys(_split(problem.where)[0] for problem in found))
    return sorted(found, key=lambda problem: (files.index((place := _split(problem.where))[0]), place[1:]))


def _split(where: str) -> tuple[str, int, int]:
    found = re.fullmatch(r"(.*):(\d+):(\d+)", where, re.DOTALL)
    return (found[1], int(found[2]), int(found[3])) if found else (where, 0, 0)


def _validated(value: Any, model: type[M], places: Places) -> tuple[M | None, list[Problem]]:
    try:
        return model.model_validate(value), []
    except InvalidValue as error:
        return None, list(problems(error, value, model, places))


def _scenario_paths(value: Any) -> Iterator[Location]:
    yield "defaults", "headers"
    yield from (("brownouts", number, "phases") for number, _ in enumerate(_list_in(value, "brownouts")))
    for number, rule in enumerate(_list_in(value, "rules")):
        yield from _reply_paths(rule, ("rules", number))


def _list_in(value: Any, key: str) -> Iterable[Any]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, list | tuple) else ()


def _reply_paths(rule: Any, path: Location) -> Iterator[Location]:
    if isinstance(rule, Mapping):
        yield from ((*path, key) for key in ("reply", "replies") if key in rule)


def _template_problems(value: Any, paths: Iterator[Location], places: Places) -> list[Problem]:
    """What is wrong with the templates at these paths."""
    return [
        Problem(places.at(where), *wrong)
        for path in paths
        for where, text in _texts(_value_at(value, path), path)
        if (wrong := faulty(text))
    ]


def _value_at(value: Any, path: Location) -> Any:
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        else:
            value = value[step] if isinstance(value, list | tuple) and isinstance(step, int) else None
    return value


def _texts(value: Any, path: Location) -> Iterator[tuple[Location, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))
