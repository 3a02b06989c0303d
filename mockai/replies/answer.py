"""A reply with nothing left to decide: what an endpoint encodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from mockai.api_errors import ErrorReply
from mockai.scenario.schema import Chunking, UsageSpec

__all__ = [
    "Annotation",
    "Answer",
    "Audio",
    "Choice",
    "Completion",
    "CustomEvent",
    "Failure",
    "Hold",
    "Item",
    "Logprob",
    "OutputItem",
    "Piece",
    "RawAnswer",
    "Reasoning",
    "Refusal",
    "Text",
    "ToolCall",
    "VerbatimChunk",
]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A citation of a web page; indexes count characters from the beginning of the text it belongs to.

    In a live reply it comes with an empty text, so that what it cites lies before its beginning: below 0.
    """

    url: str
    title: str
    start_index: int
    end_index: int


@dataclass(frozen=True, slots=True)
class Logprob:
    """A token's log probability; `top` are the alternatives, likeliest first."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Text of the message."""

    text: str
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Thoughts, where a provider sends them."""

    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The model declines."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool is called. `arguments` is the text sent: JSON for a function, anything for a custom tool."""

    name: str
    arguments: str
    id: str
    kind: str = "function"


@dataclass(frozen=True, slots=True)
class Audio:
    """Spoken content: base64 `data`, what it says, and when the API would forget it (Unix seconds)."""

    id: str
    data: str
    transcript: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class CustomEvent:
    """An event beside the chunks; sent in streams only. `data` is what stands after `data:`."""

    data: bytes
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A stream waits here until the gate of this name is opened."""

    gate: str


@dataclass(frozen=True, slots=True)
class OutputItem:
    """An item only the Responses API has: a web search, a run of code, an image … `fields` are what is said of it
    in the API's own words, `kind` is its `type`. Chat leaves it out."""

    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """The response fails here, after its status line: `response.failed`, and before it an `error` event whose
    error stands under a key of its own (`nested`), beside the others (`flat`), or no such event (`none`)."""

    code: str
    message: str
    type: str = "server_error"
    param: str | None = None
    event: Literal["nested", "flat", "none"] = "nested"


Item: TypeAlias = Text | Reasoning | Refusal | ToolCall | Audio | CustomEvent | Hold | OutputItem | Failure


@dataclass(frozen=True, slots=True)
class VerbatimChunk:
    """A whole chunk of a stream, made by the user with the SDK's own types; only live replies have them.

    `data` is the JSON to send as it is. A stream of such chunks has no other opening, finish or usage than theirs.
    """

    data: bytes


Piece: TypeAlias = Item | VerbatimChunk
"""What a live reply yields."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the alternatives of a completion. `finish_reason` of None follows from the content."""

    items: tuple[Item, ...]
    finish_reason: str | None = None
    logprobs: tuple[Logprob, ...] | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """Content of one or more choices, and what was scripted beside it; None everywhere means: as usual."""

    choices: tuple[Choice, ...]
    model: str | None = None
    id: str | None = None
    created: int | None = None
    usage: UsageSpec | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: Chunking | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """Bytes as scripted. `events` are whole server-sent events of a stream, else `body` is sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    events: tuple[bytes, ...] | None = None


Answer: TypeAlias = Completion | RawAnswer | ErrorReply
"""Everything a reply can become before it is encoded, live replies aside."""
