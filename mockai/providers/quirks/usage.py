"""Which tokens are counted, and where the count stands."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from mockai.providers.base import Asked, Chunk, Event, Quirk, Rank, register
from mockai.wire import Head

__all__: list[str] = []

_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")


@register
class PlainUsage(Quirk):
    """Three numbers."""

    name = "plain_usage"
    summary = "`usage` is three numbers, without details; clients that look into `prompt_tokens_details` break."

    def usage(self, usage: dict[str, Any], asked: Asked) -> None:
        """Without the details."""
        usage.pop("prompt_tokens_details", None)
        usage.pop("completion_tokens_details", None)


@register
class UsageOnFinish(Quirk):
    """The count comes with the end, asked for or not."""

    name = "usage_on_finish"
    summary = (
        "The chunk with the finish reason carries the usage, asked for or not; there is no chunk of its own for it."
    )
    rank = Rank.CUT
    needs_usage = True

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """A chunk that ends a choice waits for what follows it."""
        held: Chunk | None = None
        for event in events:
            if isinstance(event, Chunk) and event.kind == "usage":
                if held is not None:
                    held.value["usage"] = event.value["usage"]
                continue
            if held is not None:
                yield held
                held = None
            if isinstance(event, Chunk):
                event.value.pop("usage", None)
            if isinstance(event, Chunk) and event.ends:
                held = event
            else:
                yield event
        if held is not None:
            yield held


@register
class UsageOnEveryChunk(Quirk):
    """The count so far, again and again."""

    name = "usage_on_every_chunk"
    summary = "Every chunk carries the usage so far, asked for or not; clients that add them up count too much."
    rank = Rank.CUT
    needs_usage = True

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """The count so far on each chunk, the whole of it on the last."""
        yield from _counted(UsageOnFinish().stream(events, asked), asked)


@register
class ContinuousUsage(Quirk):
    """The count so far, for those who ask."""

    name = "continuous_usage"
    summary = (
        "With `stream_options: {include_usage: true, continuous_usage_stats: true}`, every chunk carries the "
        "usage so far."
    )
    rank = Rank.CUT

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """The count so far on each chunk, and at the end the chunk of its own."""
        options = asked.request.body.get("stream_options") or {}
        wanted = asked.usage and options.get("continuous_usage_stats") is True
        yield from _counted(events, asked) if wanted else events


def _counted(events: Iterator[Event], asked: Asked) -> Iterator[Event]:
    spent = 0
    for event in events:
        if isinstance(event, Chunk) and event.value.get("usage") is None:
            spent += event.tokens
            prompt = asked.prompt_tokens()
            event.value["usage"] = dict(zip(_COUNTS, (prompt, spent, prompt + spent), strict=True))
        yield event


@register
class UsageWithChoice(Quirk):
    """The chunk with the count is not empty."""

    name = "usage_with_choice"
    summary = (
        "The chunk that carries the usage has a choice too, with an empty delta; clients that know it by its "
        "empty `choices` miss it."
    )
    rank = Rank.CUT

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """With a choice that says nothing."""
        for event in events:
            if isinstance(event, Chunk) and event.kind == "usage":
                delta = {"role": "assistant", "content": ""}
                event.value["choices"] = [{"index": 0, "delta": delta, "finish_reason": None}]
            yield event


@register
class UsageTimes(Quirk):
    """How long it took, beside what it took."""

    name = "usage_times"
    summary = "`usage` has `queue_time`, `prompt_time`, `completion_time` and `total_time`, in seconds."

    def usage(self, usage: dict[str, Any], asked: Asked) -> None:
        """With times that follow from the tokens."""
        prompt, made = usage["prompt_tokens"] / 10_000, usage["completion_tokens"] / 500
        usage |= {
            "queue_time": 0.02,
            "prompt_time": prompt,
            "completion_time": made,
            "total_time": round(prompt + made, 9),
        }


@register
class UsageCost(Quirk):
    """What it cost, beside what it took."""

    name = "usage_cost"
    summary = "`usage` has `cost` in dollars, `is_byok` and `cost_details`."

    def usage(self, usage: dict[str, Any], asked: Asked) -> None:
        """At a dollar for a million tokens."""
        cost = usage["total_tokens"] / 1_000_000
        usage |= {"cost": cost, "is_byok": False, "cost_details": {"upstream_inference_cost": None}}


@register
class CacheHitUsage(Quirk):
    """What the cache held, under other names."""

    name = "cache_hit_usage"
    summary = "`usage` has `prompt_cache_hit_tokens` and `prompt_cache_miss_tokens`."

    def usage(self, usage: dict[str, Any], asked: Asked) -> None:
        """With both, which are the prompt together."""
        hit = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
        usage |= {"prompt_cache_hit_tokens": hit, "prompt_cache_miss_tokens": usage["prompt_tokens"] - hit}


@register
class SeparateReasoningTokens(Quirk):
    """Thoughts are counted apart."""

    name = "separate_reasoning_tokens"
    summary = (
        "`completion_tokens` does not include the reasoning tokens, `total_tokens` does; clients that check the "
        "sum find it wrong."
    )

    def usage(self, usage: dict[str, Any], asked: Asked) -> None:
        """Without the thoughts in the completion."""
        thoughts = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens", 0)
        usage["completion_tokens"] = max(0, usage["completion_tokens"] - thoughts)


@register
class XGroq(Quirk):
    """Groq's own key."""

    name = "x_groq"
    summary = (
        "`x_groq` with the id of the request stands in the first chunk, and with the usage in the last; in a "
        "completion too."
    )

    def head(self, head: Head, asked: Asked) -> Head:
        """With the same id in `x-request-id`."""
        return head.without("x-request-id").plus(("x-request-id", _request_id(asked)))

    def completion(self, reply: dict[str, Any], asked: Asked) -> None:
        """With the id."""
        reply["x_groq"] = {"id": _request_id(asked)}

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """With the id at the beginning and at the end."""
        first = True
        for event in events:
            if isinstance(event, Chunk) and first:
                event.value["x_groq"] = {"id": _request_id(asked)}
                first = False
            elif isinstance(event, Chunk) and event.ends:
                usage = event.value.get("usage")
                event.value["x_groq"] = {"id": _request_id(asked)} | ({"usage": usage} if usage else {})
            yield event


def _request_id(asked: Asked) -> str:
    return f"req_{asked.mint.child('x_groq').alnum(26).lower()}"


@register
class Citations(Quirk):
    """Where it was read."""

    name = "citations"
    summary = "Completions and every chunk have `citations`, the URLs of the annotations or else an example's."

    def completion(self, reply: dict[str, Any], asked: Asked) -> None:
        """With the URLs of the whole message."""
        found = [url for choice in reply["choices"] for url in _urls(choice["message"])]
        reply["citations"] = found or [_EXAMPLE]

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """With the URLs known so far."""
        found: list[str] = []
        for event in events:
            if isinstance(event, Chunk):
                found += [url for choice in event.choices for url in _urls(choice["delta"])]
                event.value["citations"] = deepcopy(found) or [_EXAMPLE]
            yield event


_EXAMPLE = "https://example.com/"


def _urls(part: dict[str, Any]) -> list[str]:
    return [each["url_citation"]["url"] for each in part.get("annotations") or ()]
