"""Conditions on the request as it came: headers, query, body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from mockai.matching.base import Mismatch, Predicate, View
from mockai.matching.partial import JSONMismatch, difference
from mockai.matching.text import TextMismatch, text_test
from mockai.matching.wording import HIDDEN, concealed, is_secret, quoted, shown
from mockai.request import APIRequest
from mockai.scenario.schema import TextMatch

__all__ = ["body", "headers", "jmespath", "query"]

_Pairs: TypeAlias = tuple[tuple[str, str], ...]


class SecretMismatch(Mismatch):
    """A value that may be a secret and differs; neither side is kept, let alone shown."""

    __slots__ = ()

    def wanted(self) -> str:
        """That the value is not shown."""
        return "a value that is not shown, as it may be a secret"

    def found(self) -> str:
        """That there is another value, or none."""
        return "none" if self.seen is None else "another"


def _named(read: Callable[[APIRequest], _Pairs]) -> Callable[[Mapping[str, TextMatch], str], Iterator[Predicate]]:
    def make(conditions: Mapping[str, TextMatch], key: str) -> Iterator[Predicate]:
        for name, condition in conditions.items():
            yield _has(read, name.lower(), condition, f"{key}.{name}")

    return make


def _has(read: Callable[[APIRequest], _Pairs], wanted: str, condition: TextMatch, key: str) -> Predicate:
    test = text_test(condition)
    written = condition.model_dump(exclude_unset=True)
    secret = is_secret(wanted) or concealed(written) != written

    def check(request: APIRequest, view: View) -> Mismatch | None:
        seen: str | None = None
        for name, value in read(request):
            if name.lower() == wanted:
                seen = value
                if test(value, view.captures):
                    return None
        if secret or is_secret("", seen or ""):
            return SecretMismatch(key, HIDDEN, None if seen is None else HIDDEN)
        return TextMismatch(key, condition, seen)

    return check


headers = _named(lambda request: request.http.headers)
query = _named(lambda request: request.http.query)


def body(expected: Mapping[str, Any], key: str) -> Iterator[Predicate]:
    """The JSON body holds at least this."""

    def check(request: APIRequest, view: View) -> Mismatch | None:
        return None if difference(expected, request.body) is None else JSONMismatch(key, expected, request.body)

    yield check


class ExpressionMismatch(Mismatch):
    """An expression whose value is not true; `seen` is the value, or the error it ended with."""

    __slots__ = ()

    def wanted(self) -> str:
        """The expression."""
        return f"{quoted(self.expected)} to be true"

    def found(self) -> str:
        """Its value, or why it has none."""
        return f"an error: {self.seen}" if isinstance(self.seen, ValueError) else shown(self.seen)


def jmespath(expression: str, key: str) -> Iterator[Predicate]:
    """The value of the expression over the body is true as JMESPath has it: false, null and whatever is empty
    are not, 0 is."""
    import jmespath as language

    search = language.compile(expression).search

    def check(request: APIRequest, view: View) -> Mismatch | None:
        try:
            value = search(request.body)
        except ValueError as error:  # what jmespath's own errors are, such as the length of a number
            return ExpressionMismatch(key, expression, error)
        return None if _is_true(value) else ExpressionMismatch(key, expression, value)

    yield check


def _is_true(value: Any) -> bool:
    return bool(value) or (isinstance(value, int | float) and value is not False)
