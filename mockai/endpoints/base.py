"""What an endpoint file offers: operations, each a path, a decoder, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Literal, Protocol, TypeAlias

from mockai.ids import Mint
from mockai.models import BUILT_IN, Catalogue
from mockai.replies.answer import Completion, Item
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.wire import Call, HTTPRequest, Plan

__all__ = [
    "Check",
    "Checks",
    "Decode",
    "Encode",
    "Enrich",
    "Follow",
    "Operation",
    "Remember",
    "Serve",
    "Serving",
    "UnknownIds",
    "Validation",
]


UnknownIds: TypeAlias = Literal["404", "synthesize"]
"""What an id gets that was never created: the API's own 404, or a plausible object."""

Validation: TypeAlias = Literal["strict", "lenient"]
"""What a request gets that the API would refuse: the API's error, or an answer, with the error noted."""


def _nobody(http: HTTPRequest) -> Plan:
    raise LookupError(f"there is no session to ask for {http.method} {http.path}")


@dataclass(slots=True)
class Serving:
    """What stateful operations work on: the session's stored objects, the models there are, and a way to
    `ask` the same session for the plan of another request, which is a call of its own in the journal. An operation
    with a file of its own need not look at `unknown_ids`: it raises the 404, and the engine sees to the rest.

    What is made in the background takes `step_seconds` of the `clock` for each step of its life, or without them
    a look at it; see `life_cycles`.
    """

    resources: Resources
    catalogue: Catalogue = BUILT_IN
    ask: Callable[[HTTPRequest], Plan] = _nobody
    unknown_ids: UnknownIds = "404"
    step_seconds: float | None = None
    clock: Callable[[], float] = monotonic


Decode: TypeAlias = Callable[[HTTPRequest, Mapping[str, str]], APIRequest]
"""A request and the parts of its path, decoded; raises `RequestRefused` for what cannot be read as a request."""

Check: TypeAlias = Callable[[APIRequest, Serving], None]
"""Raises `RequestRefused` for what the API understands and refuses all the same: the first thing it would name, and
perhaps others.
Whoever answers must get along with what a check refuses: `lenient` lets it through."""

Serve: TypeAlias = Callable[[APIRequest, Serving, Mint], Plan]
"""The plan of a stateful operation; raises `RequestRefused`."""

Enrich: TypeAlias = Callable[[APIRequest, Serving], APIRequest]
"""A decoded request with what it refers to in the session (earlier turns), before rules see it; raises
`RequestRefused`."""

Remember: TypeAlias = Callable[[Completion, APIRequest, Mint, Resources], None]
"""Store what was answered, where the API would (`store: true`)."""

Follow: TypeAlias = Callable[[Plan, Completion, APIRequest, Mint, Resources], Plan]
"""The plan of an answer, watched: what is stored keeps up with what has been sent."""


class Encode(Protocol):
    """The wire shape of an answer. With `live`, the items of the only choice come one by one, between the
    calls of the Python code that makes them, and are sent as they come."""

    def __call__(
        self, completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None
    ) -> Plan: ...


@dataclass(frozen=True, slots=True)
class Checks:
    """What an operation refuses, in the order in which the API looks. Without a `form`, the SDK's types are asked.

    `form` sees the body field by field: what is missing, unknown, of a wrong type, out of range, or does not hang
    together. Then `enrich` asks the session for what the request refers to, and `meaning` sees how it fits to that.
    `model` sees the values that the model it names does not take.

    Requests of the same `outline` pass all of these or none, but for those in `texts`, so that a long conversation is
    not looked through again at each turn.
    """

    form: tuple[Check, ...] | None = None
    meaning: tuple[Check, ...] = ()
    model: tuple[Check, ...] = ()
    texts: tuple[Check, ...] = ()


_NO_CHECKS = Checks()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API: `chat.completions` + `create` is `POST /chat/completions`.

    An operation with `encode` is answered by rules. One with `serve` answers from state, unless a rule
    names it (`endpoint: models.list`). `path` is relative to the base URL, with `{names}` in braces. `takes`, if
    given, are the kinds of reply that a rule may answer it with which does not name it: all of its replies must be
    of these kinds. A `public` operation asks for no API key: what it serves is known by its URL alone.
    """

    endpoint: str
    name: str
    method: str
    path: str
    decode: Decode
    encode: Encode | None = None
    serve: Serve | None = None
    remember: Remember | None = None
    enrich: Enrich | None = None
    checks: Checks = _NO_CHECKS
    follow: Follow | None = None
    takes: frozenset[str] | None = None
    public: bool = False

    @property
    def full_name(self) -> str:
        """`chat.completions.create`."""
        return f"{self.endpoint}.{self.name}"
