"""`mockai list`: tables for people, JSON for machines."""

import json

import pytest

from mockai.api_errors import NAMES
from mockai.faults import FAULTS
from mockai.faults.catalogue import catalogue
from mockai.surface.listed import surface
from mockai.verdict import kinds

RULES = """\
rules:
  - when: {user: hello, stream: true}
    reply: Hi
  - name: flaky
    when: {model: gpt-4o}
    replies: [{error: rate_limit_exceeded}, {error: 500}, {json: null}]
    then: cycle
  - when: {user: a rather long text that nobody wants to read in the column of a table}
    reply: Hi
"""

TABLE = """\
rule      where       when                                                replies                                     then
a.yaml#1  a.yaml:2:5  user: hello, stream: true                           text                                        -
flaky     a.yaml:4:5  model: gpt-4o                                       error rate_limit_exceeded, error 500, json  cycle
a.yaml#3  a.yaml:8:5  user: a rather long text that nobody wants to rea…  text                                        -
"""  # noqa: E501 - a table as it is printed


def test_rules_are_listed_as_a_table(mockai, write):
    write("a.yaml", RULES)
    for words in (["rules", "a.yaml"], ["a.yaml"]):
        assert mockai("list", *words).stdout == TABLE


def test_models_are_listed_whoever_is_let_in(mockai, write):
    write("a.yaml", "keys: {sk-a: revoked}\nmodels: {house-model: {owned_by: acme}}\n")
    assert json.loads(mockai("list", "models", "a.yaml", "--json").stdout)[0] == {
        "model": "house-model",
        "owned_by": "acme",
    }


def test_rules_are_listed_as_json(mockai, write):
    write("a.yaml", RULES)
    listed = json.loads(mockai("list", "rules", "a.yaml", "--json").stdout)
    assert listed[1] == {
        "rule": "flaky",
        "where": "a.yaml:4:5",
        "when": {"model": "gpt-4o"},
        "replies": ["error rate_limit_exceeded", "error 500", "json"],
        "then": "cycle",
    }


def test_a_file_without_rules_lists_none(mockai, write):
    write("a.yaml", "name: nothing yet\n")
    assert mockai("list", "a.yaml").stdout == "(none)\n"


@pytest.mark.parametrize(
    ("word", "first", "names"),
    [
        ("errors", "error", list(NAMES)),
        ("faults", "fault", [entry.name for entry in catalogue()]),
        ("findings", "finding", [kind.name for kind in kinds()]),
        ("endpoints", "endpoint", [each.endpoint for each in surface()]),
    ],
)
def test_what_does_not_depend_on_files_is_listed_in_full(mockai, word, first, names):
    assert [row[first] for row in json.loads(mockai("list", word, "--json").stdout)] == names
    table = mockai("list", word).stdout.splitlines()
    assert [line.split()[0] for line in table] == [first, *names]


@pytest.mark.parametrize(
    ("word", "row"),
    [
        ("errors", {"error": "invalid_json", "status": 400, "sent": NAMES["invalid_json"].summary}),
        (
            "faults",
            {
                "fault": "slow_headers",
                "place": {"before": True},
                "options": {"seconds": 10.0},
                "does": FAULTS["slow_headers"].summary,
            },
        ),
        (
            "endpoints",
            {
                "endpoint": "chat.completions.create",
                "method": "POST",
                "path": "/v1/chat/completions",
                "served": "scripted",
            },
        ),
        (
            "endpoints",
            {"endpoint": "models.list", "method": "GET", "path": "/v1/models", "served": "stateful"},
        ),
        (
            "endpoints",
            {
                "endpoint": "admin.organization.projects.create",
                "method": "POST",
                "path": "/v1/organization/projects",
                "served": "derived",
            },
        ),
    ],
    ids=["error", "fault", "endpoint", "endpoint with state", "derived endpoint"],
)
def test_a_row_says_what_matters(mockai, word, row):
    assert row in json.loads(mockai("list", word, "--json").stdout)


@pytest.mark.parametrize("folder", [True, False], ids=["usual folder", "path"])
def test_models_are_those_of_the_scenarios_and_the_usual_ones(mockai, write, folder):
    path = write("scenarios/a.yaml" if folder else "a.yaml", "models: [my-model]\nrules: [{reply: Hi}]\n")
    listed = json.loads(mockai("list", "models", "--json", *([] if folder else [path])).stdout)
    assert {"my-model", "gpt-4o"} <= {row["model"] for row in listed}


def test_models_are_listed_without_scenarios_too(mockai):
    assert "gpt-4o" in [row["model"] for row in json.loads(mockai("list", "models", "--json").stdout)]


def test_neither_a_word_nor_a_path_is_a_usage_error(mockai):
    result = mockai("list", "rulse")
    assert (result.exit_code, result.stdout) == (2, "")
    expected = "Error: 'rulse' is neither a file, a folder, nor one of rules, models, errors, "
    expected += "faults, findings, endpoints, providers, quirks."
    assert result.stderr.splitlines()[-1] == expected


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_endpoints_have_a_command_of_their_own_too(mockai, options):
    assert mockai("endpoints", *options).stdout == mockai("list", "endpoints", *options).stdout
