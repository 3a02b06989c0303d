"""What is answered, and what goes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias

from mockai.api_errors import NAMES, suggest
from mockai.records import JSON, After, Before, Definitions, Field, Listed, Schema
from mockai.scenario.schema.functions import check_function
from mockai.scenario.schema.media import EmbeddingSpec, ImageSpec, ModerationSpec, TranscriptSpec
from mockai.scenario.schema.parts import AudioSpec, Citation, ItemSpec, ToolCallSpec, check_base64
from mockai.scenario.schema.quirks import QuirkSpec
from mockai.scenario.schema.timing import FaultSpec, GateSpec, Latency
from mockai.scenario.schema.written import (
    HeaderValue,
    Number,
    Scalar,
    Short,
    Whole,
    Written,
)

__all__ = [
    "REPLY_KINDS",
    "ChoiceSpec",
    "Chunking",
    "ErrorSpec",
    "LogprobSpec",
    "RawSpec",
    "Reply",
    "UsageSpec",
]

FinishReason: TypeAlias = Literal["stop", "length", "tool_calls", "content_filter", "function_call"]


def _known_error(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"no error is called {name}; {suggest(name)}")
    return name


def _code(value: Any) -> Any:
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    raise ValueError("must be text or a whole number")


class ErrorSpec(Written):
    """An error reply: a name from the catalogue (`mockai list errors`), a status, or both, and what to change."""

    short = Short("name")

    name: Annotated[str, After(_known_error), Schema({"enum": sorted(NAMES)})] | None = Field(
        default=None, description="A name from the catalogue: `mockai list errors` shows them."
    )
    status: Annotated[Whole, Field(ge=300, le=599)] | None = Field(default=None, description="The HTTP status.")
    message: str | None = None
    type: str | None = None
    param: str | None = None
    code: Annotated[str | int | None, Before(_code)] = None
    values: dict[str, Any] = Field(default_factory=dict, description="What to fill the message with.")
    body: Any = Field(default=None, description="What to send in place of the usual body.")

    @classmethod
    def _read(cls, value: Any) -> Any:
        return {"status": value} if isinstance(value, int) and not isinstance(value, bool) else super()._read(value)

    def _check(self) -> None:
        if not self.given("name", "status"):
            raise ValueError("an error has a `name` (rate_limit_exceeded) or a `status` (429), or both")

    @classmethod
    def short_forms(cls) -> list[JSON]:
        """A name or a status."""
        return [{"enum": sorted(NAMES)}, {"type": "integer", "minimum": 300, "maximum": 599}]


class RawSpec(Written):
    """A reply byte for byte: `body` (text, or any value sent as JSON), `base64`, or `events` of a stream."""

    status: Annotated[Whole, Field(ge=200, le=599)] = 200
    headers: dict[str, HeaderValue] = Field(default_factory=dict)
    body: Any = None
    base64: str | None = None
    events: tuple[Any, ...] | None = None

    def _check(self) -> None:
        given = self.given("body", "base64", "events")
        if len(given) > 1:
            raise ValueError(f"a raw reply has one of body, base64 and events; seen {' and '.join(given)}")
        check_base64("base64", self.base64)


class Chunking(Written):
    """How a stream is cut: explicit `pieces`, `by` token, word or character, or every `size` characters."""

    short = Short("pieces", (list, tuple), {"type": "array", "items": {"type": "string"}})

    pieces: tuple[str, ...] | None = None
    by: Literal["token", "word", "character"] | None = None
    size: Annotated[Whole, Field(ge=1)] | None = None

    def _check(self) -> None:
        given = self.given("pieces", "by", "size")
        if len(given) > 1:
            raise ValueError(f"chunks are cut in one way: pieces, by or size; seen {' and '.join(given)}")


Count: TypeAlias = Annotated[Whole, Field(ge=0)]


class UsageSpec(Written):
    """Token counts to report instead of those MockAI counts."""

    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    total_tokens: Count | None = None
    cached_tokens: Count | None = None
    cache_write_tokens: Count | None = None
    reasoning_tokens: Count | None = None
    audio_tokens: Count | None = None
    accepted_prediction_tokens: Count | None = None
    rejected_prediction_tokens: Count | None = None


class LogprobSpec(Written):
    """The log probability of one token, and of the others it was chosen from."""

    short = Short("token")

    token: str
    logprob: Annotated[Number, Field(le=0)] = 0.0
    top: dict[str, Number] = Field(default_factory=dict)


class ChoiceSpec(Written):
    """One of several choices (`n` > 1). A bare string is `text`."""

    short = Short("text")

    text: str | None = None
    json_: Any = Field(default=None, alias="json")
    refusal: str | None = None
    tool_calls: Annotated[tuple[ToolCallSpec, ...], Listed] | None = None
    items: tuple[ItemSpec, ...] | None = None
    reasoning: str | None = None
    finish_reason: FinishReason | None = None

    def _check(self) -> None:
        given = self.given("text", "json_", "refusal", "tool_calls", "items")
        if len(given) > 1:
            seen = " and ".join(name.rstrip("_") for name in given)
            raise ValueError(f"a choice is one of text, json, refusal, tool_calls, items; seen {seen}")


REPLY_KINDS = (
    "text", "json", "tool_calls", "refusal", "error", "audio", "auto", "echo", "items", "choices", "embedding", "image",
    "moderation", "transcript", "raw", "python",
)  # fmt: skip


class Reply(Written):
    """What is answered: one kind of content, and what goes with it. A bare string is `text`."""

    short = Short("text")

    text: str | None = Field(default=None, description="Text of the message.")
    json_: Any = Field(default=None, alias="json", description="Any value, sent as the text of the message in JSON.")
    tool_calls: Annotated[tuple[ToolCallSpec, ...], Listed] | None = Field(default=None, description="Tools to call.")
    refusal: str | None = Field(default=None, description="The model declines, with this text.")
    error: ErrorSpec | None = Field(default=None, description="An error of the API, by name or by status.")
    audio: AudioSpec | None = Field(default=None, description="Spoken content.")
    auto: Literal[True] | None = Field(default=None, description="Something plausible that fits the request.")
    echo: Literal[True] | None = Field(default=None, description="The last user message, sent back.")
    items: tuple[ItemSpec, ...] | None = Field(
        default=None, description="Text, reasoning, tool calls …, in this order."
    )
    choices: tuple[ChoiceSpec, ...] | None = Field(default=None, description="Several alternatives, for `n` > 1.")
    embedding: EmbeddingSpec | None = Field(default=None, description="Vectors, for embeddings.")
    image: Annotated[tuple[ImageSpec, ...], Listed, Field(min_length=1)] | None = Field(
        default=None, description="Pictures, for images; fewer than are asked for are repeated."
    )
    moderation: ModerationSpec | None = Field(default=None, description="A verdict, for moderations.")
    transcript: TranscriptSpec | None = Field(
        default=None, description="What was said, for transcriptions and translations."
    )
    raw: RawSpec | None = Field(default=None, description="Status, headers and bytes as they are.")
    python: Annotated[Callable[..., Any], After(check_function)] | None = Field(default=None, exclude=True)

    reasoning: str | None = Field(default=None, description="Thoughts sent before the content.")
    finish_reason: FinishReason | None = Field(default=None, description="Why it ends, where that does not follow.")
    usage: UsageSpec | None = Field(default=None, description="Token counts to report.")
    model: str | None = Field(default=None, description="The model reported; else the one asked for.")
    id: str | None = Field(default=None, description="The id of the reply.")
    headers: dict[str, HeaderValue] = Field(default_factory=dict, description="Headers to add.")
    logprobs: tuple[LogprobSpec, ...] | None = Field(default=None, description="Log probabilities of the tokens.")
    annotations: tuple[Citation, ...] | None = Field(default=None, description="Citations of web pages.")
    chunks: Chunking | None = Field(default=None, description="How a stream is cut.")
    latency: Latency | None = Field(default=None, description="How slowly it comes, in seconds.")
    gate: GateSpec | None = Field(default=None, description="A gate that holds the stream until it is opened.")
    faults: Annotated[tuple[FaultSpec, ...], Listed] | None = Field(
        default=None, description="What goes wrong on the way."
    )
    quirks: Annotated[tuple[QuirkSpec, ...], Listed] | None = Field(
        default=None, description="How it differs from OpenAI's, in place of the quirks of the file."
    )
    set: dict[str, Scalar] = Field(default_factory=dict, description="Named states this reply sets.")
    retry_after: HeaderValue | None = Field(default=None, description="The header `retry-after`, in seconds.")
    retry_after_ms: HeaderValue | None = Field(default=None, description="The header `retry-after-ms`.")
    service_tier: str | None = Field(default=None, description="The service tier reported.")
    system_fingerprint: str | None = Field(default=None, description="The system fingerprint reported.")

    @property
    def kind(self) -> str:
        """Which kind of content this reply is: one of `REPLY_KINDS`."""
        return self._kinds()[0]

    def _kinds(self) -> list[str]:
        written = self.model_fields_set
        given = [name for name in REPLY_KINDS if name in written and getattr(self, name) is not None]
        return sorted([*given, "json"], key=REPLY_KINDS.index) if "json_" in written else given

    def _check(self) -> None:
        kinds = self._kinds()
        if len(kinds) != 1:
            seen = f"seen {' and '.join(kinds)}" if kinds else "seen none of them"
            raise ValueError(f"a reply is exactly one of {', '.join(REPLY_KINDS[:-1])}; {seen}")

    @classmethod
    def mapping_schema(cls, definitions: Definitions) -> JSON:
        """With exactly one kind of content."""
        kinds = [{"required": [kind]} for kind in REPLY_KINDS if kind != "python"]
        return {**super().mapping_schema(definitions), "oneOf": kinds}
