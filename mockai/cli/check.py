"""`mockai check`: mistakes in scenario files, found without running anything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from mockai.cli.problems import Level, count, paths_argument, problem_text, scenario_paths
from mockai.errors import Problem, ScenarioError

__all__ = ["command"]


@dataclass(frozen=True, slots=True)
class _Report:
    """What was found in so many files."""

    found: tuple[tuple[Level, Problem], ...]
    files: int = 0
    rules: int = 0

    def number(self, level: Level) -> int:
        return sum(found == level for found, _ in self.found)

    def clean(self, strict: bool) -> bool:
        return not self.found if strict else self.number("error") == 0

    def as_json(self, strict: bool) -> dict[str, Any]:
        problems = [{"level": level, **asdict(problem)} for level, problem in self.found]
        return {"ok": self.clean(strict), "files": self.files, "rules": self.rules, "problems": problems}

    def lines(self) -> Iterator[str]:
        for level, problem in self.found:
            yield problem_text(problem, level)
        yield self._summary()

    def _summary(self) -> str:
        levels: tuple[Level, ...] = ("error", "warning")
        numbers = [count(self.number(level), level) for level in levels if self.number(level)]
        read = f"{count(self.files, 'file')}, {count(self.rules, 'rule')}"
        if self.number("error"):
            return click.style(", ".join(numbers), bold=True)
        verdict = click.style(", ".join(numbers), bold=True) if numbers else click.style("ok", fg="green", bold=True)
        return f"{verdict}  {read}"


@click.command("check")
@paths_argument
@click.option("--strict", is_flag=True, help="Warnings count as problems too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """Look for mistakes in scenario files.

    PATH is a file or a folder; without one, the folder scenarios/ is read. Errors keep a file from being
    loaded. Warnings are rules that can never fire, states nothing sets or asks for, and names used twice.
    Exits with 0 if all is well, 1 if there are problems, 2 if the command was called wrongly.
    """
    report = _report(scenario_paths(paths))
    if as_json:
        click.echo(json.dumps(report.as_json(strict), indent=2, ensure_ascii=False))
    else:
        for line in report.lines():
            click.echo(line)
    ctx.exit(0 if report.clean(strict) else 1)


def _report(paths: tuple[Path, ...]) -> _Report:
    from mockai.scenario.lint import lint
    from mockai.scenario.loading import load

    try:
        loaded = load(*paths)
    except ScenarioError as error:
        return _Report(_as("error", error.problems))
    warnings = dict.fromkeys((*loaded.warnings, *lint(loaded)))
    return _Report(_as("warning", warnings), len(loaded.files), len(loaded.rules))


def _as(level: Level, problems: Iterable[Problem]) -> tuple[tuple[Level, Problem], ...]:
    return tuple((level, problem) for problem in problems)
