"""The page about the command line says what the commands print."""

import re
import shlex
from pathlib import Path

import click
import pytest

from mockai.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = re.findall(r"`([\w./]+)`[^`]*:\n\n```\w+\n(.*?)```", TEXT, re.DOTALL)
RUNS = re.findall(r"```console\n\$ mockai (.*?)\n(.*?)```", TEXT, re.DOTALL)


def test_the_page_has_files_and_runs():
    assert [name for name, _ in FILES] == ["scenarios/weather.yaml", "broken.yaml", "request.json"]
    assert len(RUNS) == 6


@pytest.mark.parametrize(("words", "output"), RUNS, ids=[words for words, _ in RUNS])
def test_a_command_prints_what_the_page_says(mockai, write, words, output):
    for name, text in FILES:
        write(name, text)
    assert mockai(*shlex.split(words)).stdout == output


def test_every_command_and_every_option_of_serve_is_on_the_page():
    context = click.Context(main)
    assert re.findall(r"^## `mockai (\w+)`$", TEXT, re.MULTILINE) == main.list_commands(context)
    serve = main.get_command(context, "serve")
    options = [option.opts[0] for option in serve.params if isinstance(option, click.Option)]
    assert re.findall(r"^\| `(--[\w-]+)`", TEXT, re.MULTILINE) == options
