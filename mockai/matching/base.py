"""What matching works on and what comes of it: a rule's view, conditions as predicates, mismatches, matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from mockai.matching.wording import likeness, shown
from mockai.request import APIRequest

__all__ = ["NO_CAPTURES", "Match", "Mismatch", "NameMismatch", "NearestMismatch", "Predicate", "View", "first_mismatch"]

NO_CAPTURES: Mapping[str, str] = MappingProxyType({})
"""What a rule without named groups captures."""


@dataclass(slots=True)
class View:
    """What a rule sees beside the request: the named states, the number this call of the rule would have
    (from 1), and a place where regexes leave their named groups."""

    states: dict[str, Any] = field(default_factory=dict)
    call: int = 1
    captures: dict[str, str] = field(default_factory=dict)

    def apart(self) -> View:
        """The same view with captures of its own, for conditions whose captures may not count."""
        return View(self.states, self.call, {})


class Mismatch(NamedTuple):
    """A condition that does not hold: its `key` in `when`, what the rule expects, what the request has.

    Words and closeness are worked out only when asked for. A named tuple, since one is made for every rule
    passed over, and a frozen dataclass takes twice as long to make.
    """

    key: str
    expected: Any
    seen: Any

    @property
    def closeness(self) -> float:
        """How near the condition came to holding, from 0 to 1 (1 is never reached)."""
        return 0.0

    def wanted(self) -> str:
        """What the rule expects, in words."""
        return shown(self.expected)

    def found(self) -> str:
        """What the request has, in words."""
        return shown(self.seen)

    def hint(self) -> str:
        """What else helps to see the difference; empty if nothing does."""
        return ""

    def sentence(self) -> str:
        """The reason: key, expected, seen, and the hint if there is one."""
        text = f"{self.key}: expected {self.wanted()}, seen {self.found()}"
        hint = self.hint()
        return f"{text}; {hint}" if hint else text


class NameMismatch(Mismatch):
    """A name (or glob) that differs; the more letters agree, the closer."""

    __slots__ = ()

    @property
    def closeness(self) -> float:
        """The likeness of the names; a mere resemblance counts half."""
        return 0.5 * likeness(self.expected, self.seen or "")

    def found(self) -> str:
        """The name, or that there is none."""
        return "none" if self.seen is None else shown(self.seen)


class NearestMismatch(Mismatch):
    """Several candidates were tried and none holds; `seen` are their mismatches, `expected` what they are."""

    __slots__ = ()

    def nearest(self) -> Mismatch:
        """The mismatch of the candidate that came nearest, the first of equals."""
        found: Mismatch = max(self.seen, key=lambda mismatch: mismatch.closeness)
        return found

    @property
    def closeness(self) -> float:
        """The closeness of the nearest candidate."""
        return self.nearest().closeness if self.seen else 0.0


Predicate: TypeAlias = Callable[[APIRequest, View], Mismatch | None]
"""A compiled condition: None when it holds."""


class Match(NamedTuple):
    """Whether a rule matches, the named groups its regexes found if it does, the mismatches if not."""

    matched: bool
    captures: Mapping[str, str] = NO_CAPTURES
    mismatches: tuple[Mismatch, ...] = ()


def first_mismatch(predicates: Iterable[Predicate], request: APIRequest, view: View) -> Mismatch | None:
    """The first condition that does not hold, or None when all do."""
    for predicate in predicates:
        mismatch = predicate(request, view)
        if mismatch is not None:
            return mismatch
    return None
