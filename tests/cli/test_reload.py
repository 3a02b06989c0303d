"""What a reload says, exactly, which folders are watched, and which changes are seen."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from mockai.cli.reload import _folders, _matters, as_json, as_text, keep_loaded, stamps
from mockai.engine import Engine
from mockai.errors import MockAIError, Problem, ScenarioError
from mockai.scenario.loading import load

SHADOWED = "rules:\n  - reply: a\n  - reply: b\n"
BROKEN = ScenarioError([Problem("a.yaml:1:2", "no such key", "Did you mean x?")])


def test_people_read_what_was_loaded(write):
    write("a.yaml", "rules: [{reply: Hi}]\n")
    assert click.unstyle(as_text(load("a.yaml"), ("a.yaml", "b.yaml"))) == "reloaded  a.yaml, b.yaml: 1 rule in 1 file"


def test_people_read_warnings(write):
    write("a.yaml", SHADOWED)
    lines = click.unstyle(as_text(load("a.yaml"), ("a.yaml",))).splitlines()
    assert lines[0] == "reloaded  a.yaml: 2 rules in 1 file"
    assert lines[1].startswith("warning  a.yaml:3:5: rule a.yaml#2 can never fire")


def test_people_read_where_it_broke():
    assert click.unstyle(as_text(BROKEN, ("a.yaml",))) == (
        "not reloaded  a.yaml: the rules stay as they were\n    a.yaml:1:2: no such key\n        Did you mean x?"
    )


@pytest.mark.parametrize(
    ("error", "problems"),
    [
        (BROKEN, [{"where": "a.yaml:1:2", "message": "no such key", "hint": "Did you mean x?"}]),
        (MockAIError("files cannot be watched"), []),
    ],
)
def test_machines_get_the_problems(error, problems):
    assert json.loads(as_json(error, ("a.yaml",))) == {
        "event": "not_reloaded",
        "changed": ["a.yaml"],
        "message": str(error),
        "problems": problems,
    }


def test_machines_get_the_numbers_and_warnings(write):
    write("a.yaml", SHADOWED)
    shown = json.loads(as_json(load("a.yaml"), ("a.yaml",)))
    assert [warning["where"] for warning in shown.pop("warnings")] == ["a.yaml:3:5"]
    assert shown == {"event": "reloaded", "changed": ["a.yaml"], "files": 1, "rules": 2}


def test_folders_given_are_watched_and_those_of_files_outside_them(write, here):
    write("all/deep/a.yaml", "rules: [{reply: Hi}]\n")
    single = write("single.yaml", "include: parts/b.yaml\n")
    write("parts/b.yaml", "rules: [{reply: Hi}]\n")
    paths = (here / "all", single)
    assert _folders(paths, load(*paths)) == {here / "all", here, here / "parts"}


@pytest.mark.parametrize(
    ("path", "matters"),
    [
        ("x/a.yaml", True),
        ("x/a.yml", True),
        ("x/a.json", True),
        ("x/a.yaml~", False),
        ("x/.#a.yaml", False),
        ("x/4913", False),
    ],
)
def test_only_scenario_files_matter(path, matters):
    assert _matters("added", path) is matters


class Watched:
    """What the system tells of changes, as a test has it tell; and what was told of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *paths: str) -> None:
        self.paths = tuple(map(Path, paths))
        self.seen = stamps(self.paths)
        self.engine = Engine(load(*self.paths))
        self.said: list[str] = []
        self._monkeypatch = monkeypatch

    async def hears(self, *steps: Callable[[], tuple[str, ...]]) -> list[str]:
        """What is said while the system tells what these steps return, one after the other."""
        over = asyncio.get_running_loop().create_future()
        left = iter(steps)

        async def changes(folders, *, recursive):
            for step in left:
                yield step()
            over.set_result(None)
            await asyncio.sleep(1000)

        self._monkeypatch.setattr("mockai.cli.reload._changes", changes)
        watching = asyncio.ensure_future(keep_loaded(self.engine, self.paths, load(*self.paths), self.seen, self._tell))
        await asyncio.wait({over, watching}, return_when=asyncio.FIRST_COMPLETED)
        watching.cancel()
        return self.said

    def _tell(self, outcome, names):
        self.said.append(click.unstyle(as_text(outcome, names)).splitlines()[0])


def quiet() -> tuple[str, ...]:
    return ()


@pytest.fixture
def watched(write, monkeypatch) -> Watched:
    write("a.yaml", "include: parts/b.yaml\nrules: [{reply: Hi}]\n")
    write("parts/b.yaml", "rules: [{when: {user: x}, reply: Hi}]\n")
    return Watched(monkeypatch, "a.yaml")


async def test_a_change_that_nobody_was_told_of_is_seen_within_a_second(watched, write):
    def changed():
        write("a.yaml", "rules: [{reply: Bye}]\n")
        return ()

    assert await watched.hears(quiet, changed, quiet, quiet) == ["reloaded  a.yaml: 1 rule in 1 file"]


async def test_a_change_before_the_watch_began_is_seen(watched, write):
    """Between the moment in which the file was read and the first look."""
    write("a.yaml", "rules: [{when: {user: a}, reply: Bye}, {reply: Hello}]\n")
    assert await watched.hears(quiet, quiet) == ["reloaded  a.yaml: 2 rules in 1 file"]


async def test_what_the_system_tells_is_not_seen_once_more(watched, write):
    def told():
        write("a.yaml", "rules: [{reply: Bye}]\n")
        return ("a.yaml",)

    assert await watched.hears(told, quiet, quiet) == ["reloaded  a.yaml: 1 rule in 1 file"]


async def test_files_that_are_included_are_looked_at_too(watched, write):
    def changed():
        write("parts/b.yaml", "rules: [{when: {user: y}, reply: Hi}, {when: {user: x}, reply: Hi}]\n")
        return ()

    assert await watched.hears(quiet, changed, quiet) == ["reloaded  b.yaml: 3 rules in 2 files"]


async def test_a_file_that_is_gone_is_a_change_once(watched, here):
    def gone():
        (here / "parts" / "b.yaml").unlink()
        return ()

    assert await watched.hears(gone, quiet, quiet) == ["not reloaded  b.yaml: the rules stay as they were"]


async def test_a_file_that_is_new_in_a_folder_is_a_change(write, monkeypatch, here):
    write("all/a.yaml", "rules: [{when: {user: x}, reply: Hi}]\n")

    def added():
        write("all/deep/b.yaml", "rules: [{reply: Hi}]\n")
        write("all/notes.txt", "nothing")
        return ()

    assert await Watched(monkeypatch, "all").hears(quiet, added, quiet) == ["reloaded  b.yaml: 2 rules in 2 files"]
