"""`POST /audio/transcriptions` and `/audio/translations`: what a recording says, in every format, streamed or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from mockai import sse
from mockai.api_errors import ErrorReply, RequestRefused
from mockai.endpoints.audio_upload import recording_of
from mockai.endpoints.base import Decode, Operation
from mockai.endpoints.heads import json_head, json_plan, stream_head
from mockai.endpoints.json_body import attempt_of
from mockai.endpoints.logprobs import Logprobs
from mockai.endpoints.multipart import read_form
from mockai.endpoints.own_content import TALK, media_of, said, text_of
from mockai.endpoints.parts import Cutter, Part
from mockai.endpoints.sent_values import choice_of, flag_of, model_of, number_of
from mockai.endpoints.transcript_formats import (
    TEXTUAL,
    diarized,
    duration_usage,
    segment_json,
    token_usage,
    verbose,
)
from mockai.endpoints.transcripts import TimedTranscript, made_up, timed
from mockai.ids import Mint
from mockai.media.lengths import seconds_of
from mockai.replies.answer import Completion, Item, Segment, Text, Transcript
from mockai.request import APIRequest, Message
from mockai.tokens import split
from mockai.wire import Body, Call, HTTPRequest, Kind, Plan, Step

__all__ = ["OPERATIONS", "encode"]

_WHISPER_FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
_FORMATS = (*_WHISPER_FORMATS, "diarized_json")
_TASKS = {"audio.transcriptions": "transcribe", "audio.translations": "translate"}


def _decoder(endpoint: str) -> Decode:
    formats = _FORMATS if endpoint == "audio.transcriptions" else _WHISPER_FORMATS

    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        form = read_form(http)
        body = form.body()
        model = model_of(body)
        recording_of(form)
        _check_format(choice_of(body, "response_format", formats) or "json", model)
        number_of(body, "temperature", 0, 1)
        return APIRequest(
            http=http,
            endpoint=endpoint,
            params=params,
            body=body,
            model=model,
            messages=(Message("user", form.text("prompt") or "", frozenset({"audio"})),),
            stream=flag_of(body, "stream") and model != "whisper-1" and endpoint == "audio.transcriptions",
            attempt=attempt_of(http),
            unaided=True,
        )

    return decode


def _check_format(format: str, model: str) -> None:
    """The newer models write no subtitles."""
    if not model.startswith("gpt-4o") or "transcribe" not in model:
        return
    supported = ("json", "text", *(("diarized_json",) if "diarize" in model else ()))
    if format not in supported:
        *others, last = (f"'{each}'" for each in supported)
        use = f"{', '.join(others)} or {last}"
        message = f"response_format '{format}' is not compatible with model '{model}'. Use {use} instead."
        raise RequestRefused(ErrorReply(400, message, param="response_format", code="unsupported_value"))


# -------------------------------------------------------------------------------------------- the reply


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a transcript. What Python makes piece by piece is sent when all of it is known."""
    if live is not None:
        return _collected(completion, request, mint, live)
    transcript = _transcript(completion, request)
    if request.stream:
        return (stream_head(mint, completion.headers), *_events(transcript, completion, request, mint))
    format = request.body.get("response_format") or "json"
    if format in TEXTUAL:
        data = TEXTUAL[format](transcript).encode()
        headers = {"content-type": "text/plain; charset=utf-8", **completion.headers}
        return (json_head(len(data), mint, headers), Body(data, "raw"))
    return json_plan(_json(transcript, format, request, mint), mint, completion.headers)


def _collected(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call]) -> Iterator[Step]:
    items: list[Item] = []
    for item in live:
        if isinstance(item, Call):
            yield item
        else:
            items.append(item)
    spoken = Transcript((Segment(text_of(items)),))
    yield from encode(_with(completion, spoken), request, mint)


def _with(completion: Completion, transcript: Transcript) -> Completion:
    return Completion((), headers=completion.headers, chunks=completion.chunks, media=(transcript,))


def _transcript(completion: Completion, request: APIRequest) -> TimedTranscript:
    """The transcript that is scripted, the text of a reply, or one made up for the recording."""
    data = recording_of(read_form(request.http)).data
    text = said(completion)
    scripted = (Transcript((Segment(text),)),) if text is not None else media_of(completion, Transcript, request)
    return timed(scripted[0] if scripted else made_up(data), seconds_of(data))


def _json(transcript: TimedTranscript, format: str, request: APIRequest, mint: Mint) -> dict[str, Any]:
    task = _TASKS[request.endpoint]
    usage = _usage(transcript, request)
    if format == "verbose_json":
        wanted = request.body.get("timestamp_granularities") or ["segment"]
        details = verbose(transcript, task, words="word" in wanted, segments="segment" in wanted)
        return {**details, **({"usage": duration_usage(transcript)} if task == "transcribe" else {})}
    if format == "diarized_json":
        return {**diarized(transcript, mint), "usage": usage}
    if task == "translate":
        return {"text": transcript.text}
    logprobs = _Logprobs(request, mint).of(transcript.text, split(transcript.text))
    return {"text": transcript.text, **logprobs, "usage": usage}


def _usage(transcript: TimedTranscript, request: APIRequest) -> dict[str, Any]:
    if request.model == "whisper-1":
        return duration_usage(transcript)
    return token_usage(transcript, request.messages[0].text)


class _Logprobs:
    """Log probabilities, where `include` asks for them."""

    def __init__(self, request: APIRequest, mint: Mint) -> None:
        self.wanted = "logprobs" in (request.body.get("include") or ())
        self._own = Logprobs(mint)

    def of(self, text: str, tokens: tuple[str, ...]) -> dict[str, Any]:
        """Those of the next text, as a part of a reply: one key, or none."""
        if not self.wanted:
            return {}
        kept = ("token", "logprob", "bytes")
        return {"logprobs": [{key: entry[key] for key in kept} for entry in self._own.entries(text, tokens)]}


def _events(transcript: TimedTranscript, completion: Completion, request: APIRequest, mint: Mint) -> Iterator[Step]:
    """The text piece by piece; with speakers, segment by segment; then all of it."""
    logprobs, cutter = _Logprobs(request, mint), Cutter(completion.chunks)
    speakers = request.body.get("response_format") == "diarized_json"
    collected: list[Any] = []
    for at, segment in enumerate(transcript.segments):
        text = segment.text if at == 0 else f" {segment.text}"
        about = segment_json(segment, at, mint)
        for piece, tokens in cutter.cut(Part(Text(text), text, split(text))):
            known = logprobs.of(piece, tokens)
            collected += known.get("logprobs", ())
            belongs = {"segment_id": about["id"]} if speakers else {}
            yield _event({"type": "transcript.text.delta", "delta": piece, **belongs, **known}, "piece", len(tokens))
        if speakers:
            yield _event(about, "event")
    all_of_them = {"logprobs": collected} if logprobs.wanted else {}
    usage = _usage(transcript, request)
    yield _event({"type": "transcript.text.done", "text": transcript.text, **all_of_them, "usage": usage}, "finish")


def _event(value: dict[str, Any], kind: Kind, tokens: int = 0) -> Body:
    return Body(sse.event(orjson.dumps(value)), kind, tokens)


OPERATIONS = tuple(
    Operation(endpoint, "create", "POST", path, _decoder(endpoint), encode=encode, takes=TALK)
    for endpoint, path in (
        ("audio.transcriptions", "/audio/transcriptions"),
        ("audio.translations", "/audio/translations"),
    )
)
