"""The catalogue names every fault, its scenario loads, and the page about faults is current."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockai.cli import main
from mockai.faults import FAULTS, Fault, Place
from mockai.faults.catalogue import GROUPS, Entry, catalogue
from mockai.scenario.lint import lint
from mockai.scenario.loading import load
from mockai.scenario.schema import FaultSpec
from mockai.wire import Step

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios" / "faults"
ENTRIES = catalogue()
REPLIES = ["html_502", "empty_body", "wrong_content_type", "redirect", "json_for_stream"]


def test_every_fault_and_every_strange_reply_is_in_the_catalogue():
    assert sorted(entry.name for entry in ENTRIES) == sorted([*FAULTS, *REPLIES])


def test_entries_stand_group_by_group():
    assert list(dict.fromkeys(entry.group for entry in ENTRIES)) == list(GROUPS[:5])
    ranks = [GROUPS.index(entry.group) for entry in ENTRIES]
    assert ranks == sorted(ranks)


def test_an_entry_says_where_a_fault_strikes_and_what_it_takes():
    (entry,) = (entry for entry in ENTRIES if entry.name == "slow_headers")
    assert entry == Entry(
        "slow_headers",
        "on the socket",
        FAULTS["slow_headers"].summary,
        "faults: [slow_headers]",
        {"before": True},
        {"seconds": 10.0},
    )


@pytest.mark.parametrize("name", ["wrong_schema", "html_502"])
def test_what_has_no_place_on_the_wire_shows_none(name):
    assert next(entry.place for entry in ENTRIES if entry.name == name) is None


def test_a_fault_of_ones_own_comes_last(monkeypatch):
    @dataclass(frozen=True, slots=True)
    class Own(Fault):
        name = "own"
        summary = "Something else."
        default_place = Place("before")

        def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
            return rest

    monkeypatch.setitem(FAULTS, "own", Own)
    assert catalogue()[-1] == Entry("own", "of your own", "Something else.", "faults: [own]", {"before": True}, {})


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_has_a_scenario_with_its_line_in_it(entry):
    file = FOLDER / f"{entry.name.replace('_', '-')}.yaml"
    assert f"      {entry.line}\n" in file.read_text(encoding="utf-8")
    loaded = load(file)
    assert lint(loaded) == ()
    (placed,) = loaded.rules
    assert placed.rule.name == entry.name
    (reply,) = placed.rule.replies
    if entry.group == "as replies":
        assert reply.error.name == entry.name
    else:
        assert reply.faults == (FaultSpec.model_validate(entry.name),)


def test_there_is_no_other_scenario_but_the_one_about_retry_after():
    names = {file.stem.replace("-", "_") for file in FOLDER.glob("*.yaml")}
    assert names == {entry.name for entry in ENTRIES} | {"retry_after"}


def test_they_load_together_with_the_other_scenarios_without_a_warning():
    assert lint(load(ROOT / "scenarios")) == ()


def test_the_page_about_faults_ends_in_the_tables_of_the_command():
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    tables = CliRunner().invoke(main, ["faults", "--markdown"]).output
    assert page[page.index("## On the socket") :].splitlines() == tables.rstrip("\n").splitlines()
