"""The SDK's own completions and chunks, read without importing the SDK: by their shape on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import (
    Annotation,
    Audio,
    Choice,
    Completion,
    Item,
    Logprob,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from mockai.replies.chunks import joined_choices
from mockai.scenario.schema import UsageSpec

__all__ = ["CHUNK", "COMPLETION", "completion_of", "completion_of_chunks", "kind_of", "plain"]

COMPLETION = "chat.completion"
CHUNK = "chat.completion.chunk"


def plain(value: Any) -> Any:
    """An object of the SDK (or another pydantic model) as the mapping it is on the wire; anything else as it is."""
    dump = getattr(value, "model_dump", None)
    if dump is None or isinstance(value, type):
        return value
    return dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)


def kind_of(value: Any) -> str | None:
    """What the API calls an object: the text of its `object`, in a mapping or an object of the SDK."""
    found = value.get("object") if isinstance(value, Mapping) else getattr(value, "object", None)
    return found if isinstance(found, str) else None


def completion_of(data: Mapping[str, Any], mint: Mint) -> Completion:
    """A chat completion as it stands: id, time, model, usage, choices in order of their index.

    Raises ReplyError where it lacks what a completion has.
    """
    try:
        choices = sorted(data["choices"], key=lambda choice: choice.get("index", 0))
        return Completion(
            choices=tuple(_choice(choice, mint.child("choice", n)) for n, choice in enumerate(choices)),
            model=data.get("model"),
            id=data.get("id"),
            created=data.get("created"),
            usage=_usage(data.get("usage")),
            service_tier=data.get("service_tier"),
            system_fingerprint=data.get("system_fingerprint"),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ReplyError(f"the {kind_of(data)} returned cannot be read: {type(error).__name__}: {error}") from error


def completion_of_chunks(chunks: Iterable[Mapping[str, Any]], mint: Mint) -> Completion:
    """The completion that a stream of chunks adds up to."""
    given = list(chunks)
    whole: dict[str, Any] = {"object": COMPLETION}
    for key in ("id", "created", "model", "service_tier", "system_fingerprint"):
        # Azure opens with a chunk of empty fields, so the first that says something counts
        whole[key] = next((chunk[key] for chunk in given if chunk.get(key)), None)
    whole["usage"] = next((chunk["usage"] for chunk in reversed(given) if chunk.get("usage")), None)
    try:
        whole["choices"] = joined_choices(given)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ReplyError(f"the {CHUNK}s cannot be put together: {type(error).__name__}: {error}") from error
    return completion_of(whole, mint)


def _choice(choice: Mapping[str, Any], mint: Mint) -> Choice:
    logprobs = (choice.get("logprobs") or {}).get("content")
    return Choice(
        items=tuple(_items(choice["message"], mint)),
        finish_reason=choice.get("finish_reason"),
        logprobs=None if logprobs is None else tuple(map(_logprob, logprobs)),
    )


def _items(message: Mapping[str, Any], mint: Mint) -> Iterator[Item]:
    reasoning = message.get("reasoning_content") or message.get("reasoning")
    if reasoning:
        yield Reasoning(reasoning)
    if message.get("content") is not None:
        yield Text(message["content"], tuple(map(_annotation, message.get("annotations") or ())))
    if message.get("refusal") is not None:
        yield Refusal(message["refusal"])
    if message.get("audio"):
        audio = message["audio"]
        yield Audio(audio["id"], audio["data"], audio["transcript"], audio["expires_at"])
    calls = [*(message.get("tool_calls") or ())]
    if message.get("function_call"):
        calls.append({"function": message["function_call"]})
    yield from (_call(call, mint.child("call", n)) for n, call in enumerate(calls))


def _call(call: Mapping[str, Any], mint: Mint) -> ToolCall:
    id = call.get("id") or mint.id("call_")
    if "custom" in call:
        return ToolCall(call["custom"]["name"], call["custom"]["input"], id, "custom")
    return ToolCall(call["function"]["name"], call["function"]["arguments"], id)


def _annotation(annotation: Mapping[str, Any]) -> Annotation:
    cited = annotation["url_citation"]
    return Annotation(cited["url"], cited["title"], cited["start_index"], cited["end_index"])


def _logprob(logprob: Mapping[str, Any]) -> Logprob:
    top = tuple((other["token"], other["logprob"]) for other in logprob.get("top_logprobs", ()))
    return Logprob(logprob["token"], logprob["logprob"], top)


def _usage(usage: Mapping[str, Any] | None) -> UsageSpec | None:
    if usage is None:
        return None
    prompt = usage.get("prompt_tokens_details") or {}
    completion = usage.get("completion_tokens_details") or {}
    return UsageSpec(
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        total_tokens=usage.get("total_tokens"),
        cached_tokens=prompt.get("cached_tokens"),
        cache_write_tokens=prompt.get("cache_write_tokens"),
        reasoning_tokens=completion.get("reasoning_tokens"),
        audio_tokens=completion.get("audio_tokens"),
        accepted_prediction_tokens=completion.get("accepted_prediction_tokens"),
        rejected_prediction_tokens=completion.get("rejected_prediction_tokens"),
    )
