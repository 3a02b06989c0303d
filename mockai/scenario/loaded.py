"""Scenario files that were loaded: their rules, each with its key and its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from mockai.errors import Problem
from mockai.scenario.placed import PlacedRule
from mockai.scenario.schema import Scenario
from mockai.scenario.shadows import shadowed

__all__ = ["Loaded", "LoadedFile"]


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One scenario file.

    `name` is how problems and rules refer to it, `label` what the keys of its rules begin with; `path` is
    None for what was not read from a file.
    """

    name: str
    label: str
    scenario: Scenario
    rules: tuple[PlacedRule, ...] = ()
    path: Path | None = None

    def falls_through(self, rule: PlacedRule) -> bool:
        """Whether requests go on to the rules below once this rule has given its replies."""
        return (rule.rule.then or self.scenario.defaults.then) == "fall_through"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything loaded together, files in the order in which their rules are tried."""

    files: tuple[LoadedFile, ...] = ()

    @property
    def rules(self) -> tuple[PlacedRule, ...]:
        """All rules in the order in which they are tried: by priority, then file by file, top to bottom."""
        every = (placed for file in self.files for placed in file.rules)
        return tuple(sorted(every, key=lambda placed: -placed.rule.priority))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Rules that can never fire. `lint` finds more."""
        passing = {placed.key for file in self.files for placed in file.rules if file.falls_through(placed)}
        return shadowed(self.rules, passing)

    @classmethod
    def of(cls, files: Iterable[LoadedFile]) -> Loaded:
        """These files in this order; names and keys are made unique among them."""
        return cls(_keyed(_named_apart(files)))

    @classmethod
    def joined(cls, parts: Iterable[Loaded]) -> Loaded:
        """Several loads as one, in the order given."""
        return cls.of(file for part in parts for file in part.files)


def _named_apart(files: Iterable[LoadedFile]) -> list[LoadedFile]:
    seen = Counter[str]()
    result = []
    for file in files:
        seen[file.name] += 1
        apart = f"{file.name} ({seen[file.name]})" if seen[file.name] > 1 else file.name
        result.append(replace(file, name=apart))
    return result


def _keyed(files: list[LoadedFile]) -> tuple[LoadedFile, ...]:
    """Give each rule its key: its name if no other rule has it, else its file and its number in it."""
    names = Counter(placed.rule.name for file in files for placed in file.rules)
    labels = Counter(file.label for file in files)
    result = []
    for file in files:
        label = file.label if labels[file.label] == 1 else file.name
        rules = []
        for number, placed in enumerate(file.rules, 1):
            name = placed.rule.name or ""
            alone = name and names[name] == 1 and "#" not in name
            rules.append(replace(placed, key=name if alone else f"{label}#{number}", file=file.name))
        result.append(replace(file, rules=tuple(rules)))
    return tuple(result)
