"""Rules that can never fire."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from mockai.errors import Problem
from mockai.scenario.placed import PlacedRule
from mockai.scenario.schema import OWN_ENDPOINTS, Rule, When

__all__ = ["parts", "shadowed"]

_TEXT = ("chat.completions", "completions", "responses")
_ANSWERED = {*_TEXT, *(f"{name}.create" for name in _TEXT)}
"""What a rule without conditions surely answers; other endpoints may have to be named to be answered by a rule."""


def shadowed(rules: Iterable[PlacedRule], passing: Collection[str] = ()) -> tuple[Problem, ...]:
    """Rules, in the order in which they are tried, that one above leaves nothing for.

    `passing` are the keys of rules that let requests fall through to those below.
    """
    unconditional: PlacedRule | None = None
    above: dict[str, PlacedRule] = {}
    problems = []
    for placed in rules:
        when = _narrowed(placed.rule)
        blocker = above.get(repr(when))
        if blocker is None and set(when.endpoint or ()) <= _ANSWERED:
            blocker = unconditional
        if blocker is not None:
            problems.append(_never(placed, blocker))
        elif placed.key not in passing and not _counts(when):
            above[repr(when)] = placed
            unconditional = unconditional or (None if _conditions(when) else placed)
    return tuple(problems)


def _narrowed(rule: Rule) -> When:
    """The conditions of a rule; where they name no endpoint, those that alone can send one of its replies count."""
    only = tuple(name for reply in rule.replies for name in OWN_ENDPOINTS.get(reply.kind, ()))
    return rule.when.model_copy(update={"endpoint": only}) if only and not rule.when.endpoint else rule.when


def parts(when: When) -> Iterator[When]:
    """The conditions, and all those combined in them."""
    yield when
    inside = (*(when.all or ()), *(when.any or ()), *((when.not_,) if when.not_ else ()))
    for part in inside:
        yield from parts(part)


def _conditions(when: When) -> list[str]:
    return when.given(*type(when).model_fields)


def _counts(when: When) -> bool:
    return any(part.call is not None for part in parts(when))


def _never(placed: PlacedRule, blocker: PlacedRule) -> Problem:
    takes = "the same requests" if _conditions(blocker.rule.when) else "every request"
    message = f"{placed.called} can never fire: {blocker.called} ({blocker.where}) stands above it and takes {takes}"
    return Problem(placed.where, message, "Move it up, narrow the rule above, or give that rule `then: fall_through`.")
