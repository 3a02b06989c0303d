import importlib.util
import os
from contextlib import ExitStack, closing
from pathlib import Path

import openai
import pytest
from click.testing import CliRunner

from mockai.cli import main


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder, and the current one."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "MOCKAI_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def write(here):
    """Write a file below the current folder."""

    def written(name, text):
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def mockai(here):
    """Run a command; gives its result, with `exit_code`, `stdout` and `stderr`."""

    def run(*words, **options):
        return CliRunner().invoke(main, [os.fspath(word) for word in words], **options)

    return run


@pytest.fixture
def serve(here):
    """Start a server with these options on a free port; it is ended with the test."""
    with ExitStack() as stack:

        def start(*words, **options):
            return stack.enter_context(closing(Serving(*words, **options)))

        yield start


@pytest.fixture
def client():
    """An OpenAI client for a base URL, which does not retry."""
    with ExitStack() as stack:

        def connect(base_url, api_key="sk-anything", **options):
            made = openai.OpenAI(base_url=base_url, api_key=api_key, **{"max_retries": 0, **options})
            return stack.enter_context(made)

        yield connect
