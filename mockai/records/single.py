"""Kinds of single values: what is taken, in which words the rest is refused, and the JSON Schema."""

from __future__ import annotations

import math
from typing import Any, Protocol

from mockai.records.schemas import JSON, Definitions
from mockai.records.wrong import Location, Wrong

__all__ = ["Anything", "Choice", "Flag", "Function", "Instance", "Kind", "Number", "Text", "Whole"]


class Kind(Protocol):
    """What a value may be."""

    @property
    def words(self) -> str:
        """How it is called: text, a list …"""
        ...

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        """The value as records hold it; what is wrong with it is added to `wrongs`."""
        ...

    def schema(self, definitions: Definitions) -> JSON:
        """The JSON Schema."""
        ...


class Anything:
    """Whatever there is."""

    words = "anything"

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        return value

    def schema(self, definitions: Definitions) -> JSON:
        return {}


class Text:
    """Text, of a plain `str`."""

    words = "text"

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        if isinstance(value, str):
            return value if type(value) is str else str.__str__(value)
        wrongs.append(Wrong(where, "text", value, "must be text"))
        return None

    def schema(self, definitions: Definitions) -> JSON:
        return {"type": "string"}


class Whole:
    """A whole number; true is none."""

    words = "a whole number"

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            wrongs.append(Wrong(where, "another", value, "must be a whole number"))
        return value

    def schema(self, definitions: Definitions) -> JSON:
        return {"type": "integer"}


class Number:
    """A finite number, held as a `float`."""

    words = "a number"

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        if not isinstance(value, int | float) or isinstance(value, bool):
            wrongs.append(Wrong(where, "another", value, "must be a number"))
            return None
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            wrongs.append(Wrong(where, "another", value, "must be a finite number"))
        return number

    def schema(self, definitions: Definitions) -> JSON:
        return {"type": "number"}


class Flag:
    """True or false."""

    words = "true or false"

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        if not isinstance(value, bool):
            wrongs.append(Wrong(where, "flag", value, "must be true or false"))
        return value

    def schema(self, definitions: Definitions) -> JSON:
        return {"type": "boolean"}


class Choice:
    """One of some texts, or true alone."""

    def __init__(self, choices: tuple[Any, ...]) -> None:
        self._choices = choices
        self.words = "true" if choices == (True,) else f"one of {', '.join(choices)}"

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        for choice in self._choices:
            if value == choice and isinstance(value, type(choice)):
                return choice
        wrongs.append(Wrong(where, "choice", value, f"must be {self.words}", self._choices))
        return None

    def schema(self, definitions: Definitions) -> JSON:
        if self._choices == (True,):
            return {"const": True, "type": "boolean"}
        return {"enum": list(self._choices), "type": "string"}


class Function:
    """Something to call; for Python alone."""

    words = "a function"

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        if not callable(value):
            wrongs.append(Wrong(where, "call", value, "must be a function"))
        return value

    def schema(self, definitions: Definitions) -> JSON:
        raise TypeError("a function cannot be written, so it has no schema")


class Instance:
    """An object of a class of another kind, which is made elsewhere."""

    def __init__(self, kind: type[Any]) -> None:
        self._kind = kind
        self.words = f"a {kind.__name__}"

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        if not isinstance(value, self._kind):
            wrongs.append(Wrong(where, "another", value, f"must be {self.words}"))
        return value

    def schema(self, definitions: Definitions) -> JSON:
        raise TypeError(f"{self.words} cannot be written, so it has no schema")
