"""From what a user writes to a fault, with messages that say what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from types import NoneType
from typing import Any, get_args, get_type_hints

from mockai.faults.base import FAULTS, PLACES, Fault

__all__ = ["build"]

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", NoneType: "null"}


def build(name: str, options: Mapping[str, Any]) -> Fault:
    """The fault of this name with these options; ValueError if there is none, or an option does not fit.

    The options are the fault's own: its place has been read before, with `Place.read`.
    """
    found = FAULTS.get(name)
    if found is None:
        names = sorted(FAULTS)
        raise ValueError(f"no fault is called {name!r}{_nearest(name, names)} The faults are {', '.join(names)}")
    hints = get_type_hints(found)
    known = {field.name: get_args(hints[field.name]) or (hints[field.name],) for field in fields(found)}
    for option, value in options.items():
        if option not in known:
            raise ValueError(_unknown(name, option, known))
        if not _fits(value, known[option]):
            expected = " or ".join(_WORDS[kind] for kind in known[option])
            raise ValueError(f"{name}: {option} is {expected}; seen {value!r}")
    return found(**options)


def _fits(value: object, kinds: tuple[type, ...]) -> bool:
    return type(value) in kinds or (type(value) is int and float in kinds)


def _unknown(name: str, option: object, known: Iterable[str]) -> str:
    takes = [*known, "on", "probability", *PLACES]
    return f"{name} has no option {option!r}{_nearest(option, takes)} It takes {', '.join(takes)}"


def _nearest(seen: object, known: Iterable[str]) -> str:
    close = get_close_matches(str(seen), list(known), n=1)
    return f"; did you mean {close[0]}?" if close else "."
