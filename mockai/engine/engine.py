"""A request to a plan: route, decode, claim, reply, encode, change, record.

The engine does no I/O and never waits. `Engine.handle` returns the plan and the journal entry; whoever plays
the plan says at the end how it went.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from mockai.api_errors import ErrorReply, RequestRefused
from mockai.endpoints import operations_under
from mockai.endpoints.base import Serving
from mockai.endpoints.derived import derived_operations
from mockai.endpoints.routing import Sections
from mockai.endpoints.sending import plan_of
from mockai.engine.answering import called, made, sent
from mockai.engine.brownouts import Schedule
from mockai.engine.choosing import Choosing
from mockai.engine.exchange import KNOWN, Exchange, Observer
from mockai.engine.imposed import Imposed
from mockai.engine.known import Heading, heading_of, keep, known_of, session_of
from mockai.engine.known_models import check_known
from mockai.engine.let_through import LetThrough
from mockai.engine.reading import Invalid, Reading, Unreadable, may_pass, validation_of
from mockai.engine.script import Script
from mockai.engine.speaking import broken, headed_plan, refused, reply_error, said
from mockai.engine.strikes import Strike
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.journal import Entry, Outcome
from mockai.limits import Grant, headed
from mockai.matching.claim import Claim, NoClaim
from mockai.matching.rules import CompiledRule, Origin, compile_rule
from mockai.providers import PLAIN, Dialect, Dialects
from mockai.replies.answer import Answer, Completion
from mockai.replies.live import Live
from mockai.replies.python import answer_of
from mockai.replies.render import render
from mockai.request import APIRequest
from mockai.scenario.loading import Loaded, PlacedRule
from mockai.scenario.schema import BrownoutSpec, KeySpec
from mockai.scenario.templates import Scope
from mockai.settings import Settings
from mockai.state import Memory, Session, Store
from mockai.wire import Abort, Body, Call, Head, HTTPRequest, Plan, Step

if TYPE_CHECKING:
    from mockai.coverage import Coverage
    from mockai.surface.contract import Contract

__all__ = ["After", "Before", "Engine"]

Before: TypeAlias = Callable[[APIRequest], Any]
"""A hook that sees each request first; returns None, another `APIRequest`, or a mapping: a new JSON body."""
After: TypeAlias = Callable[[APIRequest, Any], Any]
"""A hook that sees each request and its answer; returns None or anything a Python reply may return."""
_AS_A_TEST_WANTS = Settings()
_IN_NO_FILE = Origin()


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
        self.dialects = Dialects(settings.provider, settings.quirks)
        self.script = Script.of(loaded or Loaded(), settings, self.dialects)
        self.store: Store = store if store is not None else Memory()
        self.before = list(before)
        self.after = list(after)
        self.let_through = LetThrough()
        self.observers: list[Observer] = [self.let_through.add]
        self.clock: Callable[[], float] = monotonic
        self.imposed: Imposed | None = None
        self.coverage: Coverage | None = None
        self._choosing = Choosing(settings)
        self._synthesizes = settings.unknown_ids == "synthesize"
        self._router = _router()
        self._added = 0

    # ------------------------------------------------------------------------------------- rules

    def load(self, loaded: Loaded) -> None:
        """Take these scenarios in place of those loaded before; sessions keep their counters and states."""
        self.script = Script.of(loaded, self.settings, self.dialects)

    def add_rule(self, session: Session, placed: PlacedRule) -> str:
        """Put a rule above all others of a session; returns the key it goes by."""
        self._added += 1
        rule = compile_rule(placed.rule, f"{placed.key}+{self._added}", placed.where, origin=_IN_NO_FILE)
        session.add_rules((rule,))
        return rule.key

    def add_brownout(self, session: Session, spec: BrownoutSpec) -> str:
        """Put a brown-out above all others of a session; returns the key it goes by."""
        self._added += 1
        schedule = Schedule.of(f"{spec.name or 'brownout'}+{self._added}", spec, _IN_NO_FILE)
        session.add_schedule(schedule)
        return schedule.key

    def rules_of(self, session: Session) -> tuple[CompiledRule, ...]:
        """The rules a request of this session meets, first match wins."""
        return self._choosing.rules_of(self.script, session)

    # ---------------------------------------------------------------------------------- requests

    def handle(self, http: HTTPRequest) -> Exchange:
        """The plan that answers a request, and its journal entry, already written."""
        heading = heading_of(http, self.script)
        if heading is None:
            name, http = session_of(http)
            http = self.script.upstreams.by_path(http)
        else:
            name = heading.session
        session = self.store.session(name)
        entry = session.journal.arrive(name, http)
        return Exchange(session, entry, self._plan(http, session, entry), self.observers)

    def refuse(self, http: HTTPRequest, error: ErrorReply) -> Exchange:
        """The plan of a request that a transport could not take, in the journal like any other."""
        name, http = session_of(http)
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
        if type(plan) not in KNOWN:
            return self._guarded(plan, http, session, entry)
        return plan if entry.grant is None else headed_plan(plan, entry.grant)

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
        entry.error = reply_error(error, entry)
        return self._refuse(broken(entry.error), session, entry)

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
            plain = http.at(dialect.path(http.path))
            plan = _contract().made_up(refused.error, plain, self._serving(session, dialect), mint)
        if plan is None:
            return self._refuse(refused.error, session, entry)
        if tolerated:
            entry.tolerate(refused.error)
        return plan

    def _answer(self, http: HTTPRequest, session: Session, entry: Entry) -> Plan:
        heading = heading_of(http, self.script)
        if heading is None:
            heading = self._heading(http, session)
        elif heading.serving.resources is not session.resources or heading.serving.clock is not self.clock:
            heading.serving = self._serving(session, heading.dialect)
        key = self._admit(http, heading, session)
        entry.lenient = heading.lenient
        request = known_of(http, self.script)
        if request is not None and not self.before:
            entry.checked = True
            return self._answered(request, heading, session, entry)
        asks, dialect = None, heading.dialect
        if key is not None or heading.serving.catalogue.mode != "any":
            asks = partial(self._check_model, http, key, heading, session)
        reading = Reading(heading.operation, heading.params, heading.serving, entry, dialect.elsewhere, asks)
        if dialect.quirks:
            request = reading.request(dialect.heard(http))
            reading.ask(dialect.check, request)
        else:
            request = reading.request(http)
        if self.before:
            return self._hooked(request, reading, heading, session)
        if self.script.upstreams.named:
            request, heading = self._upstream(request, heading)
        if http.again is not None and not entry.tolerated:
            keep(request, heading, http, self.script)
        return self._answered(request, heading, session, entry)

    def _heading(self, http: HTTPRequest, session: Session) -> Heading:
        dialect = self.dialects.at(http)
        operation, params = self._router.find(http.method, dialect.path(http.path))
        lenient = validation_of(http, self.script.validation) == "lenient"
        heading = Heading(session.name, dialect, operation, params, lenient, self._serving(session, dialect))
        if http.heading is not None:
            http.heading.keep(heading, self.script)
        return heading

    def _upstream(self, request: APIRequest, heading: Heading) -> tuple[APIRequest, Heading]:
        """The request as it goes to the upstream whose model it asks for."""
        asked = self.script.upstreams.by_model(request)
        if asked is request:
            return request, heading
        return asked, replace(heading, dialect=self.dialects.at(asked.http))

    def _admit(self, http: HTTPRequest, heading: Heading, session: Session) -> KeySpec | None:
        """What the key of a request may do; None if no key is asked for."""
        access, operation = self.script.access, heading.operation
        if not access.keys or operation.public or heading.dialect.keyless:
            return None
        return access.admit(http, operation, session)

    def _check_model(
        self, http: HTTPRequest, key: KeySpec | None, heading: Heading, session: Session, request: APIRequest
    ) -> None:
        self.script.access.check_model(http, key, request.model)
        check_known(heading.operation, request, heading.serving.catalogue, session.rules)

    def _hooked(self, request: APIRequest, reading: Reading, heading: Heading, session: Session) -> Iterator[Step]:
        request = yield from self._before(request, reading)
        heading = replace(heading, dialect=self.dialects.at(request.http))
        yield from self._answered(*self._upstream(request, heading), session, reading.entry)

    def _answered(self, request: APIRequest, heading: Heading, session: Session, entry: Entry) -> Plan:
        operation, entry.request = heading.operation, request
        if entry.grant is None:
            entry.grant = self.script.quotas.take(session, request, self.clock)
        strike = self._strike(session, request, entry)
        found = (strike and strike.instead) or self._choosing.claim(self.script, session, operation, request)
        mint = self._choosing.mint(found, request)
        if isinstance(found, NoClaim) and (operation.serve is not None or request.unaided):
            if operation.serve is not None:
                plan = operation.serve(request, heading.serving, mint)
            else:
                plan = plan_of(Completion(()), operation, request, mint, session.resources)
            plan = self._kept(plan, request.http, mint)
            plan = said(plan, heading.dialect, request, mint, entry)
            return plan if strike is None else strike.on_plan(plan, mint, entry)
        taken = found if isinstance(found, Claim) else self._choosing.without_rule(found, request, entry)
        if strike is not None:
            taken = strike.upon(taken)
        entry.rule, entry.reply, entry.call = taken.rule.key, taken.index, taken.call
        scope = Scope(request, taken.captures, taken.states, taken.call, request.attempt, mint, mint.created)
        if taken.reply.python is not None or self.after:
            return self._by_python(taken, scope, heading, session, entry)
        answer = render(taken.reply, scope, taken.rule.origin.defaults)
        plan = sent(answer, taken, scope, operation, self._spoken(taken, heading), session, entry)
        return plan if isinstance(found, Claim) else self._kept(plan, request.http, mint)

    def _spoken(self, taken: Claim, heading: Heading) -> Dialect:
        """The dialect of a reply: of its file, if that names a provider, and with the quirks written beside it."""
        origin, written = taken.rule.origin, taken.reply.quirks
        if written is None and origin.provider is None and not origin.quirks:
            return heading.dialect
        quirks = origin.quirks if written is None else tuple(spec.quirk() for spec in written)
        return self.dialects.of(heading.dialect, origin.provider, quirks)

    def _by_python(
        self, taken: Claim, scope: Scope, heading: Heading, session: Session, entry: Entry
    ) -> Iterator[Step]:
        """The plan of an answer that user code makes or sees, called on the way."""
        taken, answer = yield from made(taken, scope, session, self.script.initial)
        answer = yield from self._after(answer, scope, taken.rule.origin)
        yield from sent(answer, taken, scope, heading.operation, self._spoken(taken, heading), session, entry)

    def _strike(self, session: Session, request: APIRequest, entry: Entry) -> Strike | None:
        strike = None if self.imposed is None else self.imposed.meet(session, request, entry)
        if strike is None and (self.script.brownouts or session.schedules):
            strike = self.script.brownouts.meet(session, request, entry, self.clock())
        return strike

    def _kept(self, plan: Plan, http: HTTPRequest, mint: Mint) -> Plan:
        return _contract().kept(plan, http, mint) if self._synthesizes else plan

    def _serving(self, session: Session, dialect: Dialect) -> Serving:
        ask = partial(self._ask, session)
        catalogue = self.script.catalogue_of(dialect)
        return Serving(
            session.resources, catalogue, ask, self.settings.unknown_ids, self.script.step_seconds, self.clock
        )

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


@cache
def _router() -> Sections:
    """The same for every engine: each test has an engine of its own, and routing knows nothing of rules."""
    return Sections(operations_under, derived_operations)


@cache
def _contract() -> Contract:
    from mockai.surface.contract import Contract

    return Contract()
