"""A request, and the steps of the plan that answers it.

The engine turns a request into a plan: an iterable of steps. Whoever plays the plan (a socket, a patched
client, a test) is the only one to wait, send or abort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

__all__ = [
    "Abort",
    "Again",
    "Bodies",
    "Body",
    "Burst",
    "Call",
    "HTTPRequest",
    "Head",
    "Headers",
    "Kind",
    "Plan",
    "Step",
    "Wait",
]

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Name and value pairs in wire order, names in lower case."""

Kind: TypeAlias = Literal["json", "raw", "open", "piece", "finish", "usage", "event", "done", "part"]
"""What a body carries: a whole reply (`json`, `raw`), or one event of a stream: what opens it (the role
chunk), a piece of scripted content, the finish reason, the usage, the closing `[DONE]`, or another event. A
`part` is no event of its own: the beginning of the one that follows it, or a comment."""


class Again:
    """Something that comes again and again, byte for byte: what was `made` of it, and who that holds `by`."""

    __slots__ = ("by", "made")

    def __init__(self) -> None:
        self.by: object = None
        self.made: Any = None

    def keep(self, made: Any, by: object) -> None:
        """Keep what was made, for as long as it holds."""
        self.by, self.made = by, made


@dataclass(slots=True)
class HTTPRequest:
    """A request as any transport delivers it: method in upper case, path without session or mount prefix,
    header names in lower case, the body whole. `context` is what a host application passes to replies, `upstream`
    the name of the provider asked, where a scenario has several, `host` whom a client meant that was caught on its way.

    `named` are the headers by name, made when one is first asked for; `heading` is there where the same head may come
    again, `again` where the very same request has come before. Nobody changes a request. It is not frozen, as few
    things are that each request makes anew: frozen dataclasses take four times as long to make.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body: bytes = b""
    context: Mapping[str, Any] = field(default_factory=dict)
    upstream: str = ""
    host: str = ""
    named: dict[str, str] | None = field(default=None, init=False, repr=False, compare=False)
    heading: Again | None = field(default=None, init=False, repr=False, compare=False)
    again: Again | None = field(default=None, init=False, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """The first value of a header, or None. `name` is in lower case."""
        if self.named is None:
            self.named = dict(reversed(self.headers))
        return self.named.get(name)

    def at(self, path: str) -> HTTPRequest:
        """The same request at another path."""
        moved = HTTPRequest(
            self.method, path, self.query, self.headers, self.body, self.context, self.upstream, self.host
        )
        moved.named = self.named
        return moved


class Head:
    """The status line and headers. Who has the headers as lines of HTTP/1.1 already gives those, and nothing else:
    they are taken apart when somebody asks for one of them. `length` is the `content-length` among the lines, if it
    is."""

    __slots__ = ("_headers", "length", "lines", "status")

    def __init__(
        self, status: int, headers: Headers = (), *, lines: bytes | None = None, length: int | None = None
    ) -> None:
        self.status = status
        self.lines = lines
        self.length = length
        self._headers = headers if lines is None else None

    @property
    def headers(self) -> Headers:
        """Every header, in wire order."""
        if self._headers is None:
            lines = (self.lines or b"").decode("latin-1")
            self._headers = tuple([_pair(line) for line in lines.split("\r\n")[:-1]])
        return self._headers

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Head):
            return NotImplemented
        return self.status == other.status and self.headers == other.headers

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Head(status={self.status}, headers={self.headers})"

    def add(self, lines: bytes) -> None:
        """Put lines behind the others, for whoever has made the head of lines and shown it to nobody."""
        self.lines = (self.lines or b"") + lines
        self._headers = None

    def of(self, headers: Headers) -> Head:
        """The same status with other headers."""
        return Head(self.status, headers)

    def without(self, *names: str) -> Head:
        """The same head without these headers."""
        return self.of(tuple(pair for pair in self.headers if pair[0] not in names))

    def replacing(self, name: str, value: str) -> Head:
        """The same head with another value of a header it has."""
        return self.of(tuple((own, value if own == name else old) for own, old in self.headers))

    def plus(self, *pairs: tuple[str, str]) -> Head:
        """The same head with these headers behind the others."""
        return self.of(self.headers + pairs)

    def filled(self, pairs: Headers) -> Head:
        """The same head with those of these headers that it does not have."""
        own = {name for name, _ in self.headers}
        return self.plus(*(pair for pair in pairs if pair[0] not in own))


@lru_cache(maxsize=1024)
def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value


class Body(NamedTuple):
    """Bytes of the body; in a stream exactly one server-sent event. `tokens` is how many tokens of content
    it carries, which is what a pace in tokens per second counts.

    A named tuple, since a stream makes hundreds, and a frozen dataclass takes three times as long to make.
    """

    data: bytes
    kind: Kind = "raw"
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes: so many seconds, or until a gate of this name is opened. If no time at all is to pass, what
    stands before is only sent by itself, and not in one write with what follows."""

    seconds: float = 0.0
    gate: str | None = None


@dataclass(frozen=True, slots=True)
class Abort:
    """The exchange ends here: `reset` (TCP RST), `close` (FIN with the reply unfinished), `stall` (nothing
    more is sent, the connection stays open until the client gives up) or `refuse` (RST, and for so many
    `seconds` the server accepts no connection). `data` goes out before that, past all framing of HTTP."""

    how: Literal["reset", "close", "stall", "refuse"]
    data: bytes = b""
    seconds: float = 0.0


class Call:
    """Work of the user's that may block or await: a Python reply, a hook, the next piece of a generator.

    The player calls `function` (and awaits what it returns, if it can be awaited), then stores what came of
    it; the plan reads it with `outcome()`. A plan without Python code in its scenario has no such step.
    """

    __slots__ = ("_error", "_value", "function")

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function
        self._value: Any = None
        self._error: BaseException | None = None

    def returned(self, value: Any) -> None:
        """Store what the call returned."""
        self._value = value

    def raised(self, error: BaseException) -> None:
        """Store what the call raised."""
        self._error = error

    def outcome(self) -> Any:
        """What the call returned; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._value


class Bodies(Protocol):
    """The bodies of a burst: one by one, all in one, and counted: how many, and how many are pieces of content."""

    def __iter__(self) -> Iterator[Body]: ...

    def data(self) -> bytes:
        """The bytes of all of them."""
        ...

    @property
    def counts(self) -> tuple[int, int]:
        """How many events there are, and how many of them are pieces of scripted content."""
        ...


class Burst:
    """A plan that is a head and events with nothing between them. Who only sends it takes the bytes of all its bodies
    at once; for everybody else it is its steps."""

    __slots__ = ("bodies", "head")

    def __init__(self, head: Head, bodies: Bodies) -> None:
        self.head = head
        self.bodies = bodies

    def __iter__(self) -> Iterator[Step]:
        return chain((self.head,), self.bodies)


Step: TypeAlias = Head | Body | Wait | Abort | Call
Plan: TypeAlias = Iterable[Step]
"""A tuple where everything is known beforehand, an iterator where Python code takes part."""
