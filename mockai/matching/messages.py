"""Conditions on the conversation: texts of messages, tool results, turns, and what is attached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from mockai.matching.base import Mismatch, NameMismatch, NearestMismatch, Predicate, View
from mockai.matching.partial import JSONMismatch, difference
from mockai.matching.text import TextMismatch, describe, text_test
from mockai.request import APIRequest, Message
from mockai.scenario.schema import TextMatch, ToolResultMatch

__all__ = ["TEXTS", "any_message", "assistant", "has", "last", "system", "tool_result", "user"]


def _last_text(messages: tuple[Message, ...], roles: frozenset[str]) -> str | None:
    for message in reversed(messages):
        if message.role in roles:
            return message.text
    return None


def _said_by(*roles: str) -> Callable[[APIRequest], str | None]:
    wanted = frozenset(roles)
    return lambda request: _last_text(request.messages, wanted)


def _said_last(request: APIRequest) -> str | None:
    return request.messages[-1].text if request.messages else None


TEXTS: Mapping[str, Callable[[APIRequest], str | None]] = {
    "user": _said_by("user"),
    "system": _said_by("system", "developer"),
    "assistant": _said_by("assistant"),
    "last": _said_last,
}
"""The one text each of these conditions is about, or None where there is no such message."""


def _about(read: Callable[[APIRequest], str | None]) -> Callable[[TextMatch, str], Iterator[Predicate]]:
    def make(condition: TextMatch, key: str) -> Iterator[Predicate]:
        test = text_test(condition)

        def check(request: APIRequest, view: View) -> Mismatch | None:
            text = read(request)
            if text is not None and test(text, view.captures):
                return None
            return TextMismatch(key, condition, text)

        yield check

    return make


user, system, assistant, last = map(_about, (TEXTS["user"], TEXTS["system"], TEXTS["assistant"], TEXTS["last"]))


class AnyMessageMismatch(NearestMismatch):
    """No message meets a text condition."""

    __slots__ = ()

    def sentence(self) -> str:
        """The condition and the message that came nearest."""
        text = f"{self.key}: expected a message with {describe(self.expected)}, seen"
        if not self.seen:
            return f"{text} no messages"
        nearest = self.nearest()
        hint = nearest.hint()
        return f"{text} none in {len(self.seen)}; the nearest is {nearest.found()}" + (f"; {hint}" if hint else "")


def any_message(condition: TextMatch, key: str) -> Iterator[Predicate]:
    """Some message meets the whole condition; where several do, the latest one's captures count."""
    test = text_test(condition)

    def check(request: APIRequest, view: View) -> Mismatch | None:
        for message in reversed(request.messages):
            if test(message.text, view.captures):
                return None
        tried = tuple(TextMismatch(key, condition, message.text) for message in reversed(request.messages))
        return AnyMessageMismatch(key, condition, tried)

    yield check


_Part: TypeAlias = Callable[[Message, dict[str, str]], Mismatch | None]


class ToolResultMismatch(NearestMismatch):
    """No unanswered tool result meets the condition."""

    __slots__ = ()

    def sentence(self) -> str:
        """What the nearest result lacks, or that there is none."""
        if not self.seen:
            return f"{self.key}: expected a tool result at the end of the conversation, seen none"
        beside = f"; the nearest of {len(self.seen)} results" if len(self.seen) > 1 else ""
        return self.nearest().sentence() + beside


def tool_result(condition: ToolResultMatch, key: str) -> Iterator[Predicate]:
    """Some tool result the model has not answered yet meets every part of the condition."""
    parts = tuple(_parts(condition, key))

    def check(request: APIRequest, view: View) -> Mismatch | None:
        tried: list[Mismatch] = []
        for message in reversed(request.tool_results()):
            mismatch = _failing(parts, message, view.captures)
            if mismatch is None:
                return None
            tried.append(mismatch)
        return ToolResultMismatch(key, condition, tuple(tried))

    yield check


def _failing(parts: tuple[_Part, ...], message: Message, captures: dict[str, str]) -> Mismatch | None:
    mine: dict[str, str] = {}
    for part in parts:
        mismatch = part(message, mine)
        if mismatch is not None:
            return mismatch
    captures.update(mine)
    return None


def _parts(condition: ToolResultMatch, key: str) -> Iterator[_Part]:
    if condition.name is not None:
        yield _named(f"{key}.name", condition.name, lambda message: message.name)
    if condition.id is not None:
        yield _named(f"{key}.id", condition.id, lambda message: message.call_id)
    if condition.text is not None:
        yield _texted(f"{key}.text", condition.text)
    # `json: null` asks for a null; only an absent key asks for nothing.
    if "json_" in condition.model_fields_set:
        yield _partly(f"{key}.json", condition.json_)


def _named(key: str, expected: str, read: Callable[[Message], str | None]) -> _Part:
    def part(message: Message, captures: dict[str, str]) -> Mismatch | None:
        seen = read(message)
        return None if seen == expected else NameMismatch(key, expected, seen)

    return part


def _texted(key: str, condition: TextMatch) -> _Part:
    test = text_test(condition)

    def part(message: Message, captures: dict[str, str]) -> Mismatch | None:
        return None if test(message.text, captures) else TextMismatch(key, condition, message.text)

    return part


def _partly(key: str, expected: Any) -> _Part:
    def part(message: Message, captures: dict[str, str]) -> Mismatch | None:
        seen = message.json()
        return None if difference(expected, seen) is None else JSONMismatch(key, expected, seen)

    return part


class HasMismatch(Mismatch):
    """Kinds of attachments that no message has."""

    __slots__ = ()

    @property
    def closeness(self) -> float:
        """The share of the kinds that are there."""
        return len(self.seen & set(self.expected)) / len(self.expected)

    def wanted(self) -> str:
        """The kinds."""
        return ", ".join(self.expected)

    def found(self) -> str:
        """The kinds that are there."""
        return ", ".join(sorted(self.seen)) or "text only"


def has(kinds: tuple[str, ...], key: str) -> Iterator[Predicate]:
    """All these kinds are in the messages, in one or spread over several."""
    wanted = frozenset(kinds)

    def check(request: APIRequest, view: View) -> Mismatch | None:
        seen = frozenset[str]().union(*(message.has for message in request.messages))
        return None if wanted <= seen else HasMismatch(key, kinds, seen)

    yield check
