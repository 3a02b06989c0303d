"""One fault for whatever is scripted: it strikes the first call that it can change, and leaves the others alone.

The reply that it spoils is given again, whole, to whoever asks the same once more, so that a rule does not lose a
turn by it.
"""

from __future__ import annotations

import threading

from mockai.engine.strikes import Strike, stand_in
from mockai.faults import FAULTS
from mockai.journal import Entry
from mockai.matching.claim import Claim
from mockai.request import APIRequest
from mockai.scenario.schema import ErrorSpec, FaultSpec, Reply
from mockai.state import Session, SessionState

__all__ = ["Imposed"]


class Imposed:
    """A fault by its name, or an error by its name or status, for the engines of one test together.

    Set it as `engine.imposed`, and put `ended` among the engine's observers. Raises ValueError for a name of nothing.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.met = False
        """Whether it has struck."""
        self._reply = None if name in FAULTS else Reply(error=_error(name))
        self._faults = (FaultSpec(name=name),) if name in FAULTS else ()
        self._rule = stand_in(f"(imposed: {name})")
        self._lock = threading.Lock()
        self._struck: Entry | None = None
        self._spoilt: Claim | None = None

    def meet(self, session: Session, request: APIRequest, entry: Entry) -> Strike | None:
        """How this call is struck, if it is."""
        with self._lock:
            if self._struck is None:
                self._struck = entry
                return self._strike(session)
            again = self._spoilt if _same(self._struck, entry) else None
            if again is not None:
                self._spoilt = None
                return Strike(again, instead=again)
            return None

    def ended(self, entry: Entry) -> None:
        """Hear of a call that has ended: if the fault found nothing to change in it, another call shall have it."""
        with self._lock:
            if entry is not self._struck:
                return
            if self._reply is None and self.name not in entry.faults:
                self._struck = self._spoilt = None
                return
            self.met = True
            if self._reply is None and FAULTS[self.name].harmless and entry.outcome == "complete":
                self._spoilt = None

    def _strike(self, session: Session) -> Strike:
        def number(state: SessionState) -> int:
            state.requests += self._reply is not None
            return state.requests

        taken = Claim(self._rule, self._reply or self._rule.rule.replies[0], 0, 1, {}, {}, session.claim(number))
        return Strike(taken, taken if self._reply else None, self._faults, tell=self._taken)

    def _taken(self, claim: Claim) -> None:
        if claim.rule is not self._rule:
            self._spoilt = claim


def _error(name: str) -> ErrorSpec:
    return ErrorSpec(status=int(name)) if name.isdecimal() else ErrorSpec(name=name)


def _same(one: Entry, other: Entry) -> bool:
    """Whether the same is asked twice."""
    return (one.http.method, one.http.path, one.http.body) == (other.http.method, other.http.path, other.http.body)
