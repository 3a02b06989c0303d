"""What a finding is, and how one is added: a function that looks at the evidence, and what there is to say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from mockai.verdict.evidence import Evidence

__all__ = ["SEVERITIES", "Finding", "Kind", "Look", "Seen", "Severity", "finding", "kinds"]

Severity: TypeAlias = Literal["error", "warning", "note"]
"""How sure it is: an `error` is proved by what was sent, a `warning` is what it looks like from the server, and a
`note` is worth a look."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class Seen(NamedTuple):
    """One time that a client did it: how sure that is, the numbers of the calls that show it, what was seen."""

    severity: Severity
    calls: tuple[int, ...]
    what: str


Look: TypeAlias = Callable[[Evidence], Iterator[Seen]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: its name, a line that says what it is, how severe it can be, why it matters, what to do."""

    name: str
    title: str
    severities: tuple[Severity, ...]
    why: str
    advice: str
    look: Look


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the client did and should not have done.

    `calls` are the numbers of the calls that prove it, of the session named `session`; `seen` says what was seen in
    them, `why` why it matters, `advice` what to do.
    """

    kind: str
    severity: Severity
    calls: tuple[int, ...]
    seen: str
    title: str
    why: str
    advice: str
    session: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as plain values."""
        return asdict(self)


_KINDS: dict[str, Kind] = {}


def finding(*severities: Severity, why: str, advice: str) -> Callable[[Look], Look]:
    """Make a function a kind of finding: it is called as the function, and its docstring says what it is."""

    def register(look: Look) -> Look:
        name = look.__name__
        if name in _KINDS:
            raise ValueError(f"two findings are called {name}")
        _KINDS[name] = Kind(name, (look.__doc__ or "").strip().removesuffix("."), severities, why, advice, look)
        return look

    return register


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind of finding, from the modules of the folder `findings`."""
    package = import_module(f"{__package__}.findings")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return tuple(_KINDS.values())
