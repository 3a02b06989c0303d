"""`mockai init`: what it writes works, and nothing is overwritten."""

import os
import subprocess
import sys

import pytest

NEXT = "\nNext:  pytest {0}test_with_mockai.py  or  mockai serve {0}scenarios\n"


@pytest.mark.parametrize(("words", "prefix"), [([], ""), (["new/place"], "new/place/")], ids=["here", "elsewhere"])
def test_a_scenario_and_a_test_are_written(mockai, here, words, prefix):
    result = mockai("init", *words)
    expected = f"written  {prefix}scenarios/first.yaml\nwritten  {prefix}test_with_mockai.py\n" + NEXT.format(prefix)
    assert (result.exit_code, result.stdout) == (0, expected)
    assert sorted(path.name for path in (here / prefix).rglob("*.*")) == ["first.yaml", "test_with_mockai.py"]


def test_what_is_there_is_kept(mockai, write):
    mine = write("test_with_mockai.py", "# mine\n")
    result = mockai("init")
    assert result.stdout == "written  scenarios/first.yaml\nkept  test_with_mockai.py\n" + NEXT.format("")
    assert mine.read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("directory", "path", "reason"),
    [
        ("taken", "taken/scenarios/first.yaml", "something else is in its place"),
        ("file/sub", "file/sub/scenarios/first.yaml", "Not a directory"),
    ],
)
def test_what_cannot_be_written_is_said(mockai, write, here, directory, path, reason):
    write("file", "")
    (here / "taken" / "scenarios" / "first.yaml").mkdir(parents=True)
    result = mockai("init", directory)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == f"Error: Cannot write {path}: {reason}."


def test_the_scenario_is_clean(mockai):
    mockai("init")
    result = mockai("check", "--strict")
    assert (result.exit_code, result.stdout) == (0, "ok  1 file, 2 rules\n")


def test_the_test_passes(mockai, here):
    mockai("init")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_with_mockai.py"]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, env={**os.environ}, timeout=60)
    assert (done.returncode, done.stdout.splitlines()[-1].split(" in ")[0]) == (0, "2 passed")
