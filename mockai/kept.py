"""A bounded memory of what was made of objects that never change."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

__all__ = ["Kept"]

V = TypeVar("V")


class Kept(Generic[V]):
    """What was made of one or two owners, which are known by identity: to compare or hash them would take longer than
    to make it again. Past `limit` it starts anew, so that it stays as small after a million requests as after one.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        # The owners are kept too: as long as they are, nothing else can have their ids.
        self._values: dict[Hashable, tuple[V, object, object]] = {}

    def get(self, owner: object, other: object = None, *more: Hashable) -> V | None:
        """What was made of these owners and whatever `more` it depends on, or None."""
        found = self._values.get((id(owner), id(other), more))
        return None if found is None else found[0]

    def keep(self, value: V, owner: object, other: object = None, *more: Hashable) -> V:
        """Remember a value; returns it."""
        if len(self._values) >= self.limit:
            self._values.clear()
        self._values[id(owner), id(other), more] = (value, owner, other)
        return value
