"""Every block of the README and of docs/ is run: Python as it stands, tests by pytest, YAML loaded, commands executed.

The sessions of docs/cli.md, and the files they speak of, are run by tests/cli/test_docs.py.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mockai import MockOpenAI
from mockai.scenario.loading import load_text

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SET_UP = "python3 -m venv .venv && .venv/bin/pip install"


def blocks(language: str) -> list:
    """Every block of a language, named by its page and line."""
    found = []
    for page in PAGES:
        text = page.read_text()
        for match in BLOCK.finditer(text):
            if match[1] == language:
                line = text[: match.start()].count("\n") + 1
                found.append(pytest.param(match[2], id=f"{page.name}:{line}"))
    return found


def test_every_block_has_a_language_that_is_run():
    languages = {match[1] for page in PAGES for match in BLOCK.finditer(page.read_text())}
    assert languages <= {"python", "yaml", "bash", "console", "text", "json"}


@pytest.mark.parametrize("code", [param for param in blocks("yaml") if not param.id.startswith("cli.md")])
def test_yaml_is_a_scenario(code):
    loaded = load_text(code if "rules:" in code else f"rules:\n{code}")
    assert loaded.warnings == ()


@pytest.mark.parametrize("code", blocks("python"))
def test_python_runs(code, tmp_path, monkeypatch):
    if "def test_" in code:
        (tmp_path / "test_block.py").write_text(code)
        arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "test_block.py"]
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stdout + run.stderr
    else:
        monkeypatch.chdir(ROOT)
        exec(compile(code, "block", "exec"), {"__name__": "block"})


def commands() -> list:
    """The lines of bash blocks, without those that set up a whole environment."""
    return [
        pytest.param(line, id=f"{param.id} {line[:40]}")
        for param in blocks("bash")
        for line in param.values[0].splitlines()
        if line.strip() and not line.startswith((SET_UP, "#"))
    ]


@pytest.mark.parametrize("line", commands())
def test_commands_run(line, tmp_path):
    """Commands that ask a server find one that serves `scenarios/`, whatever port the page says."""
    with MockOpenAI(ROOT / "scenarios", then="repeat_last", set_env=False) as mock:
        line = line.replace("http://127.0.0.1:8000", mock.url)
        (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "NO_PROXY": "127.0.0.1",
        }
        run = subprocess.run(
            ["bash", "-euc", line],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
            check=False,
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert '"error"' not in run.stdout, run.stdout


def test_the_readme_has_two_commands_that_set_everything_up():
    """`.ci/run` runs the second one itself; both are one line."""
    lines = [line for param in blocks("bash") for line in param.values[0].splitlines() if line.startswith(SET_UP)]
    readme = [line for line in lines if line in (ROOT / "README.md").read_text()]
    assert [shlex.split(line)[-2:] for line in readme] == [["serve", "scenarios/"], ["&&", ".venv/bin/pytest"]]
