"""Where attempts, waits and chunks stand on a line of time, in percent of its length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mockai.verdict.attempt import Attempt
from mockai.verdict.evidence import Case, gap
from mockai.verdict.finding import Finding

__all__ = ["Row", "Timeline", "clock", "timeline"]

_MOST_MARKS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One attempt: a bar from `left`, `width` long, with a mark for each time chunks were sent, and before it the
    wait for it. `look` is good, bad or gone (broken off, hung up, still running)."""

    number: int
    label: str
    detail: str
    look: str
    left: float
    width: float
    marks: tuple[float, ...]
    wait: str
    wait_left: float
    wait_width: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One case: what was asked, its attempts, and how long all of it took."""

    title: str
    span: str
    rows: tuple[Row, ...]
    worst: str


def timeline(case: Case, findings: Sequence[Finding]) -> Timeline:
    """The attempts of a case on one line of time."""
    start = case.first.arrived
    span = max(max(attempt.over for attempt in case.attempts) - start, 1e-6)
    own = [f for f in findings if f.session == case.first.session]
    rows = tuple(_rows(case, own, start, span))
    met = [finding.severity for row in rows for finding in row.findings]
    worst = next((severity for severity in ("error", "warning", "note") if severity in met), "")
    model = f", {case.first.model}" if case.first.model else ""
    return Timeline(f"{case.first.name}{model}", clock(span), rows, worst)


def _rows(case: Case, findings: Sequence[Finding], start: float, span: float) -> Iterator[Row]:
    before: Attempt | None = None
    for attempt in case.attempts:
        left = _percent(attempt.arrived - start, span)
        width = _percent(max(attempt.over - attempt.arrived, 0.0), span)
        marks = dict.fromkeys(_percent(moment - start, span) for moment in attempt.writes[:_MOST_MARKS])
        waited = 0.0 if before is None else gap(before, attempt)
        yield Row(
            number=attempt.number,
            label=_label(attempt),
            detail=_detail(attempt),
            look=_look(attempt),
            left=left,
            width=width,
            marks=tuple(marks),
            wait="" if before is None else clock(waited),
            wait_left=max(left - _percent(waited, span), 0.0),
            wait_width=_percent(waited, span),
            findings=tuple({f.kind: f for f in reversed(findings) if attempt.number in f.calls}.values()),
        )
        before = attempt


def _percent(seconds: float, span: float) -> float:
    return round(min(max(100 * seconds / span, 0.0), 100.0), 3)


def _label(attempt: Attempt) -> str:
    if attempt.status is None:
        return {"client_left": "gave up waiting", "running": "running"}.get(attempt.outcome, "broken connection")
    ended = {"client_left": ", hung up", "aborted": ", broken off", "running": ", running", "failed": ", failed"}
    return f"{attempt.status}{ended.get(attempt.outcome, '')}"


def _detail(attempt: Attempt) -> str:
    parts = [f"{attempt.pieces} pieces" if attempt.stream else "", f"took {clock(attempt.over - attempt.arrived)}"]
    parts += [f"asked to wait {attempt.retry_after:g} s" if attempt.retry_after is not None else ""]
    parts += [f"fault {', '.join(attempt.faults)}" if attempt.faults else ""]
    parts += [f"retry {attempt.retry_count} of the SDK's" if attempt.retry_count else ""]
    parts += [f"rule {attempt.rule}" if attempt.rule else ""]
    return " · ".join(filter(None, parts))


def _look(attempt: Attempt) -> str:
    if attempt.outcome != "complete" or attempt.status is None:
        return "gone"
    return "bad" if attempt.status >= 400 else "good"


def clock(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 0.0995:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 100 else f"{seconds:.0f} s"
