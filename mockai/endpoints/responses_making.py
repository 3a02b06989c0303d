"""Output items of a response in the making: each tells its events and ends as the JSON that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockai.endpoints.logprobs import Logprobs
from mockai.endpoints.parts import Cutter, Limits, Part
from mockai.endpoints.responses_input import ITEM_PREFIXES
from mockai.endpoints.responses_shapes import Delta, DeltaShape, Event
from mockai.ids import Mint
from mockai.replies.answer import Annotation, Reasoning, Refusal, Text, ToolCall
from mockai.wire import Kind

__all__ = ["CallItem", "Making", "MessageItem", "ReasoningItem", "Setting"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the items of one response have in common. Without a `cutter` nothing is cut: no stream, no pieces."""

    mint: Mint
    tail: str
    cutter: Cutter | None
    thoughts: str
    include: frozenset[str]
    logprobs: Logprobs | None

    def pieces(self, part: Part) -> Iterable[tuple[str, tuple[str, ...]]]:
        """The pieces of a part, each with its tokens."""
        return self.cutter.cut(part) if self.cutter else ((part.text, part.tokens),)

    def deltas(self, part: Part, name: str, fields: Mapping[str, Any]) -> Iterator[Delta]:
        """The pieces of a part as delta events of this name."""
        shape = DeltaShape(name, fields)
        return (Delta(shape, piece, len(tokens)) for piece, tokens in self.pieces(part))

    def id(self, kind: str, index: int) -> str:
        """The id of the item at this place; it ends as that of the response does."""
        return f"{ITEM_PREFIXES.get(kind, 'item_')}{self.mint.child('item', index).hex(32)}{self.tail}"


class Making:
    """An item that is being made. `add` takes parts for as long as `takes` says that they belong to it."""

    kind = ""
    opening: Kind = "event"

    def __init__(self, index: int, setting: Setting) -> None:
        self.index = index
        self.setting = setting
        self.id = setting.id(self.kind, index)
        self.place = {"item_id": self.id, "output_index": index}

    def takes(self, part: Part) -> bool:
        """Whether a further part belongs to this item."""
        return False

    def open(self) -> Iterator[Event]:
        """What announces the item."""
        fields = {"item": self.begun(), "output_index": self.index}
        yield Event("response.output_item.added", fields, self.opening)

    def add(self, part: Part) -> Iterator[Event | Delta]:
        """What a part of it becomes."""
        raise NotImplementedError

    def close(self, status: str) -> Iterator[Event]:
        """What ends the item."""
        yield from self.ending(status)
        yield Event("response.output_item.done", {"item": self.json(status), "output_index": self.index})

    def ending(self, status: str) -> Iterator[Event]:
        """What comes before the event that ends the item."""
        return iter(())

    def begun(self) -> dict[str, Any]:
        """The item while it is empty."""
        raise NotImplementedError

    def json(self, status: str) -> dict[str, Any]:
        """The item as it is at its end."""
        raise NotImplementedError


# ------------------------------------------------------------------------------------------ messages


@dataclass(slots=True)
class _Content:
    """A part of a message's content: its text so far; `before` is how much text came before it."""

    kind: type[Text] | type[Refusal]
    before: int
    text: str = ""
    logprobs: list[Any] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """The content part."""
        if self.kind is Refusal:
            return {"type": "refusal", "refusal": self.text}
        return {
            "type": "output_text",
            "annotations": list(self.annotations),
            "logprobs": list(self.logprobs),
            "text": self.text,
        }


class MessageItem(Making):
    """A message: texts that follow each other are one part of its content, and so are refusals."""

    kind = "message"

    def __init__(self, index: int, setting: Setting, limits: Limits, written: int) -> None:
        super().__init__(index, setting)
        self._limits = limits
        self._written = written
        self._contents: list[_Content] = []

    def takes(self, part: Part) -> bool:
        """Texts and refusals."""
        return isinstance(part.item, Text | Refusal)

    def begun(self) -> dict[str, Any]:
        """The message without content."""
        return {"id": self.id, "type": "message", "status": "in_progress", "content": [], "role": "assistant"}

    def json(self, status: str) -> dict[str, Any]:
        """The message with its content."""
        content = [content.json() for content in self._contents]
        return {"id": self.id, "type": "message", "status": status, "content": content, "role": "assistant"}

    def add(self, part: Part) -> Iterator[Event | Delta]:
        """The text, piece by piece; a part of the content is opened where there is none of its kind."""
        kind = Refusal if isinstance(part.item, Refusal) else Text
        if not self._contents or self._contents[-1].kind is not kind:
            yield from self.ending("completed")
            self._contents.append(_Content(kind, self._written))
            yield Event("response.content_part.added", {**self._at(), "part": self._contents[-1].json()})
        self._contents[-1].text += part.text
        if kind is Refusal:
            yield from self.setting.deltas(part, "response.refusal.delta", self._at())
            return
        self._written += len(part.text)
        if self.setting.logprobs is None:
            yield from self.setting.deltas(part, "response.output_text.delta", {**self._at(), "logprobs": []})
        else:
            yield from self._with_logprobs(part, self.setting.logprobs)

    def _with_logprobs(self, part: Part, logprobs: Logprobs) -> Iterator[Delta]:
        for piece, tokens in self.setting.pieces(part):
            entries = logprobs.entries(piece, tokens)
            self._contents[-1].logprobs += entries
            shape = DeltaShape("response.output_text.delta", {**self._at(), "logprobs": entries})
            yield Delta(shape, piece, len(tokens))

    def ending(self, status: str) -> Iterator[Event]:
        """The end of the content part that is open, if one is."""
        if not self._contents:
            return
        content, at = self._contents[-1], self._at()
        if content.kind is Refusal:
            yield Event("response.refusal.done", {**at, "refusal": content.text})
        else:
            yield from self._annotations(content)
            yield Event("response.output_text.done", {**at, "logprobs": content.logprobs, "text": content.text})
        yield Event("response.content_part.done", {**at, "part": content.json()})

    def _annotations(self, content: _Content) -> Iterator[Event]:
        for each in self._cited_in(content):
            number = len(content.annotations)
            annotation = {
                "type": "url_citation",
                "end_index": each.end_index - content.before,
                "start_index": each.start_index - content.before,
                "title": each.title,
                "url": each.url,
            }
            content.annotations.append(annotation)
            fields = {"annotation": annotation, "annotation_index": number, **self._at()}
            yield Event("response.output_text.annotation.added", fields)

    def _cited_in(self, content: _Content) -> Iterator[Annotation]:
        return (each for each in self._limits.annotations if each.start_index >= content.before)

    def _at(self) -> dict[str, Any]:
        return {"content_index": len(self._contents) - 1, **self.place}


# ----------------------------------------------------------------------------------- reasoning, calls


class ReasoningItem(Making):
    """Thoughts, as far as they are shown: as parts of a summary, as they are, or not at all."""

    kind = "reasoning"

    def __init__(self, index: int, setting: Setting, *, one: bool) -> None:
        super().__init__(index, setting)
        self._one = one
        self._texts: list[str] = []

    def takes(self, part: Part) -> bool:
        """Further thoughts."""
        return isinstance(part.item, Reasoning)

    def begun(self) -> dict[str, Any]:
        """The item before it is known what was thought."""
        return self._json([], "begun")

    def json(self, status: str) -> dict[str, Any]:
        """The item with what is shown of it."""
        return self._json(self._texts, "done")

    def _json(self, texts: list[str], moment: str) -> dict[str, Any]:
        shown = self.setting.thoughts
        content = {"content": [_thought("reasoning_text", text) for text in texts]} if shown == "text" else {}
        summary = [_thought("summary_text", text) for text in texts] if shown == "summary" else []
        return {"id": self.id, "type": "reasoning", **content, **self._encrypted(moment), "summary": summary}

    def _encrypted(self, moment: str) -> dict[str, str]:
        if "reasoning.encrypted_content" not in self.setting.include:
            return {}
        return {"encrypted_content": f"gAAAAA{self.setting.mint.child('encrypted', self.index, moment).alnum(122)}=="}

    def add(self, part: Part) -> Iterator[Event | Delta]:
        """The thoughts, piece by piece, where they are shown; each `Reasoning` is a part, unless all are `one`."""
        if self.setting.thoughts == "hidden":
            return
        if not (self._one and self._texts):
            yield from self.ending("completed")
            self._texts.append("")
            if self.setting.thoughts == "summary":
                yield self._event("summary_part.added", {"part": _thought("summary_text", "")})
        self._texts[-1] += part.text
        yield from self.setting.deltas(part, f"response.reasoning_{self._word}.delta", self._at())

    def ending(self, status: str) -> Iterator[Event]:
        """The end of the part that is open, if one is."""
        if not self._texts:
            return
        yield self._event(f"{self._word}.done", {"text": self._texts[-1]})
        if self.setting.thoughts == "summary":
            yield self._event("summary_part.done", {"part": _thought("summary_text", self._texts[-1])})

    @property
    def _word(self) -> str:
        return "summary_text" if self.setting.thoughts == "summary" else "text"

    def _event(self, what: str, fields: dict[str, Any]) -> Event:
        return Event(f"response.reasoning_{what}", {**fields, **self._at()})

    def _at(self) -> dict[str, Any]:
        key = "summary_index" if self.setting.thoughts == "summary" else "content_index"
        return {**self.place, key: len(self._texts) - 1}


def _thought(kind: str, text: str) -> dict[str, str]:
    return {"type": kind, "text": text}


class CallItem(Making):
    """A call of one of the client's tools: of a function, or of a custom one, which takes any text."""

    def __init__(self, index: int, setting: Setting, call: ToolCall) -> None:
        self._custom = call.kind == "custom"
        self._key = "input" if self._custom else "arguments"
        self.kind = "custom_tool_call" if self._custom else "function_call"
        self._events = f"response.{self.kind}_{self._key}"
        super().__init__(index, setting)
        self._call = call
        self._text = ""

    def begun(self) -> dict[str, Any]:
        """The call without arguments."""
        return self._json("in_progress", "")

    def json(self, status: str) -> dict[str, Any]:
        """The call."""
        return self._json(status, self._text)

    def _json(self, status: str, text: str) -> dict[str, Any]:
        head = {"id": self.id, "type": self.kind, "status": status}
        given = {self._key: text, "call_id": self._call.id, "name": self._call.name}
        return head | dict(sorted(given.items()))

    def add(self, part: Part) -> Iterator[Delta]:
        """The arguments, piece by piece."""
        self._text += part.text
        return self.setting.deltas(part, f"{self._events}.delta", self.place)

    def ending(self, status: str) -> Iterator[Event]:
        """The arguments as a whole."""
        yield Event(f"{self._events}.done", {self._key: self._text, **self.place})
