"""From a name and options, as a user writes them, to a thing of that name; messages say what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import fields
from importlib import import_module
from threading import RLock
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

__all__ = ["Register", "made", "nearest"]

T = TypeVar("T")

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", NoneType: "null"}


class Register(MutableMapping[str, type[T]]):
    """Classes of a kind by their names. The modules they stand in are imported when the first of them is looked for."""

    def __init__(self, kind: str, *modules: str) -> None:
        self._kind = kind
        self._modules = modules
        self._found: dict[str, type[T]] = {}
        self._loading = RLock()

    def add(self, found: Any) -> None:
        """Make a class known by its `name`; ValueError if another has it."""
        if found.name in self._found:
            other = self._found[found.name].__name__
            raise ValueError(f"two {self._kind}s are called {found.name}: {other} and {found.__name__}")
        self._found[found.name] = found

    def _all(self) -> dict[str, type[T]]:
        if self._modules:
            with self._loading:
                for module in self._modules:
                    import_module(module)
                self._modules = ()
        return self._found

    def __getitem__(self, name: str) -> type[T]:
        return self._all()[name]

    def __setitem__(self, name: str, found: type[T]) -> None:
        self._all()[name] = found

    def __delitem__(self, name: str) -> None:
        del self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def made(
    kind: str, known: Mapping[str, type[T]], name: str, options: Mapping[str, Any], beside: Iterable[str] = ()
) -> T:
    """The thing of this name with these options; ValueError if there is none, or an option does not fit.

    `kind` is what such things are called, `beside` are options that were read before, for the messages.
    """
    found = known.get(name)
    if found is None:
        names = sorted(known)
        raise ValueError(f"no {kind} is called {name!r}{nearest(name, names)} The {kind}s are {', '.join(names)}")
    hints = get_type_hints(found)
    own = {field.name: get_args(hints[field.name]) or (hints[field.name],) for field in fields(found)}  # type: ignore[arg-type]
    for option, value in options.items():
        if option not in own:
            raise ValueError(_unknown(name, option, [*own, *beside]))
        if not _fits(value, own[option]):
            expected = " or ".join(_WORDS[kind] for kind in own[option])
            raise ValueError(f"{name}: {option} is {expected}; seen {value!r}")
    return found(**options)


def nearest(seen: object, known: Iterable[str]) -> str:
    """What to say after an unknown name: a question, or a full stop."""
    from difflib import get_close_matches

    close = get_close_matches(str(seen), list(known), n=1)
    return f"; did you mean {close[0]}?" if close else "."


def _fits(value: object, kinds: tuple[type, ...]) -> bool:
    return type(value) in kinds or (type(value) is int and float in kinds)


def _unknown(name: str, option: object, takes: list[str]) -> str:
    if not takes:
        return f"{name} has no option {option!r}: it takes none"
    return f"{name} has no option {option!r}{nearest(option, takes)} It takes {', '.join(takes)}"
