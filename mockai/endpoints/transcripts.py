"""What was said and when: transcripts with every time filled in, cut into segments and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from mockai.replies.answer import Segment, Transcript

__all__ = ["Spoken", "TimedTranscript", "made_up", "timed"]

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_SECONDS_A_WORD = 0.4
_SENTENCES = (
    "Good morning, and thank you for joining us.",
    "Let us begin with the figures of last month.",
    "The new version will be ready by Thursday.",
    "I will send you the details after this call.",
    "Could you repeat the last part, please?",
    "We should talk about the budget before we decide.",
    "That sounds good to me.",
    "The train leaves at half past nine.",
    "Nobody expected so many people to come.",
    "Let us meet again next week.",
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A segment or a word, in seconds from the beginning."""

    text: str
    start: float
    end: float
    speaker: str = "A"

    def words(self) -> Iterator[Spoken]:
        """Its words, each as long as the others."""
        words = self.text.split()
        each = (self.end - self.start) / max(1, len(words))
        for at, word in enumerate(words):
            start = self.start + at * each
            yield Spoken(word.strip(".,;:!?…\"'"), round(start, 2), round(start + each, 2), self.speaker)


@dataclass(frozen=True, slots=True)
class TimedTranscript:
    """A transcript in which every segment has its times."""

    segments: tuple[Spoken, ...]
    language: str
    duration: float

    @property
    def text(self) -> str:
        """The whole text."""
        return " ".join(segment.text for segment in self.segments if segment.text)


def made_up(data: bytes) -> Transcript:
    """What a recording is said to hold where nothing is scripted: the same for the same bytes."""
    digest = blake2b(data, digest_size=8).digest()
    chosen = dict.fromkeys(_SENTENCES[byte % len(_SENTENCES)] for byte in digest[: 2 + digest[7] % 3])
    return Transcript(tuple(Segment(sentence) for sentence in chosen))


def timed(transcript: Transcript, recorded: float | None) -> TimedTranscript:
    """The transcript with its times: those that are written, else each word as long as the others. Where none is
    written, the segments fill the time `recorded`, if that is known."""
    known = transcript.duration if transcript.duration is not None else recorded
    segments = tuple(_sentences(transcript.segments))
    natural = sum(map(_length, segments))
    fits = known is not None and natural > 0 and all(each.start is each.end is None for each in segments)
    spoken = tuple(_placed(segments, known / natural if fits and known is not None else 1.0))
    duration = known if known is not None else max((each.end for each in spoken), default=0.0)
    return TimedTranscript(spoken, transcript.language, round(duration, 2))


def _sentences(segments: Sequence[Segment]) -> Iterator[Segment]:
    """A text in one piece as its sentences; segments that are written stay as they are."""
    if len(segments) != 1 or segments[0].start is not None or segments[0].end is not None:
        yield from segments
        return
    for sentence in _SENTENCE.split(segments[0].text.strip()):
        yield Segment(sentence, speaker=segments[0].speaker)


def _length(segment: Segment) -> float:
    return max(1, len(segment.text.split())) * _SECONDS_A_WORD


def _placed(segments: Sequence[Segment], scale: float) -> Iterator[Spoken]:
    at = 0.0
    for segment in segments:
        start = at if segment.start is None else segment.start
        at = max(start, start + _length(segment) * scale if segment.end is None else segment.end)
        yield Spoken(segment.text, round(start, 2), round(at, 2), segment.speaker or "A")
