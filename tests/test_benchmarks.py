"""What the docs say of speed is what was measured, and what is measured is what it is called."""

import json
from itertools import islice

import pytest

from benchmarks.asked import CHAT, requests
from benchmarks.table import PAGE, RESULTS, meant, missed, shown, tables, written
from mockai import MockOpenAI


def test_the_page_has_the_tables_of_the_last_whole_run():
    page = PAGE.read_text()
    assert written(page, json.loads(RESULTS.read_text())) == page


def test_a_page_without_a_place_for_tables_is_left_alone():
    with pytest.raises(ValueError, match="no place for tables"):
        written("# A page\n", {"machine": {}, "measured": [], "alone": []})


def test_each_line_of_a_report_is_a_row():
    report = json.loads(RESULTS.read_text())
    names = [row.split(" | ")[0].removeprefix("| ") for row in tables(report).splitlines()]
    for line in report["measured"] + report["alone"]:
        assert names.count(f"{line['name']} ({line['unit']})") == 1
    assert [shown(number) for number in (0.5, 9.999, 10, 12345.6)] == ["0.50", "10.00", "10", "12,346"]


def test_the_last_whole_run_met_every_goal():
    report = json.loads(RESULTS.read_text())
    assert missed(report) == []
    assert sum(line["least"] is not None for line in report["measured"]) == 9
    assert sum(line["most"] is not None for line in report["measured"] + report["alone"]) == 18


def test_a_goal_that_is_missed_is_named():
    line = {"name": "chat", "unit": "replies/s", "median": {"mockai": 40.0, "other": 100.0}, "ratio": 0.4}
    start = {"name": "start", "unit": "s", "median": {"mockai": 0.6, "other": 0.1}, "ratio": 6.0, "least": None}
    alone = {"name": "memory", "unit": "MB", "value": 100.0, "most": 80, "timed": False}
    slow = {"name": "late", "unit": "ms", "value": 22.0, "most": 20, "timed": True}
    told = {"name": "a call", "unit": "ms", "value": 1.0, "most": None, "timed": True}
    measured = [{**line, "least": 0.5, "most": None}, {**start, "most": 0.5}]
    report = {"measured": measured, "alone": [alone, slow, told]}
    chat, memory = "chat: 0.40 times, meant to be 0.5 or more", "memory: 100 MB, meant to be 80 at most"
    begun, late = "start: 0.60 s, meant to be 0.5 at most", "late: 22 ms, meant to be 20 at most"
    assert missed(report) == [chat, begun, memory, late]
    assert missed(report, 1.15) == [chat, begun, memory]
    assert missed(report, 1.22) == [chat, memory]
    assert missed(report, 1.6) == [memory]
    assert [meant(0.5, None), meant(None, 80), meant(None, None)] == ["at least 0.5", "at most 80", ""]


@pytest.mark.parametrize(("asked", "told"), [("benchmarks.load", False), ("wrk 4.1.0", True)])
def test_the_page_says_who_asked(asked, told):
    report = json.loads(RESULTS.read_text())
    report["machine"]["asked by"] = asked
    assert tables(report).rstrip().endswith(f", {asked}." if told else f"httptools {report['machine']['httptools']}.")


@pytest.mark.parametrize(("kind", "different"), [("same chat", 1), ("chat", 100), ("stream", 100)])
def test_requests_are_alike_only_where_they_are_called_the_same(kind, different):
    assert len(set(islice(requests(kind), 100))) == different


def test_the_request_that_is_measured_matches_the_fifteenth_of_twenty_rules():
    with MockOpenAI("benchmarks/scenarios/twenty_rules.yaml", mode="patch", set_env=False) as mock:
        body = json.loads(CHAT.partition(b"\r\n\r\n")[2])
        mock.client().chat.completions.create(**body)
        (call,) = mock.calls
        assert [rule.key for rule in mock.engine.script.rules].index(call.rule) == 14
        assert len(mock.engine.script.rules) == 20
