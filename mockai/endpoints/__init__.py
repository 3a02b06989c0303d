"""One file per API surface, decode and encode side by side; every module here with `OPERATIONS` is served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from mockai.endpoints.base import Operation

__all__ = ["operations", "operations_under"]

_SECTION = re.compile(rb'["` ]/([a-z_]+)')


_ANY: frozenset[str | None] = frozenset({None})


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of every endpoint file, in the files' order."""
    return _operations_of(module.name for module in iter_modules(__path__))


def operations_under(section: str) -> tuple[Operation, ...]:
    """The operations whose path begins with `/section`, in the files' order, and perhaps others.

    Only the files are imported that write of such a path: to import all of them takes a start as long again.
    """
    return _operations_of(name for name, sections in _sections().items() if section in sections or None in sections)


def _operations_of(names: Iterable[str]) -> tuple[Operation, ...]:
    modules = (import_module(f"{__name__}.{name}") for name in names)
    return tuple(operation for module in modules for operation in getattr(module, "OPERATIONS", ()))


@cache
def _sections() -> Mapping[str, frozenset[str | None]]:
    """What the paths begin with that each endpoint file writes of; None stands for whatever there may be."""
    sources = {module.name: _source(module.module_finder, module.name) for module in iter_modules(__path__)}
    found: dict[str, frozenset[str | None]] = {}
    for name, source in sources.items():
        if source is None:
            found[name] = _ANY
        elif b"\nOPERATIONS" in source:
            found[name] = frozenset(map(bytes.decode, _SECTION.findall(source))) or _ANY
    return found


def _source(finder: Any, name: str) -> bytes | None:
    """The text of a module as its loader has it; None where there is none, or no telling."""
    try:
        loader = finder.find_spec(name).loader
        source: bytes = loader.get_data(loader.path)
    except (AttributeError, OSError):
        return None
    return source if loader.path.endswith(".py") else None
