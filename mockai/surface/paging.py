"""A page of a list, in the form of each of the SDK's page classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["page"]

_USUAL, _MOST = 20, 100


def page(objects: Sequence[dict[str, Any]], keys: Sequence[str], query: Mapping[str, str], fields: Sequence[str]) -> dict[str, Any]:
    """The page that `limit`, `order`, `after` (or `page`, where the class has a token) and `before` ask for.

    `objects` come oldest first, `keys` are what each goes by; `fields` are the name of the page class and its
    fields. A cursor that names nothing gives an empty page.
    """
    paired = list(zip(keys, objects, strict=True))
    if query.get("order", "asc").startswith("desc"):
        paired.reverse()
    names = [key for key, _ in paired]
    for cursor in ("after", "page"):
        if cursor in query:
            paired = paired[names.index(query[cursor]) + 1 :] if query[cursor] in names else []
            break
    if "before" in query:
        paired = paired[: [key for key, _ in paired].index(query["before"])] if query["before"] in names else []
    limit = _limit(query.get("limit", ""))
    return _form(paired[:limit], len(paired) > limit, fields)


def _form(paired: Sequence[tuple[str, dict[str, Any]]], more: bool, fields: Sequence[str]) -> dict[str, Any]:
    data = [each for _, each in paired]
    form: dict[str, Any] = {"object": "list", "data": data}
    if "next" in fields:
        return {**form, "has_more": more, "next": paired[-1][0] if more else None}
    if "has_more" not in fields:
        return form
    first, last = (paired[0][0], paired[-1][0]) if paired else (None, None)
    return {**form, "first_id": first, "last_id": last, "has_more": more}


def _limit(written: str) -> int:
    return max(1, min(int(written), _MOST)) if written.isascii() and written.isdigit() else _USUAL
