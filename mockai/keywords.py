"""The keywords of `MockOpenAI`: what each can be, and a UsageError for what cannot be meant."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast, get_args

from mockai.by_name import nearest
from mockai.endpoints.base import UnknownIds, Validation
from mockai.errors import UsageError
from mockai.models import Mode
from mockai.providers import PROFILES, ProviderName, Quirk, quirk
from mockai.scenario.schema import Then
from mockai.settings import OnUnmatched

__all__ = ["check", "hooks", "provider", "quirks"]

T = TypeVar("T")

_CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "mode": ("server", "patch"),
    "time": ("real", "virtual"),
    "then": get_args(Then),
    "on_unmatched": get_args(OnUnmatched),
    "unknown_ids": get_args(UnknownIds),
    "validation": (*get_args(Validation), None),
    "models": get_args(Mode),
}


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


_FORMS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "time_scale": (lambda value: isinstance(value, int | float) and 0 <= value < math.inf, "a number from 0 up"),
    "seed": (lambda value: isinstance(value, int | str), "a number or a word"),
    "host": (_is_text, "an address or a name to listen on"),
    "port": (lambda value: _is_whole(value) and 0 <= value <= 65535, "a whole number from 0 (any free one) to 65535"),
}
"""What a value has to be, and how that is said."""


def check(options: Mapping[str, Any]) -> None:
    """Raise UsageError for what cannot be meant."""
    for name, choices in _CHOICES.items():
        if options[name] not in choices:
            raise UsageError(f"{name} is {_either(choices)}; seen {options[name]!r}")
    if options["time"] == "virtual" and options["mode"] != "patch":
        raise UsageError("time='virtual' needs mode='patch': a real server waits in real time; use time_scale there")
    for name, (fits, form) in _FORMS.items():
        if not fits(options[name]):
            raise UsageError(f"{name} is {form}; seen {options[name]!r}")
    _check_key(options["api_key"])
    _check_list("allow_hosts", "hosts", options["allow_hosts"])
    _check_list("base_urls", "URLs", options["base_urls"])


def _check_key(key: Any) -> None:
    """Keys are never shown, not even wrong ones."""
    if key is not None and not isinstance(key, str):
        raise UsageError(f"api_key is text; seen a value of type {type(key).__name__}")
    if key is not None and not key.strip():
        raise UsageError("an empty api_key lets nobody in; leave it out to accept every key")


def _check_list(name: str, of: str, values: Any) -> None:
    if isinstance(values, str):
        raise UsageError(f"{name} is a list of {of}; write {name}=[{values!r}]")
    if not isinstance(values, Collection) or not all(isinstance(value, str) for value in values):
        raise UsageError(f"{name} is a list of {of}; seen {values!r}")


def hooks(name: str, written: Iterable[T]) -> tuple[T, ...]:
    """The functions. Raises UsageError for anything else in the list, and for what is no list."""
    if not isinstance(written, Iterable):
        raise UsageError(f"{name} is a list of functions; seen {written!r}")
    found = tuple(written)
    for hook in found:
        if not callable(hook):
            raise UsageError(f"{name} is a list of functions; seen {hook!r} in it")
    return found


def provider(name: str | None) -> ProviderName | None:
    """The name of a provider that there is. Raises UsageError for another."""
    if name is not None and not isinstance(name, str):
        raise UsageError(f"provider is a name ({', '.join(PROFILES)}); seen {name!r}")
    if name is not None and name not in PROFILES:
        raise UsageError(f"provider: none is called {name!r}{nearest(name, PROFILES)} They are {', '.join(PROFILES)}")
    return cast("ProviderName | None", name)


def quirks(written: Sequence[str | Mapping[str, Any]]) -> tuple[Quirk, ...]:
    """The quirks of these names, or mappings of a name to its options. Raises UsageError for what is none."""
    if isinstance(written, str | Mapping):
        raise UsageError(f"quirks is a list; write quirks=[{written!r}]")
    if not isinstance(written, Collection):
        raise UsageError(f"quirks is a list of names, or of {{name: {{options}}}}; seen {written!r}")
    try:
        return tuple(map(quirk, written))
    except ValueError as error:
        raise UsageError(f"quirks: {error}") from None


def _either(choices: Sequence[str | None]) -> str:
    *others, last = (repr(choice) for choice in choices if choice is not None)
    return f"{', '.join(others)} or {last}"
