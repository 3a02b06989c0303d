"""The fields of records: what a class says of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockai.records.kinds import Bounded, Kind, kind_of
from mockai.records.schemas import JSON, Definitions

__all__ = ["MISSING", "Field", "FieldInfo"]

MISSING: Any = ...
"""Stands for the default of a field that must be given."""


class FieldInfo:
    """What is said of a field; as a mark of a type (`Annotated[int, Field(ge=1)]`), its bounds."""

    def __init__(self, default: Any, factory: Callable[[], Any] | None, alias: str | None, about: JSON) -> None:
        self.default = default
        self.default_factory = factory
        self.alias = alias
        self.description: str = about.pop("description", "")
        self.exclude: bool = about.pop("exclude", False)
        self.bounds = about
        self.annotation: Any = None
        self.name = ""

    def bound(self, name: str, annotation: Any) -> FieldInfo:
        """This field under its name, with what its type says."""
        self.name = name
        self.annotation = annotation
        for mark in getattr(annotation, "__metadata__", ()):
            if isinstance(mark, FieldInfo):
                self.description = self.description or mark.description
        self.kind = self.over(kind_of(annotation))
        return self

    @property
    def key(self) -> str:
        """How it is written: its alias, else its name."""
        return self.alias or self.name

    @property
    def is_required(self) -> bool:
        """Whether a record cannot be made without it."""
        return self.default is MISSING and self.default_factory is None

    def over(self, kind: Kind) -> Kind:
        """The kind within the bounds said here."""
        return Bounded(kind, self.bounds) if self.bounds else kind

    def schema(self, definitions: Definitions) -> JSON:
        """Its JSON Schema."""
        described = {"description": self.description} if self.description else {}
        return {**self.kind.schema(definitions), **described}


def Field(  # noqa: N802 - a specifier of fields is written as a class, as everywhere
    default: Any = MISSING,
    *,
    default_factory: Callable[[], Any] | None = None,
    alias: str | None = None,
    **about: Any,
) -> Any:
    """A field with a default, how it is written where its name is a word of Python's, what it is for (`description`),
    its bounds (`ge`, `gt`, `le`, of a list `min_length`), and whether it is for Python alone (`exclude`)."""
    return FieldInfo(default, default_factory, alias, about)
