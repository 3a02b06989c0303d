"""The group: help, version, and what goes wrong in a sentence."""

import subprocess
import sys

import click
import pytest

from mockai.cli import main
from mockai.errors import PortInUse, Problem, ScenarioError
from mockai.version import __version__

HEAVY = {"openai", "pydantic", "yaml", "jinja2", "starlette", "uvicorn", "faker", "orjson", "asyncio", "mockai.engine"}


def test_the_help_names_every_command(mockai):
    result = mockai("--help")
    names = [line.split()[0] for line in result.stdout.partition("Commands:\n")[2].splitlines()]
    assert names == ["serve", "check", "explain", "list", "verdict", "endpoints", "faults", "schema", "init"]


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_every_command_has_help(mockai, name):
    result = mockai(name, "-h")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: main {name} ")


def test_the_version_is_printed(mockai):
    assert mockai("--version").stdout == f"mockai {__version__}\n"


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["serve", "--help"]], ids=" ".join)
def test_help_and_version_import_nothing_heavy(words):
    code = (
        "import sys\n"
        f"sys.argv = ['mockai', *{words}]\n"
        "from mockai.cli import main\n"
        "try: main()\n"
        f"except SystemExit: print(sorted({HEAVY} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("sevre", "No such command 'sevre'. Did you mean serve?"),
        ("play", "No such command 'play'. The commands are serve, check, "),
    ],
)
def test_an_unknown_command_is_a_usage_error(mockai, written, said):
    result = mockai(written)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def raising(error, monkeypatch):
    @click.command("broken")
    def broken():
        raise error

    monkeypatch.setattr(type(main), "get_command", lambda group, ctx, name: broken)


@pytest.mark.parametrize(
    ("error", "code", "stderr"),
    [
        (
            ScenarioError([Problem("a.yaml:1:2", "no such key", "Did you mean x?"), Problem("b.yaml", "is empty")]),
            1,
            "error  a.yaml:1:2: no such key\n    Did you mean x?\nerror  b.yaml: is empty\n",
        ),
        (PortInUse("port 1 is taken"), 2, "Error: port 1 is taken\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=["scenario", "usage", "interrupt"],
)
def test_an_error_is_said_on_stderr_and_in_the_exit_code(mockai, monkeypatch, error, code, stderr):
    raising(error, monkeypatch)
    result = mockai("broken")
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", stderr)


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)], ids=["plain", "NO_COLOR"]
)
def test_no_color_is_respected_on_a_terminal(mockai, write, monkeypatch, environment, coloured):
    write("a.yaml", "rules: [{reply: Hi}]\n")
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda stream, color: color is False)
    monkeypatch.setattr("click._compat.should_strip_ansi", lambda stream, color: color is False)
    result = mockai("check", "a.yaml", env=environment, color=True)
    assert ("\x1b[" in result.stdout) is coloured
