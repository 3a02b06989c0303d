"""A reply with nothing left to decide: what an endpoint encodes.

Nobody changes these. What most replies are made of is not frozen all the same: frozen dataclasses take four times as
long to make.
"""

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
    "Media",
    "OutputItem",
    "Picture",
    "Piece",
    "RawAnswer",
    "Reasoning",
    "Refusal",
    "Segment",
    "Text",
    "ToolCall",
    "Transcript",
    "Vectors",
    "VerbatimChunk",
    "Verdict",
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


@dataclass(slots=True, unsafe_hash=True)
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
class Vectors:
    """Embeddings, one for each input in turn, the last again and again; without any, that of the text `like`."""

    vectors: tuple[tuple[float, ...], ...] = ()
    like: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: its bytes, or where it is said to be; painted where neither is known."""

    data: bytes | None = None
    url: str | None = None
    revised_prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A moderation: the categories that hold, scores from 0 to 1; `flagged` of None follows from the categories."""

    categories: frozenset[str] = frozenset()
    scores: Mapping[str, float] = field(default_factory=dict)
    flagged: bool | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech, in seconds from the beginning; times that are not known follow from the text."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said, and in which language; `duration` in seconds."""

    segments: tuple[Segment, ...]
    language: str = "english"
    duration: float | None = None


Media: TypeAlias = Vectors | Picture | Verdict | Transcript
"""What only the endpoints for vectors, pictures, moderation and speech send."""


@dataclass(slots=True, unsafe_hash=True)
class Choice:
    """One of the alternatives of a completion. `finish_reason` of None follows from the content."""

    items: tuple[Item, ...]
    finish_reason: str | None = None
    logprobs: tuple[Logprob, ...] | None = None


@dataclass(slots=True, unsafe_hash=True)
class Completion:
    """Content of one or more choices, and what was scripted beside it; None everywhere means: as usual.

    Without choices there is `media`; without either, the endpoint makes up what it sends.
    """

    choices: tuple[Choice, ...]
    model: str | None = None
    id: str | None = None
    created: int | None = None
    usage: UsageSpec | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: Chunking | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    media: tuple[Media, ...] = ()
    still: bool = field(default=False, compare=False)
    """Given again and again, so that what is made of it is worth keeping."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """Bytes as scripted. `events` are whole server-sent events of a stream, else `body` is sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    events: tuple[bytes, ...] | None = None


Answer: TypeAlias = Completion | RawAnswer | ErrorReply
"""Everything a reply can become before it is encoded, live replies aside."""
