"""What is wrong with a body, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named

__all__ = ["Wrong", "joined", "under", "wrong_type"]


class Wrong(Exception):
    """A value that is refused with the error of this name. `path` grows on the way out, innermost key first: a text
    for a key, a number for a place in a list."""

    def __init__(self, error: str, /, **values: Any) -> None:
        super().__init__(error)
        self.error = error
        self.values = values
        self.path: list[str | int] = []

    def at(self, key: str | int) -> Wrong:
        """The same, one level further out."""
        self.path.append(key)
        return self

    def refused(self) -> RequestRefused:
        """The refusal, in the API's words."""
        return RequestRefused(named(self.error, **{"param": joined(reversed(self.path)), **self.values}))


@dataclass(slots=True)
class under:  # noqa: N801 - a context, read as a word of the statement
    """What is found wrong in this context is wrong at this key."""

    key: str | int

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, Wrong):
            error.at(self.key)


def wrong_type(expected: str, value: Any) -> Wrong:
    """A value of a type that is not expected."""
    return Wrong("invalid_type", expected=expected, got=kind_of(value))


def joined(path: Any) -> str:
    """A path as the API writes it: `messages[0].content`."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text
