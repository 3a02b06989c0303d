"""Which faults a test is run with, and what may come of each: from the command line and the marker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

__all__ = ["OUTCOMES", "Asked", "asked_of"]

OUTCOMES: Mapping[str, bool] = {
    "recovered": True,
    "raised": False,
    "wrong result": False,
    "hung": False,
    "unscripted": False,
    "other calls": True,
    "not met": True,
    "not possible": True,
}
"""What can come of a fault, and whether that passes where nobody has said what to expect. An exception passes if it is
one of openai's, or one of those the marker names."""

_KEYS = ("expect", "raises", "strict", "patience")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a test's markers and the command line ask for.

    `expect` maps faults, sets or `*` to outcomes and exceptions, `raises` are exceptions that are as good as openai's,
    with `strict` an error of the verdict fails too, `patience` is how many seconds, virtual or not, are not yet a hang.
    """

    faults: tuple[str, ...]
    expect: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    raises: tuple[type[BaseException], ...] = ()
    strict: bool = False
    patience: float = 3600.0

    def expected(self, fault: str) -> tuple[Any, ...] | None:
        """What is expected of a fault: as it is named, else as its set is, else as all are; None if nothing is."""
        from mockai.faults.sets import sets

        sets_of_it = [name for name in self.expect if fault in sets().get(name, ())]
        found = next((name for name in (fault, *sets_of_it, "*") if name in self.expect), None)
        return None if found is None else self.expect[found]


def asked_of(node: Any, config: pytest.Config) -> Asked:
    """What is asked for a test that is to be run with faults. Raises pytest.UsageError."""
    option = config.getoption("mockai_faults")
    markers = list(node.iter_markers("mockai_faults"))
    from mockai.faults.sets import chosen

    words = _words(option) if option is not None else [word for marker in markers for word in marker.args]
    try:
        names = chosen(words or ["all"])
        return Asked(names, **_merged(markers))
    except ValueError as error:
        source = "--mockai-faults" if option is not None else f"the mockai_faults marker of {node.nodeid}"
        raise pytest.UsageError(f"mockai: {source}: {error}") from None


def _words(option: str) -> list[str]:
    return [word.strip() for word in option.split(",") if word.strip()]


def _merged(markers: list[pytest.Mark]) -> dict[str, Any]:
    """The keywords of the markers, the nearest counting; expectations add up."""
    merged: dict[str, Any] = {}
    for marker in reversed(markers):
        for name, value in marker.kwargs.items():
            if name not in _KEYS:
                raise ValueError(f"it has no {name}; it takes faults and {', '.join(_KEYS)}")
            merged[name] = value
    written = [marker.kwargs["expect"] for marker in reversed(markers) if marker.kwargs.get("expect")]
    merged["expect"] = {key: values for one in written for key, values in _expectations(one)}
    raises = merged.get("raises", ())
    merged["raises"] = tuple(raises) if isinstance(raises, tuple | list) else (raises,)
    if not all(map(_is_exception, merged["raises"])):
        raise ValueError(f"raises is an exception or several; seen {raises!r}")
    if not isinstance(patience := merged.get("patience", 1), int | float) or patience <= 0:
        raise ValueError(f"patience is a number of seconds above 0; seen {patience!r}")
    return merged


def _is_exception(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def _expectations(written: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    from mockai.faults.sets import chosen

    if not isinstance(written, Mapping):
        raise ValueError(f"expect maps faults to what may come of them; seen {written!r}")
    for key, value in written.items():
        if key != "*":
            chosen([key])
        values = tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)
        for each in values:
            if not _is_exception(each) and each not in OUTCOMES:
                known = ", ".join(OUTCOMES)
                raise ValueError(f"expect is an exception or one of {known}; seen {each!r} for {key}")
        yield key, values
