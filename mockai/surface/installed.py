"""Which table serves: the shipped one, or one derived from another version of the SDK that is installed."""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from mockai.surface import bodies
from mockai.surface.bodies import Bodies
from mockai.surface.table import FORMAT, Table

__all__ = [
    "SHIPPED",
    "SHIPPED_BODIES",
    "cache_folder",
    "own_bodies",
    "read",
    "shipped",
    "shipped_bodies",
    "tables",
    "write",
]

SHIPPED = Path(__file__).with_name("table.json.gz")
SHIPPED_BODIES = Path(__file__).with_name("bodies.json.gz")
_UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, TypeError, KeyError, zlib.error)


@cache
def tables() -> tuple[Table, ...]:
    """The tables to look into, in this order: the installed SDK's where it is not the shipped one, and the shipped."""
    version = _installed()
    if version is None or version == shipped().version:
        return (shipped(),)
    own = _kept(version) or _derived(version)
    return (shipped(),) if own is None else (own, shipped())


@cache
def shipped() -> Table:
    """The table that comes with MockAI."""
    return read(SHIPPED)


@cache
def shipped_bodies() -> Bodies:
    """What operations take, as it comes with MockAI."""
    return Bodies.of_json(_data(SHIPPED_BODIES))


@cache
def own_bodies() -> Bodies | None:
    """What operations take by the SDK that is installed; None where that is the shipped one's, or cannot be told."""
    version = _installed()
    if version is None or version == shipped_bodies().version:
        return None
    try:
        return Bodies.of_json(_data(_bodies_place(version)))
    except _UNREADABLE:
        return _derived_bodies(version)


def read(path: Path) -> Table:
    """The table in a file. Raises OSError or ValueError."""
    return Table.of_json(_data(path))


def _data(path: Path) -> Any:
    return orjson.loads(gzip.decompress(path.read_bytes()))


def write(table: Table | Bodies, path: Path) -> None:
    """Write a table; a reader sees all of it or nothing."""
    data = gzip.compress(orjson.dumps(table.as_json()), mtime=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_name(f"{path.name}.{os.getpid()}")
    begun.write_bytes(data)
    begun.replace(path)


def cache_folder() -> Path:
    """Where derived tables are kept: the cache folder of the user, as the platform has it."""
    home = Path.home()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(base) / "mockai"


def _installed() -> str | None:
    from importlib import metadata  # costs a start a tenth, and is asked for where a request is refused

    try:
        return metadata.version("openai")
    except metadata.PackageNotFoundError:
        return None


def _kept(version: str) -> Table | None:
    try:
        return read(_place(version))
    except _UNREADABLE:
        return None


def _derived(version: str) -> Table | None:
    """The table of the installed SDK, kept for the next time; None if it is too different to be understood."""
    from mockai.surface.derive import derive

    try:
        table = derive()
    except Exception:  # whatever another version of the SDK makes of it, the shipped table serves
        return None
    with suppress(OSError, RuntimeError):
        write(table, _place(version))
    return table


def _derived_bodies(version: str) -> Bodies | None:
    """The same for what operations take."""
    from mockai.surface.derive import derive_bodies

    try:
        table = derive_bodies()
    except Exception:  # as above
        return None
    with suppress(OSError, RuntimeError):
        write(table, _bodies_place(version))
    return table


def _bodies_place(version: str) -> Path:
    return cache_folder() / f"openai-{version}.bodies.{bodies.FORMAT}.json.gz"


def _place(version: str) -> Path:
    return cache_folder() / f"openai-{version}.{FORMAT}.json.gz"
