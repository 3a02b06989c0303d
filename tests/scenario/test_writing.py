"""Scenarios back to YAML, in short forms."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockai.errors import ScenarioError, UsageError
from mockai.faults import Place
from mockai.scenario.loading import load_text
from mockai.scenario.reading import read
from mockai.scenario.schema import (
    Amount,
    AudioSpec,
    BrownoutSpec,
    ChoiceSpec,
    Chunking,
    Citation,
    CountMatch,
    Defaults,
    ErrorSpec,
    EventSpec,
    FaultSpec,
    GateSpec,
    ItemSpec,
    Latency,
    LogprobSpec,
    QuirkSpec,
    RawSpec,
    Reply,
    Rule,
    Scenario,
    StateSpec,
    TextMatch,
    ToolCallSpec,
    ToolMatch,
    ToolResultMatch,
    UsageSpec,
    When,
)
from mockai.scenario.writing import dump

steadily = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ["no", "on", "007", "0x1F", "1e3", "1_0", "12:30", "~", "", "<<", "=", "2024-01-31", "- a", "a: b", "#"]
    ),
    st.sampled_from(
        ["a\n", "a\n\nb", " a\n  b \n", "\ta", "a ", "\x85", "\u2028", "\ufeffa", "'", '"', "{{ now }}", "1e999"]
    ),
).filter(lambda text: "{%" not in text and "{#" not in text and ("{{" not in text or text == "{{ now }}"))
NAMES = st.text("abcxyz_-1 é", min_size=1, max_size=8)
SMALL = st.integers(0, 100)
SECONDS = st.one_of(SMALL, st.floats(0, 1000))
POSITIVE = st.one_of(st.integers(1, 100), st.floats(0.001, 1000))
SCALARS = st.one_of(TEXTS, st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none())
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
MAPPING = st.dictionaries(TEXTS, JSON, max_size=3)
HEADERS = st.dictionaries(NAMES, TEXTS.filter(lambda text: not set("\r\n") & set(text)), max_size=2)


def some(model, /, **fields):
    """A model with some of these fields."""
    return st.fixed_dictionaries({}, optional=fields).map(lambda values: model.model_validate(values))


def one(model, /, **fields):
    """A model with exactly one of these fields."""
    return st.one_of([st.builds(model, **{name: values}) for name, values in fields.items()])


def listed(values, least=0):
    return st.lists(values, min_size=least, max_size=3).map(tuple)


TEXT_MATCH = some(
    TextMatch, contains=TEXTS, equals=TEXTS, starts_with=TEXTS, regex=TEXTS.map(re.escape), ignore_case=st.booleans()
)
COUNT = some(CountMatch, one_of=listed(SMALL), at_least=SMALL, at_most=SMALL)
AMOUNT = one(
    Amount,
    fixed=SECONDS,
    lognormal=st.tuples(POSITIVE, SECONDS),
    uniform=st.tuples(SECONDS, SECONDS).map(sorted).map(tuple),
)
LATENCY = some(
    Latency, headers=AMOUNT, first_token=AMOUNT, per_token=AMOUNT, total=AMOUNT, jitter=st.floats(0, 1)
) | st.builds(Latency, tokens_per_second=st.builds(Amount, fixed=POSITIVE))
PLACES = st.one_of(
    st.sampled_from([None, Place("before"), Place("after_headers"), Place("at_end"), Place("at", 2)]),
    st.builds(Place, st.just("after"), SMALL),
)
FAULT = st.builds(
    FaultSpec,
    name=st.sampled_from(["stall", "disconnect", "reset"]),
    place=PLACES,
    on=st.none() | listed(st.integers(1, 9), least=1),
    probability=st.none() | st.floats(0, 1),
)
QUIRK = st.builds(QuirkSpec, name=st.sampled_from(["no_tool_index", "hex_ids"])) | st.builds(
    QuirkSpec, name=st.just("hex_ids"), options=st.fixed_dictionaries({"prefix": TEXTS})
)
TOOLS = TEXTS | st.sampled_from(["name", "input", "id", "arguments"])
CALL = st.one_of(
    st.builds(ToolCallSpec, name=TOOLS, arguments=st.none() | MAPPING | TEXTS | st.lists(JSON, max_size=2)),
    st.builds(ToolCallSpec, name=TOOLS, input=TEXTS, id=TEXTS),
)
CALLS = listed(CALL, least=1)
CITATION = st.builds(Citation, url=TEXTS, title=TEXTS) | st.builds(Citation, url=TEXTS, start_index=SMALL)
AUDIO = some(AudioSpec, transcript=TEXTS, data=st.sampled_from(["", "aGk=", "{{ uuid }}"]))
ITEM = one(
    ItemSpec, text=TEXTS, reasoning=TEXTS, refusal=TEXTS, tool_calls=CALLS, citation=CITATION, audio=AUDIO,
    event=some(EventSpec, data=JSON, name=NAMES), gate=NAMES,
)  # fmt: skip
CHOICE = one(ChoiceSpec, text=TEXTS, refusal=TEXTS, tool_calls=CALLS, items=listed(ITEM)) | st.builds(
    ChoiceSpec, json=JSON
)
ERROR = st.one_of(
    st.builds(ErrorSpec, name=st.just("rate_limit_exceeded")),
    st.builds(ErrorSpec, status=st.integers(300, 599)),
    st.builds(ErrorSpec, name=st.just("html_502"), message=TEXTS, code=TEXTS | SMALL, values=MAPPING, body=JSON),
)
RAW = st.builds(RawSpec, status=st.integers(200, 599), headers=HEADERS) | one(
    RawSpec, body=JSON, base64=st.sampled_from(["", "aGk="]), events=listed(JSON)
)
BESIDE = {
    "reasoning": TEXTS,
    "finish_reason": st.sampled_from(["stop", "length"]),
    "usage": some(UsageSpec, prompt_tokens=SMALL, total_tokens=SMALL),
    "headers": HEADERS,
    "logprobs": listed(
        st.builds(LogprobSpec, token=TEXTS, logprob=st.floats(-9, 0), top=st.dictionaries(TEXTS, st.floats(-9, 0)))
    ),
    "annotations": listed(CITATION),
    "chunks": one(Chunking, pieces=listed(TEXTS), by=st.sampled_from(["token", "word"]), size=st.integers(1, 9)),
    "latency": LATENCY,
    "gate": st.builds(GateSpec, name=TEXTS) | st.builds(GateSpec, name=TEXTS, after=SMALL),
    "quirks": listed(QUIRK),
    "faults": listed(FAULT),
    "set": st.dictionaries(TEXTS, SCALARS, max_size=2),
    "retry_after": st.sampled_from(["2", "1.5", "soon"]),
}
CONTENT = st.one_of(
    *(
        st.fixed_dictionaries({name: values}, optional=BESIDE)
        for name, values in {
            "text": TEXTS, "json": JSON, "tool_calls": CALLS, "refusal": TEXTS, "error": ERROR, "audio": AUDIO,
            "auto": st.just(True), "echo": st.just(True), "items": listed(ITEM), "choices": listed(CHOICE), "raw": RAW,
        }.items()
    )
)  # fmt: skip
REPLY = st.builds(Reply, text=TEXTS) | CONTENT.map(Reply.model_validate)
FLAT_WHEN = {
    "endpoint": listed(NAMES),
    "model": TEXTS,
    "user": TEXT_MATCH,
    "tools": listed(st.builds(ToolMatch, name=TEXTS) | st.builds(ToolMatch, name=TEXTS, parameters=MAPPING)),
    "tool_result": some(ToolResultMatch, name=TEXTS, text=TEXT_MATCH, json=JSON),
    "turn": COUNT,
    "has": listed(st.sampled_from(["image", "audio", "file"])),
    "stream": st.booleans(),
    "headers": st.dictionaries(NAMES, TEXT_MATCH, max_size=2),
    "query": st.dictionaries(NAMES, TEXT_MATCH, max_size=2),
    "body": MAPPING,
    "jmespath": st.sampled_from(["a.b", "length(messages) > `2`"]),
    "state": st.dictionaries(TEXTS, SCALARS, max_size=2),
}
WHEN = st.recursive(
    some(When, **FLAT_WHEN),
    lambda inner: some(When, all=listed(inner), any=listed(inner), **{"not": inner}),
    max_leaves=3,
)
RULE = st.fixed_dictionaries(
    {"replies": listed(REPLY, least=1)},
    optional={
        "name": TEXTS, "when": WHEN, "then": st.sampled_from(["fail", "cycle"]), "priority": st.integers(),
        "required": st.booleans(),
    },
).map(Rule.model_validate)  # fmt: skip
PHASE = st.fixed_dictionaries(
    {"phase": st.sampled_from(["degraded", "down", "recovering"]), "calls": st.integers(1, 9)},
    optional={
        "rate": st.floats(0, 1) | st.tuples(st.floats(0, 1), st.floats(0, 1)), "error": ERROR, "latency": LATENCY,
        "faults": listed(FAULT),
    },
)  # fmt: skip
BROWNOUT = st.fixed_dictionaries(
    {"phases": st.lists(PHASE, min_size=1, max_size=3)}, optional={"name": TEXTS, "cycle": st.booleans()}
).map(BrownoutSpec.model_validate)
SCENARIO = some(
    Scenario,
    provider=st.sampled_from(["groq", "azure"]),
    quirks=listed(QUIRK),
    name=TEXTS,
    description=TEXTS,
    models=listed(TEXTS),
    defaults=some(Defaults, model=TEXTS, headers=HEADERS, latency=LATENCY, faults=listed(FAULT)),
    state=some(
        StateSpec, initial=st.dictionaries(TEXTS, SCALARS, max_size=2), per=st.sampled_from(["user", "headers.X-A"])
    ),
    upstreams=st.sampled_from(
        [{}, {"a": "/a"}, {"a": "/a", "b": {"path": "/b/c", "models": "x"}, "c": {"models": ["x"]}}]
    ),
    brownouts=listed(BROWNOUT),
    rules=listed(RULE),
)


@steadily
@given(SCENARIO)
def test_what_is_dumped_loads_as_the_same_scenario(scenario):
    assert load_text(dump(scenario)).files[0].scenario == scenario


@steadily
@given(JSON)
def test_any_plain_value_survives_being_written(value):
    scenario = Scenario(rules=(Rule(replies=(Reply.model_validate({"json": value}),)),))
    assert repr(load_text(dump(scenario)).rules[0].rule.replies[0].json_) == repr(value)


@pytest.mark.parametrize(
    "text",
    [
        "rules:\n- reply: Hello!\n",
        "rules:\n- reply: |-\n    two\n    lines\n",
        "rules:\n- reply: 'no'\n- reply: '12:30'\n- reply: \"1e3\"\n- reply: \"\"\n",
        "models:\n- a\n- b\nrules: []\n",
        """rules:
- name: flaky
  when:
    user: weather
    tools: get_weather
    turn: 1
    attempt:
    - 0
    - 1
    headers:
      x-a: b
      x-c:
        contains: d
      x-e:
        regex: f
  replies:
  - error: rate_limit_exceeded
    retry_after: "2"
  - error: 500
  - error:
      status: 500
      code: x
  - tool_calls:
      get_weather:
        city: Paris
  - tool_calls: get_weather
  - tool_calls:
      name: input
      arguments: {}
  - text: x
    chunks:
    - a
    - b
    latency: 2
    gate: g
    faults:
    - stall
    - disconnect:
        after: 3
        'on': 1
        probability: 0.5
  - text: x
    latency:
      first_token: 0.2
      total:
        uniform:
        - 1.0
        - 2.0
      jitter: 1
    faults:
      reset:
        'on':
        - 1
        - 2
  then: cycle
""",
    ],
)
def test_the_short_forms_are_written(text):
    assert dump(load_text(text).files[0].scenario) == text


def test_a_lone_entry_of_a_list_is_written_alone():
    assert dump(Scenario(include=("a.yaml",), models=("m",))) == "include: a.yaml\nmodels: m\n"


def test_a_function_cannot_be_written():
    scenario = Scenario(rules=(Rule(replies=(Reply(python=print),)),))
    with pytest.raises(UsageError, match="written in Python"):
        dump(scenario)


VALID = """
name: x
defaults: {latency: {first_token: 1, jitter: 0.5}, headers: {a: b}, then: cycle}
state: {initial: {step: 1}, per: user}
rules:
  - name: one
    when: {user: {contains: a, ignore_case: true}, tools: [{name: f}], turn: {at_least: 1}, any: [{stream: true}]}
    replies:
      - text: x
        usage: {prompt_tokens: 1}
        faults: [{stall: {after: 3, on: [1]}}]
      - tool_calls: [{name: f, arguments: {a: 1}}]
      - items: [{text: x}, {gate: g}]
      - error: {status: 429, message: x}
upstreams: {main: {path: /main, models: [x]}}
brownouts:
  - when: {upstream: main}
    phases:
      - {phase: down, calls: 1, error: {status: 503, message: x}, faults: [{stall: {after: 3}}]}
"""
CLOSED = [
    path for path, value in ((path, path) for path in read(VALID).keys)
    if not {"headers", "initial", "arguments", "after", "on", "stall", "upstreams"} & set(map(str, value))
]  # fmt: skip


def _spoiled(text, path, spoil):
    position = read(text).keys[path]
    lines = text.splitlines()
    line = lines[position.line - 1]
    lines[position.line - 1] = spoil(line[: position.column - 1], line[position.column - 1 :])
    return "\n".join(lines), position.line


@steadily
@given(st.sampled_from(CLOSED), st.text("qxz", min_size=3, max_size=6))
def test_an_unknown_key_anywhere_is_reported_in_its_line(path, key):
    text, line = _spoiled(VALID, path, lambda before, after: before + key + after[after.index(":") :])
    with pytest.raises(ScenarioError) as caught:
        load_text(text, "f.yaml")
    assert f"f.yaml:{line}" in {problem.where.rpartition(":")[0] for problem in caught.value.problems}
    assert any(f"`{key}`" in problem.message for problem in caught.value.problems)


@steadily
@given(st.data())
def test_every_problem_of_a_damaged_text_names_the_file_and_a_line(data):
    cut = data.draw(st.integers(0, len(VALID)))
    end = data.draw(st.integers(cut, min(cut + 12, len(VALID))))
    put = data.draw(st.text("ab:{}[]'\"&*!|>%@#- \n\t\x00\ud800é1", max_size=6))
    damaged = VALID[:cut] + put + VALID[end:]
    lines = damaged.count("\n") + 2
    for problem in _problems(damaged):
        place = re.fullmatch(r"f\.yaml:(\d+):(\d+)", problem.where)
        assert place
        assert 1 <= int(place[1]) <= lines
        assert int(place[2]) >= 1
        assert not re.search("pydantic|Input should", str(problem))


def _problems(text):
    try:
        load_text(text, "f.yaml")
    except ScenarioError as error:
        return error.problems
    return ()
