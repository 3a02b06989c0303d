"""An engine that plays given plans, so that a transport is tested without what makes plans."""

from collections.abc import Callable, Iterable

import pytest

from mockai.engine import Exchange
from mockai.journal import Entry
from mockai.state import Session
from mockai.wire import Body, Head, HTTPRequest, Step


class Scripted:
    """Answers with one plan after another; the last one stays."""

    def __init__(self, *plans: Iterable[Step]) -> None:
        self.plans = list(plans)
        self.session = Session("")

    def handle(self, http: HTTPRequest) -> Exchange:
        plan = self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]
        return Exchange(self.session, self.session.journal.arrive("", http), iter(plan))

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.session.journal.entries()

    @property
    def entry(self) -> Entry:
        """The only one."""
        (entry,) = self.entries
        return entry


@pytest.fixture
def scripted() -> Callable[..., Scripted]:
    """Make an engine out of plans."""
    return Scripted


@pytest.fixture
def json_plan() -> tuple[Step, ...]:
    """A small JSON reply."""
    head = Head(200, (("content-type", "application/json"), ("content-length", "11")))
    return (head, Body(b'{"ok":true}', "json"))


@pytest.fixture
def stream_head() -> Head:
    """What a stream begins with."""
    return Head(200, (("content-type", "text/event-stream"),))
