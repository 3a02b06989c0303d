"""Scenario files loaded again when they change, while the server runs on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Collection, Iterator
from contextlib import aclosing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from mockai.cli.problems import count, problem_text
from mockai.errors import MockAIError

if TYPE_CHECKING:
    from mockai.engine import Engine
    from mockai.scenario.loaded import Loaded

__all__ = ["Stamps", "Told", "as_json", "as_text", "keep_loaded", "stamps"]

Told = Callable[["Loaded | MockAIError", tuple[str, ...]], None]
"""Told what came of a change: what is loaded now or why it cannot be, and the names of the files changed."""

_SUFFIXES = (".yaml", ".yml", ".json")
_SETTLE_MS = 100
_STEP_MS = 20
_LOOK_MS = 1000

Stamps: TypeAlias = dict[Path, tuple[int, int, int]]
"""What shows that a file is another one than before: its number, its size, the time of its last change."""


async def keep_loaded(engine: Engine, paths: tuple[Path, ...], loaded: Loaded, seen: Stamps, tell: Told) -> None:
    """Load the paths again whenever a file in them changes; for ever. A broken file leaves the rules as they are.

    The system tells of changes; once a second the files are looked at too, for what it has told nobody: a change before
    the watch began, or one on a disk of another machine. `seen` are the stamps from before they were loaded.
    """
    seen = _known(seen, paths, loaded)
    while True:
        watched = _folders(paths, loaded)
        async with aclosing(_changes(watched, recursive=any(path.is_dir() for path in paths))) as changes:
            async for told in changes:
                before, seen = seen, await asyncio.to_thread(stamps, paths, loaded)
                names = told or _changed(before, seen)
                if not names:
                    continue
                outcome = await _load_again(engine, paths)
                tell(outcome, names)
                loaded = loaded if isinstance(outcome, MockAIError) else outcome
                seen = await asyncio.to_thread(_known, seen, paths, loaded)
                if _folders(paths, loaded) != watched:
                    break


def stamps(paths: tuple[Path, ...], loaded: Loaded | None = None) -> Stamps:
    """The stamps of all files that are loaded, or would be."""
    return dict(_stamped(_files(paths, loaded)))


def _known(seen: Stamps, paths: tuple[Path, ...], loaded: Loaded) -> Stamps:
    """The stamps from before a load of the files that it has read, and those of now where it has read them first."""
    files = _files(paths, loaded)
    return dict(_stamped(files - seen.keys())) | {file: stamp for file, stamp in seen.items() if file in files}


def _files(paths: tuple[Path, ...], loaded: Loaded | None) -> set[Path]:
    return {file.resolve() for file in _each(paths, loaded)}


def _each(paths: tuple[Path, ...], loaded: Loaded | None) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in path.rglob("*") if _matters("", file.name))
        else:
            yield path
    if loaded is not None:
        yield from (file.path for file in loaded.files if file.path is not None)


def _stamped(files: Collection[Path]) -> Iterator[tuple[Path, tuple[int, int, int]]]:
    for file in files:
        with suppress(OSError):  # it is gone, which is a change too
            found = file.stat()
            yield file, (found.st_ino, found.st_size, found.st_mtime_ns)


def _changed(before: Stamps, now: Stamps) -> tuple[str, ...]:
    """The names of the files that are others, new or gone."""
    return tuple(sorted({path.name for path, _ in before.items() ^ now.items()}))


def _folders(paths: tuple[Path, ...], loaded: Loaded) -> frozenset[Path]:
    """The folders to watch. A file is watched through its folder: editors replace files, and a watched file
    that is replaced is lost."""
    files = (file.path for file in loaded.files if file.path is not None)
    given = {path.resolve() for path in paths if path.is_dir()}
    beside = {path.resolve().parent for path in files}
    return frozenset(given | {folder for folder in beside if not given & {folder, *folder.parents}})


async def _changes(folders: Collection[Path], *, recursive: bool) -> AsyncGenerator[tuple[str, ...], None]:
    """The names of scenario files that changed together, each time some did; none once a second."""
    from watchfiles import awatch

    watched = awatch(
        *folders,
        watch_filter=_matters,
        debounce=_SETTLE_MS,
        step=_STEP_MS,
        recursive=recursive,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
    )
    async with aclosing(watched):
        async for changed in watched:
            yield tuple(sorted({Path(path).name for _, path in changed}))


def _matters(change: object, path: str) -> bool:
    return path.endswith(_SUFFIXES) and not Path(path).name.startswith(".")


async def _load_again(engine: Engine, paths: tuple[Path, ...]) -> Loaded | MockAIError:
    from mockai.scenario.loading import load

    try:
        loaded = await asyncio.to_thread(load, *paths)
        engine.load(loaded)
    except MockAIError as error:
        return error
    return loaded


def as_text(outcome: Loaded | MockAIError, names: tuple[str, ...]) -> str:
    """For people: what was loaded again, or where it broke."""
    changed = f"{', '.join(names)}: " if names else ""
    if isinstance(outcome, MockAIError):
        kept = click.style("not reloaded", fg="red", bold=True) + f"  {changed}the rules stay as they were"
        return "\n".join([kept, *(f"    {line}" for line in str(outcome).splitlines())])
    again = click.style("reloaded", fg="green", bold=True)
    read = f"{count(len(outcome.rules), 'rule')} in {count(len(outcome.files), 'file')}"
    return "\n".join([f"{again}  {changed}{read}", *(problem_text(p, "warning") for p in outcome.warnings)])


def as_json(outcome: Loaded | MockAIError, names: tuple[str, ...]) -> str:
    """For machines: one object."""
    if isinstance(outcome, MockAIError):
        problems = [asdict(problem) for problem in getattr(outcome, "problems", ())]
        return json.dumps({"event": "not_reloaded", "changed": names, "message": str(outcome), "problems": problems})
    warnings = [asdict(problem) for problem in outcome.warnings]
    shown = {"event": "reloaded", "changed": names, "files": len(outcome.files), "rules": len(outcome.rules)}
    return json.dumps({**shown, "warnings": warnings})
