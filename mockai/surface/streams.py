"""Streams of derived operations: an event of each kind that a stream without failures has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockai.endpoints.heads import stream_head
from mockai.ids import Mint
from mockai.sse import event
from mockai.surface.instances import Instances
from mockai.wire import Body, Kind, Plan

__all__ = ["stream_plan"]

_STORY = ("created", "queued", "in_progress", "added", "delta", "done", "completed", "idle")
"""What names of events end with, in the order in which things happen."""


def stream_plan(schema: Mapping[str, Any], instances: Instances, facts: Mapping[str, Any], mint: Mint) -> Plan:
    """A stream of the events that a type allows."""
    made: list[dict[str, Any]] = []
    for option in instances.options(schema):
        ids = {name: value for each in made for name, value in each.items() if name.endswith("_id") and value}
        ids.pop("event_id", None)
        made.append(instances.make(option, "event", {**ids, **facts}))
    told = sorted((each for each in made if _place(each) < len(_STORY)), key=_place)
    bodies = [_body(each) for each in told or [each for each in made if not each.get("error")]]
    return (stream_head(mint), *bodies)


def _place(made: Mapping[str, Any]) -> int:
    ending = _name(made).rpartition(".")[2]
    return _STORY.index(ending) if ending in _STORY else len(_STORY)


def _name(made: Mapping[str, Any]) -> str:
    """What an event is called: by its `type`, or by the name that stands beside its data."""
    return str(made.get("event" if "data" in made else "type") or "")


def _body(made: Mapping[str, Any]) -> Body:
    name = _name(made)
    data = made["data"] if "event" in made and "data" in made else made
    kind: Kind = "piece" if name.endswith("delta") else "event"
    return Body(event(orjson.dumps(data), name or None), kind, 1 if kind == "piece" else 0)
