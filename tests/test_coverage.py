"""What of the scenario files a call has met, and what not."""

import orjson
import pytest

from mockai.coverage import Coverage, lines
from mockai.engine import Engine
from mockai.scenario.loading import load, load_data
from mockai.settings import Settings
from mockai.wire import HTTPRequest

CALLS = """\
brownouts:
  - name: bad day
    when: {model: o3}
    phases: [{phase: healthy, calls: 1}, down]
rules:
  - name: flaky
    when: {user: flaky}
    replies: [{error: 500}, {text: "yes", faults: [crlf]}, "no"]
  - name: never asked
    when: {user: unused}
    replies: [{text: "yes", faults: [reset]}, "no"]
  - reply: Hello.
"""


class World:
    """Scenario files, and an engine that is watched."""

    def __init__(self, folder, **files):
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(text)
        self.folder = folder
        self.coverage = Coverage()
        self.engine = Engine(load(folder), Settings(then="repeat_last"))
        self.coverage.watch(self.engine)

    def ask(self, text="Hi", **body):
        data = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], "stream": True, **body}
        headers = (("content-type", "application/json"),)
        exchange = self.engine.handle(HTTPRequest("POST", "/v1/chat/completions", (), headers, orjson.dumps(data)))
        list(exchange.plan)
        exchange.end("complete")


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    return World(tmp_path / "scenarios", calls=CALLS)


def test_what_is_met_and_what_is_missing_by_kind(world):
    for text in ("flaky", "flaky", "Hi"):
        world.ask(text)
    world.ask(model="o3")
    (file,) = world.coverage.files()
    assert (file.name, file.percent) == ("scenarios/calls.yaml", 50.0)
    assert file.total == {"rule": 3, "reply": 5, "fault": 2, "phase": 2}
    assert file.met == {"rule": 2, "reply": 2, "fault": 1, "phase": 1}
    assert [(each.kind, each.where, each.what) for each in file.missing] == [
        ("reply", "scenarios/calls.yaml:6:5", "reply 3 of rule `flaky` was never given"),
        ("rule", "scenarios/calls.yaml:9:5", "rule `never asked` was never used"),
        ("reply", "scenarios/calls.yaml:9:5", "reply 1 of rule `never asked` was never given"),
        ("fault", "scenarios/calls.yaml:9:5", "the fault reset in reply 1 of rule `never asked` never struck"),
        ("reply", "scenarios/calls.yaml:9:5", "reply 2 of rule `never asked` was never given"),
        ("phase", "scenarios/calls.yaml", "phase 2 (down) of brown-out `bad day` was never reached"),
    ]


def test_the_table_leaves_out_what_belongs_to_a_rule_that_is_missing_itself(world):
    for text in ("flaky", "flaky", "Hi"):
        world.ask(text)
    world.ask(model="o3")
    assert list(lines(world.coverage)) == [
        "scenario              rules  replies  faults  phases  met",
        "scenarios/calls.yaml  2/3    2/5      1/2     1/2     50 %",
        "  scenarios/calls.yaml:6:5: reply 3 of rule `flaky` was never given",
        "  scenarios/calls.yaml:9:5: rule `never asked` was never used",
        "  scenarios/calls.yaml: phase 2 (down) of brown-out `bad day` was never reached",
        "all                                                   50 %",
    ]


def test_a_reset_forgets_nothing(world):
    world.ask("flaky")
    world.engine.store.session("").reset()
    world.ask("flaky")
    world.ask("Hi")
    assert world.coverage.files()[0].met["rule"] == 2


def test_a_reply_without_faults_of_its_own_meets_those_of_its_file(tmp_path):
    rules = "rules: [{name: own, when: {user: own}, reply: {text: a, faults: []}}, {reply: b}]"
    faults = f"defaults: {{faults: [crlf, bom]}}\n{rules}"
    world = World(tmp_path, a=faults)
    world.ask("own")
    assert world.coverage.files()[0].met["fault"] == 0
    world.ask()
    assert [each.what for each in world.coverage.files()[0].missing] == []


def test_files_count_that_no_engine_has_loaded(world, tmp_path):
    (tmp_path / "more.yaml").write_text("rules: [{reply: x}]")
    world.coverage.add(load(tmp_path / "more.yaml"))
    assert [(file.name, file.percent) for file in world.coverage.files()] == [
        ("more.yaml", 0.0),
        ("scenarios/calls.yaml", 0.0),
    ]


def test_a_file_without_rules_is_met(tmp_path):
    world = World(tmp_path, empty="description: Nothing yet.")
    assert (world.coverage.files()[0].percent, world.coverage.percent) == (100.0, 100.0)


def test_rules_that_stand_in_no_file_do_not_count():
    engine = Engine(load_data({"rules": [{"reply": "x"}], "brownouts": [{"phases": ["down"]}]}))
    coverage = Coverage()
    coverage.watch(engine)
    World.ask(type("Of", (), {"engine": engine}))
    assert (coverage.files(), coverage.percent) == ((), 100.0)


def test_an_engine_without_scenarios_has_nothing_to_meet():
    coverage, engine = Coverage(), Engine()
    coverage.watch(engine)
    World.ask(type("Of", (), {"engine": engine}))
    assert coverage.as_json() == {"percent": 100.0, "files": []}


def test_files_loaded_again_are_counted_as_they_are_now(world):
    world.ask("flaky")
    (world.folder / "calls.yaml").write_text("rules: [{name: flaky, reply: x}, {when: {model: y}, reply: z}]")
    world.engine.load(load(world.folder))
    world.ask("Hi")
    (file,) = world.coverage.files()
    assert (file.total["rule"], file.met["rule"], file.total["phase"]) == (2, 1, 0)


def test_what_processes_have_seen_adds_up(world):
    other = World(world.folder)
    world.ask("flaky")
    other.ask("Hi")
    together = Coverage()
    for each in (world, other):
        together.merge(orjson.loads(orjson.dumps(each.coverage.as_data())))
    assert together.files()[0].met == {"rule": 2, "reply": 1, "fault": 0, "phase": 0}
    assert together.as_json() == {
        "percent": 25.0,
        "files": [
            {
                "file": "scenarios/calls.yaml",
                "percent": 25.0,
                "rules": {"total": 3, "met": 2},
                "replies": {"total": 5, "met": 1},
                "faults": {"total": 2, "met": 0},
                "phases": {"total": 2, "met": 0},
                "missing": [
                    {"kind": each.kind, "where": each.where, "what": each.what} for each in together.files()[0].missing
                ],
            }
        ],
    }
