"""One line an event that was sent to a webhook: for people, or as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from mockai.cli.request_log import plain

if TYPE_CHECKING:
    from mockai.delivery import Attempt, Delivery

__all__ = ["as_json", "as_text"]


def as_text(delivery: Delivery) -> str:
    """Type of the event, URL, what came of each attempt, and the session if it has a name."""
    how = click.style("delivered", fg="green") if delivery.delivered else click.style("given up", fg="red")
    parts = [f"webhook {delivery.event['type']}", plain(delivery.url), ", ".join(map(_outcome, delivery.attempts)), how]
    return "  ".join([*parts, f"session {plain(delivery.session)}"] if delivery.session else parts)


def as_json(delivery: Delivery) -> str:
    """The same as an object: what the journal shows."""
    shown = delivery.as_json()
    return json.dumps({"event": "webhook", "sent": shown.pop("event"), **shown})


def _outcome(attempt: Attempt) -> str:
    return plain(attempt.error or str(attempt.status))
