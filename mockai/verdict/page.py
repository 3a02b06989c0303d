"""A verdict as one HTML page that needs nothing else: the findings, and each case on a line of time."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mockai.verdict.prose import MOST_SHOWN, calls_of, groups, summary
from mockai.verdict.timeline import timeline
from mockai.version import __version__

if TYPE_CHECKING:
    from mockai.verdict.verdict import Verdict

__all__ = ["page"]

_MOST_CASES = 200
"""So many cases are drawn; those with findings come first."""


def page(verdict: Verdict) -> str:
    """The page. Whatever came from a client is escaped."""
    lines = [timeline(case, verdict.findings) for case in verdict.cases]
    lines.sort(key=lambda line: not line.worst)
    rendered: str = _template().render(
        groups=groups(verdict.findings),
        summary=summary(verdict),
        timelines=lines[:_MOST_CASES],
        left_out=max(len(lines) - _MOST_CASES, 0),
        most=MOST_SHOWN,
        calls_of=calls_of,
        version=__version__,
    )
    return rendered


@cache
def _template() -> Any:
    from jinja2 import Environment

    source = files("mockai.verdict").joinpath("page.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["code"] = _code
    return environment.from_string(source)


def _code(text: str) -> Any:
    """The text with what stands between backticks as code, and all of it escaped."""
    from markupsafe import Markup, escape

    parts = text.split("`")
    if not len(parts) % 2:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )
