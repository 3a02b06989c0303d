"""The forms a verdict is shown in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockai.verdict.verdict import Verdict

__all__ = ["FORMATS", "shown"]


def _text(verdict: Verdict, strict: bool) -> str:
    return f"{verdict}\n"


def _json(verdict: Verdict, strict: bool) -> str:
    return json.dumps(verdict.as_json(), indent=2, ensure_ascii=False) + "\n"


def _junit(verdict: Verdict, strict: bool) -> str:
    from mockai.verdict.junit import junit

    return junit(verdict, strict=strict)


def _html(verdict: Verdict, strict: bool) -> str:
    from mockai.verdict.page import page

    return page(verdict)


FORMATS: Mapping[str, tuple[str, Callable[[Verdict, bool], str]]] = {
    "text": ("text/plain; charset=utf-8", _text),
    "json": ("application/json", _json),
    "junit": ("application/xml", _junit),
    "html": ("text/html; charset=utf-8", _html),
}
"""Each form's media type, and what makes it."""


def shown(verdict: Verdict, format: str, *, strict: bool = False) -> str:
    """The verdict in one of `FORMATS`; with `strict`, warnings fail where failing is shown."""
    return FORMATS[format][1](verdict, strict)
