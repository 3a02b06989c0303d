"""One resolver for every option: command line, then environment, then marker, then ini."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Options", "resolve"]


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
    scenarios: tuple[Any, ...] = field(default=())


def resolve(config: pytest.Config, node: pytest.Item | None, environ: Mapping[str, str] = os.environ) -> Options:
    """The options of a test. Raises pytest.UsageError for a value that cannot be meant."""
    marked = _marked(node)
    found: dict[str, Any] = {}
    for name, read in _READ.items():
        source, value = _first(name, config, environ, marked)
        if value is not None:
            found[name] = _checked(name, source, value, read)
    for name in ("time", "then", "on_unmatched"):
        if name in marked:
            found[name] = _checked(name, "marker", marked[name], _choice(*_CHOICES[name]))
    hosts = (*config.getini("mockai_allow_hosts"), *_listed(marked.get("allow_hosts")))
    return Options(
        **found,
        allow_hosts=hosts,
        base_urls=tuple(_listed(marked.get("base_urls"))),
        scenarios=(*_from_ini(config), *_from_markers(node)),
    )


def _first(name: str, config: pytest.Config, environ: Mapping[str, str], marked: Mapping[str, Any]) -> tuple[str, Any]:
    """Where an option is given first, and its value there."""
    variable = f"MOCKAI_{name.upper()}"
    sources = (
        (f"--mockai-{name.replace('_', '-')}", config.getoption(f"mockai_{name}")),
        (variable, environ.get(variable) or None),
        ("marker", marked.get(name)),
        (f"mockai_{name} in ini", config.getini(f"mockai_{name}") or None),
    )
    return next((pair for pair in sources if pair[1] is not None), ("default", None))


def _checked(name: str, source: str, value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise pytest.UsageError(f"mockai: {name} from {source}: {error}; seen {value!r}") from None


def _choice(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"expected {' or '.join(allowed)}")
        return str(value)

    return read


def _truth(value: Any) -> bool:
    if str(value).lower() in ("true", "1", "yes"):
        return True
    if str(value).lower() in ("false", "0", "no"):
        return False
    raise ValueError("expected true or false")


def _factor(value: Any) -> float:
    number = float(value)
    if not 0 <= number < float("inf"):
        raise ValueError("expected a number from 0 up")
    return number


def _seed(value: Any) -> int | str:
    return int(value) if str(value).lstrip("-").isdigit() else str(value)


_CHOICES = {
    "time": ("real", "virtual"),
    "then": ("fail", "repeat_last", "cycle", "fall_through"),
    "on_unmatched": ("error", "auto", "echo"),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "mode": _choice("server", "patch"),
    "strict": _truth,
    "seed": _seed,
    "time_scale": _factor,
}
_KNOWN = {*_READ, *_CHOICES, "allow_hosts", "base_urls"}


def _marked(node: pytest.Item | None) -> dict[str, Any]:
    """The keywords of every `mockai` marker, the function's own over the class's over the module's."""
    merged: dict[str, Any] = {}
    for marker in _markers(node):
        unknown = set(marker.kwargs) - _KNOWN
        if unknown:
            names = ", ".join(sorted(unknown))
            raise pytest.UsageError(f"@pytest.mark.mockai takes {', '.join(sorted(_KNOWN))}; seen {names}")
        merged.update({key: value for key, value in marker.kwargs.items() if value is not None})
    return merged


def _markers(node: pytest.Item | None) -> list[pytest.Mark]:
    """Markers from the outermost to the function's own."""
    return [] if node is None else list(node.iter_markers("mockai"))[::-1]


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _from_ini(config: pytest.Config) -> list[Path]:
    return [_existing(config.rootpath, path, "mockai_scenarios") for path in config.getini("mockai_scenarios")]


def _from_markers(node: pytest.Item | None) -> list[Any]:
    """Scenarios of markers; paths are looked for beside the test file, then under the root."""
    found: list[Any] = []
    for marker in _markers(node):
        assert node is not None
        for scenario in marker.args:
            if isinstance(scenario, Mapping):
                found.append(scenario)
                continue
            beside = node.path.parent / scenario
            found.append(beside if beside.exists() else _existing(node.config.rootpath, scenario, "the mockai marker"))
    return found


def _existing(root: Path, path: Any, source: str) -> Path:
    found = root / path
    if not found.exists():
        raise pytest.UsageError(f"mockai: {path} from {source} is neither beside the test file nor at {found}")
    return found
