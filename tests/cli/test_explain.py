"""`mockai explain`: which rule answers, and why each other does not."""

import json

import pytest

SCENARIO = """\
name: weather
state: {initial: {mode: calm}}
rules:
  - name: stormy
    when: {user: weather, state: {mode: stormy}}
    reply: Storm
  - when: {user: Weather}
    reply: Capital
  - when: {model: "gpt-4o*", user: weather}
    replies: [Sunny, Cloudy]
  - when: {user: weather}
    reply: Anything
"""
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "the weather?"}]}

ANSWERED = """\
POST /v1/chat/completions (chat.completions.create)

no   stormy  a.yaml:4:5
       state.mode: expected "stormy", seen "calm"
no   a.yaml#2  a.yaml:7:5
       user: expected text containing "Weather", seen "the weather?"; only the case differs: add `ignore_case: true`
yes  a.yaml#3  a.yaml:9:5
       answers with status 200
no   a.yaml#4  a.yaml:11:5
       its conditions hold, but a.yaml#3 stands above it
"""

UNANSWERED = """\
POST /v1/chat/completions (chat.completions.create)

no   stormy  a.yaml:1:9
       user: expected text containing "weather", seen "Hi"

No rule answers. This one would; put it under `rules:` and write its reply:
"""

REPLY_FAILS = (
    "       answers with status 500: a.yaml#1: "
    "The template '{{ tool_result.temp }}' failed: 'dict object' has no attribute 'temp'. "
    "It can name request (model, messages, body, headers, query, user, upstream), match, tool_result, state, call, "
    "attempt, now, uuid, faker."
)


@pytest.fixture
def explain(mockai, write):
    """Explain a request, given as data, against a scenario."""

    def run(request, *words, scenario=SCENARIO):
        write("a.yaml", scenario)
        write("request.json", json.dumps(request))
        return mockai("explain", "request.json", "a.yaml", *words)

    return run


@pytest.mark.parametrize(
    "request_", [BODY, {"path": "/v1/chat/completions", "body": BODY}, {"body": BODY}], ids=["body", "whole", "no path"]
)
def test_each_rule_has_its_verdict(explain, request_):
    result = explain(request_)
    assert (result.exit_code, result.stdout) == (0, ANSWERED)


def test_standard_input_is_read_for_a_dash(mockai, write):
    write("scenarios/a.yaml", SCENARIO)
    result = mockai("explain", "-", input=json.dumps(BODY))
    assert (result.exit_code, result.stdout) == (0, ANSWERED.replace("  a.yaml:", "  scenarios/a.yaml:"))


def test_machines_get_json(explain):
    result = explain(BODY, "--json")
    found = json.loads(result.stdout)
    rules = found.pop("rules")
    assert found == {
        "method": "POST",
        "path": "/v1/chat/completions",
        "endpoint": "chat.completions.create",
        "status": 200,
        "answered_by": "a.yaml#3",
        "refused": None,
        "suggestion": None,
    }
    assert rules[0] == {
        "rule": "stormy",
        "where": "a.yaml:4:5",
        "answers": False,
        "reasons": ['state.mode: expected "stormy", seen "calm"'],
    }
    assert [rule["answers"] for rule in rules] == [False, False, True, False]


def test_where_no_rule_answers_one_is_suggested_that_does(explain):
    scenario = "rules: [{name: stormy, when: {user: weather}, reply: Storm}]\n"
    request = {**BODY, "messages": [{"role": "user", "content": "Hi"}]}
    result = explain(request, scenario=scenario)
    start, rule = result.stdout.split("write its reply:\n")
    assert (result.exit_code, start + "write its reply:\n") == (1, UNANSWERED)
    result = explain(request, scenario=f"rules:\n{rule}")
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ({"model": "m", "input": "x"}, "/v1/responses"),
        ({"model": "text-embedding-3-small", "input": "x"}, "/v1/embeddings"),
        ({"model": "m", "prompt": "x"}, "/v1/completions"),
        ({"messages": []}, "/v1/chat/completions"),
        ({"method": "get", "path": "https://api.openai.com/v1/models?a=b"}, "/v1/models"),
    ],
)
def test_the_path_follows_from_the_body_or_is_given(explain, request_, path):
    assert json.loads(explain(request_, "--json").stdout)["path"] == path


def test_a_reply_that_fails_says_why(explain):
    result = explain(BODY, scenario="rules: [{reply: '{{ tool_result.temp }}'}]\n")
    assert (result.exit_code, result.stdout.splitlines()[2:4]) == (0, ["yes  a.yaml#1  a.yaml:1:9", REPLY_FAILS])


def test_headers_and_query_count(explain):
    scenario = "rules: [{when: {headers: {X-Team: red}, query: {a: b, n: 1}, attempt: 2}, reply: Hi}]\n"
    headers = {"X-Team": "red", "X-Stainless-Retry-Count": 2}
    request = {"path": "/v1/chat/completions?a=b", "query": {"n": 1}, "headers": headers, "body": BODY}
    assert explain(request, scenario=scenario).exit_code == 0


def test_a_refused_request_says_why(explain):
    result = explain({"model": "gpt-4o", "messages": "nothing"})
    lines = result.stdout.splitlines()
    assert (result.exit_code, lines[0]) == (1, "POST /v1/chat/completions (chat.completions.create)")
    assert lines[2] == "refused before any rule is tried, with status 400:"
    assert "messages" in lines[3]


def test_an_endpoint_that_answers_by_itself_says_so(explain):
    scenario = "rules: [{reply: Hi}, {when: {endpoint: models.list, user: x}, reply: Hi}]\n"
    result = explain({"path": "/v1/models"}, scenario=scenario)
    assert (result.exit_code, result.stdout) == (
        1,
        "GET /v1/models (models.list)\n\n"
        "no   a.yaml#1  a.yaml:1:9\n"
        "       models.list answers by itself, unless a rule names it under `endpoint`\n"
        "no   a.yaml#2  a.yaml:1:22\n"
        '       user: expected text containing "x", seen none\n'
        "\n"
        "No rule answers: models.list answers by itself, with status 200.\n",
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "request.json is not JSON: "),
        ("[1]", "request.json must hold a JSON object: the body of a request."),
        (
            '{"a": 1}',
            'request.json does not tell which endpoint it is for; write it as {"path": "/v1/...", "body": {...}}.',
        ),
        ('{"body": [1]}', "request.json does not tell which endpoint it is for"),
        (
            '{"path": "/v1/models", "header": {}}',
            "request.json has a key 'header' beside path or body; known are method, path, query, headers, body.",
        ),
        ('{"path": 1}', "'path' in request.json must be text, not 1."),
        ('{"path": "/v1/models", "headers": ["a"]}', "'headers' in request.json must be an object, not [\"a\"]."),
    ],
)
def test_a_request_that_cannot_be_read_is_a_usage_error(mockai, write, content, said):
    write("a.yaml", SCENARIO)
    write("request.json", content)
    result = mockai("explain", "request.json", "a.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_broken_scenario_is_said_before_anything_is_explained(explain):
    result = explain(BODY, scenario="rules: [{repl: x}]\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error  a.yaml:1:9: ")
