"""Why a request is not let through, in the API's words."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, NamedTuple

from mockai.api_errors import ErrorReply, named
from mockai.limits.account import Account, Use
from mockai.limits.demand import Demand
from mockai.scenario.schema.limits import LimitSpec

__all__ = ["Asker", "refusal_of"]


class Asker(NamedTuple):
    """Whom a refusal speaks of; None for what is not known."""

    model: str | None
    organization: str | None


def refusal_of(
    account: Account, uses: tuple[Use, ...], limits: LimitSpec, demand: Demand, asker: Asker
) -> ErrorReply | None:
    """The error a request gets, or None for one that is let through.

    What no waiting helps against comes first; of the limits that refill, the one that takes longest is named, for
    after that all of them let the request through.
    """
    if _spent(account, limits, demand):
        return named("insufficient_quota")
    large = next((use for use in uses if use.asked > use.level.bucket.limit), None)
    if large is not None:
        error = "audio_above_rate_limit" if large.limit.unit.startswith("audio-") else "tokens_above_rate_limit"
        return replace(
            _error(error, asker, large, unit=large.limit.words), type=_error(large.limit.error, asker, large).type
        )
    if limits.concurrent is not None and account.running >= limits.concurrent:
        return named("rate_limit_concurrent", **asker._asdict(), limit=limits.concurrent, used=account.running)
    slowest = max(uses, key=lambda use: use.wait, default=None)
    if slowest is None or not slowest.wait:
        return None
    return _error(slowest.limit.error, asker, slowest, used=_whole(slowest.level.used), wait=slowest.wait)


def _spent(account: Account, limits: LimitSpec, demand: Demand) -> bool:
    requests, tokens = limits.total_requests, limits.total_tokens
    if requests is not None and account.requests >= requests:
        return True
    return tokens is not None and account.tokens + (demand.tokens or 0) > tokens


def _error(name: str, asker: Asker, use: Use, **values: Any) -> ErrorReply:
    return named(name, **asker._asdict(), limit=use.level.bucket.limit, requested=_whole(use.asked), **values)


def _whole(used: float) -> int:
    """What has not come back in full counts as used, and what has begun as asked for."""
    return math.ceil(round(used, 6))
