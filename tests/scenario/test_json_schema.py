"""The JSON Schema of scenario files."""

import re

import pytest
from jsonschema import Draft202012Validator

from mockai.errors import ScenarioError
from mockai.scenario.json_schema import json_schema
from mockai.scenario.loading import load_text
from mockai.scenario.reading import read

SCHEMA = json_schema()

REPLIES = [
    "Hello", "{text: x}", "{json: null}", "{json: [1, {a: b}]}", "{tool_calls: f}", "{tool_calls: {f: {a: 1}}}",
    "{tool_calls: [{f: }, {name: g, arguments: '{', id: c}, {name: h, input: x}, {name: {city: Paris}}]}",
    "{refusal: no}", "{error: 429, retry_after: 2}", "{error: rate_limit_exceeded}",
    "{error: {status: 500, code: 7, body: {a: 1}, values: {x: 1}}}", "{audio: hi}", "{audio: {data: aGk=}}",
    "{auto: true}", "{echo: true}",
    "{items: [a, {reasoning: b}, {citation: 'http://x'}, {event: {data: 1}}, {gate: g}]}",
    "{choices: [a, {text: b, finish_reason: length}, {json: 1}]}", "{raw: {status: 200, events: [a, {b: 1}]}}",
    "{text: x, usage: {prompt_tokens: 1}, model: m, id: i, headers: {a: b, c: 1}, set: {a: null, b: 1, c: true}}",
    "{text: x, logprobs: [a, {token: b, logprob: -1, top: {c: -2}}], annotations: ['http://x', {url: u}]}",
    "{text: x, chunks: [a, b]}", "{text: x, chunks: {by: word}}", "{text: x, latency: 2}", "{text: x, gate: g}",
    "{text: x, latency: {first_token: {lognormal: [1, 0.5]}, per_token: 0.1, headers: {uniform: [1, 2]}, jitter: 0.1}}",
    "{text: x, faults: stall}",
    "{text: x, faults: [stall, {disconnect: {after: 3}}, {reset: {at_end: true, on: [1]}}]}",
    "{text: x, faults: {stall: {probability: 0.5, on: 2}}}", "{text: x, faults: {stall: }}",
]  # fmt: skip
CONDITIONS = [
    "{user: x}", "{user: {regex: 'a+', ignore_case: true}, last: x, any_message: x, system: x, assistant: x}",
    "{endpoint: responses, model: gpt-*}", "{endpoint: [responses]}", "{tools: f, tool_choice: auto}",
    "{tools: [f, {name: g, parameters: {a: 1}}]}", "{tool_result: f}",
    "{tool_result: {name: f, text: x, json: {a: 1}}}",
    "{turn: 1, attempt: [0, 1], call: {at_least: 2, at_most: 3}}", "{has: image}", "{has: [image, file]}",
    "{response_format: json_schema, stream: false}", "{headers: {a: b, c: 1, d: true, e: {regex: x}}, query: {a: 1}}",
    "{body: {a: [1]}, jmespath: a.b, state: {a: 1, b: null}}", "{all: [{user: x}], any: [{}], not: {user: y}}",
]  # fmt: skip
TOPS = [
    "{}", "name: x\ndescription: y\ninclude: [a.yaml]\nmodels: [m]", "include: a.yaml\nmodels: m",
    "defaults: {model: m, headers: {a: b}, chunks: {size: 2}, latency: 1, faults: stall, then: cycle}",
    "state: {initial: {a: 1}, per: user}", "rules: [{reply: x, name: n, then: fail, priority: 3, required: true}]",
    "rules: [{replies: [x, {error: 500}]}]",
]  # fmt: skip
VALID = [
    *(f"rules: [{{reply: {reply}}}]" for reply in REPLIES),
    *(f"rules: [{{reply: x, when: {when}}}]" for when in CONDITIONS),
    *TOPS,
]

WRONG_REPLIES = [
    "5", "[a]", "{}", "{text: x, json: 1}", "{text: x, latncy: 1}", "{text: 5}", "{tool_calls: {f: 1, g: 2}}",
    "{tool_calls: 5}",
    "{error: nonsense}", "{error: 200}", "{error: {status: 1000}}", "{auto: false}", "{items: [{text: a, gate: b}]}",
    "{choices: x}", "{raw: {status: 100}}", "{raw: {nope: 1}}", "{text: x, usage: {prompt_tokens: -1}}",
    "{text: x, headers: {a: {}}}", '{text: x, headers: {a: "b\\r\\n"}}', "{text: x, set: {a: []}}",
    "{text: x, latency: fast}",
    "{text: x, latency: -1}", "{text: x, latency: {jitter: 2}}", "{text: x, latency: {total: {lognormal: [1]}}}",
    "{text: x, chunks: {by: line}}", "{text: x, chunks: {size: 0}}", "{text: x, faults: stal}",
    "{text: x, faults: {stall: {nope: 1}}}",
    "{text: x, faults: {stall: {at: 0}}}", "{text: x, faults: {stall: {}, reset: {}}}", "{python: x}",
]  # fmt: skip
WRONG_CONDITIONS = [
    "x", "{user: 5}", "{user: {containz: x}}", "{usr: x}", "{endpoint: 5}", "{tools: [{parameters: {}}]}", "{turn: x}",
    "{has: video}", "{stream: 'yes'}", "{headers: {a: []}}", "{body: []}", "{any: {user: x}}", "{not: []}",
    "{state: {a: {}}}",
]  # fmt: skip
WRONG = [
    *(f"rules: [{{reply: {reply}}}]" for reply in WRONG_REPLIES),
    *(f"rules: [{{reply: x, when: {when}}}]" for when in WRONG_CONDITIONS),
    "- reply: x", "nope: 1", "rules: {reply: x}", "rules: [{}]", "rules: [{reply: x, replies: [y]}]",
    "rules: [{replies: []}]",
    "rules: [{reply: x, then: never}]", "rules: [{reply: x, priority: high}]", "defaults: {reply: x}",
    "state: {initial: 1}",
]  # fmt: skip


def errors(text):
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(read(text).value)]


def test_the_schema_is_a_valid_schema_with_a_name_of_its_own():
    Draft202012Validator.check_schema(SCHEMA)
    assert (SCHEMA["$schema"], SCHEMA["$id"]) == ("https://json-schema.org/draft/2020-12/schema", "urn:mockai:scenario")


@pytest.mark.parametrize("text", VALID)
def test_what_loads_is_valid(text):
    if "include" not in text:
        load_text(text)
    assert errors(text) == []


@pytest.mark.parametrize("text", WRONG)
def test_what_does_not_load_is_not_valid(text):
    with pytest.raises(ScenarioError):
        load_text(text)
    assert errors(text) != []


@pytest.mark.parametrize("model", ["Scenario", "Rule", "When", "Reply", "Latency"])
def test_every_key_a_person_meets_first_is_described(model):
    shape = SCHEMA if model == "Scenario" else SCHEMA["$defs"][model]
    properties = shape.get("properties") or shape["anyOf"][-1]["properties"]
    assert [name for name, value in properties.items() if not value.get("description")] == []


def test_the_schema_offers_the_keys_of_the_schema_and_no_others():
    reply = SCHEMA["$defs"]["Reply"]["anyOf"][-1]["properties"]
    assert {"json", "tool_calls"} <= set(reply)
    assert not {"python", "json_", "not_"} & set(reply) | {"not_"} & set(SCHEMA["$defs"]["When"]["properties"])


def test_descriptions_are_one_line_each():
    described = [value["description"] for value in SCHEMA["$defs"].values() if "description" in value]
    assert [text for text in described if re.search(r"\n", text)] == []


FLAKY = """
name: flaky then fine
rules:
  - replies:
      - error: rate_limit_exceeded
        retry_after: 2
      - error: 500
      - text: Hello again.
    then: repeat_last
"""
AGENT = """
name: weather agent
defaults:
  latency: {first_token: 0.2, tokens_per_second: 80, jitter: 0.1}
rules:
  - name: ask for the tool
    when: {user: weather, tools: get_weather}
    reply:
      tool_calls:
        - get_weather: {city: Paris}
  - name: read its result
    when: {tool_result: {name: get_weather}}
    reply: "It is {{ tool_result.temp }} °C in Paris."
"""


@pytest.mark.parametrize("text", ["rules:\n  - reply: Hello!\n", FLAKY, AGENT])
def test_the_examples_of_the_format_load_and_are_valid(text):
    load_text(text)
    assert errors(text) == []
