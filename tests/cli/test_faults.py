"""`mockai faults` lists and explains."""

import json

import pytest

from mockai.cli.faults import measured, rows
from mockai.faults.catalogue import catalogue


def test_every_fault_is_listed_under_its_group(mockai):
    lines = mockai("faults").stdout.splitlines()
    assert lines[0] == "on the socket"
    assert lines[lines.index("in the bytes") - 1] == ""
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert listed == [entry.name for entry in catalogue()]


def test_one_fault_is_told_with_its_line_its_place_its_options_and_what_clients_see(mockai):
    clients = measured()["clients"]
    told = mockai("faults", "stall").stdout.splitlines()
    assert told[:5] == [
        "stall",
        "Nothing is sent and the connection stays open, until the client gives up.",
        "",
        "  scenario  faults: [stall]",
        "  place     before: true",
    ]
    assert told[6:9] == [
        f"  openai-python {clients['openai-python']}",
        "    without a stream  APITimeoutError ← ReadTimeout, 3 attempts",
        "    in a stream       APITimeoutError ← ReadTimeout, 3 attempts",
    ]


def test_options_are_shown_with_what_they_are_if_left_out(mockai):
    assert "  options   by: 100" in mockai("faults", "content_length_mismatch").stdout.splitlines()


def test_a_reply_has_neither_place_nor_options(mockai):
    told = mockai("faults", "html_502").stdout
    assert "  scenario  error: html_502\n" in told
    assert "\n  place" not in told
    assert "\n  options" not in told


def test_json_holds_everything(mockai):
    (told,) = json.loads(mockai("faults", "bom", "--json").stdout)
    assert told == {
        "name": "bom",
        "group": "in the bytes",
        "does": "The body begins with a byte order mark (EF BB BF).",
        "line": "faults: [bom]",
        "place": {"after_headers": True},
        "options": {},
        "seen": measured()["seen"]["bom"],
    }
    assert [one["name"] for one in json.loads(mockai("faults", "--json").stdout)] == [row["fault"] for row in rows()]


@pytest.mark.parametrize(("name", "hint"), [("resett", "Did you mean reset?"), ("zzz", "`mockai faults` lists them.")])
def test_a_wrong_name_says_where_the_right_ones_are(mockai, name, hint):
    run = mockai("faults", name)
    assert run.exit_code == 2
    assert f"no fault is called {name!r}. {hint}" in run.stderr


def test_what_nobody_measured_says_so(mockai, monkeypatch):
    monkeypatch.setattr("mockai.cli.faults.measured", lambda: {"clients": {"curl": "8"}, "seen": {}})
    assert mockai("faults", "bom").stdout.splitlines()[-1] == "    in a stream       not measured"
    row = next(line for line in mockai("faults", "--markdown").stdout.splitlines() if "faults: [bom]" in line)
    assert row.split(" | ")[-1] == "not measured |"
