"""Webhooks: events about what has ended, signed as the SDK's `webhooks.unwrap` verifies them, sent with retries.

A thread of its own sends them, one after the other, so that nobody who makes a request waits for a receiver.
"""

from __future__ import annotations

import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from queue import SimpleQueue
from urllib.parse import urlsplit

import orjson

from mockai.delivery import Attempt, Delivery
from mockai.endpoints.webhook_endpoints import secrets_of
from mockai.endpoints.webhook_events import take_events
from mockai.engine import Engine
from mockai.journal import Entry
from mockai.records import InvalidValue
from mockai.scenario.schema import WebhookSpec
from mockai.state import Session
from mockai.transports.lifetimes import Lifetimes

__all__ = ["DELAYS", "Deliveries", "signed_headers"]

DELAYS = (0.5, 2.0, 8.0)
"""Seconds before each further attempt, where the one before did not end in a status of 200 to 299."""

_TIMEOUT = 5.0
_GRACE = 1.0


def signed_headers(secret: str, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that prove who sent a body, and when (Unix seconds)."""
    import hashlib
    import hmac

    signed = b".".join((id.encode(), str(timestamp).encode(), body))
    signature = b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def _headers(secrets: Sequence[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a body that several secrets sign."""
    each = [signed_headers(secret, id, timestamp, body) for secret in secrets]
    return {**each[0], "webhook-signature": " ".join(headers["webhook-signature"] for headers in each)}


def _is_local(url: str) -> bool:
    try:
        WebhookSpec(url=url, secret="-")  # noqa: S106 - only the URL is looked at
    except InvalidValue:
        return False
    return True


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    return b64decode(secret.removeprefix("whsec_"))


class Deliveries:
    """Sends what the sessions of an engine announce to the webhooks of its scenarios, to those added here, and to the
    endpoints on this machine that clients made through the API.

    `time_scale` multiplies the delays between attempts; `told` hears of each event that was delivered or given up. The
    journal of each session records what was sent.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        delays: Sequence[float] = DELAYS,
        time_scale: float = 1.0,
        clock: Callable[[], float] = time.time,
        told: Callable[[Delivery], None] = lambda delivery: None,
    ) -> None:
        self._engine = engine
        self._delays = tuple(delay * time_scale for delay in delays)
        self._clock = clock
        self._told = told
        self._added: list[tuple[str, WebhookSpec]] = []
        self._queue: SimpleQueue[tuple[Delivery, Sequence[str]] | None] = SimpleQueue()
        self._changed = threading.Condition()
        self._done = 0
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._lifetimes = Lifetimes(engine, time_scale, self._tell)
        engine.observers.append(self._ended)
        for session in engine.store.sessions():
            self._tell(session.name)

    def add(self, session: Session, webhook: WebhookSpec) -> None:
        """Send what this session announces from now on to this webhook too."""
        if not any(self._wanting(session.name)):
            take_events(session.resources)  # announced when nobody wanted to know
        self._added.append((session.name, webhook))

    @property
    def kept(self) -> tuple[Delivery, ...]:
        """What was sent, session by session, oldest first: of each the last thousand."""
        return tuple(each for session in self._engine.store.sessions() for each in session.journal.deliveries())

    def clear(self) -> None:
        """Forget the webhooks added here; what was sent is forgotten with the journals."""
        self._added.clear()
        with self._changed:
            self._done = 0

    def wait(self, count: int = 1, timeout: float = 10.0) -> bool:
        """Wait until so many deliveries were made or given up; False if `timeout` seconds passed first."""
        with self._changed:
            return self._changed.wait_for(lambda: self._done >= count, timeout)

    def close(self) -> None:
        """Stop sending; what is under way is given up after its current attempt."""
        if self._ended in self._engine.observers:
            self._engine.observers.remove(self._ended)
        self._closed.set()
        self._lifetimes.close()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(_GRACE)

    # ------------------------------------------------------------------------------------- sending

    def _ended(self, entry: Entry) -> None:
        session = self._engine.store.session(entry.session)
        self._announce(session)
        if self._engine.script.step_seconds is not None and any(self._receivers(session)):
            self._lifetimes.watch(entry.session)

    def _tell(self, name: str) -> None:
        self._announce(self._engine.store.session(name))

    def _announce(self, session: Session) -> None:
        """Send what has ended in a session to whoever wants to know."""
        for event in take_events(session.resources):
            for url, types, secrets in self._receivers(session, event.pop("_only", None)):
                if any(fnmatchcase(event["type"], glob) for glob in types):
                    delivery = Delivery(session.name, url, event)
                    session.journal.deliver(delivery)
                    self._send(delivery, secrets)

    def _receivers(
        self, session: Session, only: str | None = None
    ) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
        """URLs, types of events and secrets: of the webhooks, and of endpoints on this machine that clients made; or
        of the one endpoint with the id `only`."""
        for webhook in self._wanting(session.name) if only is None else ():
            yield webhook.url, webhook.events, (webhook.secret,)
        yield from (each for each in secrets_of(session.resources, only) if _is_local(each[0]))

    def _wanting(self, session: str) -> Iterable[WebhookSpec]:
        """The webhooks of a session, those of the scenarios first."""
        return (*self._engine.script.webhooks, *(webhook for name, webhook in self._added if name == session))

    def _send(self, delivery: Delivery, secrets: Sequence[str]) -> None:
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="mockai-webhooks", daemon=True)
                self._thread.start()
        self._queue.put((delivery, secrets))

    def _work(self) -> None:
        while (todo := self._queue.get()) is not None:
            try:
                self._deliver(*todo)
            finally:
                todo[0].ended = True
                self._told(todo[0])
                with self._changed:
                    self._done += 1
                    self._changed.notify_all()

    def _deliver(self, delivery: Delivery, secrets: Sequence[str]) -> None:
        body = orjson.dumps(delivery.event)
        for delay in (0.0, *self._delays):
            if self._closed.wait(delay) if delay else self._closed.is_set():
                return
            headers = _headers(secrets, str(delivery.event["id"]), int(self._clock()), body)
            delivery.attempts.append(_post(delivery.url, headers, body))
            if delivery.delivered:
                return


def _post(url: str, headers: Mapping[str, str], body: bytes) -> Attempt:
    """One attempt; redirects are not followed, as the real API does not."""
    parts = urlsplit(url)
    import http.client  # few servers send any

    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    own = {"content-type": "application/json", "user-agent": "OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)"}
    try:
        connection.request("POST", path, body, {**own, **headers})
        return Attempt(status=connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return Attempt(error=f"{type(error).__name__}: {error}")
    finally:
        connection.close()
