"""Every way to fail that a scenario can name, in the order people read about them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from mockai.api_errors import NAMES
from mockai.faults.base import FAULTS, ContentFault, Fault

__all__ = ["GROUPS", "Entry", "catalogue"]

GROUPS = ("on the socket", "in the stream", "in the bytes", "as replies", "in the content", "of your own")
"""Where things go wrong, as the catalogue is divided."""

_MODULES = {
    "socket": "on the socket",
    "framing": "on the socket",
    "stream": "in the stream",
    "error_events": "in the stream",
    "octets": "in the bytes",
    "content": "in the content",
}
_REPLIES = ("html_502", "empty_body", "wrong_content_type", "redirect", "json_for_stream")


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to fail: what it does on the wire, and the `line` of a scenario that asks for it.

    `place` is where a fault strikes when bare (None where it has no place), `options` what it takes.
    """

    name: str
    group: str
    does: str
    line: str
    place: dict[str, Any] | None
    options: dict[str, Any]


def catalogue() -> tuple[Entry, ...]:
    """Every fault, and the errors that are none of the API's, group by group."""
    faults = sorted(FAULTS.values(), key=_rank)
    entries = [*map(_of_fault, faults), *map(_of_reply, _REPLIES)]
    return tuple(sorted(entries, key=lambda entry: GROUPS.index(entry.group)))


def _rank(fault: type[Fault]) -> int:
    modules = [*_MODULES]
    module = _module(fault)
    return modules.index(module) if module in modules else len(modules)


def _module(fault: type[Fault]) -> str:
    return fault.__module__.removeprefix(f"{__package__}.")


def _of_fault(fault: type[Fault]) -> Entry:
    return Entry(
        name=fault.name,
        group=_MODULES.get(_module(fault), GROUPS[-1]),
        does=fault.summary,
        line=f"faults: [{fault.name}]",
        place=None if issubclass(fault, ContentFault) else fault.default_place.written(),
        options={each.name: each.default for each in fields(fault)},
    )


def _of_reply(name: str) -> Entry:
    return Entry(name, "as replies", NAMES[name].summary, f"error: {name}", None, {})
