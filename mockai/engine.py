"""A request to a plan: route, decode, claim, reply, encode, change, record.

The engine does no I/O and never waits. `Engine.handle` returns the plan and the journal entry; whoever plays
the plan says at the end how it went.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import orjson

from mockai.access import Access
from mockai.answering import called, changed, made, struck
from mockai.api_errors import ErrorReply, RequestRefused
from mockai.brownouts import Brownouts, Schedule, schedules_of
from mockai.endpoints import operations_under
from mockai.endpoints.base import Operation, Serving, Validation
from mockai.endpoints.derived import derived_operations
from mockai.endpoints.routing import Sections
from mockai.endpoints.sending import plan_of
from mockai.errors import ReplyError
from mockai.ids import EPOCH, Mint
from mockai.imposed import Imposed
from mockai.journal import Entry, Outcome
from mockai.known_models import check_known
from mockai.let_through import LetThrough
from mockai.limits import Grant, Quotas, headed
from mockai.matching.claim import Claim, NoClaim, claim
from mockai.matching.index import Index
from mockai.matching.near_miss import near_misses, unmatched_message
from mockai.matching.rules import CompiledRule, Origin, compile_rule
from mockai.models import Catalogue
from mockai.providers import PLAIN, Dialect, Dialects
from mockai.reading import Invalid, Reading, Unreadable, may_pass, validation_of
from mockai.replies.answer import Answer, Completion
from mockai.replies.live import Live
from mockai.replies.python import answer_of
from mockai.replies.render import render
from mockai.request import APIRequest
from mockai.scenario.loading import Loaded, PlacedRule
from mockai.scenario.schema import BrownoutSpec, Reply, Rule, Scenario, WebhookSpec
from mockai.scenario.templates import Scope
from mockai.scenario.templates import render as fill_in
from mockai.settings import Settings
from mockai.speaking import asked_of, is_verbatim, refused, said, spoken, worded
from mockai.state import Memory, Session, Store
from mockai.strikes import Strike
from mockai.upstreams import Upstreams
from mockai.wire import Abort, Body, Burst, Call, Head, HTTPRequest, Plan, Step

if TYPE_CHECKING:
    from mockai.coverage import Coverage
    from mockai.surface.contract import Contract

__all__ = ["After", "Before", "Engine", "Exchange", "Observer", "Origin"]

Before: TypeAlias = Callable[[APIRequest], Any]
"""A hook that sees each request first; returns None, another `APIRequest`, or a mapping: a new JSON body."""
After: TypeAlias = Callable[[APIRequest, Any], Any]
"""A hook that sees each request and its answer; returns None or anything a Python reply may return."""
Observer: TypeAlias = Callable[[Entry], None]
"""Told of every request of every session when it has ended; must not block."""

_AS_A_TEST_WANTS = Settings()

T = TypeVar("T")


@dataclass(slots=True)
class Exchange:
    """A request's plan, its journal entry, and the session it belongs to."""

    session: Session
    entry: Entry
    plan: Plan
    observers: Sequence[Observer] = ()

    def end(self, outcome: Outcome) -> None:
        """Say how playing the plan ended; closes what the plan still holds open."""
        if type(self.plan) not in _KNOWN:
            close = getattr(self.plan, "close", None)
            if close is not None:
                close()
        if self.session.journal.end(self.entry, outcome):
            if self.entry.grant is not None and self.entry.grant.release is not None:
                self.entry.grant.release()
            for tell in tuple(self.observers):
                tell(self.entry)


class Engine:
    """Rules, sessions and the pipeline between them."""

    def __init__(
        self,
        loaded: Loaded | None = None,
        settings: Settings = _AS_A_TEST_WANTS,
        *,
        store: Store | None = None,
        before: Iterable[Before] = (),
        after: Iterable[After] = (),
    ) -> None:
        self.settings = settings
        self.seed = settings.seed
        self.access = Access.of(settings.api_keys)
        self.dialects = Dialects(settings.provider, settings.quirks)
        self._synthesizes = settings.unknown_ids == "synthesize"
        self.store: Store = store if store is not None else Memory()
        self.before = list(before)
        self.after = list(after)
        self.let_through = LetThrough()
        self.observers: list[Observer] = [self.let_through.add]
        self.rules: tuple[CompiledRule, ...] = ()
        self.catalogue = Catalogue(mode=settings.models)
        self._catalogues: dict[str, Catalogue] = {}
        self.webhooks: tuple[WebhookSpec, ...] = ()
        self.step_seconds: float | None = None
        self.validation: Validation = settings.validation or "strict"
        self.clock: Callable[[], float] = monotonic
        self.upstreams = Upstreams({})
        self.imposed: Imposed | None = None
        self.quotas = Quotas(settings.limits, self.dialects.free)
        self.loaded: Loaded | None = None
        self.coverage: Coverage | None = None
        self._brownouts = Brownouts((), self.seed, {})
        self._index = Index(())
        self._own: WeakKeyDictionary[Session, Index] = WeakKeyDictionary()
        self._initial: Mapping[str, Any] = {}
        self._router = _router()
        self._added = 0
        if loaded is not None:
            self.load(loaded)

    # ------------------------------------------------------------------------------------- rules

    def load(self, loaded: Loaded) -> None:
        """Take these scenarios in place of those loaded before; sessions keep their counters and states."""
        self.loaded = loaded
        origins = {file.name: _origin(file.scenario) for file in loaded.files}
        self.dialects.learn(
            {file.scenario.provider for file in loaded.files},
            {name: spec.provider for file in loaded.files for name, spec in file.scenario.upstreams.items()},
        )
        self.rules = tuple(compile_rule(p.rule, p.key, p.where, origin=origins[p.file]) for p in loaded.rules)
        self._index = Index(self.rules)
        written = (model for file in loaded.files for model in _models(file.scenario))
        self.catalogue = Catalogue(written, self.settings.models)
        self._catalogues = {}
        self.access = Access.of(self.settings.api_keys, *(file.scenario.keys for file in loaded.files))
        self.webhooks = tuple(webhook for file in loaded.files for webhook in file.scenario.webhooks)
        self.step_seconds = _first(file.scenario.step_seconds for file in loaded.files)
        self.validation = (
            self.settings.validation or _first(file.scenario.validation for file in loaded.files) or "strict"
        )
        limits = self.settings.limits or _first(file.scenario.limits for file in loaded.files)
        self.quotas = Quotas(limits, self.dialects.free)
        self._initial = {k: v for file in loaded.files for k, v in file.scenario.state.initial.items()}
        self.upstreams = Upstreams({k: v for file in loaded.files for k, v in file.scenario.upstreams.items()})
        schedules = (each for file in loaded.files for each in schedules_of(file, origins[file.name]))
        self._brownouts = Brownouts(schedules, self.seed, self._initial)

    def add_rule(self, session: Session, placed: PlacedRule) -> str:
        """Put a rule above all others of a session; returns the key it goes by."""
        self._added += 1
        rule = compile_rule(placed.rule, f"{placed.key}+{self._added}", placed.where, origin=Origin())
        session.add_rules((rule,))
        return rule.key

    def add_brownout(self, session: Session, spec: BrownoutSpec) -> str:
        """Put a brown-out above all others of a session; returns the key it goes by."""
        self._added += 1
        schedule = Schedule.of(f"{spec.name or 'brownout'}+{self._added}", spec, Origin())
        session.add_schedule(schedule)
        return schedule.key

    def rules_of(self, session: Session) -> tuple[CompiledRule, ...]:
        """The rules a request of this session meets, first match wins."""
        if not session.rules:
            return self.rules
        together: tuple[CompiledRule, ...] = session.rules + self.rules
        return tuple(sorted(together, key=lambda rule: -rule.rule.priority))

    # ---------------------------------------------------------------------------------- requests

    def handle(self, http: HTTPRequest) -> Exchange:
        """The plan that answers a request, and its journal entry, already written."""
        name, http = _session_of(http)
        http = self.upstreams.by_path(http)
        session = self.store.session(name)
        entry = session.journal.arrive(name, http)
        return Exchange(session, entry, self._plan(http, session, entry), self.observers)

    def refuse(self, http: HTTPRequest, error: ErrorReply) -> Exchange:
        """The plan of a request that a transport could not take, in the journal like any other."""
        name, http = _session_of(http)
        session = self.store.session(name)
        entry = session.journal.arrive(name, http)
        return Exchange(session, entry, self._refuse(error, session, entry), self.observers)

    def _ask(self, session: Session, http: HTTPRequest) -> Iterator[Step]:
        """The plan of a request that another one makes (a line of a batch); its calls must be done on the way."""
        entry = session.journal.arrive(session.name, http)
        entry.grant = Grant()  # batches have limits of their own
        exchange = Exchange(session, entry, self._plan(http, session, entry), self.observers)
        outcome: Outcome = "aborted"
        try:
            for step in exchange.plan:
                if isinstance(step, Head | Body):
                    entry.sent(step)
                yield step
            outcome = "complete"
        finally:
            exchange.end(outcome)

    def advance(self, session: Session, path: str) -> Iterator[Step]:
        """A look at something in a session, without a client and without a call in the journal.

        Raises RequestRefused where it is gone.
        """
        http, now = HTTPRequest("GET", path), session.tick()
        operation, params = self._router.find(http.method, http.path)
        if operation.serve is not None:
            mint = Mint(self.seed, "advance", path, now, created=now)
            yield from operation.serve(operation.decode(http, params), self._serving(session, PLAIN), mint)

    def _plan(self, http: HTTPRequest, session: Session, entry: Entry) -> Plan:
        """The plan, whatever happens: a refused request and a broken reply have plans too."""
        try:
            plan = self._answer(http, session, entry)
        except Exception as error:
            return self._failed(error, http, session, entry)
        if type(plan) not in _KNOWN:
            return self._guarded(plan, http, session, entry)
        return plan if entry.grant is None else _headed(plan, entry.grant)

    def _guarded(self, plan: Plan, http: HTTPRequest, session: Session, entry: Entry) -> Iterator[Step]:
        """A plan that is made while it is played, and what follows if it cannot be."""
        started = False
        steps = iter(plan)
        try:
            for step in steps:
                started = isinstance(step, Head)
                yield headed(step, entry.grant) if isinstance(step, Head) and entry.grant is not None else step
                if started:
                    break
            yield from steps
        except Exception as error:
            instead = self._failed(error, http, session, entry)
            yield from (Abort("close"),) if started and not isinstance(error, RequestRefused) else instead

    def _failed(self, error: Exception, http: HTTPRequest, session: Session, entry: Entry) -> Plan:
        if isinstance(error, RequestRefused):
            return self._instead(error, http, session, entry)
        entry.error = error if isinstance(error, ReplyError) else _reply_error(error, entry)
        return self._refuse(_broken(entry.error), session, entry)

    def _refuse(self, error: ErrorReply, session: Session, entry: Entry) -> Plan:
        entry.refusal = error
        mint = Mint(self.seed, "refused", entry.number, created=session.now())
        return refused(error, self.dialects.at(entry.http), entry, mint)

    def _instead(self, refused: RequestRefused, http: HTTPRequest, session: Session, entry: Entry) -> Plan:
        """What a refused request gets: the error, or a plausible object where `unknown_ids` or `validation` say so."""
        plan = None
        tolerated = may_pass(refused, entry)
        about_an_id = self._synthesizes and not isinstance(refused, Unreadable | Invalid)
        if entry.unmatched is None and (tolerated or about_an_id):
            mint = Mint(self.seed, "made up", entry.number, created=session.now())
            dialect = self.dialects.at(http)
            plain = replace(http, path=dialect.path(http.path))
            plan = _contract().made_up(refused.error, plain, self._serving(session, dialect), mint)
        if plan is None:
            return self._refuse(refused.error, session, entry)
        if tolerated:
            entry.tolerated.append(refused.error)
        return plan

    def _answer(self, http: HTTPRequest, session: Session, entry: Entry) -> Plan:
        dialect = self.dialects.at(http)
        operation, params = self._router.find(http.method, dialect.path(http.path))
        key = None if operation.public or dialect.keyless else self.access.admit(http, operation, session)
        serving = self._serving(session, dialect)
        entry.lenient = validation_of(http, self.validation) == "lenient"

        def admit(request: APIRequest) -> None:
            self.access.check_model(http, key, request.model)
            check_known(operation, request, serving.catalogue, session.rules)

        reading = Reading(operation, params, serving, entry, dialect.elsewhere, admit)
        request = reading.request(dialect.heard(http))
        dialect.check(request)
        if self.before:
            return self._hooked(request, reading, session)
        return self._answered(request, operation, serving, session, entry)

    def _hooked(self, request: APIRequest, reading: Reading, session: Session) -> Iterator[Step]:
        request = yield from self._before(request, reading)
        yield from self._answered(request, reading.operation, reading.serving, session, reading.entry)

    def _answered(
        self, request: APIRequest, operation: Operation, serving: Serving, session: Session, entry: Entry
    ) -> Plan:
        entry.request = request = self.upstreams.by_model(request)
        if entry.grant is None:
            entry.grant = self.quotas.take(session, request, self.clock())
        strike = self._strike(session, request, entry)
        found = (strike and strike.instead) or self._claim(session, operation, request)
        mint = self._mint(found, request, session)
        if isinstance(found, NoClaim) and (operation.serve is not None or request.unaided):
            if operation.serve is not None:
                plan = operation.serve(request, serving, mint)
            else:
                plan = plan_of(Completion(()), operation, request, mint, session.resources)
            plan = self._kept(plan, request.http, mint)
            plan = said(plan, self.dialects.at(request.http), request, mint, entry)
            return plan if strike is None else strike.on_plan(plan, mint, entry)
        taken = found if isinstance(found, Claim) else self._without_rule(found, request, entry)
        if strike is not None:
            taken = strike.upon(taken)
        entry.rule, entry.reply, entry.call = taken.rule.key, taken.index, taken.call
        scope = Scope(request, taken.captures, taken.states, taken.call, request.attempt, mint, mint.created)
        if taken.reply.python is not None or self.after:
            return self._by_python(taken, scope, operation, session, entry)
        answer = render(taken.reply, scope, taken.rule.origin.defaults)
        plan = self._sent(answer, taken, scope, operation, session, entry)
        return plan if isinstance(found, Claim) else self._kept(plan, request.http, mint)

    def _by_python(
        self, taken: Claim, scope: Scope, operation: Operation, session: Session, entry: Entry
    ) -> Iterator[Step]:
        """The plan of an answer that user code makes or sees, called on the way."""
        taken, answer = yield from made(taken, scope, session, self._initial)
        answer = yield from self._after(answer, scope, taken.rule.origin)
        yield from self._sent(answer, taken, scope, operation, session, entry)

    def _strike(self, session: Session, request: APIRequest, entry: Entry) -> Strike | None:
        strike = None if self.imposed is None else self.imposed.meet(session, request, entry)
        if strike is None and (self._brownouts or session.schedules):
            strike = self._brownouts.meet(session, request, entry, self.clock())
        return strike

    def _kept(self, plan: Plan, http: HTTPRequest, mint: Mint) -> Plan:
        return _contract().kept(plan, http, mint) if self._synthesizes else plan

    def _serving(self, session: Session, dialect: Dialect) -> Serving:
        ask = partial(self._ask, session)
        catalogue = self._catalogue_of(dialect)
        return Serving(session.resources, catalogue, ask, self.settings.unknown_ids, self.step_seconds, self.clock)

    def _catalogue_of(self, dialect: Dialect) -> Catalogue:
        """The models there are: a provider has its own, beside those of the scenarios."""
        profile = dialect.profile
        if profile is None or not profile.models:
            return self.catalogue
        if profile.name not in self._catalogues:
            self._catalogues[profile.name] = self.catalogue.elsewhere(profile.models, profile.name)
        return self._catalogues[profile.name]

    def _claim(self, session: Session, operation: Operation, request: APIRequest) -> Claim | NoClaim:
        takes = frozenset[str]() if operation.serve is not None else operation.takes
        now = session.now()

        def fitting(rules: Iterable[CompiledRule]) -> Iterable[CompiledRule]:
            return rules if takes is None else [r for r in rules if r.kinds <= takes or r.names(request)]

        def near() -> Iterable[CompiledRule]:
            return fitting(self.rules_of(session)) if self.settings.on_unmatched == "error" else ()

        def states_set(taken: Claim) -> Mapping[str, Any]:
            if not taken.reply.set:
                return {}
            mint = Mint(self.seed, taken.rule.key, taken.call, "set", created=now)
            scope = Scope(request, taken.captures, taken.states, taken.call, request.attempt, mint, now)
            rendered: Mapping[str, Any] = fill_in(taken.reply.set, scope, native=True)
            return rendered

        likely, then, initial = fitting(self._likely(session, request)), self.settings.then, self._initial
        return session.claim(
            lambda state: claim(state, likely, request, then=then, initial=initial, update=states_set, near=near)
        )

    def _likely(self, session: Session, request: APIRequest) -> Sequence[CompiledRule]:
        """Those of the rules a request of this session meets that may match it."""
        if not session.rules:
            return self._index.likely(request)
        own = self._own.get(session)
        if own is None or own.rules is not session.rules:
            own = self._own[session] = Index(session.rules)
        found = own.likely(request) + self._index.likely(request)
        return sorted(found, key=lambda rule: -rule.rule.priority)

    def _mint(self, found: Claim | NoClaim, request: APIRequest, session: Session) -> Mint:
        created = EPOCH + found.number
        if isinstance(found, Claim):
            return Mint(self.seed, found.rule.key, found.call, created=created)
        return Mint(self.seed, request.endpoint, request.operation, found.number, created=created)

    def _without_rule(self, found: NoClaim, request: APIRequest, entry: Entry) -> Claim:
        """What stands in for a rule where none matched: `auto` or `echo`, or the 404 that says why."""
        if self.settings.on_unmatched == "error":
            near = near_misses(found.candidates, request)
            entry.unmatched = unmatched_message(request, near, len(found.candidates))
            raise RequestRefused(_unmatched_error(entry.unmatched))
        rule = _STAND_INS[self.settings.on_unmatched]
        return Claim(rule, rule.rule.replies[0], 0, found.number, {}, {}, found.number)

    def _sent(
        self, answer: Answer | Live, taken: Claim, scope: Scope, operation: Operation, session: Session, entry: Entry
    ) -> Plan:
        """The plan that sends an answer, as the provider says it, with all that is to go wrong with it."""
        request, mint = scope.request, scope.mint
        placed = struck(taken, mint)
        if placed:
            from mockai.replies.spoiling import Asked, spoilt  # as few tests and servers need it

            answer = spoilt(answer, placed, Asked(request, mint), entry.faults.append)
        entry.refusal = answer if isinstance(answer, ErrorReply) else None
        dialect = spoken(self.dialects, taken, request)
        if dialect is PLAIN or is_verbatim(answer):
            return changed(plan_of(answer, operation, request, mint, session.resources), taken, mint, placed, entry)
        asked, answer = asked_of(request, mint, entry, answer), worded(answer, dialect, taken, request)
        plan = dialect.said(plan_of(answer, operation, dialect.asking(request), mint, session.resources), asked)
        return dialect.late(changed(plan, taken, mint, placed, entry), asked)

    # --------------------------------------------------------------------------------- user's code

    def _before(self, request: APIRequest, reading: Reading) -> Generator[Call, None, APIRequest]:
        for hook in self.before:
            changed = yield from called(partial(hook, request))
            if isinstance(changed, APIRequest):
                request = changed
            elif isinstance(changed, Mapping):
                request = reading.request(replace(request.http, body=orjson.dumps(changed)))
            elif changed is not None:
                raise ReplyError(
                    f"a before hook returns None, an APIRequest or a mapping (a new body), not {changed!r}"
                )
        return request

    def _after(self, answer: Answer | Live, scope: Scope, origin: Origin) -> Generator[Call, None, Answer | Live]:
        for hook in self.after:
            changed = yield from called(partial(hook, scope.request, answer))
            if changed is not None:
                answer = answer_of(changed, scope, origin.defaults)
        return answer


def _origin(scenario: Scenario) -> Origin:
    quirks = tuple(spec.quirk() for spec in scenario.quirks)
    return Origin(scenario.defaults, scenario.state, scenario.provider, quirks)


def _headed(plan: Plan, grant: Grant) -> Plan:
    """The plan, its head with the headers of the grant."""
    if type(plan) is Burst:
        return Burst(headed(plan.head, grant), plan.bodies)
    return tuple([headed(step, grant) if type(step) is Head else step for step in plan])


@cache
def _router() -> Sections:
    """The same for every engine: each test has an engine of its own, and routing knows nothing of rules."""
    return Sections(operations_under, derived_operations)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _models(scenario: Scenario) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The models a scenario names, and what it says of them: conditions without wildcards, and those it lists."""
    for rule in scenario.rules:
        if rule.when.model is not None and not set(rule.when.model) & set("*?["):
            yield rule.when.model, {}
    for name, spec in scenario.models.items():
        yield name, spec.facts()


_KNOWN = (tuple, Burst)
"""Plans that nothing can go wrong with while they are played."""

_STAND_INS: Mapping[str, CompiledRule] = {
    kind: compile_rule(Rule(replies=(Reply.model_validate({kind: True}),)), f"(unmatched: {kind})", "", origin=Origin())
    for kind in ("auto", "echo")
}


def _unmatched_error(message: str) -> ErrorReply:
    """404 in OpenAI's shape; clients must not retry what no retry can change."""
    return ErrorReply(404, message, code="mockai_unmatched", headers=(("x-should-retry", "false"),))


@cache
def _contract() -> Contract:
    from mockai.surface.contract import Contract

    return Contract()


def _reply_error(error: Exception, entry: Entry) -> ReplyError:
    made = ReplyError(f"{entry.rule or 'the reply'} failed: {type(error).__name__}: {error}")
    made.__cause__ = error
    return made


def _broken(error: BaseException) -> ErrorReply:
    """500 in OpenAI's shape for a reply that failed; not to be retried either."""
    headers = (("x-should-retry", "false"),)
    return ErrorReply(500, f"MockAI: {error}", "mockai_reply_error", code="mockai_reply_error", headers=headers)


def _session_of(http: HTTPRequest) -> tuple[str, HTTPRequest]:
    """The session a request names, and the request without the name: `/s/<name>/…` or `x-mockai-session`."""
    if http.path.startswith("/s/"):
        name, slash, rest = http.path[3:].partition("/")
        if name:
            return name, replace(http, path=slash + rest or "/")
    return http.header("x-mockai-session") or "", http
