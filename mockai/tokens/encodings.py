"""Which tokenizer counts: the real encoding where it can be had, else the estimate.

The variable `MOCKAI_TOKENIZER` decides for the process: `exact` fails without the extra, `estimate` never looks for
it, so that a run gives the same bytes on machines with and without it. Unset, it is whatever is installed.
"""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol, cast

from mockai.errors import UsageError
from mockai.tokens.estimate import Estimate

__all__ = ["VARIABLE", "Exact", "Tokenizer", "choice", "tokenizer"]

VARIABLE = "MOCKAI_TOKENIZER"
_ESTIMATE = Estimate()
_SHIPPED = frozenset({"o200k_base", "cl100k_base"})


class Tokenizer(Protocol):
    """Cuts a text into tokens."""

    def split(self, text: str) -> tuple[str, ...]:
        """The tokens of a text; together they are the text."""
        ...

    def count(self, text: str) -> int:
        """How many tokens a text has."""
        ...


def choice() -> str:
    """What the variable says: exact, estimate, or auto if it is not set. Raises UsageError for anything else."""
    chosen = os.environ.get(VARIABLE) or "auto"
    if chosen not in ("auto", "exact", "estimate"):
        raise UsageError(f"{VARIABLE} is exact or estimate, or not set at all; seen {chosen!r}")
    return chosen


@cache
def tokenizer(encoding: str) -> Tokenizer:
    """The tokenizer of an encoding. Raises UsageError for a `MOCKAI_TOKENIZER` that cannot be obeyed."""
    chosen = choice()
    if chosen == "estimate" or encoding not in _SHIPPED:
        return _ESTIMATE
    try:
        import splintr
    except ImportError as error:
        if chosen == "exact":
            raise UsageError(f"{VARIABLE}=exact needs a tokenizer: pip install 'mockai-openai[tokens]'") from error
        return _ESTIMATE
    return Exact(splintr.Tokenizer.from_pretrained(encoding))


class Exact:
    """Cuts a text as the encoding does, text that looks like a special token as ordinary text."""

    def __init__(self, encoding: Any) -> None:
        self._encode = encoding.encode_ordinary
        self._bytes = encoding.decode_token_bytes
        self._words = _Words(encoding.decode_token_bytes)

    def split(self, text: str) -> tuple[str, ...]:
        """The tokens of a text, each with the characters that it completes."""
        try:
            ids = self._encode(text)
        except UnicodeEncodeError:  # half of a surrogate pair, which cannot be sent either
            return _ESTIMATE.split(text)
        words = tuple(map(self._words.__getitem__, ids))
        if None in words:
            decode = getincrementaldecoder("utf-8")().decode
            return tuple([decode(self._bytes(id)) for id in ids])
        return cast("tuple[str, ...]", words)

    def count(self, text: str) -> int:
        """How many tokens a text has."""
        try:
            return len(self._encode(text))
        except UnicodeEncodeError:
            return _ESTIMATE.count(text)


class _Words(dict[int, str | None]):
    """The text of each token met so far; None for one that is not made of whole characters."""

    def __init__(self, bytes_of: Callable[[int], bytes]) -> None:
        super().__init__()
        self._bytes_of = bytes_of

    def __missing__(self, id: int) -> str | None:
        try:
            word = self._bytes_of(id).decode()
        except UnicodeDecodeError:
            word = None
        self[id] = word
        return word
