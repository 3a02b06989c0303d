"""What replies are put together from."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Annotated, Any

from mockai.records import JSON, Before, Field, Listed
from mockai.scenario.schema.output_items import OutputItemKeys
from mockai.scenario.schema.written import ONE_KEY, TEXT, Short, Whole, Written

__all__ = ["AudioSpec", "Citation", "EventSpec", "ItemSpec", "ToolCallSpec", "check_base64"]


def _arguments(value: Any) -> Any:
    if value is None or isinstance(value, str | list | Mapping):
        return value
    raise ValueError("must be a mapping, a list, or the text to send")


class ToolCallSpec(Written):
    """A call of a tool: its name, or `{name: arguments}`. `arguments` of None are made up to fit the schema of the
    tool the client offered; a string is sent as it is, so that it may be broken JSON. A custom tool takes `input`."""

    short = Short("name")

    name: str
    arguments: Annotated[dict[str, Any] | list[Any] | str | None, Before(_arguments)] = None
    input: str | None = None
    id: str | None = None

    @classmethod
    def _read(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or len(value) != 1:
            return super()._read(value)
        ((name, arguments),) = value.items()
        if name in cls.model_fields and not (name == "name" and isinstance(arguments, Mapping)):
            return value
        return {"name": name, "arguments": {} if arguments is None else arguments}

    def _check(self) -> None:
        if len(self.given("arguments", "input")) > 1:
            raise ValueError("a tool call has `arguments` (of a function) or `input` (of a custom tool), not both")

    @classmethod
    def short_forms(cls) -> list[JSON]:
        """The name alone, or the only key of a mapping."""
        arguments = {"type": ["object", "array", "string", "null"]}
        others = {"not": {"enum": [name for name in cls.model_fields if name != "name"]}}
        return [TEXT, {"type": "object", **ONE_KEY, "propertyNames": others, "additionalProperties": arguments}]


class Citation(Written):
    """A web citation; the indexes default to the whole text."""

    short = Short("url")

    url: str
    title: str = ""
    start_index: Annotated[Whole, Field(ge=0)] | None = None
    end_index: Annotated[Whole, Field(ge=0)] | None = None

    def _check(self) -> None:
        if self.start_index is not None and self.end_index is not None and self.start_index > self.end_index:
            raise ValueError(f"a citation starts before it ends; seen {self.start_index} to {self.end_index}")


def check_base64(key: str, text: str | None) -> None:
    """Raise ValueError if this is not base64; a template may become it."""
    if text is None or "{{" in text:
        return
    try:
        base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError(f"{key} does not hold base64: {error}") from None


class AudioSpec(Written):
    """Spoken content: what is said, and base64 audio (a short tone is made where there is none)."""

    short = Short("transcript")

    transcript: str = ""
    data: str | None = None

    def _check(self) -> None:
        check_base64("data", self.data)


class EventSpec(Written):
    """An event of your own beside the chunks; `data` is sent as JSON (a string as it is)."""

    data: Any = None
    name: str | None = None


class ItemSpec(OutputItemKeys):
    """One part of a reply, in the order it is sent. A bare string is `text`."""

    constraints = ONE_KEY
    short = Short("text")

    text: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: Annotated[tuple[ToolCallSpec, ...], Listed] | None = None
    citation: Citation | None = None
    audio: AudioSpec | None = None
    event: EventSpec | None = None
    gate: str | None = None

    @classmethod
    def written_keys(cls) -> list[str]:
        """Those of every endpoint first."""
        return sorted(super().written_keys(), key=lambda name: name in OutputItemKeys.model_fields)

    def _check(self) -> None:
        keys = self.written_keys()
        if len(self.given(*keys)) != 1:
            raise ValueError(f"an item is exactly one of {', '.join(keys)}")
