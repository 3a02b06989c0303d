"""How problems of scenario files are shown, and which files a command looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import click

from mockai.errors import Problem

__all__ = ["USUAL_FOLDER", "Level", "count", "paths_argument", "problem_text", "scenario_paths", "show_problems"]

Level: TypeAlias = Literal["error", "warning"]

USUAL_FOLDER = Path("scenarios")
"""Where scenarios are looked for when no path is given."""

_COLOURS: dict[Level, str] = {"error": "red", "warning": "yellow"}

F = TypeVar("F", bound=Callable[..., Any])


def paths_argument(command: F) -> F:
    """The argument `[PATH]...`: files and folders that exist."""
    kind = click.Path(exists=True, path_type=Path)
    return click.argument("paths", metavar="[PATH]...", nargs=-1, type=kind)(command)


def scenario_paths(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths given, else the usual folder; a usage error where there is none."""
    if paths or USUAL_FOLDER.is_dir():
        return paths or (USUAL_FOLDER,)
    raise click.UsageError(
        f"No PATH was given and there is no folder {USUAL_FOLDER}/ here. "
        "Give scenario files or folders, or write a first one with `mockai init`."
    )


def problem_text(problem: Problem, level: Level) -> str:
    """A problem on one line, and its hint below."""
    return f"{click.style(level, fg=_COLOURS[level], bold=True)}  {problem}"


def show_problems(problems: Iterable[Problem], level: Level = "error") -> None:
    """Print problems to stderr, one after the other."""
    for problem in problems:
        click.echo(problem_text(problem, level), err=True)


def count(number: int, noun: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
