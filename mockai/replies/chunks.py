"""Chunks of a stream put together again: deltas to messages."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["joined_choices"]


_SILENCE: Mapping[str, Any] = {"id": "", "data": "", "transcript": "", "expires_at": 0}


def joined_choices(chunks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The choices of a completion, from the deltas of its chunks."""
    choices: dict[int, dict[str, Any]] = {}
    for chunk in chunks:
        for part in chunk.get("choices", ()):
            index = part.get("index", 0)
            choice = choices.setdefault(index, {"index": index, "message": {}, "finish_reason": None})
            _add_delta(choice["message"], part.get("delta") or {})
            choice["finish_reason"] = part.get("finish_reason") or choice["finish_reason"]
            _add_logprobs(choice, part.get("logprobs") or {})
    return list(choices.values())


def _add_delta(message: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for key in ("content", "refusal", "reasoning", "reasoning_content"):
        _append(message, key, delta.get(key))
    for call in delta.get("tool_calls") or ():
        _add_call(message.setdefault("tool_calls", []), call)
    if delta.get("function_call"):
        _add_strings(message.setdefault("function_call", {"name": "", "arguments": ""}), delta["function_call"])
    if delta.get("audio"):
        _add_audio(message.setdefault("audio", dict(_SILENCE)), delta["audio"])
    if delta.get("annotations"):
        message.setdefault("annotations", []).extend(delta["annotations"])


def _append(target: dict[str, Any], key: str, text: str | None) -> None:
    if text is not None:
        target[key] = target.get(key, "") + text


def _add_call(calls: list[dict[str, Any]], delta: Mapping[str, Any]) -> None:
    """Add a fragment to its call. Some servers leave out the index: then an id begins a new call."""
    index = delta.get("index")
    if index is None:
        index = len(calls) if delta.get("id") or not calls else calls[-1]["index"]
    call = next((call for call in calls if call["index"] == index), None)
    if call is None:
        call = {"index": index}
        calls.append(call)
    call["id"] = delta.get("id") or call.get("id")
    if delta.get("custom"):
        _add_strings(call.setdefault("custom", {"name": "", "input": ""}), delta["custom"])
    if delta.get("function"):
        _add_strings(call.setdefault("function", {"name": "", "arguments": ""}), delta["function"])


def _add_strings(target: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for key in target:
        _append(target, key, delta.get(key))


def _add_audio(audio: dict[str, Any], delta: Mapping[str, Any]) -> None:
    _append(audio, "transcript", delta.get("transcript"))
    audio["id"] = delta.get("id") or audio["id"]
    audio["expires_at"] = delta.get("expires_at") or audio["expires_at"]
    if delta.get("data"):
        together = base64.b64decode(audio["data"]) + base64.b64decode(delta["data"])
        audio["data"] = base64.b64encode(together).decode()


def _add_logprobs(choice: dict[str, Any], logprobs: Mapping[str, Any]) -> None:
    if logprobs.get("content"):
        choice.setdefault("logprobs", {"content": []})["content"].extend(logprobs["content"])
