"""Where thoughts stand; as MockAI writes them, they are `reasoning_content`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockai.providers.base import Asked, Chunk, Event, Quirk, register

__all__: list[str] = []

_KEY = "reasoning_content"


@register
class ReasoningKey(Quirk):
    """Thoughts by their shorter name."""

    name = "reasoning_key"
    summary = "Thoughts are `reasoning`, not `reasoning_content`."

    def part(self, part: dict[str, Any], asked: Asked) -> None:
        """Under that key."""
        if _KEY in part:
            part["reasoning"] = part.pop(_KEY)


@register
class ReasoningDetails(Quirk):
    """Thoughts twice."""

    name = "reasoning_details"
    summary = "Thoughts are `reasoning`, and once more in `reasoning_details`, a list."

    def part(self, part: dict[str, Any], asked: Asked) -> None:
        """Under both keys."""
        text = part.pop(_KEY, part.get("reasoning"))
        if text is not None:
            detail = {"type": "reasoning.text", "text": text, "format": "unknown", "index": 0}
            part |= {"reasoning": text, "reasoning_details": [detail]}


@register
class ThinkingParts(Quirk):
    """Content that is not a text."""

    name = "thinking_parts"
    summary = (
        "Where there are thoughts, `content` is an array of a `thinking` part and a `text` part; clients that add "
        "it to a text break."
    )
    foreign = True

    def part(self, part: dict[str, Any], asked: Asked) -> None:
        """With the thoughts in the content."""
        thoughts, text = part.pop(_KEY, None), part.get("content")
        if thoughts is None:
            return
        parts: list[dict[str, Any]] = [{"type": "thinking", "thinking": [{"type": "text", "text": thoughts}]}]
        part["content"] = parts + ([{"type": "text", "text": text}] if text else [])


@register
class NullContentBesideReasoning(Quirk):
    """While it thinks, it says null."""

    name = "null_content_beside_reasoning"
    summary = "Deltas with thoughts have `content: null`, and deltas with text `reasoning_content: null`."

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """Deltas with both keys, once there were thoughts."""
        thought = False
        for event in events:
            for choice in event.choices if isinstance(event, Chunk) else ():
                delta = choice["delta"]
                thought = thought or _KEY in delta
                if _KEY in delta:
                    choice["delta"] = {"content": None, **delta}
                elif thought and "content" in delta:
                    delta[_KEY] = None
            yield event
