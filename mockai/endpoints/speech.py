"""`POST /audio/speech`: real recordings in every format, as bytes or as a stream of events."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson

from mockai import sse
from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.base import Checks, Operation
from mockai.endpoints.heads import stream_head
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.model_checks import check_speech_model
from mockai.endpoints.own_content import ALWAYS, no_pieces, reported, whole_body, wrong_reply
from mockai.endpoints.sent_values import choice_of, model_of, number_of, string_of
from mockai.ids import Mint
from mockai.media.silence import aac, mp3, opus
from mockai.media.tone import flac, pcm, samples, wav
from mockai.replies.answer import Audio, Completion, Item
from mockai.request import APIRequest, Message
from mockai.scenario.schema import UsageSpec
from mockai.tokens import count
from mockai.wire import Body, Call, HTTPRequest, Kind, Plan

__all__ = ["OPERATIONS", "decode_create", "encode"]

_MAKERS: Mapping[str, Callable[[int], bytes]] = {
    "mp3": mp3,
    "opus": opus,
    "aac": aac,
    "flac": flac,
    "wav": wav,
    "pcm": pcm,
}
_TYPES = {"mp3": "audio/mpeg"}
_LONGEST_INPUT = 4096
_BLOCK = 4096
_SHORTEST, _LONGEST = 0.5, 30.0
_SECONDS_A_WORD = 0.4
_TOKENS_A_SECOND = 20


def decode_create(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A request for speech; what is to be said is a user message, the instructions a system message."""
    body = read_object(http)
    model = model_of(body)
    text = string_of(body, "input", required=True) or ""
    if len(text) > _LONGEST_INPUT:
        raise RequestRefused(named("speech_input_too_long", length=len(text)))
    _check_voice(body.get("voice"))
    choice_of(body, "response_format", tuple(_MAKERS))
    choice_of(body, "stream_format", ("sse", "audio"))
    number_of(body, "speed", 0.25, 4.0)
    instructions = string_of(body, "instructions")
    told = (Message("system", instructions),) if instructions else ()
    return APIRequest(
        http=http,
        endpoint="audio.speech",
        params=params,
        body=body,
        model=model,
        messages=(*told, Message("user", text)),
        stream=body.get("stream_format") == "sse",
        attempt=attempt_of(http),
        unaided=True,
    )


def _check_voice(voice: Any) -> None:
    if voice is None:
        raise RequestRefused(named("missing_required_parameter", param="voice"))
    if not isinstance(voice, str | dict):
        expected = "one of a string or object"
        raise RequestRefused(named("invalid_type", param="voice", expected=expected, got=kind_of(voice)))


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a recording, in blocks as they come from a voice that is still speaking."""
    no_pieces(request, live)
    whole = whole_body(completion, mint)
    if whole is not None:
        return whole
    format = request.body.get("response_format") or "mp3"
    data = _scripted(completion, request) or _MAKERS[format](samples(_seconds(request)))
    blocks = [data[at : at + _BLOCK] for at in range(0, len(data), _BLOCK)]
    if request.stream:
        usage = _usage(completion.usage or UsageSpec(), request)
        return (stream_head(mint, completion.headers), *_events(blocks, usage))
    head = stream_head(mint, {"content-type": _TYPES.get(format, f"audio/{format}"), **completion.headers})
    return (head, *(Body(block, "piece") for block in blocks))


def _scripted(completion: Completion, request: APIRequest) -> bytes | None:
    """The bytes of an `audio` reply; None where there are none to be sent."""
    items = completion.choices[0].items if completion.choices else ()
    if completion.media or not all(isinstance(item, Audio) for item in items):
        raise wrong_reply(request, "`audio`")
    return b"".join(base64.b64decode(item.data) for item in items if isinstance(item, Audio)) or None


def _seconds(request: APIRequest) -> float:
    """How long it takes to say: two and a half words a second, and never longer than half a minute."""
    words = len(str(request.body["input"]).split())
    speed = number_of(request.body, "speed", 0.25, 4.0) or 1.0
    return min(max(words * _SECONDS_A_WORD / speed, _SHORTEST), _LONGEST)


def _usage(written: UsageSpec, request: APIRequest) -> dict[str, int]:
    said = reported(written.prompt_tokens, count(str(request.body["input"])))
    made = reported(written.completion_tokens, round(_seconds(request) * _TOKENS_A_SECOND))
    return {
        "input_tokens": said,
        "output_tokens": made,
        "total_tokens": reported(written.total_tokens, said + made),
    }


def _events(blocks: Iterable[bytes], usage: dict[str, int]) -> Iterator[Body]:
    for block in blocks:
        yield _event({"type": "speech.audio.delta", "audio": base64.b64encode(block).decode()}, "piece")
    yield _event({"type": "speech.audio.done", "usage": usage}, "finish")


def _event(value: dict[str, Any], kind: Kind) -> Body:
    return Body(sse.event(orjson.dumps(value)), kind)


OPERATIONS = (
    Operation(
        "audio.speech",
        "create",
        "POST",
        "/audio/speech",
        decode_create,
        encode=encode,
        takes=ALWAYS | {"audio"},
        checks=Checks(model=(check_speech_model,)),
    ),
)
