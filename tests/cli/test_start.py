"""What a start costs, in what it imports: nothing that only some scenarios, requests or options need."""

import subprocess
import sys

import pytest

SOME_NEED = {
    "pydantic": "nothing does: it is there for clients",
    "openai": "a client's own",
    "httpx": "patch mode",
    "respx": "patch mode",
    "starlette": "the control API",
    "faker": "made-up values",
    "jinja2": "templates",
    "jmespath": "conditions and states",
    "importlib.metadata": "a request that is refused",
    "http.client": "webhooks",
    "secrets": "the token of a server that others reach",
    "wave": "audio",
    "mockai.faults.stream": "faults",
    "mockai.providers.quirks": "providers",
    "mockai.coverage": "--coverage",
    "mockai.cli.reload": "--reload",
    "mockai.scenario.writing": "what is written back",
    "mockai.surface.derive": "another version of the SDK",
}
ASK = """
from mockai.engine import Engine
from mockai.scenario.loading import load_data, load_text
from mockai.wire import HTTPRequest

def ask(loaded):
    body = b'{"model": "gpt-5", "messages": [{"role": "user", "content": "Hi"}]}'
    request = HTTPRequest("POST", "/v1/chat/completions", (("content-type", "application/json"),), body=body)
    assert next(iter(Engine(loaded).handle(request).plan)).status == 200
"""


def imported(code: str, names: set[str]) -> set[str]:
    """Which of these modules a process has imported that ran this."""
    shown = f"import sys\n{code}\nprint(*sorted({names} & set(sys.modules)))"
    environment = {"MOCKAI_TOKENIZER": "estimate", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True, env=environment)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "first", ["import mockai.cli.running", ASK + "ask(load_text('rules: [{when: {user: Hi}, reply: Hello}]'))"]
)
def test_a_start_and_a_first_reply_import_only_what_every_one_needs(first):
    assert imported(first, set(SOME_NEED)) == set()


def test_rules_written_in_python_need_no_yaml():
    assert imported(ASK + "ask(load_data({'rules': [{'reply': 'Hello'}]}))", {"yaml"}) == set()


COLLECTING = """
import gc
import click
from click.testing import CliRunner
from mockai import cli

seen = []
cli._COMMANDS = {"look": ("look", "Look.")}
command = click.Command("look", callback=lambda: seen.append(gc.isenabled()))
cli._Commands.get_command = lambda self, ctx, name: command
CliRunner().invoke(cli.main, ["look"], catch_exceptions=False)
print(*seen, gc.isenabled())
gc.disable()
CliRunner().invoke(cli.main, ["look"], catch_exceptions=False)
print(gc.isenabled())
"""

SERVING = """
import gc
from mockai import cli
from mockai.cli import running

async def serve(*what):
    print(gc.isenabled(), gc.get_freeze_count() > 10_000)

running._serve = serve
cli.main(["serve", "--port", "0"], standalone_mode=False)
"""


@pytest.mark.parametrize(
    ("code", "printed"), [(COLLECTING, "False True\nFalse\n"), (SERVING, "True True\n")], ids=["a command", "a server"]
)
def test_garbage_is_not_looked_for_until_a_server_is_there(code, printed):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == printed
