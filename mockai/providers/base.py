"""What a quirk is: one way in which a provider's replies differ from OpenAI's, small enough to have a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar, TypeAlias, TypeVar

from mockai.api_errors import ErrorReply, Evidence
from mockai.by_name import Register, made
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.wire import Head, Headers, HTTPRequest, Kind, Plan, Step

__all__ = ["CHAT", "QUIRKS", "Asked", "Chunk", "Event", "Quirk", "Rank", "quirk", "register"]

CHAT = "chat.completions"


@dataclass(frozen=True, slots=True)
class Asked:
    """The request being answered: the source of what is made up for its reply, how many tokens its prompt has, whether
    its client asked for the usage of a stream, and the headers that tell of its limits."""

    request: APIRequest
    mint: Mint
    prompt_tokens: Callable[[], int]
    usage: bool = False
    limits: Headers = ()


@dataclass(slots=True)
class Chunk:
    """One event of a stream, its JSON parsed; quirks change `value` in place. `kind` and `tokens` are its body's."""

    value: dict[str, Any]
    kind: Kind
    tokens: int = 0

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The choices that say something in this chunk."""
        found: list[dict[str, Any]] = self.value["choices"]
        return found

    @property
    def ends(self) -> bool:
        """Whether a choice ends here."""
        return any(choice.get("finish_reason") for choice in self.choices)


Event: TypeAlias = Chunk | Step
"""What passes by in a stream: chunks, and the steps between them."""


class Rank(IntEnum):
    """When a quirk is applied, whatever order they are written in: chunks are cut anew before fields change, and
    what stands around everything comes last."""

    CUT = 0
    FIELDS = 1
    AROUND = 2


@dataclass(frozen=True, slots=True)
class Quirk:
    """One way to differ. A subclass overrides the smallest of these methods that will do. One with options is a frozen
    dataclass, its fields are the options, each with a default and of type str, int, float, bool or None (or some).

    `needs_usage`: streams carry their usage as far as this quirk, whether the client asked for it or not. `foreign`:
    what clients send back of its replies is not what OpenAI would take.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    """One line: what is different on the wire."""
    evidence: ClassVar[Evidence] = "measured"
    rank: ClassVar[Rank] = Rank.FIELDS
    endpoints: ClassVar[tuple[str, ...]] = (CHAT,)
    needs_usage: ClassVar[bool] = False
    foreign: ClassVar[bool] = False

    # ------------------------------------------------------------------------------- the request

    def heard(self, http: HTTPRequest) -> HTTPRequest:
        """The request as the endpoints understand it."""
        return http

    def refusal(self, request: APIRequest) -> ErrorReply | None:
        """The error of a request that this provider does not take, though OpenAI would."""
        return None

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """An error of OpenAI's as this provider says it: what is wrong with the request, in words of its own."""
        return error

    # -------------------------------------------------------------------- parts of what is sent

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """Change a whole completion, or one chunk of it."""

    def choice(self, choice: dict[str, Any], asked: Asked) -> None:
        """Change a choice of either."""

    def part(self, part: dict[str, Any], asked: Asked) -> None:
        """Change the message of a choice, or the delta of a chunk."""

    def usage(self, usage: dict[str, Any], asked: Asked) -> None:
        """Change a usage, wherever it stands."""

    # ------------------------------------------------------------------------------ all of it

    def head(self, head: Head, asked: Asked) -> Head:
        """The status line and headers, of errors too."""
        return head

    def completion(self, reply: dict[str, Any], asked: Asked) -> None:
        """Change a completion in one piece."""
        self._parts_of(reply, "message", asked)

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """The events of a stream; a `Call` must be passed on before the event after it is taken."""
        for event in events:
            if isinstance(event, Chunk):
                self._parts_of(event.value, "delta", asked)
            yield event

    def late(self, plan: Plan, asked: Asked) -> Plan:
        """The plan when its waits and faults are in it."""
        return plan

    def _parts_of(self, reply: dict[str, Any], key: str, asked: Asked) -> None:
        self.reply(reply, asked)
        for choice in reply["choices"]:
            self.choice(choice, asked)
            if isinstance(choice.get(key), dict):
                self.part(choice[key], asked)
        if isinstance(reply.get("usage"), dict):
            self.usage(reply["usage"], asked)


QUIRKS: Register[Quirk] = Register("quirk", "mockai.providers.quirks")
"""Every quirk by name."""

Q = TypeVar("Q", bound=type[Quirk])


def register(found: Q) -> Q:
    """Make a quirk known by its name; ValueError if another has it."""
    QUIRKS.add(found)
    return found


def quirk(written: str | Mapping[str, Any]) -> Quirk:
    """The quirk that a name, or `{name: {options}}`, means; ValueError if there is none."""
    if isinstance(written, str):
        return made("quirk", QUIRKS, written, {})
    if not isinstance(written, Mapping) or len(written) != 1:
        raise ValueError(f"a quirk is a name or {{name: {{options}}}}; seen {written!r}")
    ((name, options),) = written.items()
    if options is not None and not isinstance(options, Mapping):
        raise ValueError(f"the options of {name} are a mapping; seen {options!r}")
    return made("quirk", QUIRKS, name, options or {})
