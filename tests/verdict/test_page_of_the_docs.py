"""The page about the verdict lists every finding, in the words of the code."""

from pathlib import Path

from mockai.verdict import kinds

PAGE = Path(__file__).parents[2] / "docs" / "verdict.md"
HEAD = "| finding | severity | what the client did | why it matters | what to do |\n|---|---|---|---|---|\n"


def row(kind):
    """The row of a finding."""
    return f"| `{kind.name}` | {', '.join(kind.severities)} | {kind.title} | {kind.why} | {kind.advice} |"


def test_the_table_of_findings_is_that_of_the_code():
    _, _, table = PAGE.read_text(encoding="utf-8").partition(HEAD)
    assert table.partition("\n\n")[0].splitlines() == [row(kind) for kind in kinds()]
