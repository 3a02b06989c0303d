"""Transcripts in the formats of the API: plain, as subtitles, and as JSON of three sizes."""

from __future__ import annotations

import math
import zlib
from typing import Any

from mockai.endpoints.transcripts import Spoken, TimedTranscript
from mockai.ids import Mint
from mockai.tokens import count, split

__all__ = ["TEXTUAL", "diarized", "duration_usage", "segment_json", "token_usage", "verbose"]

_AUDIO_TOKENS_A_SECOND = 10


def _srt(transcript: TimedTranscript) -> str:
    blocks = (
        f"{number}\n{_clock(each.start, ',')} --> {_clock(each.end, ',')}\n{each.text}\n\n"
        for number, each in enumerate(transcript.segments, 1)
    )
    return "".join(blocks)


def _vtt(transcript: TimedTranscript) -> str:
    blocks = (f"{_clock(each.start, '.')} --> {_clock(each.end, '.')}\n{each.text}\n\n" for each in transcript.segments)
    return "WEBVTT\n\n" + "".join(blocks)


TEXTUAL = {"text": lambda transcript: f"{transcript.text}\n", "srt": _srt, "vtt": _vtt}
"""The formats that are not JSON."""


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def verbose(transcript: TimedTranscript, task: str, *, words: bool, segments: bool) -> dict[str, Any]:
    """`verbose_json`, with words or segments or both."""
    reply: dict[str, Any] = {
        "task": task,
        "language": transcript.language,
        "duration": transcript.duration,
        "text": transcript.text,
    }
    if words:
        spoken = (word for segment in transcript.segments for word in segment.words())
        reply["words"] = [{"word": word.text, "start": word.start, "end": word.end} for word in spoken]
    if segments:
        reply["segments"] = [_detailed(each, at) for at, each in enumerate(transcript.segments)]
    return reply


def _detailed(segment: Spoken, at: int) -> dict[str, Any]:
    text = f" {segment.text}"
    return {
        "id": at,
        "seek": 0,
        "start": segment.start,
        "end": segment.end,
        "text": text,
        "tokens": [zlib.crc32(token.encode("utf-8", "surrogatepass")) % 50_257 for token in split(text)],
        "temperature": 0.0,
        "avg_logprob": -0.25,
        "compression_ratio": 1.25,
        "no_speech_prob": 0.01,
    }


def diarized(transcript: TimedTranscript, mint: Mint) -> dict[str, Any]:
    """`diarized_json`: who says what."""
    return {
        "task": "transcribe",
        "duration": transcript.duration,
        "text": transcript.text,
        "segments": [segment_json(each, at, mint) for at, each in enumerate(transcript.segments)],
    }


def segment_json(segment: Spoken, at: int, mint: Mint) -> dict[str, Any]:
    """A segment with its speaker, in a reply or as an event."""
    return {
        "type": "transcript.text.segment",
        "id": mint.child("segment", at).id("seg_"),
        "start": segment.start,
        "end": segment.end,
        "speaker": segment.speaker,
        "text": segment.text,
    }


def duration_usage(transcript: TimedTranscript) -> dict[str, Any]:
    """The usage of models billed by the second."""
    return {"type": "duration", "seconds": math.ceil(transcript.duration)}


def token_usage(transcript: TimedTranscript, prompt: str) -> dict[str, Any]:
    """The usage of models billed by the token."""
    heard = math.ceil(transcript.duration * _AUDIO_TOKENS_A_SECOND)
    read, made = count(prompt), count(transcript.text)
    return {
        "type": "tokens",
        "input_tokens": read + heard,
        "input_token_details": {"text_tokens": read, "audio_tokens": heard},
        "output_tokens": made,
        "total_tokens": read + heard + made,
    }
