"""One predicate per `when` key. Adding a condition is a field of `When`, a function, and a line in `MAKERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mockai.matching import asked, messages, progress, raw
from mockai.matching.base import Mismatch, NearestMismatch, Predicate, View, first_mismatch
from mockai.matching.wording import concealed, shown
from mockai.request import APIRequest
from mockai.scenario.schema import When

__all__ = ["MAKERS", "conditions", "endpoints_named"]


def conditions(when: When, above: str = "") -> Iterator[Predicate]:
    """The predicates of all that is given in a `when`, cheap ones first. `above` is the key it stands under."""
    for name, make in MAKERS.items():
        value = getattr(when, name)
        if value is not None:
            yield from make(value, f"{above}{name.rstrip('_')}")


def endpoints_named(when: When) -> frozenset[str]:
    """Every endpoint a rule asks for by name or glob, inside `all` and `any` too."""
    parts = (*(when.all or ()), *(when.any or ()))
    return frozenset(when.endpoint or ()).union(*map(endpoints_named, parts))


def _all(parts: tuple[When, ...], key: str) -> Iterator[Predicate]:
    for number, part in enumerate(parts):
        yield from conditions(part, f"{key}[{number}].")


class AnyMismatch(NearestMismatch):
    """No alternative of `any` holds; `seen` is what each of them lacks."""

    __slots__ = ()

    def sentence(self) -> str:
        """What each alternative lacks."""
        if not self.seen:
            return f"{self.key}: there is no alternative that could hold"
        reasons = " | ".join(mismatch.sentence() for mismatch in self.seen)
        return f"{self.key}: none of the {len(self.seen)} alternatives holds: {reasons}"


def _any(parts: tuple[When, ...], key: str) -> Iterator[Predicate]:
    branches = tuple(tuple(conditions(part, f"{key}[{number}].")) for number, part in enumerate(parts))

    def check(request: APIRequest, view: View) -> Mismatch | None:
        tried: list[Mismatch] = []
        for branch in branches:
            own = view.apart()
            mismatch = first_mismatch(branch, request, own)
            if mismatch is None:
                view.captures.update(own.captures)
                return None
            tried.append(mismatch)
        return AnyMismatch(key, parts, tuple(tried))

    yield check


class NotMismatch(Mismatch):
    """What must not hold does; `expected` is the `When` under `not`."""

    __slots__ = ()

    def sentence(self) -> str:
        """The conditions that hold, secrets hidden."""
        written = self.expected.model_dump(by_alias=True, exclude_unset=True)
        return f"{self.key}: these conditions must not hold together, but they do: {shown(concealed(written))}"


def _not(part: When, key: str) -> Iterator[Predicate]:
    inner = tuple(conditions(part, f"{key}."))

    def check(request: APIRequest, view: View) -> Mismatch | None:
        return NotMismatch(key, part, None) if first_mismatch(inner, request, view.apart()) is None else None

    yield check


MAKERS: dict[str, Callable[[Any, str], Iterator[Predicate]]] = {
    "endpoint": asked.endpoint,
    "stream": asked.stream,
    "model": asked.model,
    "upstream": asked.upstream,
    "attempt": progress.attempt,
    "call": progress.call,
    "state": progress.state,
    "user": messages.user,
    "last": messages.last,
    "system": messages.system,
    "assistant": messages.assistant,
    "tool_choice": asked.tool_choice,
    "response_format": asked.response_format,
    "tools": asked.tools,
    "turn": progress.turn,
    "has": messages.has,
    "tool_result": messages.tool_result,
    "any_message": messages.any_message,
    "headers": raw.headers,
    "query": raw.query,
    "body": raw.body,
    "jmespath": raw.jmespath,
    "all": _all,
    "any": _any,
    "not_": _not,
}
"""What makes the predicates of each field of `When`, in the order they are tried: cheap ones first."""
