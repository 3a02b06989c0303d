"""What a server says when it starts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from mockai.cli.problems import count, problem_text
from mockai.version import __version__

if TYPE_CHECKING:
    from mockai.scenario.loaded import Loaded

__all__ = ["ANY_KEY", "Start", "as_json", "as_text", "url_of"]

ANY_KEY = "sk-mockai"
"""The key that clients are told to use, where it is let in."""
_ANY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not listened on


@dataclass(frozen=True, slots=True)
class Start:
    """A server that has just begun to listen. `token` is one that was made up and must be shown."""

    url: str
    loaded: Loaded | None
    on_unmatched: str
    own_key: bool = False
    token: str | None = None
    reload: bool = False
    path: str = "/v1"

    @property
    def base_url(self) -> str:
        """What a client takes as `base_url`."""
        return f"{self.url}{self.path}"


def url_of(host: str, port: int) -> str:
    """The root of a server that listens there, as a client on this machine reaches it."""
    host = _ANY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def as_text(start: Start) -> str:
    """For people: what was loaded, where the server is, and how to lead a client there."""
    return "\n".join(_lines(start))


def as_json(start: Start) -> str:
    """For machines: one object."""
    loaded = start.loaded
    files = [] if loaded is None else [_file(file) for file in loaded.files]
    warnings = [] if loaded is None else [asdict(problem) for problem in loaded.warnings]
    shown: dict[str, Any] = {"event": "started", "version": __version__, "files": files, "warnings": warnings}
    shown |= {"on_unmatched": start.on_unmatched, "base_url": start.base_url, "docs": f"{start.url}/docs"}
    shown |= {} if start.token is None else {"token": start.token}
    return json.dumps(shown)


def _file(file: Any) -> dict[str, Any]:
    return {"file": file.name, "name": file.scenario.name, "rules": len(file.rules)}


def _lines(start: Start) -> Iterator[str]:
    yield click.style(f"MockAI {__version__}", bold=True)
    yield ""
    yield from _scenarios(start)
    yield ""
    yield f"base URL  {click.style(start.base_url, fg='cyan')}"
    yield f"docs      {start.url}/docs"
    if start.token is not None:
        yield f"token     {start.token}  (x-mockai-token of the control API; set MOCKAI_TOKEN to choose it)"
    yield ""
    yield f"export OPENAI_BASE_URL={start.base_url} OPENAI_API_KEY={'...' if start.own_key else ANY_KEY}"
    if start.own_key:
        yield "(OPENAI_API_KEY is a key given with --api-key, or one of the scenarios' keys)"
    yield ""


def _scenarios(start: Start) -> Iterator[str]:
    if start.loaded is None:
        yield f"no scenarios; {_UNMATCHED[start.on_unmatched]}"
        return
    rows = [(file.name, file.scenario.name or "", count(len(file.rules), "rule")) for file in start.loaded.files]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, title, rules in rows:
        yield "  ".join(filter(None, [name.ljust(widths[0]), title.ljust(widths[1]), rules]))
    yield from (problem_text(problem, "warning") for problem in start.loaded.warnings)
    if start.on_unmatched != "error":
        yield f"where no rule matches, {_UNMATCHED[start.on_unmatched]}"
    if start.reload:
        yield "changed files are loaded again"


_UNMATCHED = {
    "auto": "every request gets a plausible answer (auto)",
    "echo": "every request gets its last user message back (echo)",
    "error": "every request gets a 404 until rules are added through the control API",
}
