"""Brown-outs: which calls a schedule strikes, with what, and what is left alone."""

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import openai
import orjson
import pytest

from mockai import MockOpenAI
from mockai.engine import Engine
from mockai.errors import ScenarioError
from mockai.scenario.loading import load_data, load_text
from mockai.scenario.writing import dump
from mockai.settings import Settings
from mockai.wire import Abort, Body, Head, HTTPRequest, Wait

JSON = (("content-type", "application/json"),)


class World:
    """An engine whose clock stands until it is told to move."""

    def __init__(self, *brownouts, rules=({"reply": "Fine."},), seed=0, **scenario):
        loaded = load_data({"brownouts": list(brownouts), "rules": list(rules), **scenario})
        self.engine = Engine(loaded, Settings(seed=seed, then="fail"))
        self.engine.clock = lambda: self.now
        self.now = 0.0

    def ask(self, text="Hi", path="/v1/chat/completions", method="POST", **body):
        """The steps of the reply to a request."""
        body = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **body}
        exchange = self.engine.handle(HTTPRequest(method, path, (), JSON, orjson.dumps(body)))
        steps = list(exchange.plan)
        exchange.end("complete")
        self.entry = exchange.entry
        return steps

    def status(self, **body):
        """Its status."""
        return next(step.status for step in self.ask(**body) if isinstance(step, Head))

    def statuses(self, count):
        return [self.status() for _ in range(count)]


def by_calls(*phases, **more):
    return World({"phases": list(phases), **more})


@pytest.mark.parametrize(
    ("phases", "statuses"),
    [
        ([{"phase": "down", "calls": 2}], [503, 503, 200, 200]),
        ([{"phase": "healthy", "calls": 1}, "down"], [200, 503, 503, 503]),
        ([{"phase": "down", "calls": 1, "error": 429}, {"phase": "down", "calls": 1}], [429, 503, 200]),
        ([{"phase": "degraded", "calls": 3, "rate": 1, "error": "overloaded"}], [503, 503, 503, 200]),
        ([{"phase": "recovering", "calls": 2, "rate": [1, 0]}], [503, 200, 200]),
        ([{"phase": "recovering", "calls": 1, "rate": [1, 0]}], [503, 200]),
        ([{"phase": "healthy", "calls": 2}], [200, 200, 200]),
    ],
)
def test_phases_last_so_many_calls_and_all_is_well_after_the_last(phases, statuses):
    assert by_calls(*phases).statuses(len(statuses)) == statuses


def test_a_cycle_begins_anew():
    world = by_calls({"phase": "down", "calls": 1}, {"phase": "healthy", "calls": 2}, cycle=True)
    assert world.statuses(7) == [503, 200, 200, 503, 200, 200, 503]


@pytest.mark.parametrize(
    ("times", "statuses"),
    [
        ([0, 9.9, 10, 29.9, 30, 1000], [200, 200, 503, 503, 200, 200]),
        ([100, 109, 110, 130], [200, 200, 503, 200]),  # it begins with the first call
        ([0, 29.9], [200, 503]),
        ([0, 500], [200, 200]),
    ],
)
def test_phases_last_so_many_seconds_whether_calls_come_or_not(times, statuses):
    world = by_calls({"phase": "healthy", "seconds": 10}, {"phase": "down", "seconds": 20})
    seen = []
    for world.now in times:
        seen.append(world.status())
    assert seen == statuses


@pytest.mark.parametrize(("now", "status"), [(9, 200), (10, 503), (30, 200), (3e12, 200), (3e12 + 15, 503)])
def test_a_cycle_of_seconds_leaves_out_the_rounds_nobody_saw(now, status):
    world = by_calls({"phase": "healthy", "seconds": 10}, {"phase": "down", "seconds": 20}, cycle=True)
    assert world.status() == 200
    world.now = now
    assert world.status() == status


def test_calls_and_seconds_take_turns():
    world = by_calls({"phase": "down", "calls": 2}, {"phase": "healthy", "seconds": 5}, {"phase": "down", "calls": 1})
    seen = []
    for world.now in (0, 100, 101, 105, 106, 107):
        seen.append(world.status())
    assert seen == [503, 503, 200, 200, 503, 200]


def test_the_rate_follows_from_the_seed():
    schedule = {"phases": [{"phase": "degraded", "rate": 0.5}]}
    first, again, other = (World(schedule, seed=seed).statuses(200) for seed in (0, 0, 1))
    assert first == again != other
    assert 80 <= first.count(503) <= 120


def test_a_rate_that_falls_strikes_less_and_less():
    world = by_calls({"phase": "recovering", "calls": 400, "rate": [1, 0]})
    quarters = [world.statuses(100).count(503) for _ in range(4)]
    assert quarters == sorted(quarters, reverse=True)
    assert quarters[0] > 75 > 25 > quarters[3]


def test_a_rate_may_fall_over_seconds():
    world = by_calls({"phase": "recovering", "seconds": 100, "rate": [1, 0]})
    assert world.status() == 503
    world.now = 99.999
    assert world.statuses(20).count(503) == 0


def test_an_error_takes_no_turn_of_the_rule():
    world = World({"phases": [{"phase": "down", "calls": 2}]}, rules=[{"replies": ["one", "two"]}])
    assert world.statuses(4) == [503, 503, 200, 200]
    assert [(e.rule, e.reply, e.phase) for e in world.engine.store.session("").journal.entries()] == [
        ("(brown-out scenario#1: down)", 0, "down"),
        ("(brown-out scenario#1: down)", 0, "down"),
        ("scenario#1", 0, None),
        ("scenario#1", 1, None),
    ]


def test_an_error_says_when_to_come_back():
    world = by_calls({"phase": "down", "error": {"status": 429, "message": "Not now, {{ call }}."}, "retry_after": 7})
    for call in (1, 2):
        head, body = world.ask()
        assert dict(head.headers)["retry-after"] == "7"
        assert orjson.loads(body.data)["error"]["message"] == f"Not now, {call}."


def test_faults_are_added_to_those_of_the_reply():
    rule = {"reply": {"text": "one two", "faults": ["crlf"]}}
    world = World({"phases": [{"phase": "degraded", "rate": 1, "faults": ["disconnect"]}]}, rules=[rule])
    steps = world.ask(stream=True)
    assert steps[-1] == Abort("close")
    assert b"\r\n\r\n" in steps[1].data
    assert (world.entry.faults, world.entry.rule, world.entry.phase) == (
        ("crlf", "disconnect"),
        "scenario#1",
        "degraded",
    )


def test_latency_takes_the_place_of_the_replys_own():
    rule = {"reply": {"text": "one", "latency": 1}}
    world = World({"phases": [{"phase": "degraded", "rate": 1, "calls": 1, "latency": 9}]}, rules=[rule])
    waits = [[step.seconds for step in world.ask() if isinstance(step, Wait)] for _ in range(2)]
    assert waits == [[9.0], [1.0]]


def test_what_the_file_has_for_every_reply_stays():
    world = World({"phases": [{"phase": "degraded", "rate": 1, "faults": "bom"}]}, defaults={"faults": ["crlf"]})
    world.ask(stream=True)
    assert world.entry.faults == ("crlf", "bom")


@pytest.mark.parametrize(("path", "phase"), [("/v1/files", "down"), ("/v1/models", "down")])
def test_operations_that_answer_by_themselves_are_struck_too(path, phase):
    world = World({"phases": [{"phase": "down", "faults": ["reset"]}]})
    assert world.ask(path=path, method="GET") == [Abort("reset")]
    assert (world.entry.phase, world.entry.faults) == (phase, ("reset",))


def test_embeddings_that_nobody_scripted_are_struck_too():
    world = World({"phases": [{"phase": "degraded", "rate": 1, "latency": 3}]}, rules=())
    body = b'{"model": "text-embedding-3-small", "input": "Hi"}'
    steps = list(world.engine.handle(HTTPRequest("POST", "/v1/embeddings", (), JSON, body)).plan)
    assert steps[0] == Wait(3.0)


@pytest.mark.parametrize(
    ("when", "asked", "status"),
    [
        ({"model": "gpt-4o"}, {}, 503),
        ({"model": "gpt-4o"}, {"model": "gpt-4o-mini"}, 200),
        ({"user": "Hi", "stream": False}, {}, 503),
        ({"not": {"user": "Hi"}}, {}, 200),
        ({"state": {"step": "new"}}, {}, 503),
        ({"state": {"step": "old"}}, {}, 200),
    ],
)
def test_conditions_say_which_calls_are_concerned(when, asked, status):
    world = World({"when": when, "phases": ["down"]}, state={"initial": {"step": "new"}})
    assert world.status(**asked) == status


def test_the_first_that_fits_decides():
    slow, down = {"when": {"model": "gpt-4o"}, "phases": [{"phase": "healthy", "calls": 1}]}, {"phases": ["down"]}
    world = World(slow, down)
    assert [world.status(), world.status(), world.status(model="o3")] == [200, 200, 503]


def test_each_session_has_its_own_place_and_a_reset_begins_anew():
    world = by_calls({"phase": "down", "calls": 1})
    other = "/s/other/v1/chat/completions"
    assert [world.status(), world.status(), world.status(path=other)] == [503, 200, 503]
    world.engine.store.session("").reset()
    assert world.status() == 503


def test_calls_at_once_get_each_their_place_once():
    world = by_calls({"phase": "down", "calls": 40}, {"phase": "healthy", "calls": 40}, {"phase": "down", "calls": 20})
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: world.status(), range(120)))
    assert Counter(statuses) == {503: 60, 200: 60}


def test_one_may_be_added_at_run_time_and_stands_above_those_of_files():
    with MockOpenAI({"brownouts": [{"phases": ["down"]}], "rules": [{"reply": "Fine."}]}, mode="patch") as mock:
        key = mock.brownout(
            {"phase": "down", "calls": 1, "error": 418}, {"phase": "healthy", "calls": 1}, model="gpt-4o"
        )
        assert key == "brownout+1"
        with mock.client(max_retries=0) as client:
            for model in ("gpt-4o", "gpt-4o", "o3"):
                with contextlib.suppress(openai.APIStatusError):
                    client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hi"}])
        assert [(call.status, call.phase) for call in mock.calls] == [(418, "down"), (200, "healthy"), (503, "down")]
        mock.reset()
        assert mock.session.schedules == ()


def test_a_mistake_at_run_time_says_where_it_was_made():
    with pytest.raises(ScenarioError, match=r"test_brownouts\.py:\d+ at phases\[0\]"):
        MockOpenAI().brownout("dwon", not_={"model": "x"})


# ------------------------------------------------------------------------------------------- upstreams


def test_an_upstream_is_reached_by_its_path_or_by_its_models():
    upstreams = {"a": "/a", "deep": "/a/b", "m": {"models": ["o3*", "gpt-3*"]}, "both": {"path": "/c", "models": "x"}}
    world = World(upstreams=upstreams)
    asked = [
        ("/a/v1/chat/completions", "gpt-4o"),
        ("/a/b/v1/chat/completions", "gpt-4o"),
        ("/v1/chat/completions", "o3-mini"),
        ("/a/v1/chat/completions", "o3-mini"),
        ("/c/v1/chat/completions", "gpt-4o"),
        ("/v1/chat/completions", "x"),
        ("/v1/chat/completions", "gpt-4o"),
        ("/s/mine/a/v1/chat/completions", "gpt-4o"),
    ]
    seen = []
    for path, model in asked:
        assert world.status(path=path, model=model) == 200
        seen.append((world.entry.request.http.upstream, world.entry.as_json()["upstream"]))
    assert seen == [(name, name or None) for name in ("a", "deep", "m", "a", "both", "both", "", "a")]


def test_rules_and_brownouts_ask_for_an_upstream():
    world = World(
        {"when": {"upstream": "main"}, "phases": [{"phase": "down", "calls": 1}]},
        upstreams={"main": "/main", "backup": "/backup"},
        rules=[{"when": {"upstream": "b*"}, "reply": "second"}, {"reply": "{{ request.upstream }}"}],
    )
    assert world.status(path="/backup/v1/chat/completions") == 200
    assert world.entry.rule == "scenario#1"
    assert [world.status(path="/main/v1/chat/completions") for _ in range(2)] == [503, 200]
    body = world.ask(path="/main/v1/chat/completions")[-1]
    assert isinstance(body, Body)
    assert orjson.loads(body.data)["choices"][0]["message"]["content"] == "main"


def test_a_request_to_another_upstream_is_a_near_miss():
    world = World(upstreams={"main": "/main"}, rules=[{"when": {"upstream": "mian"}, "reply": "x"}])
    assert world.status(path="/main/v1/chat/completions") == 404
    assert 'upstream: expected "mian", seen "main"' in world.entry.unmatched
    assert world.status() == 404
    assert 'upstream: expected "mian", seen none' in world.entry.unmatched


# ------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("brownouts: [{phases: []}]", "`phases` must be a list of at least 1; seen a list of 0"),
        ("brownouts: [{phases: [dwon]}]", "must be one of healthy, degraded, down, recovering"),
        ("brownouts: [{phases: [down, healthy]}]", "phase 1 (down) never ends; give it `calls` or `seconds`"),
        ("brownouts: [{cycle: true, phases: [down]}]", "phase 1 (down) never ends"),
        ("brownouts: [{phases: [{phase: down, calls: 1, seconds: 1}]}]", "so many `calls` or so many `seconds`"),
        (
            "brownouts: [{phases: [{phase: healthy, error: 500}]}]",
            "strikes no call, so it has no `error`",
        ),
        ("brownouts: [{phases: [recovering]}]", "the rate goes from 0.5 to 0: say over how many"),
        ("brownouts: [{phases: [{phase: down, faults: reset, retry_after: 3}]}]", "retry_after belongs to an `error`"),
        ("brownouts: [{phases: [{phase: down, rate: 1.5}]}]", "1"),
        ("brownouts: [{when: {any: [{call: 2}]}, phases: [down]}]", "give the phases `calls` instead"),
        ("brownouts: [{when: {all: [{not: {call: 2}}]}, phases: [down]}]", "give the phases `calls` instead"),
        ('brownouts: [{phases: [{phase: down, error: {status: 500, message: "{{ nope }}"}}]}]', "nope"),
        ("upstreams: {a: a}", "the path of an upstream looks like /primary; seen 'a'"),
        ("upstreams: {a: /v1/x}", "/v1 has a meaning of its own here; take another path"),
        ("upstreams: {a: {}}", "an upstream is reached by its `path`, its `models`, or both"),
        ("upstreams: {a: /x, b: /x}", "a and b have the same path, /x"),
    ],
)
def test_a_mistake_is_told(written, message):
    with pytest.raises(ScenarioError) as caught:
        load_text(written, "f.yaml")
    assert message in str(caught.value)
    assert str(caught.value).count("f.yaml:1:") >= 1


def test_what_is_written_is_written_back():
    text = """upstreams:
  a: /a
  b:
    path: /b
    models: o3*
brownouts:
- name: bad day
  when:
    upstream: a
  phases:
  - phase: healthy
    calls: 3
  - phase: degraded
    seconds: 2.5
    rate: 0.25
    error: overloaded
    retry_after: '2'
  - phase: recovering
    calls: 5
    rate:
    - 0.8
    - 0.0
    latency: 2
    faults: reset
  - down
  cycle: false
rules:
- reply: x
"""
    scenario = load_text(text).files[0].scenario
    assert load_text(dump(scenario)).files[0].scenario == scenario
    assert "- down\n" in dump(scenario)
    assert "  a: /a\n" in dump(scenario)
