"""Vectors, pictures, verdicts and transcripts, from what is written."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from mockai.replies.answer import Media, Picture, Segment, Transcript, Vectors, Verdict
from mockai.replies.filling import Filling
from mockai.scenario.schema import EmbeddingSpec, ImageSpec, ModerationSpec, Reply, TranscriptSpec

__all__ = ["media_of"]


def media_of(reply: Reply, filling: Filling) -> tuple[Media, ...]:
    """What a reply of one of these kinds sends; nothing for the others."""
    if reply.embedding is not None:
        return (_vectors(reply.embedding, filling),)
    if reply.image is not None:
        return tuple(_picture(spec, filling) for spec in reply.image)
    if reply.moderation is not None:
        return (_verdict(reply.moderation),)
    if reply.transcript is not None:
        return (_transcript(reply.transcript, filling),)
    return ()


def _vectors(spec: EmbeddingSpec, filling: Filling) -> Vectors:
    if spec.like is not None:
        return Vectors(like=filling.text(spec.like))
    return Vectors(spec.vectors or (spec.vector or (),))


def _picture(spec: ImageSpec, filling: Filling) -> Picture:
    data = None if spec.base64 is None else base64.b64decode(filling.text(spec.base64))
    return Picture(data, filling.maybe(spec.url), filling.maybe(spec.revised_prompt))


def _verdict(spec: ModerationSpec) -> Verdict:
    scores = {str(name): score for name, score in {**dict.fromkeys(spec.categories, 0.97), **spec.scores}.items()}
    return Verdict(frozenset(spec.categories), scores, spec.flagged)


def _transcript(spec: TranscriptSpec, filling: Filling) -> Transcript:
    segments = tuple(_segments(spec, filling))
    return Transcript(segments, filling.text(spec.language), spec.duration)


def _segments(spec: TranscriptSpec, filling: Filling) -> Iterator[Segment]:
    if spec.text is not None:
        yield Segment(filling.text(spec.text))
    for each in spec.segments or ():
        yield Segment(filling.text(each.text), each.start, each.end, filling.maybe(each.speaker))
