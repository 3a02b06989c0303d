"""Marks of types: what is done to a value before and after it is looked at, and how that is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockai.records.kinds import Kind, Over, kind_of
from mockai.records.schemas import JSON, Definitions
from mockai.records.wrong import Location, Wrong

__all__ = ["After", "Before", "Listed", "Schema", "as_list"]


class Before:
    """What is done to a value first: short forms are written out. A ValueError refuses it. `form` is the type of what
    may be written, where that is another."""

    def __init__(self, function: Callable[[Any], Any], form: Any = None) -> None:
        self.function = function
        self.form = form

    def over(self, kind: Kind) -> Kind:
        """The kind with this done before."""
        return _Before(kind, self)


class _Before(Over):
    def __init__(self, kind: Kind, mark: Before) -> None:
        super().__init__(kind)
        self._mark = mark

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        try:
            changed = self._mark.function(value)
        except ValueError as error:
            wrongs.append(Wrong(where, "own", value, str(error)))
            return None
        return self._kind.read(changed, where, wrongs)

    def schema(self, definitions: Definitions) -> JSON:
        form = self._mark.form
        return super().schema(definitions) if form is None else kind_of(form).schema(definitions)


class After:
    """What is done to a value that fits; a ValueError refuses it."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def over(self, kind: Kind) -> Kind:
        """The kind with this done after."""
        return _After(kind, self.function)


class _After(Over):
    def __init__(self, kind: Kind, function: Callable[[Any], Any]) -> None:
        super().__init__(kind)
        self._function = function

    def read(self, value: Any, where: Location, wrongs: list[Wrong]) -> Any:
        before = len(wrongs)
        read = super().read(value, where, wrongs)
        if len(wrongs) == before:
            try:
                return self._function(read)
            except ValueError as error:
                wrongs.append(Wrong(where, "own", value, str(error)))
        return None


class Schema:
    """A JSON Schema in place of that of the kind."""

    def __init__(self, schema: JSON) -> None:
        self._schema = schema

    def over(self, kind: Kind) -> Kind:
        """The kind with this schema."""
        return _WithSchema(kind, self._schema)


class _WithSchema(Over):
    def __init__(self, kind: Kind, schema: JSON) -> None:
        super().__init__(kind)
        self._schema = schema

    def schema(self, definitions: Definitions) -> JSON:
        return dict(self._schema)


def as_list(value: Any) -> Any:
    """A lone value as a list of one."""
    return [value] if isinstance(value, str | int | Mapping) or hasattr(value, "model_fields") else value


class _Listed(Before):
    def over(self, kind: Kind) -> Kind:
        return _ListedKind(kind, self)


class _ListedKind(_Before):
    def schema(self, definitions: Definitions) -> JSON:
        many = self._kind.schema(definitions)
        return {"anyOf": [many["items"], many]}


Listed = _Listed(as_list)
"""Marks a list that may be written as its only element."""
