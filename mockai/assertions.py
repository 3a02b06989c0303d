"""What a test asks of a mock: its calls, assertions about them, and the verdict at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mockai.calls import Call, LogicalCall, calls_of, logical_calls
from mockai.engine import Engine
from mockai.errors import MockAIError, NotResilient, UnmatchedRequest, Unsatisfied
from mockai.matching.rules import CompiledRule, View, compile_rule, match
from mockai.scaled import scaled_wait
from mockai.scenario.loading import load_rule
from mockai.state import Session

if TYPE_CHECKING:
    from mockai.verdict import Verdict

__all__ = ["Assertions"]

_SETTLING = 0.1
"""Seconds: a server notices a little late that a client has left."""


class Assertions:
    """The half of a mock that looks back. `told` are the verdicts given, none of which is given twice."""

    engine: Engine
    mode: str
    strict: bool
    time_scale: float

    def __init__(self) -> None:
        self.told: set[str] = set()

    @property
    def session(self) -> Session:
        """The session this handle adds rules to and reads calls from: the default one."""
        return self.engine.store.session("")

    @property
    def blocked(self) -> Sequence[MockAIError]:
        """Requests that were about to leave for a provider's host, and were not let."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------- calls

    @property
    def calls(self) -> tuple[Call, ...]:
        """What was asked so far and what came of it, oldest first; each attempt is a call of its own."""
        return calls_of(self.session.journal)

    @property
    def logical_calls(self) -> tuple[LogicalCall, ...]:
        """What the application asked, a first try and its retries together."""
        return logical_calls(self.session.journal)

    @property
    def last(self) -> Call:
        """The latest call. Raises Unsatisfied if there is none."""
        calls = self.calls
        if not calls:
            raise Unsatisfied("no call was made")
        return calls[-1]

    @property
    def count(self) -> int:
        """How many requests came."""
        return self.session.journal.total

    def find(self, **when: Any) -> tuple[Call, ...]:
        """The calls that meet these conditions of `when`. Raises ScenarioError for unknown ones."""
        return _matching(self.calls, when)

    def wait_for(self, count: int, timeout: float = 5.0) -> None:
        """Block until `count` requests were answered; Unsatisfied when `timeout` seconds passed first."""
        if self.session.journal.wait(count, timeout):
            return
        seen = f"seen {self.session.journal.ended()}"
        raise Unsatisfied(
            f"expected {_counted(count, 'answered call')} within {timeout} s, {seen}\n{listing(self.calls)}"
        )

    # -------------------------------------------------------------------------------- assertions

    def assert_called(self, times: int | None = None, **when: Any) -> None:
        """Raise Unsatisfied unless `times` calls (at least one if None) meet these conditions of `when`."""
        found = _matching(self.calls, when)
        if len(found) == times or (times is None and found):
            return
        wanted = "at least one call" if times is None else _counted(times) if times else "no call"
        meeting = f" with {_shown(when)}" if when else ""
        raise Unsatisfied(f"expected {wanted}{meeting}, seen {_counted(len(found))}\n{listing(self.calls)}")

    def assert_not_called(self, **when: Any) -> None:
        """Raise Unsatisfied if a call meets these conditions of `when` (if any call was made, without them)."""
        self.assert_called(0, **when)

    def assert_all_used(self) -> None:
        """Raise Unsatisfied if a rule was never used."""
        unused = self._unused()
        if unused:
            raise _never_used(unused)

    def assert_retried(self, times: int | None = None) -> None:
        """Raise Unsatisfied unless a call was retried (`times` times)."""
        calls = self.logical_calls
        if any(call.retries == times if times is not None else call.retries for call in calls):
            return
        wanted = "a call that was retried" if times is None else f"a call with {_counted(times, 'retry', 'retries')}"
        raise Unsatisfied(f"expected {wanted}\n{listing(self.calls)}")

    def assert_backoff(
        self,
        min: float | None = None,
        max: float | None = None,
        *,
        honours_retry_after: bool = True,
    ) -> None:
        """Raise Unsatisfied unless every wait before a retry, in scripted seconds, lies within bounds and is no
        shorter than the `retry-after` of the reply before.

        Scripted seconds are real ones divided by `time_scale`; at 0 nothing is left to divide, and bounds are
        real seconds.
        """
        waits = [pair for call in self.logical_calls for pair in zip(call.attempts, call.attempts[1:], strict=False)]
        if not waits:
            raise Unsatisfied(f"expected retries to judge the back-off of\n{listing(self.calls)}")
        backoff = _Backoff(min, max, honours_retry_after, self.time_scale)
        wrong = [text for before, after in waits for text in backoff.wrong(before, after)]
        if wrong:
            raise Unsatisfied("\n".join([*wrong, listing(self.calls)]))

    # ------------------------------------------------------------------------------- the verdict

    @property
    def verdict(self) -> Verdict:
        """What there is to say about how the client took what it met, judged from the calls so far.

        Waits a moment for requests that are just ending.
        """
        from mockai.verdict import verdict_of

        journal = self.session.journal
        if self.mode == "server":
            journal.wait(journal.total, _SETTLING)
        return verdict_of(journal)

    def assert_resilient(self, *, strict: bool = False, ignore: Iterable[str] = ()) -> None:
        """Raise NotResilient if the verdict has errors, or with `strict` warnings; `ignore` names kinds of findings
        to leave out. Raises UsageError for a kind there is none of."""
        verdict = self.verdict.without(*([ignore] if isinstance(ignore, str) else ignore))
        if not verdict.passed(strict=strict):
            raise NotResilient(f"the client did not take it well: {verdict}\n\n{listing(self.calls)}")

    def check(self) -> None:
        """Raise what a test must not pass over, each thing once: an error in a Python reply (ReplyError), a
        fault that patch mode cannot do (PatchLimit), a request that was about to leave for a provider
        (EgressBlocked) or that no rule answered (UnmatchedRequest), and, if `strict` or the rule is
        `required`, a rule never used (Unsatisfied)."""
        for verdict in self._verdicts():
            text = str(verdict)
            if text not in self.told:
                self.told.add(text)
                raise verdict

    def traffic(self) -> str:
        """Each call in one line, under the mode and the seed."""
        head = f"mode {self.mode}, seed {self.engine.seed}, {_counted(self.count)}"
        return "\n".join([head, *map(line, self.calls)])

    def untold(self) -> tuple[str, ...]:
        """Why requests were not answered, where no verdict has said so yet."""
        return tuple(str(verdict) for verdict in self._unanswered() if str(verdict) not in self.told)

    def _verdicts(self) -> Iterator[BaseException]:
        yield from (call.error for call in self.calls if call.error is not None)
        yield from self.blocked
        yield from self._unanswered()
        unused = [rule for rule in self._unused() if self.strict or rule.rule.required]
        if unused:
            yield _never_used(unused)

    def _unanswered(self) -> Iterator[UnmatchedRequest]:
        unmatched = [call.unmatched for call in self.calls if call.unmatched is not None]
        if unmatched:
            more = f"\n\n({_counted(len(unmatched) - 1, 'more unmatched request')})" if len(unmatched) > 1 else ""
            yield UnmatchedRequest(unmatched[0] + more)

    def _unused(self) -> list[CompiledRule]:
        used = self.session.claim(lambda state: dict(state.calls))
        return [rule for rule in self.engine.rules_of(self.session) if not used.get(rule.key)]


class _Backoff:
    """How long a client should wait before it tries again."""

    _TOLERANCE = 0.005
    """Seconds a clock may be off: timers fire a little early."""

    def __init__(self, least: float | None, most: float | None, honours: bool, time_scale: float) -> None:
        self._least = least
        self._most = most
        self._honours = honours
        self._time_scale = time_scale
        self._scale = time_scale or 1.0

    def wrong(self, before: Call, after: Call) -> Iterator[str]:
        """What is wrong with the wait between two attempts, in sentences."""
        waited = after.waited or 0.0
        came = f"call {after.number} came after {waited / self._scale:.3f} s"
        if self._least is not None and waited < self._least * self._scale - self._TOLERANCE:
            yield f"{came}, expected at least {self._least} s"
        if self._most is not None and waited > self._most * self._scale + self._TOLERANCE:
            yield f"{came}, expected at most {self._most} s"
        asked = before.retry_after if self._honours else None
        if asked is not None and waited < scaled_wait(asked, self._time_scale) - self._TOLERANCE:
            yield f"{came}, but the reply to call {before.number} said retry-after {asked:g} s"


def _matching(calls: Iterable[Call], conditions: Mapping[str, Any]) -> tuple[Call, ...]:
    if not conditions:
        return tuple(calls)
    when = {("not" if key == "not_" else key): value for key, value in conditions.items()}
    rule = compile_rule(
        load_rule({"when": when, "reply": ""}, f"a question for calls with {_shown(conditions)}").rule, "", ""
    )
    return tuple(call for call in calls if _meets(call, rule))


def _meets(call: Call, rule: CompiledRule) -> bool:
    return call.request is not None and match(rule, call.request, View(states={}, call=call.number)).matched


def _never_used(rules: Sequence[CompiledRule]) -> Unsatisfied:
    lines = "\n".join(f"    {rule.key} ({rule.where})" for rule in rules)
    return Unsatisfied(f"{_counted(len(rules), 'rule')} never used:\n{lines}")


def _counted(number: int, one: str = "call", many: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


def _shown(conditions: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in conditions.items())


def listing(calls: Sequence[Call]) -> str:
    """Calls, one in a line, under a heading."""
    return "\n".join(["calls seen:", *(f"    {line(call)}" for call in calls)]) if calls else "no call was made"


def line(call: Call) -> str:
    """A call in one line: number, operation, what was asked, attempt and wait, rule and reply, how it ended."""
    waited = call.waited
    attempt = f"attempt {call.attempt}" + (f" after {_clock(waited)}" if waited is not None else "")
    asked = f" {_short(call.user)!r}" if call.user else ""
    answered = "no rule" if call.rule is None else f"{call.rule}[{call.reply}]"
    ended = "" if call.duration is None else f" in {_clock(call.duration)}"
    left = f" after {_counted(call.left_after, 'piece')}" if call.left_after is not None else ""
    faults = f" ({', '.join(call.faults)})" if call.faults else ""
    name = call.endpoint or f"{call.method} {call.path}"
    status = call.status or "no status"
    return f"{call.number}. {name}{asked} {attempt} -> {answered}, {status}, {call.outcome}{left}{faults}{ended}"


def _clock(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
