"""How slowly a reply comes, and what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import NoneType
from typing import Annotated, Any, get_args, get_type_hints

from mockai.faults import FAULTS, ContentFault, Fault, Place, build
from mockai.faults.base import PLACES as PLACE_KINDS
from mockai.records import JSON, Before, Definitions, Field
from mockai.records.marks import as_list
from mockai.scenario.schema.written import ONE_KEY, SECONDS, Number, Short, Whole, Written

__all__ = ["Amount", "FaultSpec", "GateSpec", "Latency"]


class Amount(Written):
    """Seconds: fixed, or drawn from a log-normal distribution (`[median, sigma]`) or a uniform one (`[a, b]`)."""

    constraints = ONE_KEY
    short = Short("fixed", (int, float), SECONDS)

    fixed: Annotated[Number, Field(ge=0, le=86_400)] | None = None
    lognormal: tuple[Annotated[Number, Field(gt=0)], Annotated[Number, Field(ge=0)]] | None = None
    uniform: tuple[Annotated[Number, Field(ge=0)], Annotated[Number, Field(ge=0)]] | None = None

    def _check(self) -> None:
        if len(self.given("fixed", "lognormal", "uniform")) != 1:
            raise ValueError("must be a number, {lognormal: [median, sigma]} or {uniform: [low, high]}")
        if self.uniform and self.uniform[0] > self.uniform[1]:
            raise ValueError("uniform: [low, high] needs low <= high")


class Latency(Written):
    """How slowly a reply comes, in seconds. A bare number is `total`."""

    short = Short("total", (int, float), SECONDS)

    headers: Amount | None = Field(default=None, description="Before the status line.")
    first_token: Amount | None = Field(default=None, description="Before the first piece of content.")
    per_token: Amount | None = Field(default=None, description="Between tokens.")
    tokens_per_second: Amount | None = Field(
        default=None, description="Pace of the tokens; the inverse of `per_token`."
    )
    total: Amount | None = Field(default=None, description="For the whole reply.")
    jitter: Annotated[Number, Field(ge=0, le=1)] = Field(
        default=0.0, description="Varies every wait by up to this fraction either way."
    )

    def _check(self) -> None:
        if self.per_token is not None and self.tokens_per_second is not None:
            raise ValueError("per_token and tokens_per_second say the same thing; give one of them")
        pace = self.tokens_per_second
        if pace is not None and (pace.fixed == 0 or (pace.uniform and pace.uniform[0] == 0)):
            raise ValueError("tokens_per_second must be greater than 0")


class GateSpec(Written):
    """A stream is held at a gate until it is opened: before the first piece, or `after` so many pieces."""

    short = Short("name")

    name: str
    after: Annotated[Whole, Field(ge=0)] = 0


PLACES: JSON = {
    "before": {"const": True, "description": "Before the response."},
    "after_headers": {"const": True, "description": "After the status line and the headers."},
    "after": {"type": "integer", "minimum": 0, "description": "After so many pieces of scripted content."},
    "after_events": {"type": "integer", "minimum": 0, "description": "After so many events of any kind."},
    "at": {"type": "integer", "minimum": 1, "description": "At this event, counted from 1."},
    "at_end": {"const": True, "description": "At the end of the reply."},
}


def _place(value: Any) -> Any:
    """A place as it stands among the options of a fault: `{after: 3}`."""
    if value is None or isinstance(value, Place):
        return value
    rest = dict(value) if isinstance(value, Mapping) else {}
    place = Place.read(rest)
    if place is None or rest:
        raise ValueError(f"must be a mapping with one of {', '.join(PLACE_KINDS)}")
    return place


class FaultSpec(Written):
    """A fault, where it strikes (its own default if `place` is None), on which calls of the rule, how often."""

    name: str
    place: Annotated[Place | None, Before(_place)] = None
    on: tuple[Annotated[Whole, Field(ge=1)], ...] | None = None
    probability: Annotated[Number, Field(ge=0, le=1)] | None = None
    options: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, str):
            return _written_out(value, {})
        if not isinstance(value, Mapping):
            raise ValueError("a fault is a name or {name: {options}}")
        if isinstance(value.get("name"), str):
            return value
        if len(value) != 1:
            keys = ", ".join(map(str, value)) or "none"
            raise ValueError(f"a fault is a name or {{name: {{options}}}}; seen the keys {keys}")
        ((name, options),) = value.items()
        return _written_out(name, {} if options is None else options)

    def _check(self) -> None:
        if isinstance(self.fault(), ContentFault) and self.place is not None:
            raise ValueError(f"{self.name} changes what is said, not how it is sent, and has no place; leave it out")

    def fault(self) -> Fault:
        """The fault itself, with its options checked."""
        return build(self.name, self.options)

    def where(self) -> Place:
        """The place given, or the fault's own."""
        return self.place or FAULTS[self.name].default_place

    @classmethod
    def schema(cls, definitions: Definitions) -> JSON:
        """Every fault with its options."""
        return {
            "description": "What goes wrong: a name, or a name with its place and options.",
            "anyOf": [{"enum": sorted(FAULTS)}, one_key({name: _options(fault) for name, fault in FAULTS.items()})],
        }


def _written_out(name: Any, options: Any) -> JSON:
    if not isinstance(options, Mapping):
        raise ValueError(f"the options of {name} are a mapping, such as {{after: 3}}")
    rest = dict(options)
    place = Place.read(rest)
    on = rest.pop("on", None)
    probability = rest.pop("probability", None)
    return {"name": name, "place": place, "on": as_list(on), "probability": probability, "options": rest}


def one_key(properties: JSON) -> JSON:
    """The schema of a mapping with one of these keys."""
    return {"type": "object", "properties": properties, "additionalProperties": False, **ONE_KEY}


_OFTEN: JSON = {
    "on": {
        "description": "On which calls of the rule, from 1.",
        "anyOf": [{"type": "integer", "minimum": 1}, {"type": "array", "items": {"type": "integer", "minimum": 1}}],
    },
    "probability": {"type": "number", "minimum": 0, "maximum": 1},
}
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def option_schemas(found: type[Any]) -> JSON:
    """The schemas of the options of a fault or a quirk, by name."""
    hints = get_type_hints(found)
    kinds = {field.name: get_args(hints[field.name]) or (hints[field.name],) for field in fields(found)}
    return {name: {"type": [_TYPES[kind] for kind in kinds[name]]} for name in kinds}


def _options(fault: type[Fault]) -> JSON:
    return {
        "description": fault.summary,
        "type": ["object", "null"],
        "properties": {**PLACES, **_OFTEN, **option_schemas(fault)},
        "additionalProperties": False,
    }
