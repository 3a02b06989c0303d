"""Providers that fail for a while: upstreams by name, and schedules of phases, good and bad."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from mockai.providers import ProviderName
from mockai.records import After, Field, Listed, Schema
from mockai.scenario.schema.reply import ErrorSpec
from mockai.scenario.schema.timing import FaultSpec, Latency
from mockai.scenario.schema.when import When
from mockai.scenario.schema.written import Flag, HeaderValue, Number, Short, Whole, Written

__all__ = ["BrownoutSpec", "PhaseName", "PhaseSpec", "UpstreamSpec", "Upstreams"]

PhaseName: TypeAlias = Literal["healthy", "degraded", "down", "recovering"]
Share: TypeAlias = Annotated[Number, Field(ge=0, le=1)]

_RATES: dict[str, tuple[float, float]] = {
    "healthy": (0.0, 0.0),
    "degraded": (0.5, 0.5),
    "down": (1.0, 1.0),
    "recovering": (0.5, 0.0),
}
_BAD = ("rate", "error", "retry_after", "retry_after_ms", "latency", "faults")
_UNAVAILABLE = 503


class PhaseSpec(Written):
    """A stretch of a brown-out: how long it lasts, which share of the calls it strikes, and with what."""

    short = Short("phase", form={"enum": list(_RATES)})

    phase: PhaseName = Field(description="What the provider is meanwhile.")
    calls: Annotated[Whole, Field(ge=1)] | None = Field(default=None, description="How many calls it lasts.")
    seconds: Annotated[Number, Field(gt=0)] | None = Field(default=None, description="How many seconds it lasts.")
    rate: Share | tuple[Share, Share] | None = Field(
        default=None,
        description="Which share of the calls is struck, from 0 to 1; `[from, to]` changes in the meantime.",
    )
    error: ErrorSpec | None = Field(default=None, description="The error sent; 503 where nothing else is given.")
    retry_after: HeaderValue | None = Field(
        default=None, description="The header `retry-after` of the error, in seconds."
    )
    retry_after_ms: HeaderValue | None = Field(default=None, description="The header `retry-after-ms` of the error.")
    latency: Latency | None = Field(default=None, description="How slowly replies come, in seconds.")
    faults: Annotated[tuple[FaultSpec, ...], Listed] | None = Field(
        default=None, description="What goes wrong on the way."
    )

    def _check(self) -> None:
        if self.calls is not None and self.seconds is not None:
            raise ValueError("a phase lasts so many `calls` or so many `seconds`; give one of them")
        bad = self.given(*_BAD)
        if self.phase == "healthy" and bad:
            raise ValueError(f"a healthy phase strikes no call, so it has no `{bad[0]}`; call it degraded")
        if (self.retry_after or self.retry_after_ms) and self.answer is None:
            raise ValueError("retry_after belongs to an `error`, and this phase sends none")
        first, last = self.rates
        if first != last and not self.is_limited:
            raise ValueError(f"the rate goes from {first:g} to {last:g}: say over how many `calls` or `seconds`")

    @property
    def rates(self) -> tuple[float, float]:
        """The share of the calls struck, at the beginning and at the end."""
        if self.rate is None:
            return _RATES[self.phase]
        return self.rate if isinstance(self.rate, tuple) else (self.rate, self.rate)

    @property
    def answer(self) -> ErrorSpec | None:
        """The error a call that is struck gets; None if only its timing or its way is bad."""
        if self.error is not None or self.phase == "healthy" or self.faults or self.latency:
            return self.error
        return ErrorSpec(status=_UNAVAILABLE)

    @property
    def is_limited(self) -> bool:
        """Whether it ends by itself."""
        return self.calls is not None or self.seconds is not None


class BrownoutSpec(Written):
    """A schedule of phases for the calls that meet its conditions. Where it ends, everything is well again."""

    name: str | None = Field(default=None, description="What it is called in reports.")
    when: When = Field(default=When(), description="Which calls it is for: `{model: gpt-4o}`, `{upstream: primary}` …")
    phases: tuple[PhaseSpec, ...] = Field(min_length=1, description="What happens one after another.")
    cycle: Flag = Field(default=False, description="Whether it begins anew after the last phase.")

    def _check(self) -> None:
        endless = self.phases if self.cycle else self.phases[:-1]
        for number, phase in enumerate(endless, 1):
            if not phase.is_limited:
                raise ValueError(f"phase {number} ({phase.phase}) never ends; give it `calls` or `seconds`")
        if any(part.call is not None for part in _parts(self.when)):
            raise ValueError("`call` counts the calls of a rule; give the phases `calls` instead")


def _parts(when: When) -> Iterator[When]:
    yield when
    for part in (*(when.all or ()), *(when.any or ()), *((when.not_,) if when.not_ else ())):
        yield from _parts(part)


_PREFIX = r"^(/[A-Za-z0-9._~-]+)+$"
_TAKEN = ("v1", "s", "_mockai", "docs", "openapi.json")


def _prefix(value: str) -> str:
    if not re.match(_PREFIX, value):
        raise ValueError(f"the path of an upstream looks like /primary; seen {value!r}")
    if value.split("/")[1] in _TAKEN:
        raise ValueError(f"/{value.split('/')[1]} has a meaning of its own here; take another path")
    return value


class UpstreamSpec(Written):
    """A provider by name. A bare string is its `path`."""

    short = Short("path")

    path: Annotated[str, After(_prefix), Schema({"type": "string", "pattern": _PREFIX})] | None = Field(
        default=None, description="What stands in front of `/v1` in its base URL, such as `/primary`."
    )
    models: Annotated[tuple[str, ...], Listed] | None = Field(
        default=None,
        description="Models that are its own, wherever they are asked for; `*` and `?` stand for anything.",
    )

    provider: ProviderName | None = Field(
        default=None, description="Whose API it is, where that differs from OpenAI's."
    )

    def _check(self) -> None:
        if not self.given("path", "models"):
            raise ValueError("an upstream is reached by its `path`, its `models`, or both")


def _apart(upstreams: dict[str, UpstreamSpec]) -> dict[str, UpstreamSpec]:
    owners: dict[str, str] = {}
    for name, upstream in upstreams.items():
        if upstream.path is not None and owners.setdefault(upstream.path, name) != name:
            raise ValueError(f"{owners[upstream.path]} and {name} have the same path, {upstream.path}")
    return upstreams


Upstreams: TypeAlias = Annotated[dict[str, UpstreamSpec], After(_apart)]
"""Providers by name, no two at one path."""
