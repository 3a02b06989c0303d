"""What a stream that did not go well had said: its text, its tool calls, its id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

__all__ = ["Said", "said_by"]

_EVENT = re.compile(rb"\r?\n\r?\n")
_DATA = re.compile(rb"^data: ?(.*?)\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """`parts` is the text, divided where an event could not be read; `calls` the ids of the tool calls, `ids` those
    of the reply; `errors` and `malformed` count events."""

    parts: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    errors: int = 0
    malformed: int = 0

    @property
    def text(self) -> str:
        """All that was said and could be read."""
        return "".join(self.parts)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Said:
        """What `dataclasses.asdict` made of it, JSON in between."""
        texts = {name: tuple(values[name]) for name in ("parts", "calls", "ids")}
        return cls(errors=values["errors"], malformed=values["malformed"], **texts)


def said_by(stream: bytes) -> Said:
    """What the bytes of a stream say, in the shapes of chat completions, completions and responses."""
    if not stream:
        return Said()
    parts, errors, malformed = [""], 0, 0
    calls: list[str] = []
    ids: list[str] = []
    for event in _events(stream):
        if event is None:
            malformed += 1
            parts.append("")
            continue
        errors += _is_error(event)
        parts[-1] += _text(event)
        calls += _calls(event)
        ids += _ids(event)
    return Said(tuple(parts), tuple(dict.fromkeys(calls)), tuple(dict.fromkeys(ids)), errors, malformed)


def _events(stream: bytes) -> Iterator[Mapping[str, Any] | None]:
    """The JSON of each event; None for one that cannot be read."""
    for block in _EVENT.split(stream):
        lines = _DATA.findall(block)
        data = b"\n".join(lines)
        if not lines or data.startswith(b"[DONE]"):
            continue
        try:
            event = orjson.loads(data)
        except orjson.JSONDecodeError:
            event = None
        yield event if isinstance(event, dict) else None


def _is_error(event: Mapping[str, Any]) -> bool:
    return bool(event.get("error")) or event.get("type") in ("error", "response.failed")


def _text(event: Mapping[str, Any]) -> str:
    if event.get("type") == "response.output_text.delta":
        return str(event.get("delta", ""))
    texts = [choice.get("text") or _delta(choice).get("content") for choice in _choices(event)]
    return "".join(text for text in texts if isinstance(text, str))


def _calls(event: Mapping[str, Any]) -> Iterator[str]:
    item = event.get("item")
    if event.get("type") == "response.output_item.added" and isinstance(item, dict) and "call_id" in item:
        yield str(item["call_id"])
    for choice in _choices(event):
        for call in _delta(choice).get("tool_calls") or ():
            if isinstance(call, dict) and call.get("id"):
                yield str(call["id"])


def _ids(event: Mapping[str, Any]) -> Iterator[str]:
    response = event.get("response")
    id = response.get("id") if isinstance(response, dict) else event.get("id")
    if isinstance(id, str):
        yield id


def _choices(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    choices = event.get("choices")
    return [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []


def _delta(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    delta = choice.get("delta")
    return delta if isinstance(delta, dict) else {}
