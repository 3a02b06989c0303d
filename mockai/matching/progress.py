"""Conditions on how far things have come: turns, attempts, calls of the rule, named states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockai.matching.base import Mismatch, Predicate, View
from mockai.matching.partial import same
from mockai.request import APIRequest
from mockai.scenario.schema import CountMatch

__all__ = ["attempt", "call", "state", "turn"]


class CountMismatch(Mismatch):
    """A number outside what is expected; the farther, the less close."""

    __slots__ = ()

    @property
    def closeness(self) -> float:
        """Half for a number next to the expected one, less and less beyond."""
        condition: CountMatch = self.expected
        bounds = (*(condition.one_of or ()), condition.at_least, condition.at_most)
        near = [abs(self.seen - bound) for bound in bounds if bound is not None]
        return 1 / (1 + max(1, min(near))) if near else 0.0

    def wanted(self) -> str:
        """The numbers and bounds."""
        condition: CountMatch = self.expected
        parts = [" or ".join(map(str, condition.one_of))] if condition.one_of is not None else []
        parts += [f"at least {condition.at_least}"] if condition.at_least is not None else []
        parts += [f"at most {condition.at_most}"] if condition.at_most is not None else []
        return " and ".join(parts)


def _counted(read: Callable[[APIRequest, View], int]) -> Callable[[CountMatch, str], Iterator[Predicate]]:
    def make(condition: CountMatch, key: str) -> Iterator[Predicate]:
        def check(request: APIRequest, view: View) -> Mismatch | None:
            number = read(request, view)
            return None if condition.holds(number) else CountMismatch(key, condition, number)

        yield check

    return make


turn = _counted(lambda request, view: request.turn)
attempt = _counted(lambda request, view: request.attempt)
call = _counted(lambda request, view: view.call)


def state(states: Mapping[str, Any], key: str) -> Iterator[Predicate]:
    """Each named state has this value; null stands for a state that was never set."""
    for name, value in states.items():
        yield _has_value(name, value, f"{key}.{name}")


def _has_value(name: str, value: Any, key: str) -> Predicate:
    def check(request: APIRequest, view: View) -> Mismatch | None:
        seen = view.states.get(name)
        return None if same(value, seen) else Mismatch(key, value, seen)

    return check
