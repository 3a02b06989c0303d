"""`mockai init`: a first scenario, and a test that passes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

__all__ = ["command"]

_SCENARIO = """\
# A first scenario. Try it:
#     mockai serve scenarios/
#     mockai check scenarios/
name: first steps
rules:
  - name: greeting
    when: {user: hello}
    reply: Hello! How can I help?

  - name: busy, then fine
    when: {user: weather}
    replies:
      - error: rate_limit_exceeded
        retry_after: 0
      - It is 21 °C in Paris.
    then: cycle
"""

_TEST = '''\
"""What the application does when the API answers, and when it is busy at first."""

from pathlib import Path

from mockai import MockOpenAI

SCENARIOS = Path(__file__).parent / "scenarios"


def ask(client, text):
    """Stands for your application; give its OpenAI client `mock.base_url`."""
    completion = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
    return completion.choices[0].message.content


def test_a_greeting_is_answered():
    with MockOpenAI(SCENARIOS) as mock, mock.client() as client:
        assert ask(client, "hello there") == "Hello! How can I help?"


def test_a_busy_api_is_asked_again():
    with MockOpenAI(SCENARIOS) as mock, mock.client() as client:
        assert ask(client, "How is the weather?") == "It is 21 °C in Paris."
        assert [call.status for call in mock.calls] == [429, 200]
'''

_FILES: Mapping[str, str] = {"scenarios/first.yaml": _SCENARIO, "test_with_mockai.py": _TEST}


@click.command("init")
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
def command(directory: Path) -> None:
    """Write a first scenario and a test that passes.

    They go into DIR, or here. A file that is there already is left as it is.
    """
    for name, text in _FILES.items():
        path = directory / name
        said = click.style("written", fg="green") if _write(path, text) else click.style("kept", fg="yellow")
        click.echo(f"{said}  {path}")
    click.echo(f"\nNext:  pytest {directory / 'test_with_mockai.py'}  or  mockai serve {directory / 'scenarios'}")


def _write(path: Path, text: str) -> bool:
    """Write a new file; False if there is one of this name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        if not path.is_file():
            raise click.UsageError(f"Cannot write {path}: something else is in its place.") from None
        return False
    except OSError as error:
        raise click.UsageError(f"Cannot write {path}: {error.strerror}.") from None
    return True
