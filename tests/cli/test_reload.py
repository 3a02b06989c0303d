"""What a reload says, exactly, and which folders are watched."""

import json

import click
import pytest

from mockai.cli.reload import _folders, _matters, as_json, as_text
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
