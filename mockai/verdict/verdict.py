"""The verdict: every finding about a client, and the cases they were found in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mockai.errors import UsageError
from mockai.journal import Entry, Journal
from mockai.verdict.attempt import Attempt, attempt_of, read_attempt
from mockai.verdict.evidence import Case, Evidence
from mockai.verdict.finding import SEVERITIES, Finding, Kind, Severity, kinds

__all__ = ["Verdict", "verdict_of"]


@dataclass(frozen=True)
class Verdict:
    """What there is to say about a client: iterable, the most severe findings first; printed, it is prose."""

    findings: tuple[Finding, ...]
    attempts: tuple[Attempt, ...] = ()
    cases: tuple[Case, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.findings)

    def __str__(self) -> str:
        from mockai.verdict.prose import prose

        return prose(self)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What is proved."""
        return self._of("error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What it looks like from the server."""
        return self._of("warning")

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is worth a look."""
        return self._of("note")

    @property
    def clean(self) -> bool:
        """Whether there are neither errors nor warnings."""
        return not (self.errors or self.warnings)

    def passed(self, *, strict: bool = False) -> bool:
        """Whether there are no errors, and with `strict` no warnings either."""
        return self.clean if strict else not self.errors

    def without(self, *ignored: str) -> Verdict:
        """The verdict without findings of these kinds. Raises UsageError for a kind there is none of."""
        known = [kind.name for kind in kinds()]
        for name in ignored:
            if name not in known:
                close = get_close_matches(name, known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
                raise UsageError(f"no finding is called {name!r}; {hint}")
        return Verdict(tuple(f for f in self.findings if f.kind not in ignored), self.attempts, self.cases)

    def as_json(self) -> dict[str, Any]:
        """The verdict as plain values."""
        return {
            "clean": self.clean,
            "calls": len(self.cases),
            "attempts": len(self.attempts),
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "notes": len(self.notes),
            "findings": [finding.as_json() for finding in self.findings],
        }

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == severity)


def verdict_of(journal: Journal | Iterable[Entry | Attempt | Mapping[str, Any]]) -> Verdict:
    """Judge a client by a journal, or by entries of one: as they are, or as the control API exports them.

    Raises UsageError for an export that cannot be read.
    """
    entries = journal.entries() if isinstance(journal, Journal) else journal
    sessions: dict[str, list[Attempt]] = {}
    for attempt in map(_attempt, entries):
        sessions.setdefault(attempt.session, []).append(attempt)
    judged = {session: Evidence(attempts) for session, attempts in sessions.items()}
    findings = [found for kind in kinds() for session, each in judged.items() for found in _found(kind, session, each)]
    findings.sort(key=lambda found: (SEVERITIES.index(found.severity), found.session, found.calls))
    attempts = tuple(attempt for each in judged.values() for attempt in each.attempts)
    return Verdict(tuple(findings), attempts, tuple(case for each in judged.values() for case in each.cases))


def _attempt(entry: Entry | Attempt | Mapping[str, Any]) -> Attempt:
    if isinstance(entry, Entry):
        return attempt_of(entry)
    if isinstance(entry, Attempt):
        return entry
    evidence = entry.get("evidence") if isinstance(entry, Mapping) else None
    return read_attempt(evidence or {})


def _found(kind: Kind, session: str, evidence: Evidence) -> Iterator[Finding]:
    for severity, calls, what in kind.look(evidence):
        yield Finding(kind.name, severity, calls, what, kind.title, kind.why, kind.advice, session)
