"""A verdict as JUnit XML, which CI servers show: each kind of finding is a test, and fails where it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Tree

from mockai.verdict.finding import Finding, Kind, kinds
from mockai.verdict.prose import calls_of

if TYPE_CHECKING:
    from mockai.verdict.verdict import Verdict

__all__ = ["junit"]

_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def junit(verdict: Verdict, *, strict: bool = False) -> str:
    """The XML. A kind fails if it has an error, or with `strict` a warning; what else was found is its output."""
    cases = [_case(kind, verdict, strict=strict) for kind in kinds()]
    failures = sum(case.find("failure") is not None for case in cases)
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": "0", "skipped": "0"}
    suites = Tree.Element("testsuites", {"name": "mockai", **counts})
    suite = Tree.SubElement(suites, "testsuite", {"name": "mockai verdict", **counts})
    suite.extend(cases)
    Tree.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{Tree.tostring(suites, encoding="unicode")}\n'


def _case(kind: Kind, verdict: Verdict, *, strict: bool) -> Tree.Element:
    found = [finding for finding in verdict if finding.kind == kind.name]
    case = Tree.Element("testcase", {"classname": "mockai.verdict", "name": f"{kind.name}: {kind.title}", "time": "0"})
    worst = [finding for finding in found if finding.severity == "error" or (strict and finding.severity == "warning")]
    if worst:
        attributes = {"type": worst[0].severity, "message": _clean(worst[0].seen)}
        Tree.SubElement(case, "failure", attributes).text = _told(worst, kind)
    rest = [finding for finding in found if finding not in worst]
    if rest:
        Tree.SubElement(case, "system-out").text = _told(rest, kind)
    return case


def _told(found: Sequence[Finding], kind: Kind) -> str:
    lines = [f"{finding.severity}: {finding.seen} [{calls_of(finding)}]" for finding in found]
    return _clean("\n".join([*lines, f"Why it matters: {kind.why}", f"What to do: {kind.advice}"]))


def _clean(text: str) -> str:
    """Text without what no XML may hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
