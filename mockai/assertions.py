"""Assertions about calls and retries, with messages that show what happened instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mockai.calls import Call, LogicalCall
from mockai.errors import Unsatisfied
from mockai.matching.rules import CompiledRule, View, compile_rule, match
from mockai.scenario.loading import load_rule

__all__ = ["check_backoff", "check_called", "check_retried", "check_used", "matching"]


def matching(calls: Iterable[Call], conditions: Mapping[str, Any]) -> tuple[Call, ...]:
    """The calls whose requests meet these conditions of `when`. Raises ScenarioError for unknown ones."""
    if not conditions:
        return tuple(calls)
    when = {("not" if key == "not_" else key): value for key, value in conditions.items()}
    rule = compile_rule(load_rule({"when": when, "reply": ""}, "assert_called()").rule, "", "")
    return tuple(call for call in calls if _meets(call, rule))


def _meets(call: Call, rule: CompiledRule) -> bool:
    return call.request is not None and match(rule, call.request, View(states={}, call=call.number)).matched


def check_called(calls: Sequence[Call], times: int | None, conditions: Mapping[str, Any]) -> None:
    """Raise Unsatisfied unless `times` calls (at least one if None) meet the conditions."""
    found = matching(calls, conditions)
    if len(found) == times or (times is None and found):
        return
    wanted = "at least one call" if times is None else _counted(times)
    meeting = f" with {_shown(conditions)}" if conditions else ""
    raise Unsatisfied(f"expected {wanted}{meeting}, seen {_counted(len(found))}\n{_listing(calls)}")


def check_used(rules: Iterable[CompiledRule], calls: Mapping[str, int], *, only_required: bool = False) -> None:
    """Raise Unsatisfied if a rule was never used (of the `required` ones only, if so asked)."""
    unused = [
        rule for rule in rules if not calls.get(rule.key) and (rule.rule.required or not only_required)
    ]
    if unused:
        lines = "\n".join(f"    {rule.key} ({rule.where})" for rule in unused)
        raise Unsatisfied(f"{_counted(len(unused), 'rule')} never used:\n{lines}")


def check_retried(calls: Sequence[LogicalCall], times: int | None) -> None:
    """Raise Unsatisfied unless some call was retried, `times` times if given."""
    if any(call.retries == times if times is not None else call.retries for call in calls):
        return
    wanted = "a call that was retried" if times is None else f"a call with {_counted(times, 'retry', 'retries')}"
    raise Unsatisfied(f"expected {wanted}\n{_attempts(calls)}")


def check_backoff(
    calls: Sequence[LogicalCall], least: float | None, most: float | None, *, honours_retry_after: bool
) -> None:
    """Raise Unsatisfied unless every wait before a retry is within bounds, and no shorter than asked for."""
    waits = [(attempts[n - 1], attempts[n]) for attempts in (c.attempts for c in calls) for n in range(1, len(attempts))]
    if not waits:
        raise Unsatisfied(f"expected retries to judge the back-off of\n{_attempts(calls)}")
    wrong = [text for before, after in waits for text in _wrong(before, after, least, most, honours_retry_after)]
    if wrong:
        raise Unsatisfied("\n".join([*wrong, _attempts(calls)]))


_TOLERANCE = 0.005
"""Seconds a clock may be off: timers fire a little early."""


def _wrong(before: Call, after: Call, least: float | None, most: float | None, honours: bool) -> Iterable[str]:
    waited = after.waited or 0.0
    if least is not None and waited < least - _TOLERANCE:
        yield f"call {after.number} came after {waited:.3f} s, expected at least {least} s"
    if most is not None and waited > most + _TOLERANCE:
        yield f"call {after.number} came after {waited:.3f} s, expected at most {most} s"
    if honours and before.retry_after is not None and waited < before.retry_after - _TOLERANCE:
        yield f"call {after.number} came after {waited:.3f} s, but the reply before said retry-after {before.retry_after} s"


def _counted(number: int, one: str = "call", many: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


def _shown(conditions: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in conditions.items())


def _listing(calls: Sequence[Call]) -> str:
    return "\n".join(["calls seen:", *(f"    {line(call)}" for call in calls)]) if calls else "no call was made"


def _attempts(calls: Sequence[LogicalCall]) -> str:
    return _listing([attempt for call in calls for attempt in call.attempts])


def line(call: Call, clock: Callable[[float], str] = lambda seconds: f"{seconds * 1000:.0f} ms") -> str:
    """A call in one line: number, operation, what was asked, attempt and wait, rule and reply, how it ended."""
    waited = call.waited
    attempt = f"attempt {call.attempt + 1}" + (f" after {clock(waited)}" if waited is not None else "")
    answered = "no rule" if call.rule is None else f"{call.rule}[{call.reply}]"
    ended = "" if call.duration is None else f" in {clock(call.duration)}"
    asked = f" {call.user[:60]!r}" if call.user else ""
    name = call.endpoint or f"{call.method} {call.path}"
    return f"{call.number}. {name}{asked} {attempt} -> {answered} {call.status or '-'} {call.outcome}{ended}"
