"""JUnit XML: one test for each kind of finding, failing where it was found."""

from xml.etree import ElementTree as Tree

import pytest

from mockai.verdict import Finding, Verdict, kinds
from mockai.verdict.junit import junit


def found(kind: str, severity: str, seen: str = "seen") -> Finding:
    return Finding(kind, severity, (1, 2), seen, "title", "why", "advice")  # type: ignore[arg-type]


VERDICT = Verdict(
    (found("retry_storm", "error", "a\x1bb <&>"), found("no_jitter", "warning"), found("not_retried", "note"))
)


@pytest.mark.parametrize(("strict", "failing"), [(False, {"retry_storm"}), (True, {"retry_storm", "no_jitter"})])
def test_a_kind_fails_for_its_errors_and_if_strict_for_its_warnings(strict, failing):
    (suite,) = Tree.fromstring(junit(VERDICT, strict=strict))
    cases = {case.get("name").partition(":")[0]: case for case in suite}
    assert list(cases) == [kind.name for kind in kinds()]
    assert {name for name, case in cases.items() if case.find("failure") is not None} == failing
    assert (suite.get("tests"), suite.get("failures")) == (str(len(kinds())), str(len(failing)))
    assert cases["not_retried"].findtext("system-out").startswith("note: seen [calls 1, 2]\nWhy it matters: ")
    failure = cases["retry_storm"].find("failure")
    assert failure.get("message") == "a\N{REPLACEMENT CHARACTER}b <&>"
    assert "What to do: " in failure.text


def test_nothing_found_passes():
    (suite,) = Tree.fromstring(junit(Verdict(())))
    assert [list(case) for case in suite] == [[]] * len(kinds())
