"""What is different about the streams of the Responses API elsewhere."""

from __future__ import annotations

import re

from mockai import sse
from mockai.providers.base import Asked, Quirk, register
from mockai.wire import Body, Plan

__all__: list[str] = []

_ENDS = (b"event: response.completed\n", b"event: response.incomplete\n", b"event: response.failed\n")
_ITEM = re.compile(rb'"(item_id|id)":"((?:rs|msg|fc)_)([0-9a-f]{48})"')


@register
class UnnamedEvents(Quirk):
    """Events have no names."""

    name = "unnamed_events"
    summary = (
        "Events of the Responses API have no `event:` line and end with `[DONE]`; clients that go by the names "
        "see nothing."
    )
    endpoints = ("responses",)

    def late(self, plan: Plan, asked: Asked) -> Plan:
        """Without the names, and with `[DONE]` behind the last."""
        for step in plan:
            if not (isinstance(step, Body) and step.data.startswith(b"event: ")):
                yield step
                continue
            yield step._replace(data=step.data.partition(b"\n")[2])
            if step.data.startswith(_ENDS):
                yield Body(sse.DONE, "done")


@register
class ChangingItemIds(Quirk):
    """Items are called something else while they are made."""

    name = "changing_item_ids"
    summary = (
        "Items of the Responses API have ids such as `rs_tmp_…` in the events of a stream, and others in the "
        "response at its end."
    )
    endpoints = ("responses",)

    def late(self, plan: Plan, asked: Asked) -> Plan:
        """Other ids in every event but the last."""
        for step in plan:
            passing = isinstance(step, Body) and step.data.startswith(b"event: ") and not step.data.startswith(_ENDS)
            if passing and isinstance(step, Body):
                yield step._replace(data=_ITEM.sub(rb'"\1":"\2tmp_\3"', step.data))
            else:
                yield step
