"""A page of a list, in the form of each of the SDK's page classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["cursors", "page"]

_USUAL, _MOST = 20, 100


def page(
    objects: Sequence[Any], keys: Sequence[str], query: Mapping[str, str], fields: Sequence[str]
) -> dict[str, Any]:
    """The page that `limit`, `order`, `before` and `after` (a page class with tokens says `page`) ask for.

    `objects` come oldest first, `keys` are what each goes by; `fields` are those of the page class. A cursor that
    names nothing gives an empty page; where the class knows no further page, all there is stands on the first.
    """
    paired = list(zip(keys, objects, strict=True))
    if query.get("order", "").startswith("desc"):
        paired.reverse()
    names = [key for key, _ in paired]
    start = _place(names, query.get("after", query.get("page")), 0, 1)
    paired = paired[start : _place(names, query.get("before"), len(names), 0)]
    limit = _limit(query.get("limit", "")) if "has_more" in fields else len(paired)
    return _form(paired[:limit], len(paired) > limit, fields)


def cursors(query: Mapping[str, str]) -> tuple[str, ...]:
    """The keys that a request names as the places where its page begins and ends."""
    return tuple(query[name] for name in ("after", "page", "before") if query.get(name))


def _place(names: Sequence[str], cursor: str | None, usual: int, beside: int) -> int:
    """The index a cursor stands for; one that cuts everything off where it names nothing."""
    if cursor is None:
        return usual
    return names.index(cursor) + beside if cursor in names else beside * len(names)


def _form(paired: Sequence[tuple[str, Any]], more: bool, fields: Sequence[str]) -> dict[str, Any]:
    form: dict[str, Any] = {"object": "list", "data": [each for _, each in paired]}
    if "next" in fields:
        return {**form, "has_more": more, "next": paired[-1][0] if more else None}
    if "has_more" not in fields:
        return form
    first, last = (paired[0][0], paired[-1][0]) if paired else (None, None)
    return {**form, "first_id": first, "last_id": last, "has_more": more}


def _limit(written: str) -> int:
    return max(1, min(int(written), _MOST)) if written.isascii() and written.isdigit() else _USUAL
