"""The verdict: what a client did with the failures it met, judged from the journal alone.

Findings are functions in `mockai.verdict.findings`; adding one is writing one.
"""

from __future__ import annotations

from mockai.verdict.attempt import Attempt, attempt_of, exported
from mockai.verdict.evidence import Case, Evidence
from mockai.verdict.finding import SEVERITIES, Finding, Kind, Severity, kinds
from mockai.verdict.verdict import Verdict, verdict_of

__all__ = [
    "SEVERITIES",
    "Attempt",
    "Case",
    "Evidence",
    "Finding",
    "Kind",
    "Severity",
    "Verdict",
    "attempt_of",
    "exported",
    "kinds",
    "verdict_of",
]
