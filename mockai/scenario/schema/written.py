"""What every part of the schema shares: short forms, and the kinds of plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeAlias

from mockai.records import JSON, After, Before, Definitions, Record, Schema

__all__ = ["Flag", "HeaderValue", "Number", "Scalar", "Short", "Whole", "Written"]

TEXT: JSON = {"type": "string"}
ONE_KEY: JSON = {"minProperties": 1, "maxProperties": 1}
SECONDS: JSON = {"type": "number", "minimum": 0}


@dataclass(frozen=True, slots=True)
class Short:
    """A short form: a bare value of these kinds stands for `{key: value}`; `form` is its JSON schema."""

    key: str
    kinds: tuple[type, ...] = (str,)
    form: Mapping[str, Any] | None = None


_KINDS: Mapping[type, str] = {str: "text", int: "a number", float: "a number", list: "a list"}


class Written(Record):
    """Base of everything written by hand: a record that may have a short form."""

    short: ClassVar[Short | None] = None
    constraints: ClassVar[JSON] = {}
    """What the JSON schema of the mapping says beside the fields."""

    @classmethod
    def _read(cls, value: Any) -> Any:
        if cls.short and isinstance(value, cls.short.kinds) and not isinstance(value, bool):
            return {cls.short.key: value}
        return value

    @classmethod
    def short_forms(cls) -> list[JSON]:
        """The JSON schemas of what may stand in for the whole mapping."""
        if cls.short is None:
            return []
        return [dict(cls.short.form or TEXT)]

    @classmethod
    def described(cls) -> str:
        """What it is made of, its short form first."""
        mapping = super().described()
        return mapping if cls.short is None else f"{_KINDS[cls.short.kinds[0]]} or {mapping}"

    @classmethod
    def schema(cls, definitions: Definitions) -> JSON:
        """The JSON schema of the mapping, and of what is short for it."""
        mapping = cls.mapping_schema(definitions)
        forms = cls.short_forms()
        if not forms:
            return mapping
        return {"description": mapping.pop("description"), "anyOf": [*forms, mapping]}

    @classmethod
    def mapping_schema(cls, definitions: Definitions) -> JSON:
        """The JSON schema of the mapping."""
        return {**super().schema(definitions), **cls.constraints}


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError("must be text, a number, true, false or null")


def _number_as_text(value: Any) -> Any:
    return str(value) if type(value) in (int, float) else value


def _one_line(value: str) -> str:
    if "\r" in value or "\n" in value:
        raise ValueError("a header value cannot hold a line break")
    return value


Scalar: TypeAlias = Annotated[
    str | bool | int | float | None,
    Before(_scalar),
    Schema({"type": ["string", "number", "boolean", "null"]}),
]
Flag: TypeAlias = bool
Whole: TypeAlias = int
Number: TypeAlias = float
HeaderValue: TypeAlias = Annotated[
    str,
    Before(_number_as_text),
    After(_one_line),
    Schema({"type": ["string", "number"], "pattern": "^[^\\r\\n]*$"}),
]
