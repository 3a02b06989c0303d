"""A verdict in words, for terminals and failure reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from mockai.verdict.finding import Finding

if TYPE_CHECKING:
    from mockai.verdict.verdict import Verdict

__all__ = ["MOST_SHOWN", "calls_of", "counted", "groups", "plain", "prose", "summary"]

MOST_SHOWN = 20
"""So many findings of one kind are told of one by one."""
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
    for found in groups(verdict.findings):
        yield ""
        session = plain(f" in session {found[0].session}") if found[0].session else ""
        yield f"{found[0].severity}: {found[0].title} ({found[0].kind}){session}"
        for finding in found[:MOST_SHOWN]:
            yield from _wrapped(f"- {finding.seen} [{calls_of(finding)}]", "      ")
        if len(found) > MOST_SHOWN:
            yield f"    - and {len(found) - MOST_SHOWN} more like it"
        yield from _wrapped(f"Why it matters: {found[0].why}")
        yield from _wrapped(f"What to do: {found[0].advice}")


def groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of one kind and severity together, in the order of the first of each."""
    found: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.severity, finding.kind, finding.session), []).append(finding)
    return list(found.values())


def _wrapped(text: str, indent: str = "    ") -> list[str]:
    return wrap(plain(text), _WIDTH, initial_indent="    ", subsequent_indent=indent, break_on_hyphens=False)


def calls_of(finding: Finding) -> str:
    """The numbers of a finding's calls: `call 1`, `calls 1, 2`."""
    shown = ", ".join(map(str, finding.calls[:12]))
    more = f" and {len(finding.calls) - 12} more" if len(finding.calls) > 12 else ""
    return f"call{'' if len(finding.calls) == 1 else 's'} {shown}{more}"


def plain(text: str) -> str:
    """Text in which nothing steers a terminal, whatever a client put into it."""
    return "".join(char if char.isprintable() or char.isspace() else ascii(char)[1:-1] for char in text)


def counted(number: int, one: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number} {one}{'' if number == 1 else 's'}"
