"""Parts of the running server that a whole one seldom shows."""

import os
import pty
from dataclasses import replace
from queue import SimpleQueue
from types import SimpleNamespace

import click
import pytest

from mockai.cli import main, running
from mockai.cli.serve import Options
from mockai.delivery import Attempt, Delivery
from mockai.engine import Engine
from mockai.scenario.loaded import Loaded

OPTIONS = Options(
    paths=(),
    host="127.0.0.1",
    port=0,
    api_key=(),
    cors=False,
    reload=True,
    seed=0,
    time_scale=1.0,
    on_unmatched="error",
    unknown_ids="404",
    validation=None,
    models="any",
    session_limit=1000,
    log_format="text",
)


async def test_that_files_cannot_be_watched_is_said_and_the_server_goes_on(monkeypatch):
    async def fails(*arguments):
        raise OSError("no more inotify watches")

    monkeypatch.setattr("mockai.cli.reload.keep_loaded", fails)
    said = SimpleQueue()
    with click.Context(main):
        talk = running._Talk(Engine(), SimpleNamespace(say=said.put), OPTIONS)
    await running._watch(Engine(), (), Loaded(), {}, talk)
    assert said.get_nowait() == (
        "not reloaded  the rules stay as they were\n"
        "    files cannot be watched any more: no more inotify watches; start again"
    )


@pytest.mark.parametrize(("level", "lines"), [("info", 2), ("warning", 1)])
def test_at_the_level_of_warnings_an_event_that_was_taken_is_not_logged(level, lines):
    said = []
    with click.Context(main):
        talk = running._Talk(Engine(), SimpleNamespace(say=said.append), replace(OPTIONS, log_level=level))
    for status in (200, 500):
        talk.delivered(Delivery("", "http://127.0.0.1:9/hook", {"type": "batch.completed"}, [Attempt(status)]))
    assert len(said) == lines
    assert "500  given up" in click.unstyle(said[-1]())


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)], ids=["terminal", "NO_COLOR"])
def test_a_terminal_gets_colour_unless_it_is_refused(serve, env, coloured):
    ours, theirs = pty.openpty()
    serve(stdout=theirs, env=env)
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8") as terminal:
        assert ("\x1b[" in terminal.readline()) is coloured
