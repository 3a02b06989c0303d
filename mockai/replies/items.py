"""The parts of a message, made from what is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import (
    Annotation,
    Audio,
    CustomEvent,
    Failure,
    Hold,
    Item,
    OutputItem,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from mockai.replies.filling import Filling
from mockai.replies.json_text import json_text
from mockai.request import APIRequest
from mockai.scenario.schema import AudioSpec, Citation, EventSpec, ItemSpec, ToolCallSpec

__all__ = ["ItemMaker"]

_AUDIO_LIFETIME = 3600


class ItemMaker:
    """Makes the items of one reply; it counts its tool calls, so that each has an id of its own."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._calls = count()
        self._audios = count()
        self._shells = count()
        self._shell: str | None = None

    @property
    def _request(self) -> APIRequest:
        return self._filling.scope.request

    @property
    def _mint(self) -> Mint:
        return self._filling.scope.mint

    def items(self, specs: Iterable[ItemSpec]) -> tuple[Item, ...]:
        """Items in the order written; a citation belongs to the text before it. Raises ReplyError if there is none."""
        made: list[Item] = []
        for spec in specs:
            if spec.citation is None:
                made.extend(self.item(spec))
            else:
                self.cite(made, spec.citation)
        return tuple(made)

    def item(self, spec: ItemSpec) -> Iterator[Item]:
        """What one item is sent as; nothing for a citation."""
        if spec.text is not None:
            yield Text(self._filling.text(spec.text))
        if spec.reasoning is not None:
            yield Reasoning(self._filling.text(spec.reasoning))
        if spec.refusal is not None:
            yield Refusal(self._filling.text(spec.refusal))
        if spec.tool_calls is not None:
            yield from map(self.tool_call, spec.tool_calls)
        if spec.audio is not None:
            yield self.audio(spec.audio)
        if spec.event is not None:
            yield self.event(spec.event)
        if spec.gate is not None:
            yield Hold(self._filling.text(spec.gate))
        if spec.output is not None:
            yield self._output(*spec.output)
        if spec.failure is not None:
            yield Failure(**{key: self._field(value) for key, value in spec.failure.model_dump().items()})

    def _output(self, kind: str, fields: dict[str, Any]) -> OutputItem:
        """An item of the Responses API; what the shell prints belongs to the call before it."""
        filled = {key: self._field(value) for key, value in fields.items()}
        if kind.startswith("mcp_") and not isinstance(filled.get("arguments", ""), str):
            filled["arguments"] = json_text(filled["arguments"])
        if kind == "shell_call":
            self._shell = filled.setdefault("call_id", self._mint.child("shell", next(self._shells)).id("call_"))
        elif kind == "shell_call_output" and self._shell is not None:
            filled.setdefault("call_id", self._shell)
        return OutputItem(kind, filled)

    def _field(self, written: Any) -> Any:
        return self._filling.text(written) if isinstance(written, str) else self._filling.value(written)

    def tool_call(self, spec: ToolCallSpec) -> ToolCall:
        """A call, with arguments made up where none are written."""
        number = next(self._calls)
        mint = self._mint.child("call", number)
        name = self._filling.text(spec.name)
        tool = next((tool for tool in self._request.tools if tool.name == name), None)
        custom = spec.input is not None or (tool is not None and tool.kind == "custom")
        if spec.input is not None:
            arguments = self._filling.text(spec.input)
        elif spec.arguments is None:
            from mockai.replies.auto import made_arguments, question

            arguments = made_arguments(tool, mint.child("arguments"), question(self._request))
        elif isinstance(spec.arguments, str):
            arguments = self._filling.text(spec.arguments)
        else:
            arguments = json_text(self._filling.value(spec.arguments))
        id = self._filling.maybe(spec.id) or mint.id("call_")
        return ToolCall(name, arguments, id, "custom" if custom else "function")

    def audio(self, spec: AudioSpec) -> Audio:
        """Spoken content in the format the request asks for: a tone, unless there is data."""
        from mockai.replies.tone import audio_base64  # few replies hold any

        wanted = self._request.body.get("audio")
        format = str(wanted.get("format", "wav")) if isinstance(wanted, dict) else "wav"
        return Audio(
            id=self._mint.child("audio", next(self._audios)).id("audio_"),
            data=self._filling.maybe(spec.data) or audio_base64(format),
            transcript=self._filling.text(spec.transcript),
            expires_at=self._mint.created + _AUDIO_LIFETIME,
        )

    def event(self, spec: EventSpec) -> CustomEvent:
        """An event of the user's own: JSON, or a text as it is."""
        value = self._filling.text(spec.data) if isinstance(spec.data, str) else self._filling.value(spec.data)
        text = value if isinstance(value, str) else json_text(value)
        # further lines of a text are further `data:` lines, else they would not belong to the event
        return CustomEvent("\ndata: ".join(text.splitlines()).encode(), self._filling.maybe(spec.name))

    def cite(self, made: list[Item], written: Citation) -> None:
        """Attach a citation to the last text made. Raises ReplyError if there is none."""
        texts = [(at, item) for at, item in enumerate(made) if isinstance(item, Text)]
        if not texts:
            raise ReplyError(f"the citation of {written.url} has no text to belong to; write it after a text")
        at, text = texts[-1]
        made[at] = replace(text, annotations=(*text.annotations, self.citation(written, len(text.text))))

    def citation(self, written: Citation, length: int) -> Annotation:
        """A citation of a text of this length: of all of it, unless written otherwise."""
        end = length if written.end_index is None else written.end_index
        url, title = self._filling.text(written.url), self._filling.text(written.title)
        return Annotation(url, title, written.start_index or 0, end)
