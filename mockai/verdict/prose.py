"""A verdict in words, for terminals and failure reports."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from mockai.verdict.finding import Finding

if TYPE_CHECKING:
    from mockai.verdict.verdict import Verdict

__all__ = ["counted", "prose", "summary"]

_WIDTH = 100


def prose(verdict: Verdict) -> str:
    """The whole verdict: a line that sums it up, and each kind of finding with its evidence."""
    return "\n".join([summary(verdict), *_told(verdict)])


def summary(verdict: Verdict) -> str:
    """How much was judged, and how many findings there are."""
    judged = f"{counted(len(verdict.cases), 'call')}, {counted(len(verdict.attempts), 'attempt')}"
    if not verdict.findings:
        return f"{judged}: nothing to object to"
    counts = [(verdict.errors, "error"), (verdict.warnings, "warning"), (verdict.notes, "note")]
    return f"{judged}: {', '.join(counted(len(found), word) for found, word in counts if found)}"


def _told(verdict: Verdict) -> Iterator[str]:
    for _, group in groupby(verdict.findings, key=lambda found: (found.severity, found.kind, found.session)):
        found = list(group)
        yield ""
        session = f" in session {found[0].session}" if found[0].session else ""
        yield f"{found[0].severity}: {found[0].title} ({found[0].kind}){session}"
        for finding in found:
            yield from _wrapped(f"- {finding.seen} [{_calls(finding)}]", "      ")
        yield from _wrapped(f"Why it matters: {found[0].why}")
        yield from _wrapped(f"What to do: {found[0].advice}")


def _wrapped(text: str, indent: str = "    ") -> list[str]:
    return wrap(text, _WIDTH, initial_indent="    ", subsequent_indent=indent, break_on_hyphens=False)


def _calls(finding: Finding) -> str:
    shown = ", ".join(map(str, finding.calls[:12]))
    more = f" and {len(finding.calls) - 12} more" if len(finding.calls) > 12 else ""
    return f"call{'' if len(finding.calls) == 1 else 's'} {shown}{more}"


def counted(number: int, one: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number} {one}{'' if number == 1 else 's'}"
