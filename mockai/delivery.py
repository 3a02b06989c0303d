"""What was sent to a webhook: an event, where it went, and what came of each attempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Attempt", "Delivery"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver: the status that came back, or what went wrong."""

    status: int | None = None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Delivery:
    """An event on its way to one URL, with every attempt so far; `ended` when there will be no other."""

    session: str
    url: str
    event: Mapping[str, Any]
    attempts: list[Attempt] = field(default_factory=list)
    ended: bool = False

    @property
    def delivered(self) -> bool:
        """Whether an attempt succeeded."""
        return any(attempt.succeeded for attempt in self.attempts)

    def as_json(self) -> dict[str, Any]:
        """The delivery as a report shows it."""
        return {
            "session": self.session,
            "url": self.url,
            "event": dict(self.event),
            "delivered": self.delivered,
            "ended": self.ended,
            "attempts": [{"status": each.status, "error": each.error} for each in self.attempts],
        }
