"""The command line, one file per command; a command's file is imported when it is asked for."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from mockai.errors import MockAIError, ScenarioError
from mockai.version import __version__

__all__ = ["main"]

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("serve", "Run the mock API as a server."),
    "check": ("check", "Look for mistakes in scenario files."),
    "explain": ("explain", "Show which rule answers a request, and why the others do not."),
    "list": ("listing", "List rules, errors, faults, models, providers and more."),
    "verdict": ("verdict", "Judge a client by what a server saw of it."),
    "endpoints": ("endpoints", "List every operation of the API, and how it is served."),
    "faults": ("faults", "Show what can go wrong, on the wire and in clients."),
    "schema": ("schema", "Print the JSON Schema of scenario files, for editors."),
    "init": ("init", "Write a first scenario and a test that passes."),
}
"""Each command's module and its line in the help, which must not cost the import of all modules."""

_INTERRUPTED = 130


class _Commands(click.Group):
    """Finds a command in its file, and says in a sentence what went wrong in it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        command: click.Command = import_module(f"{__name__}.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, n=1)
            meant = f"Did you mean {near[0]}?" if near else f"The commands are {', '.join(_COMMANDS)}."
            raise click.UsageError(f"No such command {args[0]!r}. {meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        collected = gc.isenabled()
        gc.disable()  # what is imported and loaded stays: looked through for garbage, it would take an eighth longer
        try:
            return super().invoke(ctx)
        except ScenarioError as error:
            from mockai.cli.problems import show_problems

            show_problems(error.problems)
            ctx.exit(1)
        except MockAIError as error:
            raise click.UsageError(str(error)) from None
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        finally:
            if collected:
                gc.enable()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="mockai %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """A test double for the OpenAI API: scripted replies, streams, errors, latency and faults."""
    if os.environ.get("NO_COLOR"):
        ctx.color = False
