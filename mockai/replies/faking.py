"""Faker, with a clock that stands still and draws that come from a mint.

Faker counts most dates back from today, so that the same seed gives other values tomorrow. Here it is always `EPOCH`,
in every time zone. What Faker says depends on its installed version, never on what was drawn before.

Making a Faker takes milliseconds, so there is one per process, lent to one caller at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from importlib.util import find_spec, module_from_spec
from random import Random
from typing import Any

from mockai.ids import EPOCH

__all__ = ["faker", "methods"]

_LOCK = threading.RLock()
_UNSEEDED = ("passport_dates", "passport_full", "passport_gender", "pyiterable", "pyset", "zip")
"""Methods that read the clock or Python's own random numbers, or whose values have no order: none is a reply's."""


@contextmanager
def faker(rng: Random) -> Iterator[Any]:
    """The process's Faker, drawing from this generator and held until the block ends."""
    with _LOCK:
        fake = _shared()
        fake.random = rng
        yield fake


@cache
def methods() -> frozenset[str]:
    """The names of all that Faker can make."""
    with _LOCK:
        return frozenset(name for name, found in vars(_shared()).items() if callable(found) and name[0] != "_")


@cache
def _shared() -> Any:
    from faker import Factory

    fake = Factory.create("en_US")
    fake.add_provider(_dates())
    fake.seed_instance(0)  # or it takes some bytes from the system
    for name in _UNSEEDED:
        vars(fake).pop(name, None)
    return fake


def _dates() -> Any:
    """Faker's provider of dates, from a copy of its module that has our clocks in place of the system's."""
    spec = find_spec("faker.providers.date_time")
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - Faker always has it
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    clocks = {datetime: _Moment, date: _Day}
    names = vars(module)
    names.update({name: clocks[found] for name, found in names.items() if isinstance(found, type) and found in clocks})
    return names["Provider"]


class _Standing(type):
    """A clock that makes plain moments or days, and takes any of them for its own."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return cls.__base__(*args, **kwargs)  # type: ignore[misc]

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls.__base__)  # type: ignore[arg-type]


class _Moment(datetime, metaclass=_Standing):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return datetime.fromtimestamp(EPOCH, tz or UTC).replace(tzinfo=tz)


class _Day(date, metaclass=_Standing):
    @classmethod
    def today(cls) -> Any:
        return _Moment.now().date()
