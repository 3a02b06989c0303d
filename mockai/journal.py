"""What was asked and what came of it: one entry a request, written on arrival, completed when its plan was played."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from mockai.api_errors import ErrorReply
from mockai.delivery import Delivery
from mockai.request import APIRequest
from mockai.streamed import Streamed
from mockai.wire import Bodies, Body, Head, HTTPRequest, Kind

if TYPE_CHECKING:
    from mockai.limits.grant import Grant

__all__ = ["Connection", "Entry", "Journal", "Outcome", "mask"]

Outcome: TypeAlias = Literal["running", "complete", "aborted", "client_left", "failed"]
"""How playing a plan ended: sent whole, cut by a fault, given up by the client, or broken by an error of ours."""

_WHOLE: tuple[Kind, ...] = ("json", "raw")
_MOST_DELIVERIES = 1000
_NO_EVENTS: tuple[Kind, ...] = ("json", "raw", "part")
_SECRET = ("authorization", "api-key", "x-api-key", "cookie", "proxy-authorization")


def mask(value: str) -> str:
    """A secret with its middle hidden: `Bearer sk-1…cdef`; short ones are hidden whole."""
    scheme, _, secret = value.rpartition(" ")
    shown = f"{secret[:4]}…{secret[-4:]}" if len(secret) > 12 else "…"
    return f"{scheme} {shown}".strip()


@dataclass(slots=True)
class Connection:
    """A client's connection, open while `closed` is None. Times are seconds of `time.monotonic`."""

    number: int
    opened: float
    closed: float | None = None


@dataclass(slots=True)
class Entry:
    """One request and its reply. Times are seconds of `time.monotonic`. `tolerated` is what validation would have
    refused it with, had it not been lenient; one that is `checked` has passed, so that rules are tried. `grant` is
    what the limits let it through with.

    What only the verdict reads: `caller` is the task or thread that asked, where that is known (patch mode), `refusal`
    the error it was answered with, `connection` the one it came over, `patience` the client's read timeout where the
    transport is told of it (patch mode), `time_scale` what waits were multiplied with, `left` when the client turned
    away from a reply, `received` how many bytes it had then (patch mode; None while it still holds on to it).
    `streamed` is what was sent of a stream, its bytes forgotten at the end of one that nothing struck, `held` how many
    bytes the journal holds for the entry, None when it has left.
    """

    number: int
    session: str
    http: HTTPRequest
    arrived: float
    request: APIRequest | None = None
    rule: str | None = None
    reply: int | None = None
    call: int | None = None
    phase: str | None = None
    schedule: tuple[str, int] | None = None
    unmatched: str | None = None
    error: BaseException | None = None
    head: Head | None = None
    outcome: Outcome = "running"
    bodies: int = 0
    pieces: int = 0
    events: int = 0
    sent_bytes: int = 0
    waited: float = 0.0
    ended: float | None = None
    faults: tuple[str, ...] = ()
    lenient: bool = False
    checked: bool = False
    grant: Grant | None = None
    tolerated: tuple[ErrorReply, ...] = ()
    refusal: ErrorReply | None = None
    connection: Connection | None = None
    patience: float | None = None
    time_scale: float = 1.0
    caller: int | None = None
    left: float | None = None
    received: int | None = None
    streamed: Streamed | None = None
    held: int | None = 0

    @property
    def status(self) -> int | None:
        """The status sent; None where the connection broke before."""
        return None if self.head is None else self.head.status

    @property
    def retry_after(self) -> float | None:
        """Seconds the reply asked the client to wait; None where its headers do not say so in a number."""
        return None if self.head is None else _asked_to_wait(self.head)

    @property
    def duration(self) -> float | None:
        """Seconds from arrival to the end; None while it runs."""
        return None if self.ended is None else self.ended - self.arrived

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers by lower-case name, keys masked."""
        return {name: mask(value) if name in _SECRET else value for name, value in self.http.headers}

    def strike(self, fault: str) -> None:
        """Note a fault that has struck the reply."""
        self.faults += (fault,)

    def tolerate(self, error: ErrorReply) -> None:
        """Note, once, what the request was not refused with."""
        if error not in self.tolerated:
            self.tolerated += (error,)

    def sent(self, step: Head | Body) -> None:
        """Count a step that goes to the client."""
        if isinstance(step, Head):
            self.head = step
        else:
            self.sent_body(step)

    def sent_body(self, body: Body) -> None:
        """Count a body that goes to the client by itself, as most do."""
        data, kind, _ = body
        self.bodies += 1
        self.sent_bytes += len(data)
        if kind == "json":
            return
        self.events += kind not in _NO_EVENTS
        self.pieces += kind == "piece"
        if kind != "raw":
            streamed = self.streamed or self._streamed()
            streamed.mark()
            streamed.add(data, kind)

    def sent_bodies(self, bodies: Sequence[Body]) -> None:
        """Count bodies that go to the client together."""
        if len(bodies) == 1:
            self.sent_body(bodies[0])
            return
        kinds = [body.kind for body in bodies]
        self.bodies += len(kinds)
        self.events += len(kinds) - sum(map(kinds.count, _NO_EVENTS))
        self.pieces += kinds.count("piece")
        self.sent_bytes += sum([len(body.data) for body in bodies])
        if kinds and kinds[0] not in _WHOLE:
            streamed = self._streamed()
            streamed.mark()
            for body in bodies:
                streamed.add(body.data, body.kind)

    def sent_burst(self, bodies: Bodies, size: int) -> None:
        """Count the events of a burst, of so many bytes, which go to the client together, to the last."""
        events, pieces = bodies.counts
        self.bodies += events
        self.events += events
        self.pieces += pieces
        self.sent_bytes += size
        self._streamed().mark()

    def _streamed(self) -> Streamed:
        if self.streamed is None:
            self.streamed = Streamed()
        return self.streamed

    def as_json(self) -> dict[str, Any]:
        """The entry as the control API shows it."""
        request = self.request
        return {
            "number": self.number,
            "session": self.session,
            "method": self.http.method,
            "path": self.http.path,
            "endpoint": None if request is None else f"{request.endpoint}.{request.operation}",
            "headers": self.headers,
            "body": None if request is None else request.body,
            "attempt": 0 if request is None else request.attempt,
            "rule": self.rule,
            "reply": self.reply,
            "call": self.call,
            "phase": self.phase,
            "upstream": (self.http if request is None else request.http).upstream or None,
            "unmatched": self.unmatched,
            "error": None if self.error is None else f"{type(self.error).__name__}: {self.error}",
            "status": self.status,
            "outcome": self.outcome,
            "events": self.events,
            "pieces": self.pieces,
            "bytes": self.sent_bytes,
            "waited": self.waited,
            "faults": list(self.faults),
            "tolerated": [_noted(error) for error in self.tolerated],
            "duration": self.duration,
        }


def _noted(error: ErrorReply) -> dict[str, Any]:
    return {"status": error.status, "message": error.message, "param": error.param, "code": error.code}


def _asked_to_wait(head: Head) -> float | None:
    """The seconds a reply's headers ask the client to wait, where they say so in a number."""
    asked = {name: value for name, value in head.headers if name.startswith("retry-after")}
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        if asked.get(name, "").replace(".", "", 1).isdigit():
            return float(asked[name]) * scale
    return None


class Journal:
    """The last `limit` entries of a session, oldest first, as long as their bodies, and what is kept of streams that
    broke, are of `most_bytes` together; counts go on when old entries leave. Beside them the last thousand events that
    were sent to its webhooks."""

    def __init__(self, limit: int = 10_000, most_bytes: int = 256 * 2**20) -> None:
        self.limit = limit
        self.most_bytes = most_bytes
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._deliveries: deque[Delivery] = deque(maxlen=_MOST_DELIVERIES)
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._listeners: list[Callable[[Entry], None]] = []
        self._waiting = 0
        self.total = 0

    def arrive(self, session: str, http: HTTPRequest) -> Entry:
        """Write an entry for a request that has just come."""
        with self._lock:
            self.total += 1
            entry = Entry(self.total, session, http, time.monotonic())
            self._entries.append(entry)
            entry.held = held = len(http.body)
            self._bytes += held
            if len(self._entries) > self.limit or self._bytes > self.most_bytes:
                self._let_go()
        return entry

    def _hold(self, entry: Entry, more: int) -> None:
        """Count bytes of an entry that has not left."""
        if entry.held is not None:
            entry.held += more
            self._bytes += more
            self._let_go()

    def _let_go(self) -> None:
        """Let go of the oldest while there are too many."""
        while len(self._entries) > self.limit or (self._bytes > self.most_bytes and len(self._entries) > 1):
            oldest = self._entries.popleft()
            self._bytes -= oldest.held or 0
            oldest.held = None

    def end(self, entry: Entry, outcome: Outcome) -> bool:
        """Complete an entry and wake whoever waits for it; False if it was complete already."""
        with self._lock:
            if entry.outcome != "running":
                return False
            entry.outcome = outcome
            entry.ended = time.monotonic()
            streamed = entry.streamed
            if streamed is not None and outcome == "complete" and not entry.faults and streamed.is_closed:
                streamed.forget()
            elif streamed is not None:
                self._hold(entry, streamed.size)
            if self._waiting:
                self._changed.notify_all()
            listeners = tuple(self._listeners)
        for tell in listeners:
            tell(entry)
        return True

    def entries(self) -> tuple[Entry, ...]:
        """Every entry kept, oldest first."""
        with self._lock:
            return tuple(self._entries)

    def deliver(self, delivery: Delivery) -> None:
        """Write that an event is on its way to a webhook; whoever sends it adds the attempts."""
        with self._lock:
            self._deliveries.append(delivery)

    def deliveries(self) -> tuple[Delivery, ...]:
        """Every event sent to a webhook, oldest first."""
        with self._lock:
            return tuple(self._deliveries)

    def ended(self) -> int:
        """How many requests have been answered to the end."""
        with self._lock:
            return self.total - sum(entry.outcome == "running" for entry in self._entries)

    def wait(self, count: int, timeout: float) -> bool:
        """Block until `count` requests have ended; False when `timeout` seconds passed first."""
        with self._lock:
            self._waiting += 1
            try:
                return self._changed.wait_for(lambda: self._ended() >= count, timeout)
            finally:
                self._waiting -= 1

    def _ended(self) -> int:
        return self.total - sum(entry.outcome == "running" for entry in self._entries)

    def listen(self, tell: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `tell` for every entry that ends; returns how to stop."""
        with self._lock:
            self._listeners.append(tell)
        return lambda: self._listeners.remove(tell) if tell in self._listeners else None

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            for entry in self._entries:
                entry.held = None
            self._entries.clear()
            self._bytes = 0
            self._deliveries.clear()
            self.total = 0
