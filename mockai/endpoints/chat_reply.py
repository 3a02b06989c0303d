"""A chat completion in one piece: the JSON of a reply that is not streamed.

OpenAI sends no thoughts; where they are scripted, they are sent as `reasoning_content`, the key of DeepSeek,
SGLang and others.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import orjson

from mockai.endpoints.chat_choice import OutgoingChoice, Spent, outgoing_choices
from mockai.endpoints.chat_frame import Frame
from mockai.endpoints.parts import Part
from mockai.ids import Mint
from mockai.kept import Kept
from mockai.replies.answer import Audio, Completion, Item, Reasoning, Refusal, Text, ToolCall
from mockai.request import APIRequest

__all__ = ["call_json", "completion_bytes", "completion_json"]

_Choices: TypeAlias = tuple[bytes, Spent]
_CHOICES: Kept[_Choices] = Kept(limit=256)
_LARGEST = 65_536


def completion_json(completion: Completion, request: APIRequest, mint: Mint) -> dict[str, Any]:
    """The `chat.completion` object, its keys in the API's order."""
    reply: dict[str, Any] = orjson.loads(completion_bytes(completion, request, mint))
    return reply


def completion_bytes(completion: Completion, request: APIRequest, mint: Mint) -> bytes:
    """The `chat.completion` object as it is sent."""
    frame = Frame.of(completion, request, mint)
    choices, spent = _choices(completion, frame, mint)
    reply = {
        "id": frame.id,
        "object": "chat.completion",
        "created": frame.created,
        "model": frame.model,
        "choices": orjson.Fragment(choices),
        "usage": frame.usage(request, completion, spent),
        **frame.tier,
        "system_fingerprint": frame.system_fingerprint,
    }
    return orjson.dumps(reply)


def _choices(completion: Completion, frame: Frame, mint: Mint) -> _Choices:
    """The choices and their tokens, made once for all requests that ask for the same of the same completion."""
    kept = _CHOICES.get((completion,), frame.family, frame.asked)
    if kept is not None:
        return kept
    sent = outgoing_choices(completion, frame.asked, frame.family, mint)
    data = orjson.dumps([_choice(choice, frame) for choice in sent])
    made = data, Spent.on(sent)
    if frame.lasts(completion) and len(data) <= _LARGEST:
        _CHOICES.keep(made, (completion,), frame.family, frame.asked)
    return made


def call_json(call: ToolCall, arguments: str) -> dict[str, Any]:
    """A tool call as a message holds it."""
    if call.kind == "custom":
        return {"id": call.id, "type": "custom", "custom": {"name": call.name, "input": arguments}}
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _choice(choice: OutgoingChoice, frame: Frame) -> dict[str, Any]:
    parts = [*choice.parts(choice.items), *choice.rest()]
    logprobs = _logprobs(choice, parts)
    return {
        "index": choice.index,
        "message": _message(choice, parts),
        **({"logprobs": logprobs} if logprobs or frame.family.logprobs_null else {}),
        "finish_reason": choice.finish_reason,
    }


def _message(choice: OutgoingChoice, parts: list[Part]) -> dict[str, Any]:
    reasoning = _joined(parts, Reasoning)
    return {
        "role": "assistant",
        "content": _joined(parts, Text),
        **({} if reasoning is None else {"reasoning_content": reasoning}),
        **_calls(choice, parts),
        "refusal": _joined(parts, Refusal),
        **_audio(parts),
        "annotations": choice.annotations,
    }


def _joined(parts: list[Part], kind: type[Item]) -> str | None:
    texts = [part.text for part in parts if isinstance(part.item, kind)]
    return "".join(texts) if texts else None


def _calls(choice: OutgoingChoice, parts: list[Part]) -> dict[str, Any]:
    calls = [(part.item, part.text) for part in parts if isinstance(part.item, ToolCall)]
    if not calls:
        return {}
    if choice.legacy:
        ((call, arguments),) = calls
        return {"function_call": {"name": call.name, "arguments": arguments}}
    return {"tool_calls": [call_json(call, arguments) for call, arguments in calls]}


def _audio(parts: list[Part]) -> dict[str, Any]:
    spoken = [part.item for part in parts if isinstance(part.item, Audio)]
    if not spoken:
        return {}
    audio = spoken[0]
    return {
        "audio": {
            "id": audio.id,
            "data": audio.data,
            "expires_at": audio.expires_at,
            "transcript": audio.transcript,
        }
    }


def _logprobs(choice: OutgoingChoice, parts: list[Part]) -> dict[str, Any] | None:
    if choice.logprobs is None:
        return None
    found: dict[str, list[Any] | None] = {"content": None, "refusal": None}
    for part in parts:
        key = {Text: "content", Refusal: "refusal"}.get(type(part.item))
        if key is not None:
            found[key] = (found[key] or []) + choice.logprobs.entries(part.text, part.tokens)
    return found if any(entries is not None for entries in found.values()) else None
