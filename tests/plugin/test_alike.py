"""What a user may choose can be chosen everywhere: `mockai serve`, `MockOpenAI` and the plugin, by one name."""

import inspect
import re
from dataclasses import fields
from pathlib import Path

import click
import openai
import pytest

import pytest_mockai
from mockai import MockOpenAI
from mockai.cli import main
from mockai.cli.running import _engine
from mockai.cli.serve import Options as ServeOptions
from mockai.settings import Settings
from pytest_mockai.options import LISTS, OPTIONS
from pytest_mockai.resolving import Options

PAGE = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text("utf-8")
FIELDS = {field.name for field in fields(Settings)}
SERVE = {parameter.name for parameter in main.get_command(click.Context(main), "serve").params}
KEYWORDS = set(inspect.signature(MockOpenAI).parameters) - {"scenarios"}
PLUGIN = {*OPTIONS, *LISTS}
SINGULAR = {"api_keys": "api_key", "quirks": "quirk"}
"""What is one at a time there, and so goes by another name."""

NOT_IN_THE_PLUGIN = {
    "host": "the tests of a process share one server, on loopback",
    "port": "the tests of a process share one server, on loopback",
    "server": "the server that they share",
    "set_env": "the first mock of a test sets the environment, the others do not",
    "before": "functions: make_mock_openai(before=[...]) takes them",
    "after": "functions: make_mock_openai(after=[...]) takes them",
    "store": "an object: make_mock_openai(store=...) takes it",
}
NOT_IN_SERVE = {
    "mode": "it is a server",
    "time": "a server waits in real time",
    "strict": "there is no end of a test to judge at; --coverage says what was not used",
    "allow_hosts": "no client runs inside it",
    "base_urls": "no client runs inside it",
    "server": "it is one",
    "set_env": "it has no clients of its own",
    "before": "no code on the command line",
    "after": "no code on the command line",
    "store": "no code on the command line; --session-limit is its size",
}


def test_every_setting_can_be_chosen_everywhere():
    assert {SINGULAR.get(name, name) for name in FIELDS} <= SERVE
    assert {"api_key" if name == "api_keys" else name for name in FIELDS} <= KEYWORDS
    assert {"api_key" if name == "api_keys" else name for name in FIELDS} <= PLUGIN


def test_every_keyword_is_an_option_of_the_plugin_and_of_serve_or_has_a_reason_not_to_be():
    assert set(NOT_IN_THE_PLUGIN) == KEYWORDS - PLUGIN
    assert PLUGIN <= KEYWORDS
    assert {name for name in KEYWORDS if SINGULAR.get(name, name) not in SERVE} == set(NOT_IN_SERVE)


def test_the_plugin_says_its_options_alike_in_the_fixture_the_marker_and_the_page():
    assert {field.name for field in fields(Options)} - {"scenarios"} == PLUGIN
    marker = set(re.findall(r"(\w+)=", pytest_mockai._MARKER))
    assert marker == PLUGIN
    table = PAGE.split("| option | values | |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == PLUGIN


CHOSEN = {
    "seed": (["--seed", "7"], 7),
    "then": (["--then", "cycle"], "cycle"),
    "on_unmatched": (["--on-unmatched", "echo"], "echo"),
    "api_keys": (["--api-key", "sk-a", "--api-key", "sk-b"], frozenset({"sk-a", "sk-b"})),
    "unknown_ids": (["--unknown-ids", "synthesize"], "synthesize"),
    "validation": (["--validation", "lenient"], "lenient"),
    "models": (["--models", "known"], "known"),
    "limits": (["--limits", "tier2"], MockOpenAI(limits="tier2").engine.settings.limits),
    "provider": (["--provider", "groq"], "groq"),
    "quirks": (["--quirk", "hex_ids"], MockOpenAI(quirks=["hex_ids"]).engine.settings.quirks),
}


def test_no_setting_is_left_out_below():
    assert set(CHOSEN) == FIELDS


@pytest.mark.parametrize("name", CHOSEN)
def test_what_serve_is_told_is_what_its_engine_does(monkeypatch, name):
    words, expected = CHOSEN[name]
    told = []
    monkeypatch.setattr("mockai.cli.running.run", told.append)
    main(["serve", *words], standalone_mode=False)
    (options,) = told
    assert isinstance(options, ServeOptions)
    assert getattr(_engine(options, None).settings, name) == expected


@pytest.mark.mockai(mode="patch", unknown_ids="synthesize", api_key="sk-only")
def test_a_marker_says_what_unknown_ids_and_other_keys_get(mock_openai):
    with openai.OpenAI() as client:
        assert client.api_key == "sk-only"
        assert client.files.retrieve("file-never-created").id == "file-never-created"
    with openai.OpenAI(api_key="sk-other") as other, pytest.raises(openai.AuthenticationError):
        other.models.list()
