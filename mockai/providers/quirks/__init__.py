"""The quirks, by what they are about; every module here is loaded, and its quirks are known by their names."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
