"""Calls as a test reads them: the request decoded, what was answered, how it ended, and which are retries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockai.journal import Entry, Journal, Outcome
from mockai.request import APIRequest, Message, Tool

__all__ = ["Call", "LogicalCall", "calls_of", "logical_calls"]


class Call:
    """One request and its reply, read from the journal; what is not known yet is None."""

    __slots__ = ("_entry", "_journal")

    def __init__(self, entry: Entry, journal: Journal) -> None:
        self._entry = entry
        self._journal = journal

    # ----------------------------------------------------------------------------------- request

    @property
    def number(self) -> int:
        """Which request of the session it is, from 1."""
        return self._entry.number

    @property
    def request(self) -> APIRequest | None:
        """The decoded request; None where there is no such URL or the body could not be read."""
        return self._entry.request

    @property
    def endpoint(self) -> str | None:
        """The SDK's name of the operation, such as `chat.completions.create`; None for an unknown URL."""
        request = self._entry.request
        return None if request is None else f"{request.endpoint}.{request.operation}"

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self._entry.http.method

    @property
    def path(self) -> str:
        """The path, without session or mount prefix."""
        return self._entry.http.path

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers by lower-case name, keys masked."""
        return self._entry.headers

    @property
    def body(self) -> Mapping[str, Any]:
        """The JSON body, empty where there is none."""
        return {} if self._entry.request is None else self._entry.request.body

    @property
    def model(self) -> str | None:
        """The model asked for."""
        return None if self._entry.request is None else self._entry.request.model

    @property
    def messages(self) -> tuple[Message, ...]:
        """The conversation sent."""
        return () if self._entry.request is None else self._entry.request.messages

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools offered."""
        return () if self._entry.request is None else self._entry.request.tools

    @property
    def upstream(self) -> str | None:
        """The upstream asked, by its name; None where the scenario has none."""
        request = self._entry.request
        return (self._entry.http if request is None else request.http).upstream or None

    @property
    def user(self) -> str:
        """The text of the last user message, or an empty string."""
        message = None if self._entry.request is None else self._entry.request.last("user")
        return "" if message is None else message.text

    @property
    def stream(self) -> bool:
        """Whether a stream was asked for."""
        return self._entry.request is not None and self._entry.request.stream

    @property
    def attempt(self) -> int:
        """The SDK's retry count: 0 for a first try."""
        return 0 if self._entry.request is None else self._entry.request.attempt

    @property
    def tolerated(self) -> tuple[str, ...]:
        """What the API would have refused it with, where validation is lenient."""
        return tuple(error.message for error in self._entry.tolerated)

    # ------------------------------------------------------------------------------------- reply

    @property
    def rule(self) -> str | None:
        """The rule that answered, or None."""
        return self._entry.rule

    @property
    def reply(self) -> int | None:
        """Which of the rule's replies was given, from 0."""
        return self._entry.reply

    @property
    def phase(self) -> str | None:
        """The phase of the brown-out it met, struck or not: `down` …; None where there was none."""
        return self._entry.phase

    @property
    def status(self) -> int | None:
        """The HTTP status sent; None where the connection broke before."""
        return self._entry.status

    @property
    def retry_after(self) -> float | None:
        """Seconds the reply asked the client to wait (`retry-after-ms`, else `retry-after` as a number)."""
        return self._entry.retry_after

    @property
    def outcome(self) -> Outcome:
        """`complete`, `aborted` by a fault, `client_left`, `failed`, or `running`."""
        return self._entry.outcome

    @property
    def events(self) -> int:
        """How many events of a stream were sent."""
        return self._entry.events

    @property
    def pieces(self) -> int:
        """How many pieces of content were sent."""
        return self._entry.pieces

    @property
    def read_to_end(self) -> bool:
        """Whether the reply was sent whole, with the client there to the end."""
        return self._entry.outcome == "complete"

    @property
    def left_after(self) -> int | None:
        """How many pieces of content had been sent when the client hung up; None if it did not."""
        return self._entry.pieces if self._entry.outcome == "client_left" else None

    @property
    def scripted_wait(self) -> float:
        """Seconds the reply was scripted to wait, whatever `time_scale` made of them."""
        return self._entry.waited

    @property
    def duration(self) -> float | None:
        """Seconds from arrival to the end."""
        return self._entry.duration

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults that struck."""
        return self._entry.faults

    @property
    def unmatched(self) -> str | None:
        """Why no rule answered, or None if one did."""
        return self._entry.unmatched

    @property
    def error(self) -> BaseException | None:
        """What a Python reply, a hook or a template raised."""
        return self._entry.error

    # ----------------------------------------------------------------------------------- retries

    @property
    def attempts(self) -> tuple[Call, ...]:
        """Every attempt of the call this one belongs to, first try first, itself included."""
        return next(call.attempts for call in logical_calls(self._journal) if self in call.attempts)

    @property
    def waited(self) -> float | None:
        """Seconds the client waited between the end of the attempt before and this one; None for a first try."""
        if self.attempt == 0:
            return None
        attempts = self.attempts
        place = attempts.index(self)
        if place == 0:
            return None
        ended = attempts[place - 1]._entry.ended
        return None if ended is None else max(self._entry.arrived - ended, 0.0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Call) and other._entry is self._entry

    def __hash__(self) -> int:
        return id(self._entry)

    def __repr__(self) -> str:
        return (
            f"<Call {self.number} {self.endpoint or self.path} {self.user[:40]!r} attempt={self.attempt} "
            f"rule={self.rule!r} status={self.status} {self.outcome}>"
        )


class LogicalCall:
    """What the application asked once: a first try and the SDK's retries of it."""

    __slots__ = ("attempts",)

    def __init__(self, attempts: Sequence[Call]) -> None:
        self.attempts = tuple(attempts)

    @property
    def retries(self) -> int:
        """How many attempts followed the first."""
        return len(self.attempts) - 1

    @property
    def waits(self) -> tuple[float, ...]:
        """Seconds waited before each retry."""
        return tuple(attempt.waited or 0.0 for attempt in self.attempts[1:])


def calls_of(journal: Journal) -> tuple[Call, ...]:
    """Every call of a journal, oldest first."""
    return tuple(Call(entry, journal) for entry in journal.entries())


def logical_calls(journal: Journal) -> tuple[LogicalCall, ...]:
    """The calls of a journal, attempts of one call together, in the order of their first tries.

    A request whose retry count is n continues the latest call with the same method, path and body whose
    last attempt was n - 1; anything else begins a call of its own.
    """
    groups: list[list[Call]] = []
    for call in calls_of(journal):
        earlier = reversed(groups) if call.attempt else ()
        found = next((group for group in earlier if _continues(call, group[-1])), None)
        if found is None:
            groups.append([call])
        else:
            found.append(call)
    return tuple(LogicalCall(group) for group in groups)


def _continues(call: Call, last: Call) -> bool:
    mine, before = call._entry.http, last._entry.http
    same = (mine.method, mine.path, mine.body) == (before.method, before.path, before.body)
    return same and last.attempt == call.attempt - 1
