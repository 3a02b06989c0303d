"""Faults in how events are written as bytes: what is sent is the same to a client that reads the standard.

A server-sent event may end its lines in three ways, spread its data over lines, begin with a byte order mark, and
arrive in any pieces; proxies and other servers make use of it. JSON replies have no such freedom, so only `split`,
`coalesce` and `bom` touch them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mockai.faults.base import Fault, Place, register
from mockai.faults.placing import is_event
from mockai.wire import Abort, Body, Step, Wait

__all__ = ["BOM", "CRLF", "Coalesce", "MissingLastBlankLine", "MultiLineData", "Split"]

_HEADERS = Place("after_headers")


@register
@dataclass(frozen=True, slots=True)
class Split(Fault):
    """Events arrive in pieces."""

    name = "split"
    summary = (
        "Each event from the place on is sent in two writes, cut inside a UTF-8 character if it has one of several "
        "bytes; or in writes of `size` bytes."
    )
    default_place = Place("after", 1)
    harmless = True
    halves = False

    size: int | None = None

    def __post_init__(self) -> None:
        if self.size is not None and self.size < 1:
            raise ValueError(f"split: size is at least 1; seen {self.size}")

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """Every body in parts, the last of which counts as the body."""
        for step in rest:
            if isinstance(step, Body) and len(step.data) > 1:
                *parts, last = self._parts(step.data)
                for part in parts:
                    yield Body(part, "part")
                    yield Wait()
                yield step._replace(data=last)
            else:
                yield step

    def _parts(self, data: bytes) -> list[bytes]:
        if self.size is None:
            wide = _CONTINUED.search(data)
            cut = wide.start() if wide else len(data) // 2
            return [data[:cut], data[cut:]]
        return [data[at : at + self.size] for at in range(0, len(data), self.size)]


_CONTINUED = re.compile(rb"[\x80-\xbf]")
"""A byte that continues a UTF-8 character."""


@register
@dataclass(frozen=True, slots=True)
class Coalesce(Fault):
    """Events arrive together."""

    name = "coalesce"
    summary = "Events from the place on are sent in one write, when the last is ready; or so many `events` at a time."
    default_place = Place("after", 1)
    harmless = True
    halves = False

    events: int | None = None

    def __post_init__(self) -> None:
        if self.events is not None and self.events < 2:
            raise ValueError(f"coalesce: events is at least 2, or left out; seen {self.events}")

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """Waits at once, bodies when enough have come together."""
        held: list[Body] = []
        for step in rest:
            if isinstance(step, Body):
                held.append(step)
            if held and (isinstance(step, Abort) or len(held) == self.events):
                yield _joined(held)
                held = []
            if not isinstance(step, Body):
                yield step
        if held:
            yield _joined(held)


def _joined(bodies: list[Body]) -> Body:
    if len(bodies) == 1:
        return bodies[0]
    data = b"".join(body.data for body in bodies)
    return Body(data, bodies[-1].kind, sum(body.tokens for body in bodies))


@register
@dataclass(frozen=True, slots=True)
class CRLF(Fault):
    """Lines end as they do in HTTP."""

    name = "crlf"
    summary = "Lines end in CR LF."
    default_place = _HEADERS
    harmless = True
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """Each event with other line ends."""
        for step in rest:
            yield step._replace(data=step.data.replace(b"\n", b"\r\n")) if is_event(step) else step


@register
@dataclass(frozen=True, slots=True)
class BOM(Fault):
    """A byte order mark, which the standard of events allows and that of JSON does not."""

    name = "bom"
    summary = "The body begins with a byte order mark (EF BB BF)."
    default_place = _HEADERS
    harmless = True
    halves = False
    resizes = True

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The mark before the next body."""
        for step in rest:
            if isinstance(step, Body):
                yield step._replace(data=b"\xef\xbb\xbf" + step.data)
                break
            yield step
        yield from rest


@register
@dataclass(frozen=True, slots=True)
class MultiLineData(Fault):
    """The data of an event on several lines, which are to be joined."""

    name = "multi_line_data"
    summary = "The JSON of each event is spread over three `data:` lines: the first brace, the middle, the last brace."
    default_place = _HEADERS
    harmless = True
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """Each event with its JSON on three lines."""
        for step in rest:
            yield step._replace(data=_DATA.sub(_THREE_LINES, step.data)) if is_event(step) else step


_DATA = re.compile(rb"^data: \{(.*)\}$", re.MULTILINE)
_THREE_LINES = rb"data: {\ndata: \1\ndata: }"


@register
@dataclass(frozen=True, slots=True)
class MissingLastBlankLine(Fault):
    """The last event is not ended."""

    name = "missing_last_blank_line"
    summary = "The blank line after the last event is missing."
    default_place = _HEADERS
    harmless = True
    halves = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """Every event a step late, so that the last is known."""
        held: Body | None = None
        for step in rest:
            if held is not None:
                yield held
            held = step if is_event(step) else None
            if held is None:
                yield step
        if held is not None:
            yield held._replace(data=_LAST_LINE_END.sub(rb"\1", held.data))


_LAST_LINE_END = re.compile(rb"(\r?\n)\r?\n\Z")
