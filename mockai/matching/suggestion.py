"""A rule to paste that would have answered a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockai.request import APIRequest

__all__ = ["suggest"]

_WHOLE = 120
_BEGINNING = 80


def suggest(request: APIRequest) -> str:
    """A rule in YAML, one item of `rules:`, that matches this request."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes every text that came with the request, lest a loader take `no` or `1e3` for something else."""

    Dumper.add_representer(
        _Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    )
    rule = {"when": dict(_conditions(request)), "reply": _reply(request)}
    return yaml.dump([rule], Dumper=Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))


class _Quoted(str):
    __slots__ = ()


def _conditions(request: APIRequest) -> Iterator[tuple[str, Any]]:
    whole = request.operation == "create"
    yield "endpoint", request.endpoint if whole else f"{request.endpoint}.{request.operation}"
    asked = request.last("user")
    if asked is not None and asked.text:
        yield "user", _text(asked.text)
    answered = next((result for result in reversed(request.tool_results()) if result.name or result.call_id), None)
    if answered is not None:
        yield "tool_result", {"name": _Quoted(answered.name)} if answered.name else {"id": _Quoted(answered.call_id)}


def _text(text: str) -> Any:
    return _Quoted(text) if len(text) <= _WHOLE else {"starts_with": _Quoted(text[:_BEGINNING])}


def _reply(request: APIRequest) -> Any:
    return "Hello!" if request.messages else {"auto": True}
