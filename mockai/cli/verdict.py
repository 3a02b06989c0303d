"""`mockai verdict`: what there is to say about the client of a running server, or of an exported journal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import click

from mockai.errors import UsageError

if TYPE_CHECKING:
    from mockai.verdict import Verdict

__all__ = ["command"]

_SECONDS = 60


@click.command("verdict")
@click.argument("source", default="http://127.0.0.1:8000")
@click.option("--session", help="Judge one session of the server; all of them unless told.")
@click.option(
    "--format",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json", "junit", "html"]),
    help="The form.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--strict", is_flag=True, help="Fail for warnings too, not only for errors.")
@click.option("--ignore", multiple=True, metavar="KIND", help="Leave out findings of this kind; may be repeated.")
@click.pass_context
def command(
    ctx: click.Context,
    source: str,
    session: str | None,
    format: str,
    output: Path | None,
    strict: bool,
    ignore: tuple[str, ...],
) -> None:
    """Judge how a client took what it met.

    SOURCE is the URL of a running server, or a file with the journal of one (`-` for standard input), as
    `/_mockai/journal` exports it. The exit code is 0 if the client did well, 1 if it did not, 2 if it cannot be judged.
    """
    if urlsplit(source).scheme in ("http", "https"):
        query = {"format": format, "strict": str(strict).lower(), "ignore": ",".join(ignore)}
        text, passed = _asked(source, query if session is None else {**query, "session": session})
    else:
        from mockai.verdict.formats import shown

        verdict = _read(source, session).without(*ignore)
        text, passed = shown(verdict, format, strict=strict), verdict.passed(strict=strict)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)
    ctx.exit(0 if passed else 1)


def _asked(url: str, query: Mapping[str, str]) -> tuple[str, bool]:
    """The verdict of a server, and whether the client did well."""
    token = os.environ.get("MOCKAI_TOKEN")
    headers = {} if token is None else {"x-mockai-token": token}
    request = Request(f"{url.rstrip('/').removesuffix('/v1')}/_mockai/verdict?{urlencode(query)}", headers=headers)  # noqa: S310 - the scheme was checked
    try:
        # Without proxies: the server is mostly on this machine, and a proxy is elsewhere.
        with build_opener(ProxyHandler({})).open(request, timeout=_SECONDS) as reply:
            verdict = reply.headers.get("x-mockai-verdict")
            text = reply.read().decode()
    except HTTPError as error:
        raise UsageError(f"{url} does not give a verdict: {_message(error)}") from None
    except (URLError, OSError, ValueError) as error:
        raise UsageError(
            f"{url} cannot be asked: {getattr(error, 'reason', error)}; is `mockai serve` running?"
        ) from None
    if verdict is None:
        raise UsageError(f"{url} does not give a verdict: what answers there is not MockAI")
    return text, verdict == "passed"


def _message(error: HTTPError) -> str:
    try:
        return str(json.loads(error.read())["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"it answers {error.code}; is that MockAI?"


def _read(source: str, session: str | None) -> Verdict:
    """The verdict on a journal in a file."""
    from mockai.verdict import verdict_of

    entries = _entries(source)
    wanted = entries if session is None else [entry for entry in entries if _session(entry) == session]
    return verdict_of(wanted)


def _entries(source: str) -> Iterable[Any]:
    try:
        with click.open_file(source, encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{source} is not JSON: {error}") from None
    entries = data.get("entries") if isinstance(data, dict) else data
    if not isinstance(entries, list):
        raise UsageError(f'{source} is no journal: expected {{"entries": [...]}}, as `/_mockai/journal` exports it')
    return entries


def _session(entry: Any) -> Any:
    return entry.get("session") if isinstance(entry, dict) else None


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}") from None
