"""What Azure's content filter adds to every reply."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from mockai.providers.base import Asked, Chunk, Event, Quirk, Rank, register

__all__: list[str] = []

_SAFE = {"filtered": False, "severity": "safe"}
_CATEGORIES = ("hate", "self_harm", "sexual", "violence")


def _of_prompt() -> list[dict[str, Any]]:
    results = {"hate": dict(_SAFE), "jailbreak": {"filtered": False, "detected": False}}
    results |= {name: dict(_SAFE) for name in _CATEGORIES[1:]}
    return [{"prompt_index": 0, "content_filter_results": results}]


def _of_content(finish_reason: str | None) -> dict[str, Any]:
    results = {name: dict(_SAFE) for name in _CATEGORIES}
    if finish_reason == "content_filter":
        results["violence"] = {"filtered": True, "severity": "medium"}
    return results


@register
class EmptyChoicesFirst(Quirk):
    """The first chunk says nothing."""

    name = "empty_choices_first"
    summary = (
        "The first chunk has no choices, no id and no model, only `prompt_filter_results`; clients that read "
        "`choices[0]` break."
    )
    rank = Rank.AROUND

    def completion(self, reply: dict[str, Any], asked: Asked) -> None:
        """With what the filter found in the prompt."""
        reply["prompt_filter_results"] = _of_prompt()

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """With that chunk in front."""
        first = True
        for event in events:
            if isinstance(event, Chunk) and first:
                around = {"choices": [], "created": 0, "id": "", "model": "", "object": ""}
                yield Chunk({**around, "prompt_filter_results": _of_prompt()}, "event")
                first = False
            yield event


@register
class ContentFilterResults(Quirk):
    """Every choice was looked at."""

    name = "content_filter_results"
    summary = "Choices have `content_filter_results`, which are empty in the first and the last chunk of a stream."

    def choice(self, choice: dict[str, Any], asked: Asked) -> None:
        """With what the filter found in the content."""
        choice["content_filter_results"] = _of_content(choice.get("finish_reason"))

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """With empty results around the content."""
        for event in events:
            if isinstance(event, Chunk):
                for choice in event.choices:
                    says = event.kind == "piece" or choice.get("finish_reason") == "content_filter"
                    choice["content_filter_results"] = _of_content(choice.get("finish_reason")) if says else {}
            yield event


@register
class AsyncContentFilter(Quirk):
    """The filter comes after what it looked at."""

    name = "async_content_filter"
    summary = (
        "Chunks without `delta` say, behind the content, up to which character the filter has looked; clients "
        "that read `delta.content` break."
    )
    evidence = "documented"
    rank = Rank.AROUND

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """With such a chunk before the end of each choice that has said something."""
        said: dict[int, int] = {}
        for event in events:
            if isinstance(event, Chunk):
                for choice in event.choices:
                    index, text = choice["index"], choice["delta"].get("content") or ""
                    if choice.get("finish_reason") and index in said:
                        yield _looked(index, said.pop(index))
                    elif text:
                        said[index] = said.get(index, 0) + len(text)
            yield event


def _looked(index: int, end: int) -> Chunk:
    offsets = {"check_offset": end, "start_offset": 0, "end_offset": end}
    choice = {"index": index, "finish_reason": None, "content_filter_results": _of_content(None)}
    around = {"id": "", "object": "", "created": 0, "model": ""}
    return Chunk({**around, "choices": [deepcopy(choice) | {"content_filter_offsets": offsets}]}, "event")
