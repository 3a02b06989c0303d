"""A number within the bounds of a schema."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from mockai.ids import Mint
from mockai.replies.plausible import number_range
from mockai.replies.schema_fits import Fits
from mockai.replies.schema_shape import Schema

__all__ = ["number_in"]

_SPAN = 100


def number_in(schema: Schema, name: str, mint: Mint) -> float:
    """A number that fits the schema, and is usual for a property of this name where the bounds leave room for it."""
    fits, usual, rng = Fits({}), number_range(name), mint.rng
    number: float = 0
    for low, high in _stretches(schema, usual.low, usual.high):
        draws = _steps(_step(schema), low, high, rng) if _step(schema) else _reals(low, high, usual.decimals, rng)
        for number in draws:
            if fits(schema, number):
                return number
    return number


def _stretches(schema: Schema, low: float, high: float) -> Iterator[tuple[float, float]]:
    """Where to look: what is usual within the bounds, then all there is within them, or next to the only one."""
    least = max(_bounds(schema, "minimum", "exclusiveMinimum"), default=-math.inf)
    most = min(_bounds(schema, "maximum", "exclusiveMaximum"), default=math.inf)
    if max(low, least) < min(high, most):
        yield max(low, least), min(high, most)
    span = _SPAN * max(1.0, float(_step(schema)))
    if least == -math.inf:
        least = low if most == math.inf else most - span
    yield least, least + span if most == math.inf else most


def _bounds(schema: Schema, *keys: str) -> Iterator[float]:
    """The bounds given on one side; the draft-4 form of an exclusive one is a flag and not a bound."""
    return (schema[key] for key in keys if key in schema and not isinstance(schema[key], bool))


def _step(schema: Schema) -> Fraction:
    """What a number has to be a multiple of; 0 for any number at all."""
    step = Fraction(str(schema.get("multipleOf", 0)))
    if schema.get("type") != "integer":
        return step
    return Fraction(step.numerator or 1)  # the whole multiples of p/q are the multiples of p


def _steps(step: Fraction, low: float, high: float, rng: Random) -> Iterator[float]:
    first, last = math.ceil(Fraction(low) / step), math.floor(Fraction(high) / step)
    if first > last:
        return
    for _ in range(40):  # a bound that is excluded, and what floats cannot hold, take some tries
        yield _plain(step * rng.randint(first, last))


def _plain(number: Fraction) -> float:
    return int(number) if number.denominator == 1 else float(number)


def _reals(low: float, high: float, decimals: int, rng: Random) -> Iterator[float]:
    drawn = low + rng.random() * (high - low)
    yield from (round(drawn, decimals or 2), round(drawn, 6), drawn, low, high)
    yield from (low + (high - low) / 2, math.nextafter(low, math.inf), math.nextafter(high, -math.inf))
