"""Scenario files that were loaded: their rules, each with its key and its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mockai.errors import Problem
from mockai.scenario.schema import Rule, Scenario

__all__ = ["Loaded", "LoadedFile", "PlacedRule"]


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule, the key it goes by in calls and counters, and where it was written.

    `file` is the name of its `LoadedFile`, empty for a rule that was not read from one.
    """

    rule: Rule
    key: str
    where: str
    file: str = ""

    @classmethod
    def in_python(cls, rule: Rule, where: str) -> PlacedRule:
        """A rule built in Python; `where` names the call."""
        return cls(rule, rule.name or "rule", where)


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One scenario file; `name` is how problems and rules refer to it, `path` is None for text."""

    name: str
    scenario: Scenario
    rules: tuple[PlacedRule, ...] = ()
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything loaded together, files in the order in which their rules are tried."""

    files: tuple[LoadedFile, ...] = ()
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def rules(self) -> tuple[PlacedRule, ...]:
        """All rules in the order in which they are tried: by priority, then file by file, top to bottom."""
        every = (placed for file in self.files for placed in file.rules)
        return tuple(sorted(every, key=lambda placed: -placed.rule.priority))

    @classmethod
    def joined(cls, parts: Iterable[Loaded]) -> Loaded:
        """Several loads as one, in the order given."""
        from mockai.scenario.lint import shadowed
        from mockai.scenario.naming import keyed

        files = keyed(file for part in parts for file in part.files)
        loaded = cls(files)
        return cls(files, shadowed(loaded))
