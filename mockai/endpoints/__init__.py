"""One file per API surface, decode and encode side by side; every module here with `OPERATIONS` is served."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from mockai.endpoints.base import Operation

__all__ = ["operations"]


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of every endpoint file, in the files' order."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return tuple(operation for module in modules for operation in getattr(module, "OPERATIONS", ()))
