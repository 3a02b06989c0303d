"""One line an event that was sent to a webhook, exactly."""

import json

import click
import pytest

from mockai.cli.webhook_log import as_json, as_text
from mockai.delivery import Attempt, Delivery

URL = "http://127.0.0.1:9/hook"
EVENT = {"id": "evt_1", "type": "batch.completed"}

LINES = [
    (Delivery("", URL, EVENT, [Attempt(200)]), f"webhook batch.completed  {URL}  200  delivered"),
    (
        Delivery("a", URL, EVENT, [Attempt(500), Attempt(204)]),
        f"webhook batch.completed  {URL}  500, 204  delivered  session a",
    ),
    (
        Delivery("", URL, EVENT, [Attempt(error="OSError: no\nway")]),
        f"webhook batch.completed  {URL}  OSError: no\\nway  given up",
    ),
]


@pytest.mark.parametrize(("delivery", "line"), LINES)
def test_a_line_says_where_an_event_went_and_what_came_of_it(delivery, line):
    assert click.unstyle(as_text(delivery)) == line


def test_json_is_what_the_journal_shows():
    shown = json.loads(as_json(LINES[0][0]))
    assert shown == {
        "event": "webhook",
        "sent": EVENT,
        "session": "",
        "url": URL,
        "delivered": True,
        "ended": False,
        "attempts": [{"status": 200, "error": None}],
    }
