"""One resolver for every option: command line, then environment, then marker, then ini."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

from pytest_mockai.fault_runs import fault_of
from pytest_mockai.options import LISTS, OPTIONS, flag

__all__ = ["Options", "existing", "resolve"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a `mock_openai` is made with. `scenarios` are files, folders or mappings; the others are those of
    `mockai.MockOpenAI`. Override the fixture `mockai_options` to change them for a module."""

    mode: str = "server"
    strict: bool = False
    seed: int | str = 0
    time_scale: float = 1.0
    time: str = "real"
    then: str = "fail"
    on_unmatched: str = "error"
    unknown_ids: str = "404"
    validation: str | None = None
    limits: Any = None
    models: str = "any"
    api_key: str | None = field(default=None, repr=False)
    allow_hosts: tuple[str, ...] = ()
    base_urls: tuple[str, ...] = ()
    provider: str | None = None
    quirks: tuple[Any, ...] = ()
    scenarios: tuple[Any, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Each option by its name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def resolve(config: pytest.Config, node: pytest.Item | None, environ: Mapping[str, str] = os.environ) -> Options:
    """The options of a test. Raises pytest.UsageError for a value that cannot be meant."""
    markers = [] if node is None else list(node.iter_markers("mockai"))
    marked = _marked(markers)
    found: dict[str, Any] = {}
    for name in OPTIONS:
        source, value = _first(name, config, environ, marked)
        if value is not None:
            found[name] = _read(name, source, value)
    if node is not None and fault_of(node) is not None:
        found = _for_a_fault(found)
    for name in LISTS:
        found[name] = _each_once((*marked.get(name, ()), *config.getini(f"mockai_{name}")))
    return Options(**found, scenarios=(*_of_markers(markers, node), *_of_ini(config)))


def _each_once(values: Iterable[Any]) -> tuple[Any, ...]:
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return tuple(found)


def _for_a_fault(found: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a run with a fault: no waiting and no socket, unless that is what somebody wants."""
    usual = {"mode": "patch", "time": "virtual"} if found.get("mode") != "server" else {}
    return {**usual, **found}


def _first(name: str, config: pytest.Config, environ: Mapping[str, str], marked: Mapping[str, Any]) -> tuple[str, Any]:
    """Where an option is given first, and its value there. Each test asks for each option."""
    value = config.getoption(f"mockai_{name}")
    if value is not None:
        return flag(name), value
    variable = _VARIABLES[name]
    value = environ.get(variable) or None
    if value is not None:
        return f"the environment variable {variable}", value
    value = marked.get(name)
    if value is not None:
        return "the mockai marker", value
    return f"mockai_{name} in the ini file", config.getini(f"mockai_{name}") or None


_VARIABLES = {name: f"MOCKAI_{name.upper()}" for name in OPTIONS}


def _read(name: str, source: str, value: Any) -> Any:
    read, _ = OPTIONS[name]
    try:
        return read(value)
    except ValueError as error:
        seen = "one that is not shown" if name == "api_key" else repr(value)
        raise pytest.UsageError(f"mockai: {name} from {source}: {error}; seen {seen}") from None


def _marked(markers: list[pytest.Mark]) -> dict[str, Any]:
    """The keywords of the markers, nearest first: the nearest value of an option, all values of a list."""
    merged: dict[str, Any] = dict.fromkeys(LISTS, ())
    for marker in markers:
        unknown = sorted(set(marker.kwargs) - {*OPTIONS, *LISTS})
        if unknown:
            known = ", ".join((*OPTIONS, *LISTS))
            raise pytest.UsageError(f"mockai: the marker has no {', '.join(unknown)}; it takes scenarios and {known}")
        for name, value in marker.kwargs.items():
            if name in LISTS:
                merged[name] = (*merged[name], *([value] if isinstance(value, str) else value or ()))
            elif merged.get(name) is None:
                merged[name] = value
    return merged


def _of_markers(markers: list[pytest.Mark], node: pytest.Item | None) -> Iterator[Any]:
    """The scenarios of the markers, the function's own before its class's and its module's."""
    if node is None:
        return
    for marker in markers:
        for scenario in marker.args:
            yield existing(scenario, node, "the mockai marker")


def _of_ini(config: pytest.Config) -> Iterator[Path]:
    for name in config.getini("mockai_scenarios"):
        path = config.rootpath / name
        if not path.exists():
            raise pytest.UsageError(f"mockai: there is no {name} at {path}; mockai_scenarios in the ini file names it")
        yield path


def existing(scenario: Any, node: pytest.Item, source: str) -> Any:
    """A scenario as `MockOpenAI` takes it: a path is looked for beside the test file, then under the root.

    Raises pytest.UsageError if it is at neither.
    """
    if not isinstance(scenario, str | os.PathLike):
        return scenario
    places = (node.path.parent / scenario, node.config.rootpath / scenario)
    found = next((path for path in places if path.exists()), None)
    if found is None:
        tried = " nor at ".join(dict.fromkeys(map(str, places)))
        raise pytest.UsageError(f"mockai: {source} names {os.fspath(scenario)}, which is not at {tried}")
    return found
