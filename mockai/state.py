"""What is kept between requests: sessions, counters, named states, stored objects, gates.

Everything that one request decides on (which rule, which turn, which state) happens inside one
`Session.claim`, under one lock; nothing looks first and takes afterwards.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar, TypeVarTuple

from mockai.ids import EPOCH
from mockai.journal import Journal

__all__ = ["Gate", "Memory", "Progress", "Resources", "Session", "SessionState", "Store"]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Gate:
    """Something that is opened once; whoever waits is told, from whatever thread opens it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = False
        self._waiting: list[Callable[[], None]] = []

    @property
    def is_open(self) -> bool:
        """Whether it was opened."""
        return self._open

    def open(self) -> None:
        """Let everyone through, now and later. Opening twice changes nothing."""
        with self._lock:
            self._open = True
            waiting, self._waiting = self._waiting, []
        for tell in waiting:
            tell()

    def when_open(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Call `tell` once it is open (at once if it is); returns how to withdraw."""
        with self._lock:
            if not self._open:
                self._waiting.append(tell)
                return lambda: self._withdraw(tell)
        tell()
        return lambda: None

    def _withdraw(self, tell: Callable[[], None]) -> None:
        with self._lock:
            if tell in self._waiting:
                self._waiting.remove(tell)


class Resources:
    """Stored objects by kind and id, oldest first; each kind keeps at most `limit` of them, and those that clients
    filled with more than `most_bytes` together only as long as nothing newer needs the room."""

    def __init__(self, limit: int = 1000, most_bytes: int = 256 * 2**20) -> None:
        self.limit = limit
        self.most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kinds: dict[str, OrderedDict[str, dict[str, Any]]] = {}
        self._weights: dict[str, dict[str, int]] = {}
        self._totals: dict[str, int] = {}

    def put(self, kind: str, id: str, value: dict[str, Any], weight: int = 0) -> None:
        """Store or replace an object; the oldest of its kind go when there are too many, or too large ones.

        `weight` is about how many bytes of a request are kept in it.
        """
        with self._lock:
            shelf = self._kinds.setdefault(kind, OrderedDict())
            shelf[id] = value
            if len(shelf) > self.limit:
                self._forget(kind, shelf)
            if weight or kind in self._weights:
                self._weigh(kind, shelf, id, weight)

    def _weigh(self, kind: str, shelf: OrderedDict[str, dict[str, Any]], id: str, weight: int) -> None:
        weights = self._weights.setdefault(kind, {})
        self._totals[kind] = self._totals.get(kind, 0) + weight - weights.get(id, 0)
        weights[id] = weight
        while len(shelf) > 1 and self._totals[kind] > self.most_bytes:
            self._forget(kind, shelf)

    def _forget(self, kind: str, shelf: OrderedDict[str, dict[str, Any]]) -> None:
        oldest, _ = shelf.popitem(last=False)
        self._unweigh(kind, oldest)

    def _unweigh(self, kind: str, id: str) -> None:
        if kind in self._weights:
            self._totals[kind] -= self._weights[kind].pop(id, 0)

    def get(self, kind: str, id: str) -> dict[str, Any] | None:
        """The object, or None."""
        return self._kinds.get(kind, OrderedDict()).get(id)

    def update(
        self, kind: str, id: str, change: Callable[[dict[str, Any]], dict[str, Any]], weight: int = 0
    ) -> dict[str, Any] | None:
        """Replace an object by what `change` makes of it, in one step; None if there is none.

        `weight` is about how many bytes of a request are kept in it from now on, beside those that were before.
        """
        with self._lock:
            shelf = self._kinds.get(kind, OrderedDict())
            if id not in shelf:
                return None
            shelf[id] = changed = change(shelf[id])
            if weight:
                self._weigh(kind, shelf, id, self._weights.get(kind, {}).get(id, 0) + weight)
            return changed

    def delete(self, kind: str, id: str) -> dict[str, Any] | None:
        """Remove an object and return it; None if there is none."""
        with self._lock:
            self._unweigh(kind, id)
            return self._kinds.get(kind, OrderedDict()).pop(id, None)

    def all(self, kind: str) -> tuple[dict[str, Any], ...]:
        """Every object of a kind, oldest first."""
        if not self._kinds.get(kind):
            return ()
        with self._lock:
            return tuple(self._kinds.get(kind, {}).values())


@dataclass(slots=True)
class Progress:
    """How far a schedule has come: the phase it is in (from 0), since when and how many calls it has had there,
    and how many it has met altogether. `began` is in seconds of the engine's clock."""

    began: float
    phase: int = 0
    calls: int = 0
    met: int = 0

    def enter(self, phase: int, at: float) -> None:
        """Begin a phase."""
        self.phase, self.began, self.calls = phase, at, 0


class SessionState:
    """What a claim reads and changes: calls per rule, named states per owner, uses per key, schedules, requests."""

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}
        self.progress: dict[str, Progress] = {}
        self.requests = 0
        self.quotas: dict[tuple[str, ...], Any] = {}
        self.key_uses: dict[str, int] = {}
        self._states: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def states(self, owner: str, initial: Mapping[str, Any], limit: int = 10_000) -> dict[str, Any]:
        """The named states of an owner (`""` is the session); the least used owner is forgotten past `limit`."""
        kept = self._states
        found = kept.get(owner)
        if found is None:
            found = kept[owner] = dict(initial)
            while len(kept) > limit:
                kept.popitem(last=False)
        elif len(kept) > 1:
            kept.move_to_end(owner)
        return found

    def all_states(self) -> dict[str, dict[str, Any]]:
        """A copy of every owner's states."""
        return {owner: dict(states) for owner, states in self._states.items()}


class Session:
    """One world of rules, counters, state, stored objects and calls; parallel tests have one each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rules: tuple[Any, ...] = ()
        self.schedules: tuple[Any, ...] = ()
        self.resources = Resources()
        self.journal = Journal()
        self._lock = threading.Lock()
        self._state = SessionState()
        self._gates: dict[str, Gate] = {}

    def claim(self, decide: Callable[[SessionState, *Ts], T], *given: *Ts) -> T:
        """Run `decide` on the state, and on what else is given, as one atomic step; it must not block."""
        with self._lock:
            return decide(self._state, *given)

    def now(self) -> int:
        """The session's clock in Unix seconds: it stands still within a request and moves with each."""
        return EPOCH + self._state.requests

    def tick(self) -> int:
        """Move the session's clock as a request does, and read it."""
        with self._lock:
            self._state.requests += 1
            return EPOCH + self._state.requests

    def gate(self, name: str) -> Gate:
        """The gate of this name, closed when first met."""
        with self._lock:
            return self._gates.setdefault(name, Gate())

    def gates(self) -> dict[str, bool]:
        """Every gate met so far and whether it is open."""
        with self._lock:
            return {name: gate.is_open for name, gate in self._gates.items()}

    def add_rules(self, rules: tuple[Any, ...]) -> None:
        """Put rules above those the session has."""
        with self._lock:
            self.rules = rules + self.rules

    def add_schedule(self, schedule: Any) -> None:
        """Put a brown-out above those the session has."""
        with self._lock:
            self.schedules = (schedule, *self.schedules)

    def remove_rules(self, keep: Callable[[Any], bool]) -> int:
        """Remove the rules that `keep` refuses; returns how many."""
        with self._lock:
            before = len(self.rules)
            self.rules = tuple(rule for rule in self.rules if keep(rule))
            return before - len(self.rules)

    def reset(self, *, rules: bool = True) -> None:
        """Back to the beginning: counters, states, objects, calls, gates, and what was added at run time."""
        self.release()
        with self._lock:
            self._state = SessionState()
            self._gates = {}
            self.resources = Resources()
            if rules:
                self.rules = ()
                self.schedules = ()
        self.journal.clear()

    def release(self) -> None:
        """Open every gate, so that nothing waits any more."""
        with self._lock:
            gates = tuple(self._gates.values())
        for gate in gates:
            gate.open()


class Store(Protocol):
    """Where sessions live. Another form (shared between processes) is a file beside this one."""

    def session(self, name: str) -> Session:
        """The session of this name, new if there is none."""
        ...

    def sessions(self) -> Iterator[Session]:
        """Every session, the least recently used first."""
        ...

    def drop(self, name: str) -> bool:
        """Forget a session; whether there was one."""
        ...


class Memory:
    """Sessions in this process; past `limit` the least recently used is forgotten, but never the default one, nor one
    that has just been asked for."""

    def __init__(self, limit: int = 1000) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._latest: Session | None = None

    def session(self, name: str) -> Session:
        """The session of this name, new if there is none."""
        latest = self._latest
        if latest is not None and latest.name == name:
            return latest
        with self._lock:
            found = self._sessions.get(name)
            if found is None:
                found = self._sessions[name] = Session(name)
                self._forget(name)
            self._sessions.move_to_end(name)
            self._latest = found
            return found

    def _forget(self, newest: str) -> None:
        """Forget the oldest while there are too many, but neither the default one nor the newest."""
        others = (name for name in self._sessions if name not in ("", newest))
        for name in tuple(islice(others, max(0, len(self._sessions) - self.limit))):
            self._sessions.pop(name).release()

    def sessions(self) -> Iterator[Session]:
        """Every session, the least recently used first."""
        with self._lock:
            return iter(tuple(self._sessions.values()))

    def drop(self, name: str) -> bool:
        """Forget a session; whether there was one."""
        with self._lock:
            found = self._sessions.pop(name, None)
            self._latest = None
        if found is not None:
            found.release()
        return found is not None
