"""Waits that are over when they come are no reason to write."""

import asyncio

import pytest

from mockai.transports.asgi import send_plan
from mockai.wire import Body, Head, Wait


async def written(plan):
    """What is sent of a plan, write by write."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message.get("body"))

    await send_plan(plan, receive, send)
    return sent


@pytest.mark.parametrize("waits", [(), (Wait(0.5),), (Wait(0.5), Wait(0.5))])
async def test_what_stands_on_either_side_of_no_wait_is_sent_together(waits):
    plan = (Head(200), Body(b"a", "piece"), *waits, Body(b"b", "piece"))
    assert await asyncio.wait_for(written(plan), 0.4) == [None, b"ab"]
