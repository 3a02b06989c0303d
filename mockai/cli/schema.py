"""`mockai schema`: the JSON Schema of scenario files."""

from __future__ import annotations

import json

import click

__all__ = ["command"]


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of scenario files, for editors.

    Write it to a file and name that file in the first line of a scenario:

    \b
        mockai schema > scenario.schema.json
        # yaml-language-server: $schema=scenario.schema.json
    """
    from mockai.scenario.json_schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
