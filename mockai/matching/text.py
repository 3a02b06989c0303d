"""Text conditions: `contains`, `equals`, `starts_with`, `ends_with`, `regex`, and where a text that fails them differs.

A regex searches the first 100,000 characters only, and everything else the whole text. The cap bounds what a long
prompt can cost; a pattern that backtracks without end on a short text is the author's to mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import Literal, TypeAlias

from mockai.matching.base import Mismatch
from mockai.matching.wording import overlap, quoted
from mockai.scenario.schema import TextMatch

__all__ = ["REGEX_REACH", "TextMismatch", "TextTest", "describe", "text_test"]

REGEX_REACH = 100_000
"""How many characters of a text a regex searches."""

TextTest: TypeAlias = Callable[[str, dict[str, str]], bool]
"""Whether a text holds; named groups go into the mapping when it does."""

Kind: TypeAlias = Literal["contains", "equals", "starts_with", "ends_with", "regex"]

_WORDS: dict[Kind, str] = {
    "equals": "equal to {}",
    "contains": "containing {}",
    "starts_with": "starting with {}",
    "ends_with": "ending with {}",
    "regex": "matching the regex {}",
}


@dataclass(frozen=True, slots=True)
class _Check:
    kind: Kind
    value: str
    holds: Callable[[str], bool]


def _contains(value: str, text: str) -> bool:
    return value in text


def _equals(value: str, text: str) -> bool:
    return value == text


def _starts_with(value: str, text: str) -> bool:
    return text.startswith(value)


def _ends_with(value: str, text: str) -> bool:
    return text.endswith(value)


_PLAIN: dict[Kind, Callable[[str, str], bool]] = {
    "equals": _equals,
    "contains": _contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
}


def _checks(condition: TextMatch) -> Iterator[_Check]:
    for kind, compare in _PLAIN.items():
        value = getattr(condition, kind)
        if value is not None:
            holds = _folded(compare, value) if condition.ignore_case else partial(compare, value)
            yield _Check(kind, value, holds)
    pattern = _pattern(condition)
    if pattern is not None:
        yield _Check("regex", pattern.pattern, lambda text: pattern.search(text, 0, REGEX_REACH) is not None)


def _folded(compare: Callable[[str, str], bool], value: str) -> Callable[[str], bool]:
    folded = value.casefold()
    return lambda text: compare(folded, text.casefold())


def _pattern(condition: TextMatch) -> re.Pattern[str] | None:
    if condition.regex is None:
        return None
    return re.compile(condition.regex, re.IGNORECASE if condition.ignore_case else 0)


def text_test(condition: TextMatch) -> TextTest:
    """A text condition, compiled. One that asks for nothing holds for every text."""
    plain = tuple(check.holds for check in _checks(condition) if check.kind != "regex")
    pattern = _pattern(condition)
    if pattern is None and len(plain) == 1:
        (only,) = plain
        return lambda text, captures: only(text)

    def test(text: str, captures: dict[str, str]) -> bool:
        for holds in plain:
            if not holds(text):
                return False
        if pattern is None:
            return True
        found = pattern.search(text, 0, REGEX_REACH)
        if found is not None:
            captures.update(found.groupdict(""))
        return found is not None

    return test


def describe(condition: TextMatch) -> str:
    """A text condition in words: `text containing "x" and ending with "y", in any case`."""
    parts = [_WORDS[check.kind].format(quoted(check.value)) for check in _checks(condition)]
    if not parts:
        return "any text"
    return f"text {' and '.join(parts)}" + (", in any case" if condition.ignore_case else "")


class TextMismatch(Mismatch):
    """A text that is missing (`seen` of None) or does not meet its condition (a `TextMatch`)."""

    __slots__ = ()

    def wanted(self) -> str:
        """The condition in words."""
        return describe(self.expected)

    def found(self) -> str:
        """The text, or that there is none."""
        return "none" if self.seen is None else quoted(self.seen)

    @property
    def closeness(self) -> float:
        """The mean over the parts of the condition, of which those that hold count 1."""
        if self.seen is None:
            return 0.0
        if _only_case_differs(self.expected, self.seen):
            return 0.95
        parts = [1.0 if check.holds(self.seen) else _closeness(check, self.seen) for check in _checks(self.expected)]
        return sum(parts) / len(parts)

    def hint(self) -> str:
        """That only the case differs, or where the texts part."""
        if self.seen is None:
            return ""
        if _only_case_differs(self.expected, self.seen):
            return "only the case differs: add `ignore_case: true`"
        failed = (check for check in _checks(self.expected) if not check.holds(self.seen))
        return next(filter(None, (_parting(check, self.seen) for check in failed)), "")


def _only_case_differs(condition: TextMatch, text: str) -> bool:
    relaxed = condition.model_copy(update={"ignore_case": True})
    return not condition.ignore_case and text_test(relaxed)(text, {})


def _closeness(check: _Check, text: str) -> float:
    if check.kind == "regex":
        return 0.0
    return 0.9 * min(overlap(check.value, text), overlap(text, check.value) if check.kind == "equals" else 1.0)


def _parting(check: _Check, text: str) -> str:
    """Where the text leaves what is expected; empty where they have nothing to do with each other."""
    if check.kind == "regex":
        return ""
    if check.kind == "ends_with":
        return f"it ends with {quoted(text[-len(check.value) :])}"
    start = _nearest(check.value, text) if check.kind == "contains" else 0
    if start is None:
        return ""
    agreed = _agreed(check.value, text, start)
    seen, expected = text[start + agreed :], check.value[agreed:]
    return f"at character {start + agreed + 1} it has {_rest(seen)} instead of {_rest(expected)}"


def _rest(text: str) -> str:
    return quoted(text if len(text) <= 30 else text[:29] + "…") if text else "its end"


def _nearest(value: str, text: str) -> int | None:
    """Where in the text something like the value begins, if a third of it is there in one piece."""
    # Only the beginnings are compared: the cost grows with the product of both lengths.
    value, text = value[:200], text[:4000]
    block = SequenceMatcher(None, value, text, autojunk=False).find_longest_match()
    if block.size < max(2, len(value) // 3):
        return None
    aligned = max(0, block.b - block.a)
    # A letter too many or too few before the block moves the true beginning by as much.
    around = range(max(0, aligned - 3), aligned + 4)
    return max(around, key=lambda start: (_agreed(value, text, start), -abs(start - aligned)))


def _agreed(value: str, text: str, start: int) -> int:
    """How many characters of the value the text has from this place on."""
    pairs = enumerate(zip(value, text[start:], strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(value), len(text) - start))
