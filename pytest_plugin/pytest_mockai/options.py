"""One resolver for every option: command line, then environment, then marker, then ini."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Options", "add_options", "existing", "resolve"]


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
    allow_hosts: tuple[str, ...] = ()
    base_urls: tuple[str, ...] = ()
    scenarios: tuple[Any, ...] = ()


def _choice(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"expected {', '.join(allowed[:-1])} or {allowed[-1]}")
        return str(value)

    return read


def _truth(value: Any) -> bool:
    word = str(value).lower()
    if word not in ("true", "1", "yes", "on", "false", "0", "no", "off"):
        raise ValueError("expected true or false")
    return word in ("true", "1", "yes", "on")


def _factor(value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise ValueError("expected a number from 0 up")
    return number


def _seed(value: Any) -> int | str:
    text = str(value)
    return int(text) if text.removeprefix("-").isdecimal() else text


_OPTIONS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "mode": (_choice("server", "patch"), "server (default): over a socket; patch: inside httpx, in memory"),
    "strict": (_truth, "fail a test that leaves a rule unused"),
    "seed": (_seed, "the seed of everything generated (default 0)"),
    "time_scale": (_factor, "multiply every scripted wait (default 1; 0 turns waiting off)"),
    "time": (_choice("real", "virtual"), "real (default), or virtual in mode patch: waits take no time"),
    "then": (_choice("fail", "repeat_last", "cycle", "fall_through"), "what follows the last of a rule's replies"),
    "on_unmatched": (_choice("error", "auto", "echo"), "what a request gets that no rule answers"),
}
"""How the value of each option is read (ValueError if it cannot be), and what `--help` says of it."""
_LISTS = ("allow_hosts", "base_urls")


def add_options(parser: pytest.Parser) -> None:
    """`--mockai-…` on the command line, and `mockai_…` in ini files."""
    group = parser.getgroup("mockai", "MockAI: a test double for the OpenAI API")
    for name, (read, help) in _OPTIONS.items():
        form: dict[str, Any] = {"metavar": name.upper()}
        if read is _truth:
            form = {"action": "store_const", "const": "true"}
        group.addoption(_flag(name), dest=f"mockai_{name}", help=help, **form)
        parser.addini(f"mockai_{name}", help)
    parser.addini("mockai_scenarios", "scenario files and folders every test has, relative to the root", "linelist")
    parser.addini("mockai_allow_hosts", "model providers' hosts that tests may really call", "args")
    parser.addini("mockai_base_urls", "base URLs that are answered in mode patch, besides OpenAI's", "args")


def resolve(config: pytest.Config, node: pytest.Item | None, environ: Mapping[str, str] = os.environ) -> Options:
    """The options of a test. Raises pytest.UsageError for a value that cannot be meant."""
    markers = [] if node is None else list(node.iter_markers("mockai"))
    marked = _marked(markers)
    found: dict[str, Any] = {}
    for name in _OPTIONS:
        source, value = _first(name, config, environ, marked)
        if value is not None:
            found[name] = _read(name, source, value)
    for name in _LISTS:
        found[name] = tuple(dict.fromkeys((*marked.get(name, ()), *config.getini(f"mockai_{name}"))))
    return Options(**found, scenarios=(*_of_markers(markers, node), *_of_ini(config)))


def _flag(name: str) -> str:
    return f"--mockai-{name.replace('_', '-')}"


def _first(name: str, config: pytest.Config, environ: Mapping[str, str], marked: Mapping[str, Any]) -> tuple[str, Any]:
    """Where an option is given first, and its value there."""
    variable = f"MOCKAI_{name.upper()}"
    sources = (
        (_flag(name), config.getoption(f"mockai_{name}")),
        (f"the environment variable {variable}", environ.get(variable) or None),
        ("the mockai marker", marked.get(name)),
        (f"mockai_{name} in the ini file", config.getini(f"mockai_{name}") or None),
    )
    return next((pair for pair in sources if pair[1] is not None), ("", None))


def _read(name: str, source: str, value: Any) -> Any:
    read, _ = _OPTIONS[name]
    try:
        return read(value)
    except ValueError as error:
        raise pytest.UsageError(f"mockai: {name} from {source}: {error}; seen {value!r}") from None


def _marked(markers: list[pytest.Mark]) -> dict[str, Any]:
    """The keywords of the markers, nearest first: the nearest value of an option, all values of a list."""
    merged: dict[str, Any] = {name: () for name in _LISTS}
    for marker in markers:
        unknown = sorted(set(marker.kwargs) - {*_OPTIONS, *_LISTS})
        if unknown:
            known = ", ".join((*_OPTIONS, *_LISTS))
            raise pytest.UsageError(f"mockai: the marker has no {', '.join(unknown)}; it takes scenarios and {known}")
        for name, value in marker.kwargs.items():
            if name in _LISTS:
                merged[name] = (*merged[name], *([value] if isinstance(value, str) else value or ()))
            elif merged.get(name) is None:
                merged[name] = value
    return merged


def _of_markers(markers: list[pytest.Mark], node: pytest.Item | None) -> Iterator[Any]:
    """The scenarios of the markers, the function's own before its class's and its module's."""
    for marker in markers:
        assert node is not None
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
        tried = " nor ".join(dict.fromkeys(map(str, places)))
        raise pytest.UsageError(f"mockai: {source} names {os.fspath(scenario)}, which is neither {tried}")
    return found
