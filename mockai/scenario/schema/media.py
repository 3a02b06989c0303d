"""Replies of one endpoint each: vectors, pictures, verdicts, transcripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from mockai.records import JSON, Field, Listed
from mockai.scenario.schema.parts import check_base64
from mockai.scenario.schema.written import TEXT, Flag, Number, Short, Written

__all__ = [
    "CATEGORIES",
    "OWN_ENDPOINTS",
    "Category",
    "EmbeddingSpec",
    "ImageSpec",
    "ModerationSpec",
    "SegmentSpec",
    "TranscriptSpec",
]

OWN_ENDPOINTS: Mapping[str, tuple[str, ...]] = {
    "embedding": ("embeddings",),
    "image": ("images.generate", "images.edit", "images.create_variation"),
    "moderation": ("moderations",),
    "transcript": ("audio.transcriptions", "audio.translations"),
}
"""Kinds of reply that only these endpoints can send: a rule with one is for them, whether it names them or not."""

Category: TypeAlias = Literal[
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
]  # fmt: skip
CATEGORIES: tuple[Category, ...] = Category.__args__  # type: ignore[attr-defined]
"""The categories of moderation, in the API's order."""

_VECTOR: JSON = {"type": "array", "items": {"type": "number"}}
Vector: TypeAlias = Annotated[tuple[Number, ...], Field(min_length=1)]
Score: TypeAlias = Annotated[Number, Field(ge=0, le=1)]
Seconds: TypeAlias = Annotated[Number, Field(ge=0)]


class EmbeddingSpec(Written):
    """Vectors, one for each input in turn (the last again and again): `vector`, several `vectors`, or the one that
    the text `like` has. A list of numbers is `vector`, a list of lists `vectors`, a text `like`."""

    vector: Vector | None = Field(default=None, description="The numbers, sent as they are.")
    vectors: Annotated[tuple[Vector, ...], Field(min_length=1)] | None = Field(
        default=None, description="One for each input."
    )
    like: str | None = Field(default=None, description="The vector is that of this text.")

    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"like": value}
        if isinstance(value, list | tuple):
            return {"vectors" if value and isinstance(value[0], list | tuple) else "vector": value}
        return value

    def _check(self) -> None:
        given = self.given("vector", "vectors", "like")
        if len(given) != 1:
            seen = " and ".join(given) or "none of them"
            raise ValueError(f"an embedding is one of vector, vectors, like; seen {seen}")

    @classmethod
    def short_forms(cls) -> list[JSON]:
        """A list of numbers, a list of lists, or a text."""
        return [_VECTOR, {"type": "array", "items": _VECTOR}, TEXT]


class ImageSpec(Written):
    """A picture: its bytes in `base64`, or the `url` it is said to be at; without either one is painted. A bare
    text is `url`."""

    short = Short("url")

    base64: str | None = None
    url: str | None = None
    revised_prompt: str | None = Field(default=None, description="What the prompt was made of (dall-e).")

    def _check(self) -> None:
        if len(self.given("base64", "url")) > 1:
            raise ValueError("an image has `base64` or `url`, not both")
        check_base64("base64", self.base64)


class ModerationSpec(Written):
    """A verdict: the categories that hold, and scores where they matter. A name or a list is `categories`."""

    short = Short("categories", (str, list, tuple), {"type": ["string", "array"]})

    categories: Annotated[tuple[Category, ...], Listed] = Field(default=(), description="The categories that hold.")
    scores: dict[Category, Score] = Field(default_factory=dict, description="Scores from 0 to 1 by category.")
    flagged: Flag | None = Field(default=None, description="Whether it is flagged; else if any category holds.")

    @classmethod
    def short_forms(cls) -> list[JSON]:
        """A category, or a list of them."""
        one: JSON = {"enum": list(CATEGORIES)}
        return [one, {"type": "array", "items": one}]


class SegmentSpec(Written):
    """A stretch of speech, its times in seconds; where they are missing it follows the one before it."""

    short = Short("text")

    text: str
    start: Seconds | None = None
    end: Seconds | None = None
    speaker: str | None = Field(default=None, description="Who speaks, for diarized transcripts.")

    def _check(self) -> None:
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ValueError(f"a segment starts before it ends; seen {self.start} to {self.end}")


class TranscriptSpec(Written):
    """What was said: `text`, or `segments` of it. A bare text is `text`."""

    short = Short("text")

    text: str | None = None
    segments: Annotated[tuple[SegmentSpec, ...], Field(min_length=1)] | None = None
    language: str = Field(default="english", description="The language, as verbose formats name it.")
    duration: Seconds | None = Field(default=None, description="How long the recording is, in seconds.")

    def _check(self) -> None:
        if len(self.given("text", "segments")) != 1:
            raise ValueError("a transcript has `text` or `segments`, and not both")
