"""What the API says of a body beyond the SDK's types: data, by the paths of its fields.

A path names a field in whatever place of a list and in whatever variant of an object: `messages[].content[].text`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mockai.api_errors import ErrorReply
from mockai.endpoints.base import Check, Serving
from mockai.request import APIRequest

__all__ = ["NO_RULES", "Body", "Limit", "Rules", "decimal", "integer", "length"]

Body: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Limit:
    """How small and how large a number may be, or how short and how long a text or a list; `pattern` is what a text
    matches as a whole."""

    kind: str
    least: float | None = None
    most: float | None = None
    pattern: str | None = None


def integer(least: int | None = None, most: int | None = None) -> Limit:
    """Bounds of a whole number."""
    return Limit("integer", least, most)


def decimal(least: float | None = None, most: float | None = None) -> Limit:
    """Bounds of a number."""
    return Limit("decimal", least, most)


def length(least: int | None = None, most: int | None = None, pattern: str | None = None) -> Limit:
    """Bounds of the length of a text or a list."""
    return Limit("length", least, most, pattern)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known of one operation's body.

    `presence` are checks that come before all others, for what is missing in words of its own; `order` are the
    fields that are looked at first, in this order. `also` are checks that are made beside the types of a field that
    is given, when its turn comes, and `before` are those that come before its types; the fields after it may not be
    sound yet. `beyond` are checks of values at any path beyond their types: of each item of a list before the next
    one is looked at. `not_null` are fields that are needed of which null is not as good as left out, but of a wrong
    type: how the API calls the right one. `own` are fields of which the types are not asked, since the operation
    knows better. `optional` are fields that the types need and the API does not, `needed` the other way round;
    `extra` are keys that the types do not know, with the schema of each, `open` objects whose unknown keys pass.
    `expected` is how the API calls the type of a field, `supported` how it lists the choices, and `outside` are
    fields whose wrong choices it reports at the object around. `paths` give the fields of a type a path of their
    own, by the name of the type. `unknown` makes the error for an unknown key of the body itself, from the key, the
    body and the keys that are known; `unknown_to` are keys that the model of a request does not know.
    """

    presence: tuple[Callable[[Body], None], ...] = ()
    order: tuple[str, ...] = ()
    also: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    before: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    beyond: Mapping[str, Callable[[Any], None]] = field(default_factory=dict)
    not_null: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    extra: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    expected: Mapping[str, str] = field(default_factory=dict)
    supported: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    paths: Mapping[str, str] = field(default_factory=dict)
    unknown: Callable[[str, Body, tuple[str, ...]], ErrorReply] | None = None
    unknown_to: Callable[[APIRequest, Serving], frozenset[str]] | None = None


NO_RULES = Rules()
