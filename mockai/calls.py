"""Calls as a test reads them: the request decoded, what was answered, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.journal import Entry, Journal, Outcome
from mockai.request import Message, Tool

__all__ = ["Call", "calls_of"]


class Call:
    """One request and its reply, read from the journal; what is not known yet is None."""

    __slots__ = ("_entry",)

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    @property
    def number(self) -> int:
        """Which request of the session it is, from 1."""
        return self._entry.number

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
    def rule(self) -> str | None:
        """The rule that answered, or None."""
        return self._entry.rule

    @property
    def reply(self) -> int | None:
        """Which of the rule's replies was given, from 0."""
        return self._entry.reply

    @property
    def status(self) -> int | None:
        """The HTTP status sent; None where the connection broke before."""
        return self._entry.status

    @property
    def outcome(self) -> Outcome:
        """`complete`, `aborted` by a fault, `client_left`, `failed`, or `running`."""
        return self._entry.outcome

    @property
    def events(self) -> int:
        """How many events of a stream were sent."""
        return self._entry.events

    @property
    def waited(self) -> float:
        """Seconds the reply was scripted to wait, whatever `time_scale` made of them."""
        return self._entry.waited

    @property
    def duration(self) -> float | None:
        """Seconds from arrival to the end."""
        return self._entry.duration

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults that struck."""
        return tuple(self._entry.faults)

    @property
    def unmatched(self) -> str | None:
        """Why no rule answered, or None if one did."""
        return self._entry.unmatched

    @property
    def error(self) -> BaseException | None:
        """What a Python reply, a hook or a template raised."""
        return self._entry.error

    def __repr__(self) -> str:
        return (
            f"<Call {self.number} {self.endpoint or self.path} {self.user[:40]!r} attempt={self.attempt} "
            f"rule={self.rule!r} status={self.status} {self.outcome}>"
        )


def calls_of(journal: Journal) -> tuple[Call, ...]:
    """Every call of a journal, oldest first."""
    return tuple(Call(entry) for entry in journal.entries())
