"""Text that matches a regular expression.

Understands what schemas use: literals, `.`, classes and their shorthands, groups, alternation, quantifiers and the
anchors `^` and `$`. Look-around, back-references and word boundaries are beyond it: `PatternError`.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TypeAlias

__all__ = ["PatternError", "example"]


class PatternError(ValueError):
    """The expression holds something this module does not understand."""


@dataclass(frozen=True, slots=True)
class _One:
    """One of these characters."""

    characters: str


@dataclass(frozen=True, slots=True)
class _Any:
    """One of these alternatives, each a sequence."""

    options: tuple[tuple[_Node, ...], ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A part, so many times; `most` of None is without end."""

    part: _Node
    least: int
    most: int | None


_Node: TypeAlias = "_One | _Any | _Repeat"

_WORD = string.ascii_letters + string.digits + "_"
_PRINTABLE = string.ascii_letters + string.digits + string.punctuation + " "
_SHORTHANDS = {"d": string.digits, "w": _WORD, "s": " "}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}


def example(pattern: str, rng: Random, reach: int = 3, *, full: bool = False) -> str:
    """A text that matches; repetitions are at most `reach` above their lower bound, and just that if `full`.

    Raises PatternError for an expression outside the subset of this module.
    """
    return _write(_parsed(pattern), rng, reach, full)


def _write(node: _Node, rng: Random, reach: int, full: bool) -> str:
    if isinstance(node, _One):
        return rng.choice(node.characters)
    if isinstance(node, _Any):
        return "".join(_write(part, rng, reach, full) for part in rng.choice(node.options))
    most = node.least + reach if node.most is None else min(node.most, node.least + reach)
    times = most if full else rng.randint(node.least, most)
    return "".join(_write(node.part, rng, reach, full) for _ in range(times))


@lru_cache(maxsize=256)
def _parsed(pattern: str) -> _Node:
    reader = _Reader(pattern)
    node = reader.alternatives()
    if reader.rest():
        raise PatternError(f"an unbalanced ) at {reader.at} of {pattern!r}")
    return node


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def rest(self) -> str:
        return self.pattern[self.at :]

    def take(self, token: str) -> bool:
        found = self.pattern.startswith(token, self.at)
        self.at += len(token) if found else 0
        return found

    def next(self) -> str:
        if self.at >= len(self.pattern):
            raise PatternError(f"{self.pattern!r} ends too early")
        self.at += 1
        return self.pattern[self.at - 1]

    def alternatives(self) -> _Any:
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        return _Any(tuple(options))

    def sequence(self) -> tuple[_Node, ...]:
        parts: list[_Node] = []
        while self.rest() and self.rest()[0] not in "|)":
            if not (self.take("^") or self.take("$")):
                parts.append(self.quantified(self.atom()))
        return tuple(parts)

    def atom(self) -> _Node:
        character = self.next()
        if character == "(":
            return self.group()
        if character == "[":
            return self.characters()
        if character == "\\":
            return _One(self.escape())
        if character in "*+?{":
            raise PatternError(f"nothing to repeat at {self.at - 1} of {self.pattern!r}")
        return _One(_PRINTABLE if character == "." else character)

    def group(self) -> _Node:
        if self.take("?P<") or (self.take("?<") and self.rest()[:1] not in ("=", "!")):
            while self.next() != ">":
                pass
        elif not self.take("?:") and (self.rest()[:1] == "?" or self.pattern[self.at - 1] == "<"):
            raise PatternError(f"look-around and the like, in {self.pattern!r}")
        inner = self.alternatives()
        if not self.take(")"):
            raise PatternError(f"{self.pattern!r} lacks a )")
        return inner

    def escape(self) -> str:
        character = self.next()
        if character in _SHORTHANDS:
            return _SHORTHANDS[character]
        if character.lower() in _SHORTHANDS:
            return _without(_SHORTHANDS[character.lower()])
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character in "ux":
            return self.code(4 if character == "u" else 2)
        if character.isalnum():
            raise PatternError(f"\\{character} in {self.pattern!r}")
        return character

    def code(self, digits: int) -> str:
        text = self.pattern[self.at : self.at + digits]
        self.at += digits
        try:
            return chr(int(text, 16))
        except ValueError:
            raise PatternError(f"a broken escape in {self.pattern!r}") from None

    def characters(self) -> _One:
        negated = self.take("^")
        found = self.range()
        while not self.take("]"):
            found += self.range()
        kept = _without(found) if negated else "".join(dict.fromkeys(found))
        if not kept:
            raise PatternError(f"a class without printable members in {self.pattern!r}")
        return _One(kept)

    def range(self) -> str:
        first = self.member()
        if not (self.rest()[:1] == "-" and self.rest()[1:2] not in ("]", "")):
            return first
        self.at += 1
        last = self.member()
        if len(first) != 1 or len(last) != 1 or first > last:
            raise PatternError(f"a broken range in {self.pattern!r}")
        return "".join(map(chr, range(ord(first), min(ord(last), ord(first) + 500) + 1)))

    def member(self) -> str:
        character = self.next()
        return self.escape() if character == "\\" else character

    def quantified(self, part: _Node) -> _Node:
        bounds = self.bounds()
        if bounds is None:
            return part
        if not self.take("?"):
            self.take("+")  # lazy and possessive forms match the same texts here
        return _Repeat(part, *bounds)

    def bounds(self) -> tuple[int, int | None] | None:
        for token, found in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(token):
                return found
        if not self.take("{"):
            return None
        inside = self.pattern[self.at : self.pattern.find("}", self.at)]
        self.at += len(inside) + 1
        least, comma, most = inside.partition(",")
        if not (least.isdigit() and (most.isdigit() or most == "")):
            raise PatternError(f"{{{inside}}} in {self.pattern!r}")
        return int(least), int(most) if most else (None if comma else int(least))


def _without(characters: str) -> str:
    return "".join(character for character in _PRINTABLE if character not in characters)
