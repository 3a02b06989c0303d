"""What a user's text says about values asked for: its places and names, numbers, addresses and quotations.

Modest on purpose: a capitalised word is a name, whatever follows `from` before whatever follows `to`. Each finding is
used once, so that `from Paris to Rome` fills two cities.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from mockai.replies.prose import vocabulary, words

__all__ = ["Hints"]

_PROPER = vocabulary(
    "airport artist author brand city company country customer departure destination district employee language "
    "location name origin person place product region state team town who where"
)
_ASKING = vocabulary("expression input keyword keywords message prompt q query question request search term text")

_FOUND_BY = {
    "email": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "uri": r"https?://[^\s\"'<>]*[^\s\"'<>.,;:!?)]",
    "date": r"\b\d{4}-\d{2}-\d{2}\b",
    "uuid": r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b",
    "ipv4": r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
}
_ALIKE = {"url": "uri", "link": "uri", "website": "uri", "mail": "email", "day": "date", "ip": "ipv4"}
_NAME = re.compile(r"[^\W\d_a-z][\w'\u2019-]*(?: [^\W\d_a-z][\w'\u2019-]*)*")
_NUMBER = re.compile(r"(?<![\w.,-])-?\d+(?:\.\d+)?(?![\w]|[.,-]\d)")
_QUOTED = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”|(?<!\w)'([^'\n]+)'(?!\w)")


class Hints:
    """Findings in one text, each to be used once."""

    def __init__(self, text: str = "") -> None:
        self.text = " ".join(text.split())
        self._used: list[Any] = []

    def take(self, candidates: Iterable[Any]) -> Any:
        """The first of these that was not taken before, or None; it counts as taken from now on."""
        for candidate in candidates:
            if candidate not in self._used:
                self._used.append(candidate)
                return candidate
        return None

    def members(self, options: Iterable[Any]) -> list[Any]:
        """The options that the text names, in the order in which it names them."""
        found = [(self._place(option), option) for option in options if isinstance(option, str) and option]
        return [option for place, option in sorted(found, key=lambda pair: pair[0]) if place >= 0]

    def _place(self, option: str) -> int:
        spoken = re.escape(option).replace("_", "[ _-]")
        match = re.search(rf"(?<!\w){spoken}(?!\w)", self.text, re.IGNORECASE)
        return -1 if match is None else match.start()

    def strings(self, name: str, format: str | None) -> Iterator[str]:
        """Texts for a property of this name and format, the likeliest first."""
        parts = words(name) or (name.lower(),)
        kind = format or next((_ALIKE.get(part, part) for part in parts if _ALIKE.get(part, part) in _FOUND_BY), None)
        if kind is not None:
            yield from re.findall(_FOUND_BY[kind], self.text) if kind in _FOUND_BY else ()
            return
        proper, asking = not _PROPER.isdisjoint(parts), not _ASKING.isdisjoint(parts)
        if proper or asking:
            yield from (next(filter(None, groups)) for groups in _QUOTED.findall(self.text))
        if proper:
            yield from self._names()
        if asking and self.text:
            yield self.text

    def _names(self) -> Iterator[str]:
        """Capitalised words inside a sentence; runs of them are one name."""
        for match in _NAME.finditer(self.text):
            before = self.text[: match.start()].rstrip()
            name = match.group()
            if before.endswith((".", "!", "?", ":")) or not before:
                _, _, name = name.partition(" ")  # the first word of a sentence has its capital anyway
            if len(name) > 1 and words(name):
                yield name.removesuffix("'s").removesuffix("\u2019s")

    def numbers(self) -> list[int | float]:
        """The numbers of the text in order."""
        return [float(found) if "." in found else int(found) for found in _NUMBER.findall(self.text)]
