"""Faults of the connection. Bare, they strike before anything is sent; with a place, anywhere in a reply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mockai.faults.base import Fault, Place, register
from mockai.wire import Abort, Step, Wait

__all__ = ["Close", "Garbage", "Refuse", "Reset", "SlowHeaders", "Stall"]

_LONGEST = 86_400


def _check_seconds(name: str, seconds: float) -> None:
    if not 0 <= seconds <= _LONGEST:
        raise ValueError(f"{name}: seconds is a number from 0 to {_LONGEST}; seen {seconds}")


@register
@dataclass(frozen=True, slots=True)
class Refuse(Fault):
    """Nobody listens."""

    name = "refuse"
    summary = (
        "The connection is reset and no other is accepted for `seconds` (1 unless told), as when a server restarts; "
        "in patch mode this request alone is refused."
    )
    default_place = Place("before")
    needs_head = False

    seconds: float = 1.0

    def __post_init__(self) -> None:
        _check_seconds(self.name, self.seconds)

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """A reset, and a server that does not listen."""
        yield Abort("refuse", seconds=self.seconds)


@register
@dataclass(frozen=True, slots=True)
class Reset(Fault):
    """The connection is reset."""

    name = "reset"
    summary = "The connection is reset (TCP RST); the client sees `connection reset by peer`."
    default_place = Place("before")
    needs_head = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """A reset, and nothing after it."""
        yield Abort("reset")


@register
@dataclass(frozen=True, slots=True)
class Close(Fault):
    """The connection is closed without a reply."""

    name = "close"
    summary = "The connection is closed without a byte of reply; the client sees `server disconnected`."
    default_place = Place("before")
    needs_head = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """A close, and nothing after it."""
        yield Abort("close")


@register
@dataclass(frozen=True, slots=True)
class Garbage(Fault):
    """Something that is not HTTP."""

    name = "garbage"
    summary = "The `text` goes over the wire in place of a status line, then the connection is closed."
    default_place = Place("before")
    needs_head = False

    text: str = "\x15\x03\x01 This is not HTTP.\r\n\r\n"

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The garbage, and a close."""
        yield Abort("close", self.text.encode())


@register
@dataclass(frozen=True, slots=True)
class Stall(Fault):
    """Nothing more is sent."""

    name = "stall"
    summary = "Nothing is sent and the connection stays open, until the client gives up."
    default_place = Place("before")
    needs_head = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """Silence for good."""
        yield Abort("stall")


@register
@dataclass(frozen=True, slots=True)
class SlowHeaders(Fault):
    """The reply comes late."""

    name = "slow_headers"
    summary = "The status line comes `seconds` late (10 unless told); the reply itself is whole."
    default_place = Place("before")
    harmless = True
    needs_head = False

    seconds: float = 10.0

    def __post_init__(self) -> None:
        _check_seconds(self.name, self.seconds)

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """A wait, then everything."""
        if self.seconds:
            yield Wait(self.seconds)
        yield from rest
