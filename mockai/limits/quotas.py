"""Lets requests through, or refuses them, and keeps the accounts of who has used how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import Any, TypeAlias

from mockai.api_errors import ErrorReply, RequestRefused
from mockai.journal import mask
from mockai.limits.account import Account, Use
from mockai.limits.bucket import Level
from mockai.limits.demand import Demand, Unit, demand_of, owner_of, tokens_of, units_of
from mockai.limits.grant import Grant, headers_of, unlimited, untouched
from mockai.limits.refusals import Asker, refusal_of
from mockai.limits.tiers import limits_of
from mockai.request import APIRequest
from mockai.scenario.schema import LimitSpec, LimitsSpec
from mockai.state import Session, SessionState
from mockai.wire import Headers, HTTPRequest

__all__ = ["Quotas"]

Names: TypeAlias = Callable[[HTTPRequest], tuple[str, str]]
_MOST_OWNERS = 10_000


class Quotas:
    """The limits of an engine; without a spec, there are none. What was used is kept in the session, each session by
    itself. `free` are the limits of the tier of this name, where it is not OpenAI's; `names` says to which organization
    and project a request belongs."""

    def __init__(self, spec: LimitsSpec | None, free: Mapping[str, Any] | None, names: Names) -> None:
        self.spec = spec
        self._names = names
        self._free = free

    @cached_property
    def _limits_of(self) -> Callable[[str], LimitSpec]:
        """The limits that hold for a model; most tests have none."""
        own = LimitsSpec.model_validate(self._free) if self._free else None
        return lru_cache(maxsize=1024)(partial(limits_of, self.spec or LimitsSpec(), free=own))

    def take(self, session: Session, request: APIRequest, clock: Callable[[], float]) -> Grant | None:
        """Let a request through, in one step on the session; None if it is of no kind that is counted.

        `clock` is the engine's, in seconds. Raises `RequestRefused`.
        """
        units = units_of(request)
        if not units:
            return None
        if self.spec is None:
            return request.once(_unlimited)
        demand, now = demand_of(request), clock()
        organization, project = self._names(request.http)
        limits, owner = self._limits_of(request.model or ""), owner_of(request, self.spec.per, organization, project)

        def decide(state: SessionState) -> Grant:
            account = _account(state, owner)
            uses = account.uses(limits, demand, now)
            refusal = refusal_of(account, uses, limits, demand, Asker(request.model, organization or None))
            if refusal is not None:
                raise RequestRefused(_told(refusal, uses, demand))
            account.take(uses, demand, now)
            return Grant(_headers(account.uses(limits, demand, now), demand), partial(_end, session, account))

        return session.claim(decide)

    def shown(self, session: Session, now: float) -> list[dict[str, Any]]:
        """How things stand for every owner that has used something, for people to read; keys are masked."""
        spec = self.spec
        if spec is None:
            return []

        def look(state: SessionState) -> list[dict[str, Any]]:
            owners = (
                (dict[str, str](zip(spec.per, owner, strict=False)), account) for owner, account in state.quotas.items()
            )
            return [
                {"owner": _shown(owner), "limits": account.as_json(self._limits_of(owner.get("model", "")), now)}
                for owner, account in owners
            ]

        return session.claim(look)

    def reset(self, session: Session) -> None:
        """Forget what was used; what is being answered still counts as running."""

        def forget(state: SessionState) -> None:
            for account in state.quotas.values():
                account.used.clear()
                account.requests = account.tokens = 0

        session.claim(forget)


def _unlimited(request: APIRequest) -> Grant:
    """The grant of a request where nothing is limited."""
    return unlimited(tokens_of(request) if "tokens" in units_of(request) else None)


def _account(state: SessionState, owner: tuple[str, ...]) -> Account:
    found = state.quotas.get(owner)
    if found is None:
        if len(state.quotas) >= _MOST_OWNERS:
            del state.quotas[next(iter(state.quotas))]
        found = state.quotas[owner] = Account()
    return found


def _end(session: Session, account: Account) -> None:
    """A request of this account has been answered."""

    def one_less(_: SessionState) -> None:
        account.running -= 1

    session.claim(one_less)


def _headers(uses: tuple[Use, ...], demand: Demand) -> Headers:
    """The headers that tell how things stand; where nothing limits requests or tokens, of limits that never bind."""
    units: tuple[Unit, ...] = ("requests", "tokens")
    levels: dict[Unit, Level] = {unit: level for unit in units if (level := untouched(unit, demand)) is not None}
    levels |= {use.limit.unit: use.level for use in uses if use.limit.unit != "audio-megabytes"}  # has no known header
    return headers_of(levels.items())


def _told(refusal: ErrorReply, uses: tuple[Use, ...], demand: Demand) -> ErrorReply:
    """The refusal, with how things stand in place of what its name alone would tell; of credit, nothing is told."""
    if refusal.code == "insufficient_quota":
        return refusal
    kept = tuple(pair for pair in refusal.headers if not pair[0].startswith("x-ratelimit-"))
    return replace(refusal, headers=_headers(uses, demand) + kept)


def _shown(owner: dict[str, str]) -> dict[str, str]:
    return {each: mask(value) if each == "key" else value for each, value in owner.items() if value}
