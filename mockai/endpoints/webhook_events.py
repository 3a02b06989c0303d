"""Events that webhooks tell of: announced by the operation that makes something end, sent by a transport."""

from __future__ import annotations

from typing import Any

from mockai.endpoints.life_cycles import ended
from mockai.ids import Mint
from mockai.state import Resources

__all__ = ["announce", "announce_sample", "take_events"]

_SHELF = "webhook_events"


def announce(resources: Resources, mint: Mint, kind: str, id: str) -> None:
    """Say that something has ended: `batch.completed` and the id of the batch. Delivered if a webhook wants to know."""
    _put(resources, _event(mint, kind, id))
    ended(resources, id)


def announce_sample(resources: Resources, mint: Mint, kind: str, endpoint: str) -> None:
    """Send an endpoint a sample of this type of event, whichever types it wants; `_only` says where it goes."""
    id = f"{kind.split('.')[0]}_{mint.child('sample').hex(24)}"
    _put(resources, {**_event(mint, kind, id), "_only": endpoint})


def _event(mint: Mint, kind: str, id: str) -> dict[str, Any]:
    return {
        "id": f"evt_{mint.child('event', kind, id).hex(48)}",
        "object": "event",
        "created_at": mint.created,
        "type": kind,
        "data": {"id": id},
    }


def _put(resources: Resources, event: dict[str, Any]) -> None:
    resources.put(_SHELF, event["id"], event)


def take_events(resources: Resources) -> list[dict[str, Any]]:
    """The events announced since the last call, oldest first; each is given once."""
    waiting = resources.all(_SHELF)
    if not waiting:
        return []
    taken = (resources.delete(_SHELF, event["id"]) for event in waiting)
    return [event for event in taken if event is not None]
