"""A rule, and where it was written."""

from __future__ import annotations

from dataclasses import dataclass

from mockai.scenario.schema import Rule

__all__ = ["PlacedRule"]


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule, the key it goes by in calls and counters, and where it was written.

    `file` is the name of its `LoadedFile`, empty for a rule that was not read from one.
    """

    rule: Rule
    key: str
    where: str
    file: str = ""

    @property
    def called(self) -> str:
        """How messages speak of it."""
        return f"rule `{self.rule.name}`" if self.rule.name else f"rule {self.key}"

    @classmethod
    def in_python(cls, rule: Rule, where: str) -> PlacedRule:
        """A rule built in Python; `where` names the call."""
        return cls(rule, rule.name or "rule", where)
