"""What is left of an answer's items once the request's limits have cut them, and how texts become pieces."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Literal

from mockai.replies.answer import (
    Annotation,
    Audio,
    CustomEvent,
    Failure,
    Hold,
    Item,
    OutputItem,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from mockai.scenario.schema import Chunking
from mockai.tokens import Rules, rules_of, split

__all__ = ["Cutter", "Limits", "Part", "with_pieces"]


@dataclass(frozen=True, slots=True)
class Part:
    """An item as it is sent: its `text` (a call's arguments, a recording's transcript) and that text's tokens."""

    item: Item
    text: str = ""
    tokens: tuple[str, ...] = ()


class Limits:
    """What a request's `stop` sequences and its maximum of tokens leave of the items of one choice.

    Items go in one by one and parts come out. Text that may be the beginning of a stop sequence is held back
    until more is known; `flush` at the end. `reason` then says whether something was cut, and by what.
    """

    def __init__(self, stop: Iterable[str] = (), tokens: int | None = None, rules: Rules | None = None) -> None:
        self.reason: Literal["stop", "length"] | None = None
        self.reasoning_tokens = 0
        self._stop = tuple(sequence for sequence in stop if sequence)
        self._most = tokens
        self._rules = rules_of("") if rules is None else rules
        self._calls = 0
        self._spent = 0
        self._held = ""
        self._written = 0
        self._annotations: list[Annotation] = []

    @property
    def tokens(self) -> int:
        """How many tokens have been generated, those of the reasoning among them."""
        spent = self._spent if self._calls else self._spent + self._rules.text
        return spent if self._most is None else min(spent, self._most)

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """The annotations of the text that was sent, their indexes counted from its beginning."""
        return tuple(each for each in self._annotations if each.end_index <= self._written)

    def parts(self, item: Item) -> Iterator[Part]:
        """What is sent of an item, and of the text held back before it."""
        if self.reason is not None:
            return
        if isinstance(item, CustomEvent | Hold):
            yield Part(item)
        elif isinstance(item, Text):
            yield from self._text(item)
        else:
            yield from self.flush()
            yield from (Part(item),) if isinstance(item, OutputItem | Failure) else self._other(item)

    def flush(self) -> Iterator[Part]:
        """The text that was held back."""
        held, self._held = self._held, ""
        if held and self.reason is None:
            yield self._written_part(held)

    def _text(self, item: Text) -> Iterator[Part]:
        # An annotation cannot be about a part of an empty text: it counts from the beginning already.
        if item.annotations:
            start = self._written + len(self._held)
            self._annotations += [
                replace(each, start_index=each.start_index + start, end_index=each.end_index + start)
                for each in item.annotations
            ]
        text, stopped = self._until_stop(self._held + item.text)
        yield self._written_part(text)
        if stopped and self.reason is None:
            self.reason = "stop"

    def _written_part(self, text: str) -> Part:
        part = self._spend(Text(text), text)
        self._written += len(part.text)
        return part

    def _other(self, item: Reasoning | Refusal | ToolCall | Audio) -> Iterator[Part]:
        if self._most is not None and self._spent >= self._most:
            self.reason = "length"
        elif isinstance(item, Audio):
            tokens = self._rules.split(item.transcript)
            self._spent += len(tokens)
            yield Part(item, item.transcript, tokens)
        elif isinstance(item, ToolCall):
            self._calls += 1
            self._spent += self._rules.count(item.name) + self._rules.call
            self._spent += self._rules.calls if self._calls == 2 else 0
            yield self._spend(item, item.arguments)
        else:
            part = self._spend(item, item.text)
            self.reasoning_tokens += len(part.tokens) if isinstance(item, Reasoning) else 0
            yield part

    def _spend(self, item: Item, text: str) -> Part:
        tokens = self._rules.split(text)
        left = len(tokens) if self._most is None else max(0, self._most - self._spent)
        if len(tokens) > left:
            self.reason = "length"
            tokens = tokens[:left]
            text = "".join(tokens)
        self._spent += len(tokens)
        return Part(item, text, tokens)

    def _until_stop(self, text: str) -> tuple[str, bool]:
        """The text before the sequence that is whole first, however it comes in; of those that end together, the
        longest."""
        if not self._stop:
            return text, False
        found = [(at + len(each), at) for each in self._stop if (at := text.find(each)) >= 0]
        if found:
            self._held = ""
            return text[: min(found)[1]], True
        kept = len(text) - self._undecided(text)
        self._held = text[kept:]
        return text[:kept], False

    def _undecided(self, text: str) -> int:
        """How many characters at the end may be the beginning of a stop sequence."""
        return max((_overlap(text, sequence) for sequence in self._stop), default=0)


def _overlap(text: str, sequence: str) -> int:
    lengths = range(min(len(text), len(sequence) - 1), 0, -1)
    return next((length for length in lengths if text.endswith(sequence[:length])), 0)


# ------------------------------------------------------------------------------------------- pieces

_WORDS = re.compile(r"\s*\S+|\s+")
_CUT_FIRST = (Text, Refusal, ToolCall, Reasoning)


def with_pieces(items: tuple[Item, ...], pieces: tuple[str, ...]) -> tuple[Item, ...]:
    """The items with explicit pieces as the text of the first text (without one, of the first refusal, else the
    arguments of the first call, else the first reasoning): the pieces decide what is sent, not only where it is cut.
    """
    at = _target(items)
    if at is None:
        return items
    text: dict[str, Any] = {"arguments" if isinstance(items[at], ToolCall) else "text": "".join(pieces)}
    return (*items[:at], replace(items[at], **text), *items[at + 1 :])


def _target(items: tuple[Item, ...]) -> int | None:
    places = (at for kind in _CUT_FIRST for at, item in enumerate(items) if isinstance(item, kind))
    return next(places, None)


class Cutter:
    """Cuts the parts of one choice into the pieces of a stream.

    Explicit pieces hold for the item `with_pieces` gave them to; everything else is cut by the token, or as
    the chunking says.
    """

    def __init__(self, chunking: Chunking | None, items: tuple[Item, ...] = ()) -> None:
        self._chunking = chunking or Chunking()
        pieces, at = self._chunking.pieces, _target(items)
        self._kind = type(items[at]) if pieces and at is not None else None
        self._pieces = list(reversed(pieces or ()))

    def cut(self, part: Part) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Each piece of a part, with the tokens that end in it."""
        if self._pieces and isinstance(part.item, self._kind or ()):
            return _with_tokens(self._explicit(part.text), part.tokens)
        if self._chunking.size is not None:
            return _with_tokens(_sized(part.text, self._chunking.size), part.tokens)
        if self._chunking.by == "character":
            return _with_tokens(part.text, part.tokens)
        if self._chunking.by == "word":
            return _with_tokens(_WORDS.findall(part.text), part.tokens)
        return _by_token(part.tokens)

    def _explicit(self, text: str) -> Iterator[str]:
        """The next pieces, as far as the text goes; one that goes further is cut and goes on in the next text,
        and text that goes further than all pieces (the next item's, held back before) is cut by the token."""
        while self._pieces and (text or not self._pieces[-1]):
            piece = self._pieces.pop()
            if len(piece) > len(text):
                self._pieces.append(piece[len(text) :])
            yield piece[: len(text)]
            text = text[len(piece) :]
        yield from split(text)


def _sized(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def _by_token(tokens: tuple[str, ...]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each token by itself; those that only begin a character, together with the one that completes it."""
    if "" not in tokens:
        return ((token, (token,)) for token in tokens)
    ends = [at for at, token in enumerate(tokens, 1) if token]
    starts = [0, *ends[:-1]]
    return ((tokens[end - 1], tokens[start:end]) for start, end in zip(starts, ends, strict=bool(ends)))


def _with_tokens(pieces: Iterable[str], tokens: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    ends = list(accumulate(map(len, tokens)))
    end = taken = 0
    for piece in pieces:
        end += len(piece)
        last = bisect_right(ends, end)
        yield piece, tokens[taken:last]
        taken = last
