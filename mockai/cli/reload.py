"""Scenario files loaded again when they change, while the server runs on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockai.cli.problems import count, problem_text
from mockai.errors import MockAIError

if TYPE_CHECKING:
    from mockai.engine import Engine
    from mockai.scenario.loaded import Loaded

__all__ = ["Told", "as_json", "as_text", "keep_loaded"]

Told = Callable[["Loaded | MockAIError", tuple[str, ...]], None]
"""Told what came of a change: what is loaded now or why it cannot be, and the names of the files changed."""

_SUFFIXES = (".yaml", ".yml", ".json")
_SETTLE_MS = 100
_STEP_MS = 20


async def keep_loaded(engine: Engine, paths: tuple[Path, ...], loaded: Loaded, tell: Told) -> None:
    """Load the paths again whenever a file in them changes; for ever. A broken file leaves the rules as they are."""
    while True:
        watched = _folders(paths, loaded)
        async with aclosing(_changes(watched, recursive=any(path.is_dir() for path in paths))) as changes:
            async for names in changes:
                outcome = await _load_again(engine, paths)
                tell(outcome, names)
                loaded = loaded if isinstance(outcome, MockAIError) else outcome
                if _folders(paths, loaded) != watched:
                    break


def _folders(paths: tuple[Path, ...], loaded: Loaded) -> frozenset[Path]:
    """The folders to watch. A file is watched through its folder: editors replace files, and a watched file
    that is replaced is lost."""
    files = (file.path for file in loaded.files if file.path is not None)
    given = {path.resolve() for path in paths if path.is_dir()}
    beside = {path.resolve().parent for path in files}
    return frozenset(given | {folder for folder in beside if not given & {folder, *folder.parents}})


async def _changes(folders: Collection[Path], *, recursive: bool) -> AsyncGenerator[tuple[str, ...], None]:
    """The names of scenario files that changed together, each time some did."""
    from watchfiles import awatch

    watched = awatch(*folders, watch_filter=_matters, debounce=_SETTLE_MS, step=_STEP_MS, recursive=recursive)
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
