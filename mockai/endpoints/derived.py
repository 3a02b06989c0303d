"""The operations that have no file of their own: derived from the SDK when the first of them is asked for."""

from __future__ import annotations

from mockai.endpoints.base import Operation

__all__ = ["derived_operations"]


def derived_operations() -> tuple[Operation, ...]:
    """An operation for every request that the SDK can send, those with a file of their own included."""
    from mockai.surface.operations import derived

    return tuple(each.operation() for each in derived())
