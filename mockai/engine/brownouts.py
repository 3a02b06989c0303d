"""Which calls a brown-out strikes, and with what: schedules of phases, each session's at its own place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockai.engine.strikes import Strike, stand_in
from mockai.ids import Mint
from mockai.journal import Entry
from mockai.matching.claim import Claim, owner_of
from mockai.matching.rules import CompiledRule, Origin, View, compile_rule, match
from mockai.request import APIRequest
from mockai.scenario.loaded import LoadedFile
from mockai.scenario.schema import BrownoutSpec, PhaseSpec, Reply, Rule
from mockai.state import Progress, Session, SessionState

__all__ = ["Brownouts", "Schedule", "schedules_of"]


class Brownouts:
    """The schedules of an engine, below those that a session has of its own.

    The first whose conditions a request meets decides about it. `initial` are the first values of named states, which
    conditions may ask for.
    """

    def __init__(self, schedules: Iterable[Schedule], seed: int | str, initial: Mapping[str, Any]) -> None:
        self._schedules = tuple(schedules)
        self._seed = seed
        self._initial = initial

    def __bool__(self) -> bool:
        return bool(self._schedules)

    def meet(self, session: Session, request: APIRequest, entry: Entry, now: float) -> Strike | None:
        """How the phase that this call falls into strikes it, if it does: one atomic step on the session.

        `now` is in seconds of the engine's clock; the schedule begins with the first call it concerns.
        """
        schedules = (*session.schedules, *self._schedules)
        return session.claim(lambda state: self._meet(schedules, state, request, entry, now))

    def _meet(
        self, schedules: Iterable[Schedule], state: SessionState, request: APIRequest, entry: Entry, now: float
    ) -> Strike | None:
        schedule = next((each for each in schedules if each.concerns(request, state, self._initial)), None)
        if schedule is None:
            return None
        progress = state.progress.setdefault(schedule.key, Progress(began=now))
        place = schedule.place(progress, now)
        progress.met += 1
        if place is None:
            return None
        phase, share = place
        entry.phase, entry.schedule = phase.phase, (schedule.key, progress.phase)
        progress.calls += 1
        return schedule.strike(phase, progress.met, state) if self._is_struck(schedule, progress, share) else None

    def _is_struck(self, schedule: Schedule, progress: Progress, share: float) -> bool:
        if share in (0.0, 1.0):
            return share == 1.0
        return Mint(self._seed, schedule.key, "brown-out", progress.met).rng.random() < share


@dataclass(frozen=True, slots=True)
class Schedule:
    """A brown-out, compiled. `stand_ins` are the rules that answer in place of those of the scenario, by phase."""

    key: str
    spec: BrownoutSpec
    conditions: CompiledRule
    stand_ins: Mapping[str, CompiledRule]

    @classmethod
    def of(cls, key: str, spec: BrownoutSpec, origin: Origin) -> Schedule:
        """The schedule that goes by this key."""
        conditions = compile_rule(Rule(when=spec.when, replies=(Reply(auto=True),)), key, "", origin)
        stand_ins: dict[str, CompiledRule] = {
            phase.phase: stand_in(f"(brown-out {key}: {phase.phase})") for phase in spec.phases
        }
        return cls(key, spec, conditions, stand_ins)

    def concerns(self, request: APIRequest, state: SessionState, initial: Mapping[str, Any]) -> bool:
        """Whether the request meets the conditions."""
        view = View(state.states(owner_of(self.conditions.origin.state, request), initial))
        return match(self.conditions, request, view).matched

    def place(self, progress: Progress, now: float) -> tuple[PhaseSpec, float] | None:
        """Move on to the phase that the next call falls into; the phase and the share of calls it strikes by now.
        None when all of it is over."""
        phases = self.spec.phases
        self._skip_rounds(progress, now)
        while progress.phase < len(phases):
            phase = phases[progress.phase]
            if phase.calls is not None and progress.calls >= phase.calls:
                progress.enter(progress.phase + 1, now)
            elif phase.seconds is not None and now - progress.began >= phase.seconds:
                progress.enter(progress.phase + 1, progress.began + phase.seconds)
            else:
                return phase, _share(phase, progress, now)
            if self.spec.cycle:
                progress.phase %= len(phases)
        return None

    def _skip_rounds(self, progress: Progress, now: float) -> None:
        """Leave out the rounds in which no call came, however many: they are all of one length."""
        lengths = [phase.seconds for phase in self.spec.phases]
        if self.spec.cycle and all(lengths):
            whole = sum(length or 0.0 for length in lengths)
            progress.began += max(0.0, (now - progress.began) // whole) * whole

    def strike(self, phase: PhaseSpec, number: int, state: SessionState) -> Strike:
        """What a call gets that is struck; `number` is which of those concerned it is."""
        error, rule = phase.answer, self.stand_ins[phase.phase]
        reply = rule.rule.replies[0]
        if error is not None:
            state.requests += 1
            reply = Reply(error=error, retry_after=phase.retry_after, retry_after_ms=phase.retry_after_ms)
        own = Claim(rule, reply, 0, number, {}, {}, state.requests)
        return Strike(own, None if error is None else own, phase.faults or (), phase.latency)


def schedules_of(file: LoadedFile, origin: Origin) -> Iterator[Schedule]:
    """The brown-outs of a file, each by its name, or by its number in the file."""
    for number, spec in enumerate(file.scenario.brownouts, 1):
        yield Schedule.of(spec.name or f"{file.label}#{number}", spec, origin)


def _share(phase: PhaseSpec, progress: Progress, now: float) -> float:
    """The share of calls struck at this moment of a phase."""
    first, last = phase.rates
    done = 0.0
    if phase.calls is not None and phase.calls > 1:
        done = progress.calls / (phase.calls - 1)
    elif phase.seconds is not None:
        done = (now - progress.began) / phase.seconds
    return first + (last - first) * done
