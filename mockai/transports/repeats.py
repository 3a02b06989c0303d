"""What clients send again and again, byte for byte: heads, and whole requests, as retries and load tests do."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from mockai.wire import Again

__all__ = ["Repeated", "Repeats"]

H = TypeVar("H")

_MOST_HEADS = 1024
_MOST = 256
_LONGEST = 16_384
_MOST_SEEN = 4096


class Repeated(NamedTuple, Generic[H]):
    """A request that has come more than once: its head, whatever that is to whoever has read it, and its body."""

    head: H
    body: bytes
    again: Again


class Repeats(Generic[H]):
    """Remembers up to 1,024 heads by their bytes, and up to 256 requests of up to 16 KB, each from the second time on
    that it comes. Of those that came once, only a number is kept. Past that, each begins anew."""

    def __init__(self) -> None:
        self._heads: dict[bytes, H] = {}
        self._known: dict[bytes, Repeated[H]] = {}
        self._seen: set[int] = set()
        self.get = self._known.get
        self.head = self._heads.get

    def learn(self, lines: bytes, head: H) -> None:
        """Know a head again by its bytes."""
        if len(self._heads) >= _MOST_HEADS:
            self._heads.clear()
        self._heads[lines] = head

    def met(self, data: bytes, head: H, body: bytes) -> Again | None:
        """A request that is not known has come; what it is to be known by, if not for the first time."""
        if len(data) > _LONGEST:
            return None
        mark = hash(data)
        if mark not in self._seen:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add(mark)
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        repeated = self._known[data] = Repeated(head, body, Again())
        return repeated.again
