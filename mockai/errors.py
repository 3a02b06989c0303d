"""Every exception MockAI raises.

MockAIError
├── ScenarioError          a scenario file or rule is wrong; carries every problem found
├── UsageError             MockAI was called in a way that cannot work
│   ├── PortInUse          the port asked for is taken
│   └── InvalidValue       (also a ValueError) a Reply, Rule or Scenario cannot be made of this; of `mockai.records`
├── ReplyError             a reply written in Python or a template failed
├── PatchLimit             patch mode cannot do what a scenario asks for
└── Unsatisfied            (also an AssertionError) an expectation about calls does not hold
    ├── NotResilient       the verdict on a client has errors
    ├── UnmatchedRequest   no rule answered a request
    └── EgressBlocked      a request was about to leave for a provider's host
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "EgressBlocked",
    "MockAIError",
    "NotResilient",
    "PatchLimit",
    "PortInUse",
    "Problem",
    "ReplyError",
    "ScenarioError",
    "UnmatchedRequest",
    "Unsatisfied",
    "UsageError",
]


class MockAIError(Exception):
    """Base of everything MockAI raises."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what a user wrote.

    `where` is `file:line:column` (both from 1), or the name of the Python call; `message` says what
    was seen and expected; `hint` what to do about it.
    """

    where: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}"
        return f"{text}\n    {self.hint}" if self.hint else text


class ScenarioError(MockAIError):
    """A scenario cannot be used; `problems` holds every reason found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(MockAIError):
    """MockAI was called in a way that cannot work; the text says what to do instead."""


class PortInUse(UsageError):
    """The port asked for is already taken."""


class ReplyError(MockAIError):
    """A reply written in Python, or a template, failed while it was being made."""


class PatchLimit(MockAIError):
    """Patch mode has no socket and cannot do what a scenario asks for."""


class Unsatisfied(MockAIError, AssertionError):
    """An expectation about the calls made does not hold."""


class NotResilient(Unsatisfied):
    """A client did not take well what it met; the text is the verdict."""


class UnmatchedRequest(Unsatisfied):
    """No rule answered a request; the text names the nearest rules and a rule that would have."""


class EgressBlocked(Unsatisfied):
    """A request was about to leave for a provider's host."""
