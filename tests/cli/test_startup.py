"""What a server says when it starts, exactly."""

import json

import click
import pytest

from mockai.cli.startup import Start, as_json, as_text, url_of
from mockai.scenario.loading import load
from mockai.version import __version__

URL = "http://127.0.0.1:8000"
TAIL = f"""
base URL  {URL}/v1
docs      {URL}/docs

export OPENAI_BASE_URL={URL}/v1 OPENAI_API_KEY=sk-mockai
"""


@pytest.fixture
def loaded(write):
    write(
        "all/a.yaml", "name: greetings\nrules:\n  - {when: {user: hi}, reply: Hi}\n  - {when: {user: ho}, reply: Ho}\n"
    )
    write("all/weather.yaml", "rules:\n  - reply: Sunny\n")
    return load("all")


def said(**fields):
    given = {"url": URL, "loaded": None, "on_unmatched": "error"}
    return click.unstyle(as_text(Start(**{**given, **fields})))


def test_the_files_are_shown_with_names_and_rules(loaded):
    files = "all/a.yaml        greetings  2 rules\nall/weather.yaml             1 rule\n"
    assert said(loaded=loaded) == f"MockAI {__version__}\n\n{files}{TAIL}"


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"on_unmatched": "auto"}, "no scenarios; every request gets a plausible answer (auto)"),
        ({"on_unmatched": "echo"}, "no scenarios; every request gets its last user message back (echo)"),
        (
            {"on_unmatched": "error"},
            "no scenarios; every request gets a 404 until rules are added through the control API",
        ),
    ],
    ids=["auto", "echo", "error"],
)
def test_without_files_it_says_what_is_answered(fields, line):
    assert said(**fields) == f"MockAI {__version__}\n\n{line}\n{TAIL}"


def test_what_was_asked_for_is_said(loaded):
    lines = said(loaded=loaded, on_unmatched="auto", reload=True).splitlines()
    assert lines[4:6] == [
        "where no rule matches, every request gets a plausible answer (auto)",
        "changed files are loaded again",
    ]


def test_warnings_are_shown(write):
    write("a.yaml", "rules:\n  - reply: a\n  - reply: b\n")
    lines = said(loaded=load("a.yaml")).splitlines()
    assert lines[3].startswith("warning  a.yaml:3:5: rule a.yaml#2 can never fire")


def test_a_token_that_was_made_up_is_shown():
    token = "token     abc  (x-mockai-token of the control API; set MOCKAI_TOKEN to choose it)"
    assert token in said(token="abc").splitlines()


def test_keys_are_not_shown():
    assert said(own_key=True).splitlines()[-2:] == [
        f"export OPENAI_BASE_URL={URL}/v1 OPENAI_API_KEY=...",
        "(OPENAI_API_KEY is a key given with --api-key, or one of the scenarios' keys)",
    ]


@pytest.mark.parametrize(("token", "more"), [(None, {}), ("abc", {"token": "abc"})])
def test_machines_get_one_object(loaded, token, more):
    assert json.loads(as_json(Start(URL, loaded, "error", token=token))) == {
        "event": "started",
        "version": __version__,
        "files": [
            {"file": "all/a.yaml", "name": "greetings", "rules": 2},
            {"file": "all/weather.yaml", "name": None, "rules": 1},
        ],
        "warnings": [],
        "on_unmatched": "error",
        "base_url": f"{URL}/v1",
        "docs": f"{URL}/docs",
        **more,
    }


def test_machines_are_told_of_no_files():
    shown = json.loads(as_json(Start(URL, None, "auto")))
    assert (shown["files"], shown["warnings"]) == ([], [])


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("fe80::1", "http://[fe80::1]:8000"),
    ],
)
def test_the_url_is_one_a_client_on_this_machine_can_use(host, url):
    assert url_of(host, 8000) == url
