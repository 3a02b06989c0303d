"""How tool calls come in a stream."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from mockai.providers.base import Asked, Chunk, Event, Quirk, Rank, register

__all__ = ["alone"]


def alone(chunk: Chunk, choice: dict[str, Any], delta: dict[str, Any]) -> Chunk:
    """A chunk around one delta of one choice, like this one otherwise."""
    own = {**choice, "delta": delta, "finish_reason": None}
    return Chunk({**deepcopy(chunk.value), "choices": [own]}, "piece", chunk.tokens)


@register
class WholeToolCalls(Quirk):
    """Arguments do not come in fragments."""

    name = "whole_tool_calls"
    summary = "A tool call comes whole, in one chunk, not as an opening and fragments of its arguments."
    rank = Rank.CUT

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """Fragments are held back until their call is whole."""
        held: dict[int, Chunk] = {}
        for event in events:
            if not isinstance(event, Chunk):
                yield event
                continue
            for choice in event.choices:
                index = choice["index"]
                if "tool_calls" not in choice["delta"]:
                    if index in held:
                        yield held.pop(index)
                    continue
                yield from _held(held, event, choice)
            if any(choice["delta"] or choice.get("finish_reason") for choice in event.choices) or not event.choices:
                yield event
        yield from held.values()


def _held(held: dict[int, Chunk], event: Chunk, choice: dict[str, Any]) -> Iterator[Chunk]:
    """Take the calls out of a choice and put them with what is held; yields a call that has become whole."""
    index = choice["index"]
    for call in choice["delta"].pop("tool_calls"):
        before = _call_of(held.get(index))
        if before is not None and before["index"] == call["index"]:
            _add(before, call)
            held[index].tokens += event.tokens
            continue
        if before is not None:
            yield held.pop(index)
        held[index] = alone(event, choice, {"tool_calls": [call]})


def _call_of(chunk: Chunk | None) -> dict[str, Any] | None:
    if chunk is None:
        return None
    call: dict[str, Any] = chunk.choices[0]["delta"]["tool_calls"][0]
    return call


def _add(call: dict[str, Any], fragment: dict[str, Any]) -> None:
    for kind, key in (("function", "arguments"), ("custom", "input")):
        if kind in fragment:
            call[kind][key] += fragment[kind].get(key, "")


@register
class ToolCallsWithFinish(Quirk):
    """The last chunk carries everything."""

    name = "tool_calls_with_finish"
    summary = "Tool calls come whole, all in one chunk, and the finish reason with them."
    rank = Rank.CUT

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """Calls are held back until their choice ends."""
        held: dict[int, list[dict[str, Any]]] = {}
        tokens = 0
        for event in WholeToolCalls().stream(events, asked):
            if not isinstance(event, Chunk):
                yield event
            elif any("tool_calls" in choice["delta"] for choice in event.choices):
                for choice in event.choices:
                    held.setdefault(choice["index"], []).extend(choice["delta"]["tool_calls"])
                tokens += event.tokens
            elif event.ends and event.choices[0]["index"] in held:
                choice = event.choices[0]
                choice["delta"] = {"content": "", "tool_calls": held.pop(choice["index"])}
                # Content, which a pace must count.
                yield Chunk(event.value, "piece", tokens)
            else:
                yield event


@register
class NoToolIndex(Quirk):
    """Calls are not numbered."""

    name = "no_tool_index"
    summary = "Tool calls in a stream have no `index`; clients that sort fragments by it break."

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """Deltas without the index of their calls."""
        yield from _without(events, "index")


@register
class NoToolType(Quirk):
    """Calls do not say that they are functions."""

    name = "no_tool_type"
    summary = "Tool calls in a stream have no `type`."

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """Deltas without the type of their calls."""
        yield from _without(events, "type")


def _without(events: Iterator[Event], key: str) -> Iterator[Event]:
    for event in events:
        for choice in event.choices if isinstance(event, Chunk) else ():
            for call in choice["delta"].get("tool_calls") or ():
                call.pop(key, None)
        yield event


@register
class EmptyToolNames(Quirk):
    """The name is taken back."""

    name = "empty_tool_names"
    summary = 'Fragments of arguments come with the name `""`; clients that take the last name call nothing.'

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """Fragments with an empty name."""
        for event in events:
            for choice in event.choices if isinstance(event, Chunk) else ():
                for call in choice["delta"].get("tool_calls") or ():
                    if "function" in call:
                        call["function"] = {"name": "", **call["function"]}
            yield event


@register
class StopForToolCalls(Quirk):
    """A stream that calls tools says it simply stopped."""

    name = "stop_for_tool_calls"
    summary = (
        "The finish reason of a stream with tool calls is `stop`; without a stream it is `tool_calls`, as it should be."
    )

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """`stop` in place of `tool_calls`."""
        for event in events:
            for choice in event.choices if isinstance(event, Chunk) else ():
                if choice.get("finish_reason") == "tool_calls":
                    choice["finish_reason"] = "stop"
            yield event
