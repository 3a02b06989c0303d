"""What came of a fault: the test's own result, its mocks and the verdict on its client, in a row of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mockai.faults_asked import OUTCOMES, Asked
from pytest_mockai.watchdog import Hung

if TYPE_CHECKING:
    from mockai import MockOpenAI
    from mockai.engine.imposed import Imposed

__all__ = ["Row", "row_of"]


@dataclass(frozen=True, slots=True)
class Row:
    """One fault of one test.

    `outcome` is one of `OUTCOMES`, `raised` the exception's name, `passed` whether that is as it may be, `calls` how
    many requests there were, `seconds` how long it took in virtual time (None in real time), `findings` the kinds
    of findings about the client, errors and warnings.
    """

    test: str
    fault: str
    outcome: str
    raised: str | None
    passed: bool
    calls: int
    seconds: float | None
    findings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The row in plain values."""
        return asdict(self) | {"findings": list(self.findings)}

    @property
    def said(self) -> str:
        """The outcome in words."""
        return f"raised {self.raised}" if self.outcome == "raised" else self.outcome


def row_of(test: str, error: BaseException | None, mocks: Sequence[MockOpenAI], imposed: Imposed, asked: Asked) -> Row:
    """The row of a test that ended with this error, or without one."""
    seconds = _seconds(mocks)
    outcome = _outcome(error, mocks, imposed)
    if seconds is not None and seconds > asked.patience:
        outcome = "hung"
    findings = [found for mock in mocks for found in mock.verdict if found.severity != "note"]
    passed = _passes(outcome, error, imposed.name, asked)
    if asked.strict and any(found.severity == "error" for found in findings):
        passed = False
    return Row(
        test,
        imposed.name,
        outcome,
        None if error is None else _named(error),
        passed,
        sum(mock.count for mock in mocks),
        seconds,
        tuple(dict.fromkeys(found.kind for found in findings)),
    )


def _outcome(error: BaseException | None, mocks: Sequence[MockOpenAI], imposed: Imposed) -> str:
    from mockai.errors import EgressBlocked, NotResilient, PatchLimit, Unsatisfied

    limits = [call.error for mock in mocks for call in mock.calls if isinstance(call.error, PatchLimit)]
    if isinstance(error, Hung) or any("never ends" in str(limit) for limit in limits):
        return "hung"
    if limits:
        return "not possible"
    if not imposed.met:
        return "not met"
    if isinstance(error, EgressBlocked) or any(call.unmatched for mock in mocks for call in mock.calls):
        return "unscripted"
    if error is None:
        return "recovered"
    if isinstance(error, Unsatisfied) and not isinstance(error, NotResilient):
        return "other calls"
    return "wrong result" if isinstance(error, AssertionError | pytest.fail.Exception) else "raised"


def _passes(outcome: str, error: BaseException | None, fault: str, asked: Asked) -> bool:
    expected = asked.expected(fault)
    if expected is not None:
        kinds = tuple(each for each in expected if isinstance(each, type))
        return outcome in expected or (outcome == "raised" and isinstance(error, kinds))
    if outcome == "not met":
        return error is None
    if outcome == "raised" and error is not None:
        return all(_is_documented(one) or isinstance(one, asked.raises) for one in _leaves(error))
    return OUTCOMES[outcome]


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """What a group of exceptions holds, or the exception itself."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _is_documented(error: BaseException) -> bool:
    """Whether it is one of the exceptions that openai's documentation tells to catch."""
    return any(kind.__name__ == "OpenAIError" for kind in type(error).__mro__)


def _named(error: BaseException) -> str:
    kind = type(error)
    package = kind.__module__.partition(".")[0]
    return kind.__qualname__ if package == "builtins" else f"{package}.{kind.__qualname__}"


def _seconds(mocks: Sequence[MockOpenAI]) -> float | None:
    from mockai.errors import UsageError

    for mock in mocks:
        try:
            return mock.clock.now()
        except UsageError:
            continue
    return None
