"""Faults by the dozen: the sets that a test can be run with, and the names in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache

from mockai.api_errors import NAMES
from mockai.faults.base import FAULTS
from mockai.faults.catalogue import catalogue

__all__ = ["USUAL_ERRORS", "chosen", "sets"]

USUAL_ERRORS = (
    "rate_limit_exceeded",
    "insufficient_quota",
    "server_error",
    "overloaded",
    "gateway_timeout",
    "request_timeout",
    "conflict",
    "invalid_api_key",
    "model_not_found",
    "context_length_exceeded",
)
"""The errors of the API that the set `errors` holds, beside the strange replies that are none of the API's."""

_GROUPS = {
    "socket": "on the socket",
    "stream": "in the stream",
    "bytes": "in the bytes",
    "errors": "as replies",
    "content": "in the content",
    "own": "of your own",
}


def sets() -> Mapping[str, tuple[str, ...]]:
    """The names in each set; `all` holds every one of them, in the order of the catalogue."""
    return _sets(tuple(FAULTS))


@lru_cache(maxsize=4)
def _sets(faults: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """The sets, as long as nobody registers a fault of their own."""
    found = {name: tuple(e.name for e in catalogue() if e.group == group) for name, group in _GROUPS.items()}
    found["errors"] += USUAL_ERRORS
    return {"all": tuple(dict.fromkeys(name for names in found.values() for name in names)), **found}


def chosen(written: Iterable[str]) -> tuple[str, ...]:
    """The faults and errors that these words mean, each once, in the order written.

    A word is the name of a set, of a fault or of an error, or a status. Raises ValueError for one that means nothing.
    """
    return tuple(dict.fromkeys(name for word in written for name in _meant(word)))


def _meant(word: str) -> tuple[str, ...]:
    if word in sets():
        return sets()[word]
    known = {*sets()["all"], *NAMES}
    if word in known or (word.isdecimal() and 300 <= int(word) <= 599):
        return (word,)
    close = get_close_matches(word, [*sets(), *known], n=1)
    hint = f"did you mean {close[0]}?" if close else f"the sets are {', '.join(sets())}"
    raise ValueError(f"no fault, error or set of them is called {word!r}; {hint}")
