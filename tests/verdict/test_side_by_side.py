"""Beside LLMock 0.2.2: what it finds is found, and what it finds wrongly is not; the page has what was measured.

Skipped unless asked for, since pip downloads it: MOCKAI_ENVIRONMENTS=1 pytest tests/verdict/test_side_by_side.py
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "verdict.md"
OURS = {
    "retry_after_ignored": "retried_too_early",
    "retried_non_retryable": "retried_in_vain",
    "retry_storm": "retry_storm",
    "truncated_stream_accepted": "truncation_accepted",
    "malformed_chunk_ignored": "malformed_chunk_ignored",
    "no_backoff": "no_backoff",
    "gave_up": "not_retried",
    "no_read_timeout": "no_read_timeout",
}
"""What LLMock calls each of its findings, and what they are called here."""


def table(rows):
    """The rows of the page's table."""
    return [f"| {row['does']} | {_cell(row['llmock'])} | {_cell(row['mockai'])} |" for row in rows]


def _cell(found):
    return ", ".join(f"{severity} `{kind}`" for kind, severity in sorted(found.items())) or "nothing"


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """What each says of each client, in a venv of its own."""
    venv = tmp_path_factory.mktemp("llmock") / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = venv / "bin" / "python"
    needs = [ROOT, "llmock==0.2.2", "openai>=3,<4", "httpx", "pytest"]
    subprocess.run([python, "-m", "pip", "install", "-q", *needs], check=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MOCKAI_", "PYTHON"))}
    clean |= {"NO_PROXY": "127.0.0.1"}
    script = Path(__file__).with_name("side_by_side.py")
    done = subprocess.run([python, script], env=clean, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.skipif(
    os.environ.get("MOCKAI_ENVIRONMENTS") != "1",
    reason="makes a venv with pip; MOCKAI_ENVIRONMENTS=1 pytest tests/verdict/test_side_by_side.py runs it",
)
def test_what_the_other_finds_is_found_and_what_it_finds_wrongly_is_not(rows):
    ill = [row for row in rows if not row["well"]]
    assert {kind for row in ill for kind in row["llmock"]} == set(OURS)
    for row in ill:
        assert {OURS[kind] for kind in row["llmock"]} <= set(row["mockai"]), row
    assert [row["mockai"] for row in rows if row["well"]] == [{}] * (len(rows) - len(ill))
    assert "\n".join(table(rows)) in PAGE.read_text(encoding="utf-8")


def test_the_page_has_a_row_for_each_client():
    source = Path(__file__).with_name("side_by_side.py").read_text(encoding="utf-8")
    situations = re.findall(r'^ {4}\(\s*"([^"]+)", ?', source.partition("SITUATIONS = [")[2], re.MULTILINE)
    text = PAGE.read_text(encoding="utf-8")
    assert len(situations) == 17
    assert [name for name in situations if f"| {name} |" not in text] == []
